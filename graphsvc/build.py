"""files → located quads → (validate; stop) → store → dumps → catalogue → release.json → rename"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from pyoxigraph import RdfFormat, serialize

from graphsvc import __version__
from graphsvc.about import FOLDER as ABOUT
from graphsvc.archive import find_holdings
from graphsvc.canonical import Canonicalizer
from graphsvc.dumps import Dump, write_dumps, write_parts
from graphsvc.errors import ReleaseError, SourceErrors
from graphsvc.feed import terms as feed
from graphsvc.feed.deriving import Derived, derive
from graphsvc.harvest import void
from graphsvc.harvest.content import read_content
from graphsvc.harvest.datasets import CATALOGUE
from graphsvc.harvest.dcat import catalogue
from graphsvc.harvest.documents import write_document
from graphsvc.harvest.schema_org import write_landing
from graphsvc.harvest.schema_types import schema_types
from graphsvc.history import Provenance, provenance
from graphsvc.maps.drawing import draw_atlas
from graphsvc.quality import results_by_shape, tally
from graphsvc.release import (
    FORMAT,
    SHAPES,
    Manifest,
    Release,
    current,
    prune,
    publish,
    staging,
    sweep,
)
from graphsvc.reports.context import ReportContext
from graphsvc.reports.formats import write_report
from graphsvc.resources.building import build_resources
from graphsvc.resources.lookups import Resources
from graphsvc.resources.uses import count_uses
from graphsvc.settings import APART, FILE_NAME, TEMPLATES
from graphsvc.sources import Publication, Reader
from graphsvc.store import StoreBuilder, open_store
from graphsvc.validation import COMPILED, NotConforming, Progress, Validation, quiet, validate
from graphsvc.versions import Version, added, merge, write_versions


@dataclass(frozen=True)
class BuildOptions:
    """`shapes=False` makes a release that does not know whether it is valid."""

    shapes: bool = True
    force: bool = False  # even if nothing has changed


def build(
    root: Path,
    releases: Path,
    options: BuildOptions | None = None,
    progress: Progress = quiet,
) -> Path:
    """Make a release of a publication the current one, and give its folder.

    Nothing is built if the current release was made from the same publication.
    All or nothing: until the new release is whole and valid, the current one stays.

    Raises SettingsError, SourceErrors and ShapesError as validate does;
    NotConforming, with the report, if anything is a violation; ReleaseError if
    another build is at work or a file changed meanwhile.
    """
    options = options or BuildOptions()
    publication = Publication.open(root)
    origin = provenance(root)
    inputs = digest_of_inputs(publication, origin)
    unchanged = _up_to_date(releases, inputs, options)
    if unchanged is not None and not (options.force or publication.faults):
        sweep(releases)
        return unchanged
    engine = COMPILED if options.shapes else None
    validation = validate(publication, engine=engine, progress=progress)
    if validation.report.fails():
        raise NotConforming(validation)
    with staging(releases) as folder:
        making = _Build(publication, validation, folder, progress)
        making.earlier = None if options.force else current(releases)
        manifest = making.run(origin, inputs, options)
        if digest_of_inputs(Publication.open(root), origin) != inputs:
            raise ReleaseError(f"{root.as_posix()}: a file changed during the build; build again")
        release = publish(folder, manifest)
        prune(releases, publication.settings.keep_releases)
    return release


def digest_of_inputs(publication: Publication, origin: Provenance) -> str:
    """A digest of all that a release is made from: files, settings, commit and graphsvc itself."""
    digest = hashlib.sha256(f"{FORMAT} {__version__} {origin}".encode())
    paths = [
        publication.root / FILE_NAME,
        *(file.path for file in publication.files),
        *(text.path for text in publication.about),
        *(template.path for template in publication.templates),
    ]
    for path in paths:
        with path.open("rb") as file:
            content = hashlib.file_digest(file, "sha256").hexdigest()
        digest.update(f"{path.relative_to(publication.root).as_posix()}\0{content}\n".encode())
    return digest.hexdigest()


def _up_to_date(releases: Path, inputs: str, options: BuildOptions) -> Path | None:
    folder = current(releases)
    if folder is None:
        return None
    try:
        manifest = Release.open(folder).manifest
    except ReleaseError:
        return None  # whatever has happened to it, a build mends it
    enough = manifest.valid is not None or not options.shapes
    return folder if manifest.inputs == inputs and enough else None


class _Build:
    """The making of one release in its staging folder."""

    def __init__(
        self, publication: Publication, validation: Validation, folder: Path, progress: Progress
    ) -> None:
        self._publication, self._validation = publication, validation
        self._folder, self._progress = folder, progress
        self._settings = publication.settings
        self._prefixes = validation.prefixes
        self.earlier: Path | None = None  # a release whose closed pages of the feed may stay

    def run(self, origin: Provenance, inputs: str, options: BuildOptions) -> Manifest:
        n_quads = self._folder / "quads.nq"
        with StoreBuilder(self._folder / "store", self._settings.is_in_default_graph) as store:
            version, quads = self._canonicalize(n_quads, store)
            store.optimize()
            self._progress("indexing the resources")
            apart = [self._settings.graph_iri(name) for name in APART]
            build_resources(self._folder / "resources.db", n_quads, self._settings.base_iri, apart)
            self._progress("writing the dumps")
            dumps, graphs, parts = self._write_dumps(n_quads)
            self._progress("indexing for SPARQL")
            store.finish()
        count_uses(self._folder / "resources.db", open_store(self._folder / "store"))
        self._write_reports()
        self._write_shapes()
        resources = Resources(self._folder / "resources.db")
        self._progress("drawing the map")
        draw_atlas(self._folder / "atlas.db", n_quads, resources, self._settings.base_iri)
        content = read_content(n_quads, resources, self._settings, self._folder)
        told = self._derive_feed(n_quads, version, origin)
        n_quads.unlink()
        made_of: dict[str, Any] = {
            "format": FORMAT,
            "inputs": inputs,  # the places that the reports tell are in there too
            "version": version,
            "graphsvc": __version__,
            "commit": origin.commit,
            "issued": origin.issued,
            "first_issued": origin.first_issued,
            # To serve means to conform: a violation has stopped the build.
            "valid": True if options.shapes else None,
            "findings": self._validation.report.counts,
            **self._quality(),
            "quads": quads,
            "graphs": graphs,
            "parts": parts,
            "classes": resources.classes(),
            "schema_types": schema_types(resources, resources.classes()),
            "prefixes": dict(sorted(self._prefixes.items())),
            "settings": asdict(self._settings),
            "dumps": [asdict(dump) for dump in dumps],
            "about": self._copy_about(),
            "templates": self._copy_templates(),
            "feed": told,
        }
        resources.close()
        versions = self._versions(Version.of(made_of))
        made_of["versions"] = write_versions(self._folder, versions)
        digest = hashlib.sha256(json.dumps(made_of, sort_keys=True).encode()).hexdigest()
        manifest = Manifest(**made_of, digest=digest)
        described = catalogue(manifest, content, versions)
        write_document(self._folder, CATALOGUE, described)
        write_landing(self._folder, described, self._settings)
        write_document(self._folder, void.NAME, void.description(manifest, content))
        return manifest

    def _write_dumps(self, n_quads: Path) -> tuple[list[Dump], dict[str, int], dict[str, int]]:
        """Write them; gives them, the quads of each graph and the triples of each part."""
        folder, classes = self._folder / "dumps", self._settings.part_classes
        base_iri, prefixes = self._settings.base_iri, self._prefixes
        dumps, graphs = write_dumps(folder, n_quads, base_iri, prefixes, [*classes])
        more, parts = write_parts(folder, n_quads, classes, prefixes)
        return sorted([*dumps, *more], key=lambda dump: dump.file), graphs, parts

    def _derive_feed(
        self, n_quads: Path, version: str, origin: Provenance
    ) -> dict[str, Any] | None:
        earlier = self.earlier / feed.PATH if self.earlier else None
        root = self._publication.root
        source = Derived(
            root, self._settings, n_quads, version, origin.commit, origin.issued, earlier
        )
        return derive(source, self._folder / feed.PATH, self._progress)

    def _versions(self, new: Version) -> list[Version]:
        """What the releases beside it tell, and this one: a version that is gone is still told."""
        holdings = find_holdings(self._folder.parent, self._settings.base_iri)
        holdings.sort(key=lambda each: each.name)  # whenever they were built
        return added(merge(each.ledger() for each in holdings), new)

    def _quality(self) -> dict[str, Any]:
        """What /quality tells without reading the report and every correction."""
        found = self._validation
        terms = self._settings.correction_terms
        store = open_store(self._folder / "store")
        by_shape = results_by_shape(found.report, found.shapes_graph, self._publication.root)
        return {
            "findings_by_shape": [asdict(each) for each in by_shape],
            "corrections_by_defect": tally(store, terms, terms.defect if terms else ""),
            "corrections_by_confidence": tally(store, terms, terms.confidence if terms else ""),
        }

    def _canonicalize(self, path: Path, store: StoreBuilder) -> tuple[str, int]:
        """Write the canonical N-Quads, and store them; gives their SHA-256 and their number."""
        reader = Reader(self._settings.base_iri)
        canonical = Canonicalizer(self._folder, on_run=store.load)
        for file in self._publication.files:
            self._progress(f"sorting {file.place}", file.number, len(self._publication.files))
            canonical.add(reader.quads(file), file.graph_name)
        if reader.faults:  # they were none a moment ago
            raise SourceErrors(reader.faults)
        self._progress("writing the quads in canonical order")
        digest = hashlib.sha256()
        count = 0
        with path.open("wb") as file_out:
            for line in canonical:
                encoded = line.encode()
                digest.update(encoded)
                file_out.write(encoded)
                count += 1
        return digest.hexdigest(), count

    def _copy_about(self) -> list[str]:
        """Take the texts about the publication over; gives their languages."""
        texts = self._publication.about
        if texts:
            (self._folder / ABOUT).mkdir()
        for text in texts:
            shutil.copyfile(text.path, self._folder / ABOUT / f"{text.language}.md")
        return [text.language for text in texts]

    def _copy_templates(self) -> list[str]:
        """Take the templates over; gives their places."""
        templates = self._publication.templates
        if templates:
            (self._folder / TEMPLATES).mkdir()
        for template in templates:
            shutil.copyfile(template.path, self._folder / template.place)
        return [template.place for template in templates]

    def _write_shapes(self) -> None:
        triples = [quad.triple for quad in self._validation.shapes_graph]
        serialize(triples, str(self._folder / SHAPES), RdfFormat.N_TRIPLES)

    def _write_reports(self) -> None:
        context = ReportContext(
            languages=self._settings.languages,
            prefixes=self._prefixes,
            root=self._publication.root,  # places are told alike wherever the publication stands
        )
        for suffix, format in (("ttl", "turtle"), ("json", "json"), ("txt", "text")):
            text = write_report(self._validation.report, format, context)
            (self._folder / f"report.{suffix}").write_text(text, encoding="utf-8", newline="\n")


def default_releases(root: Path) -> Path:
    """Where the releases of a publication are unless somebody says otherwise."""
    return Path(os.environ.get("GRAPHSVC_RELEASES", root / "releases"))
