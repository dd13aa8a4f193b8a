"""release → every page and representation as files → links checked → rename"""

from __future__ import annotations

import asyncio
import json
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from tempfile import mkdtemp
from urllib.parse import quote
from xml.sax.saxutils import escape

from graphsvc.errors import GraphsvcError
from graphsvc.export.site import NOT_FOUND, Site
from graphsvc.feed.files import FORMATS, closed_nodes
from graphsvc.feed.terms import PATH
from graphsvc.formats import N_QUADS
from graphsvc.iris import Addresses, to_uri
from graphsvc.release import Release

MARKER = ".graphsvc-export"  # tells a folder that an export may replace
# What no page need lead to, for programs and crawlers know it by its address.
_KNOWN = (
    *("/", "/search", "/sparql", "/quality", "/catalog", "/datasets/dcat", "/dump/"),
    *("/.well-known/void", "/.well-known/sparql-examples", "/about", "/feed", "/linkset.json"),
    "/version/",
)
_SITEMAPS = "http://www.sitemaps.org/schemas/sitemap/0.9"


class ExportError(GraphsvcError):
    """There is no export: where it should go, or what it would be, is wrong."""


@dataclass(frozen=True)
class Exported:
    """What an export holds, and what it could not."""

    pages: int
    files: int
    nowhere: tuple[str, ...]  # addresses that pages led to, and that have no answer
    not_searched: int  # resources that the index of the search leaves out


def export(
    release: Release,
    out: Path,
    url: str = "",
    progress: Callable[[int], None] = lambda _: None,
) -> Exported:
    """Write the site of a release into a folder that any host of static files serves.

    `url` is where the folder's top will be found: sitemap.xml and robots.txt want
    whole addresses, and have those under the base IRI without it. All or nothing: a
    folder that an earlier export has written is replaced once this one is whole.

    Raises ExportError if `out` holds something else, or if a link would lead nowhere.
    """
    _demand_room(out)
    out.parent.mkdir(parents=True, exist_ok=True)
    staging = Path(mkdtemp(prefix=f".{out.name}-", dir=out.parent))
    try:
        staging.chmod(0o755)
        done = _write(release, staging, url, progress)
        _replace(out, staging)
    finally:
        shutil.rmtree(staging, ignore_errors=True)
    return done


def _write(release: Release, folder: Path, url: str, progress: Callable[[int], None]) -> Exported:
    site = Site(release, folder, progress)
    asyncio.run(site.crawl((*_KNOWN, *_feed(release), *_resources(release))))
    if broken := site.finish():
        told = "\n".join(broken[:20])
        raise ExportError(f"error: {len(broken)} links lead nowhere:\n{told}")
    omitted = site.write_indexes()
    pages = [each for each in site.pages() if each != NOT_FOUND]
    top = url.rstrip("/") + "/" if url else to_uri(release.settings.base_iri)
    locations = (
        quote(each.as_posix().removesuffix("index.html"), safe="/:@~!$&'()*+,;=-._")
        for each in pages
    )
    _write_text(folder / "sitemap.xml", _sitemap(top, locations, release.manifest.issued))
    _write_text(folder / "robots.txt", f"User-agent: *\nAllow: /\nSitemap: {top}sitemap.xml\n")
    _write_text(folder / ".nojekyll", "")  # names that begin with a dot or a line are names
    made_of = {"release": release.manifest.version, "graphsvc": release.manifest.graphsvc}
    _write_text(folder / MARKER, json.dumps(made_of) + "\n")
    known = {
        f"{each}?lang={language}" for each in _KNOWN for language in release.settings.languages
    }
    nowhere = tuple(each for each in site.found.nowhere if each not in known and each not in _KNOWN)
    return Exported(len(pages), site.found.files, nowhere, omitted)


def _resources(release: Release) -> Iterator[str]:
    """The paths of every thing and document, withdrawn ones too."""
    base = release.settings.base_iri
    addresses = Addresses(base)
    for iri in release.resources.iris(base):
        for path in (addresses.path(iri), addresses.thing_path(iri)):
            if path is not None:
                yield path.partition("#")[0]


def _feed(release: Release) -> Iterator[str]:
    """The nodes of the feed, of which no page is led to by another."""
    if release.manifest.feed is not None:
        yield from (f"/{PATH}.{format.suffix}" for format in FORMATS)
        yield f"/{PATH}.atom"
        for name in closed_nodes(release.folder):
            yield f"/{PATH}/{name}"
            yield f"/{PATH}/{name}.{N_QUADS.suffix}"


def _demand_room(out: Path) -> None:
    if out.is_dir() and (not any(out.iterdir()) or (out / MARKER).is_file()):
        return
    if out.exists() or out.is_symlink():
        what = "a folder that is empty, or that an earlier export has written, is wanted"
        raise ExportError(f"{out.as_posix()}: error: it holds something else; {what}")


def _replace(out: Path, staging: Path) -> None:
    """Put the new folder in the place of the old one, which is removed only then."""
    if out.exists():
        old = Path(mkdtemp(prefix=f".{out.name}-", dir=out.parent))
        out.replace(old)
        staging.replace(out)
        shutil.rmtree(old)
    else:
        staging.replace(out)


def _sitemap(top: str, locations: Iterator[str], issued: str | None) -> str:
    modified = f"<lastmod>{issued}</lastmod>" if issued else ""
    rows = (f"<url><loc>{escape(top + each)}</loc>{modified}</url>\n" for each in locations)
    head = '<?xml version="1.0" encoding="UTF-8"?>\n'
    return f'{head}<urlset xmlns="{_SITEMAPS}">\n{"".join(rows)}</urlset>\n'


def _write_text(path: Path, text: str) -> None:
    path.write_text(text, encoding="utf-8", newline="\n")
