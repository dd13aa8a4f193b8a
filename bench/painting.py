"""How soon a visitor on a slow connection sees a page: the first paint, in a throttled Chromium.

The connection is the one that Lighthouse takes for a phone. Chromium's tools throttle requests
and not the connecting, so its round trips are added.

Spec: https://www.w3.org/TR/paint-timing/#first-contentful-paint
"""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import Browser, sync_playwright

from bench.processes import ROOT, Failed, Sample, graphsvc, measure
from bench.results import Cell
from bench.servers import graphsvc_server

RUNS = 9
ROUND_TRIP_SECONDS = 0.15
BYTES_A_SECOND = 1_600_000 / 8
CONNECTING = 2  # round trips before the first request: one for TCP, one for TLS
PAGES = {
    "home": "/",
    "resource": "/doc/cluster/compare",
    "class": "/browse?type=https://w3id.org/s3-cluster-pilot/ns%23Cluster",
    "vocabulary": "/ns",
    "quality": "/quality",
}
_PAINT = """() => new Promise(tell => new PerformanceObserver(
  list => list.getEntriesByName("first-contentful-paint").forEach(each => tell(each.startTime)),
).observe({ type: "paint", buffered: true }))"""


def run() -> list[Cell]:
    """The figures of each page of the shipped publication, nothing of which is kept."""
    with _server() as address, sync_playwright() as playwright:
        path = shutil.which("chromium")
        if path is None:
            raise Failed("chromium is not there; Debian's is wanted")
        quiet = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]
        browser = playwright.chromium.launch(executable_path=path, args=quiet)
        _paint(browser, f"http://{address}/")  # Chromium itself begins slowly
        cells = [
            Cell(
                "graphsvc", [_paint(browser, f"http://{address}{path}") for _ in range(RUNS)], name
            )
            for name, path in PAGES.items()
        ]
        browser.close()
        return cells


@contextmanager
def _server() -> Iterator[str]:
    with tempfile.TemporaryDirectory() as folder:
        releases = Path(folder)
        measure(graphsvc("build", "--skip-shapes", "--releases", releases, ROOT))
        current = (releases / "current").read_text(encoding="ascii").strip()
        with graphsvc_server(releases / current) as address:
            yield address


def _paint(browser: Browser, url: str) -> Sample:
    """One first visit."""
    context = browser.new_context(locale="sv", viewport={"width": 360, "height": 740})
    page = context.new_page()
    session = context.new_cdp_session(page)
    session.send("Network.enable")
    session.send(
        "Network.emulateNetworkConditions",
        {
            "offline": False,
            "latency": ROUND_TRIP_SECONDS * 1000,
            "downloadThroughput": BYTES_A_SECOND,
            "uploadThroughput": BYTES_A_SECOND,
        },
    )
    page.goto(url)
    milliseconds = float(page.evaluate(_PAINT))
    context.close()
    return Sample(CONNECTING * ROUND_TRIP_SECONDS + milliseconds / 1000)


if __name__ == "__main__":
    for cell in run():
        print(f"{cell.case}: {(cell.seconds or 0) * 1000:.0f} ms")
