"""address → document → nodes → formats → addresses → files → shapes → score → report"""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import closing
from dataclasses import dataclass, replace
from pathlib import Path
from urllib.parse import urljoin

from graphsvc.preflight import addresses, documents, downloads, mqa, nodes, profiles, serialisations
from graphsvc.preflight.asking import Asker
from graphsvc.preflight.catalogues import Catalogue
from graphsvc.preflight.findings import NAMESPACE
from graphsvc.preflight.mqa import Score
from graphsvc.preflight.servers import Server
from graphsvc.report import ValidationReport, ValidationResult
from graphsvc.validation import Progress, quiet

SECONDS = 60.0
PREFIXES = {"preflight": NAMESPACE, **profiles.PREFIXES}


@dataclass(frozen=True)
class Checks:
    """How far to go. `stands_for_base`: the server answers for the catalogue's base IRI."""

    external: bool = False
    quick: bool = False
    stands_for_base: bool = False
    seconds: float = SECONDS  # for each request
    shapes: Path | None = None  # a folder with official shapes, to be run as well


@dataclass(frozen=True)
class Preflight:
    """What a portal would find; the score is None if there was no catalogue to score."""

    report: ValidationReport
    score: Score | None = None


def check(url: str, checks: Checks, progress: Progress = quiet) -> Preflight:
    """Look at the catalogue of a server as portals do.

    `url` is the address of the server, and ends in a slash, or that of a catalogue. Nothing
    else is asked than this server, unless `external`.

    Raises NoAnswer if there is no server, ShapesError if the shapes of the folder are wrong.
    """
    progress("harvesting the catalogue")
    server = Server(root_of(url), external=checks.external)
    place = urljoin(url, documents.PLACE) if url.endswith("/") else url
    with closing(Asker(server, checks.seconds)) as asker:
        document = documents.harvest(asker, place)
        found = [*document.findings]
        if document.quads is None:
            return Preflight(_report(found))
        catalogue = Catalogue(document.quads)
        if checks.stands_for_base and catalogue.iri is not None:
            asker.server = replace(server, base_iri=base_of(catalogue.iri))
        found += nodes.check(catalogue, place)
        found += serialisations.check(asker, catalogue)
        progress("asking the addresses")
        asked = addresses.ask(asker, catalogue)
        found += asked.findings
        found += addresses.descriptions(asker, catalogue)
        progress("fetching the files")
        found += downloads.check(asker, catalogue, asked, quick=checks.quick)
        progress("running the shapes")
        results, conforms = profiles.validate(document.quads, checks.shapes)
        found += results
    score = mqa.score(catalogue, asked, conforms=conforms)
    return Preflight(_report([*found, *score.findings()]), score)


def root_of(url: str) -> str:
    """The address of a server, which ends in a slash, by that or by the address of a catalogue."""
    if url.endswith(f"/{documents.PLACE}"):
        return url.removesuffix(documents.PLACE)
    return url.partition("?")[0].rpartition("/")[0] + "/"


def base_of(catalogue_iri: str) -> str:
    """The base IRI of a catalogue: what stands before the last part of its own."""
    return catalogue_iri.partition("#")[0].rpartition("/")[0] + "/"


def _report(results: Iterable[ValidationResult]) -> ValidationReport:
    return ValidationReport.of(dict.fromkeys(results))
