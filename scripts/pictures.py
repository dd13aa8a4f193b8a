"""Take pictures of a running server with Debian's Chromium.

`graphsvc serve` in one terminal, in another

    python scripts/pictures.py                 those that the documentation shows
    python scripts/pictures.py --all FOLDER    the main pages, to look at: wide and narrow, light
                                               and dark, in each language, and as printed
"""

from __future__ import annotations

import argparse
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import product
from pathlib import Path
from typing import Literal

from playwright.sync_api import Browser, ViewportSize, sync_playwright

DOCS = Path(__file__).parents[1] / "docs"
WIDE, NARROW = (1000, 900), (360, 740)  # pixels
CLUSTERS = "/browse?type=https://w3id.org/s3-cluster-pilot/ns%23Cluster"
MAIN = {
    "home": "/",
    "clusters": CLUSTERS,
    "cluster": "/doc/cluster/entreprenorsdrivet-foretagsnav",
    "region": "/doc/region/SE311",
    "certification": "/doc/certification/compare-bronze",
    "concept": "/def/defect/url-typo",
    "scheme": "/def/defect",
    "vocabulary": "/ns",
    "shapes": "/shapes",
    "quality": "/quality",
    "changes": "/feed",
    "search": "/search?q=smaland",
    "downloads": "/dump/",
    "about": "/about",
    "editor": "/sparql",
    "not-found": "/doc/cluster/compear",
}


@dataclass(frozen=True)
class Picture:
    """A page as it is seen; an `example` is a query that is run in it first."""

    file: Path
    path: str
    size: tuple[int, int] = WIDE
    scheme: Literal["light", "dark"] = "light"
    language: str = "en"
    example: str = ""
    is_whole: bool = False  # from top to bottom, not only what a screen shows
    is_printed: bool = False


SHOWN = (
    Picture(DOCS / "map.png", "/#map"),
    Picture(DOCS / "clusters.png", CLUSTERS),
    Picture(DOCS / "cluster.png", MAIN["cluster"]),
    Picture(DOCS / "editor.png", "/sparql", example="The regions on a map"),
    Picture(DOCS / "phone.png", MAIN["cluster"], NARROW, "dark", "sv"),
)


def every_main_page(folder: Path) -> Iterator[Picture]:
    for (name, path), language in product(MAIN.items(), ("sv", "en")):
        for scheme in ("light", "dark"):
            for width, size in (("wide", WIDE), ("narrow", NARROW)):
                file = folder / f"{name}-{language}-{width}-{scheme}.png"
                yield Picture(file, path, size, scheme, language, is_whole=True)
        file = folder / f"{name}-{language}-printed.png"
        yield Picture(file, path, language=language, is_whole=True, is_printed=True)


def take(browser: Browser, site: str, picture: Picture) -> None:
    width, height = picture.size
    context = browser.new_context(
        locale=picture.language,
        viewport=ViewportSize(width=width, height=height),
        color_scheme=picture.scheme,
    )
    page = context.new_page()
    page.emulate_media(media="print" if picture.is_printed else "screen")
    page.goto(site + picture.path)
    if picture.path == "/sparql":
        page.locator(".tabPanel.active .CodeMirror").wait_for()
    if picture.example:
        page.get_by_role("link", name=picture.example, exact=True).click()
        page.locator("figure svg").wait_for()
    page.screenshot(path=picture.file, full_page=picture.is_whole)
    context.close()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("site", nargs="?", default="http://127.0.0.1:8000")
    parser.add_argument("--all", type=Path, metavar="FOLDER", help="the main pages, into a folder")
    arguments = parser.parse_args()
    pictures = every_main_page(arguments.all) if arguments.all else iter(SHOWN)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=shutil.which("chromium"), args=["--no-sandbox", "--disable-gpu"]
        )
        for picture in pictures:
            take(browser, arguments.site, picture)
            print(picture.file)
        browser.close()


if __name__ == "__main__":
    main()
