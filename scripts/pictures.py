"""Take the pictures that the documentation shows, of a running server, with Debian's Chromium.

`graphsvc serve` in one terminal, `python scripts/pictures.py` in another.
"""

from __future__ import annotations

import shutil
import sys
from pathlib import Path

from playwright.sync_api import sync_playwright

DOCS = Path(__file__).parents[1] / "docs"
# By file name: a page, and an example query to run in it first, if any.
PICTURES = {
    "map.png": ("/#map", ""),
    "clusters.png": ("/browse?type=https://w3id.org/s3-cluster-pilot/ns%23Cluster", ""),
    "cluster.png": ("/doc/cluster/entreprenorsdrivet-foretagsnav", ""),
    "editor.png": ("/sparql", "The regions on a map"),
}


def main(site: str) -> None:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=shutil.which("chromium"), args=["--no-sandbox", "--disable-gpu"]
        )
        context = browser.new_context(locale="en", viewport={"width": 1000, "height": 900})
        page = context.new_page()
        for name, (path, example) in PICTURES.items():
            page.goto(site + path)
            if example:
                page.get_by_role("link", name=example, exact=True).click()
                page.locator("figure svg").wait_for()
            page.screenshot(path=DOCS / name)
        browser.close()


if __name__ == "__main__":
    main(sys.argv[1] if len(sys.argv) > 1 else "http://127.0.0.1:8000")
