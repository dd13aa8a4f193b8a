"""What pages weigh, and how soon they can be read on a slow connection.

A busy machine tells no time. So what a browser transfers is counted, and the time is reckoned
from that for the slow connection that Lighthouse takes; bench/painting.py measures it on one.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import pytest
from playwright.sync_api import Browser

from bench.painting import BYTES_A_SECOND, CONNECTING, ROUND_TRIP_SECONDS

pytestmark = pytest.mark.browser

RENDER_BLOCKING = ("Document", "Stylesheet")


@dataclass
class Transfer:
    """What a page transfers, headers and all: bytes by request, and what asked for what."""

    kinds: dict[str, str] = field(default_factory=dict)
    urls: dict[str, str] = field(default_factory=dict)
    parents: dict[str, str] = field(default_factory=dict)
    sizes: dict[str, float] = field(default_factory=dict)

    def on_request(self, event: dict[str, Any]) -> None:
        request = event["requestId"]
        self.kinds[request] = event["type"]
        self.urls[request] = event["request"]["url"]
        self.parents[request] = event["initiator"].get("url", "")

    def on_finished(self, event: dict[str, Any]) -> None:
        self.sizes[event["requestId"]] = event["encodedDataLength"]

    @property
    def total_bytes(self) -> float:
        return sum(self.sizes.values())

    @property
    def blocking(self) -> list[str]:
        """The requests that must be answered before anything is shown."""
        return [each for each, kind in self.kinds.items() if kind in RENDER_BLOCKING]

    def depth(self, request: str) -> int:
        """How many requests follow on one another up to this one, it included."""
        by_url = {url: each for each, url in self.urls.items()}
        parent = by_url.get(self.parents[request])
        return 1 + (self.depth(parent) if parent not in (None, request) else 0)

    @property
    def first_paint_seconds(self) -> float:
        """When the first contents can be shown at the latest, but for the work of both ends."""
        trips = CONNECTING + max(self.depth(each) for each in self.blocking)
        weight = sum(self.sizes[each] for each in self.blocking)
        return trips * ROUND_TRIP_SECONDS + weight / BYTES_A_SECOND


def load(browser: Browser, url: str) -> Transfer:
    """Load a page for the first time, with nothing kept from before."""
    context = browser.new_context(locale="sv")
    page = context.new_page()
    session, transfer = context.new_cdp_session(page), Transfer()
    session.on("Network.requestWillBeSent", transfer.on_request)
    session.on("Network.loadingFinished", transfer.on_finished)
    session.send("Network.enable")
    page.goto(url, wait_until="networkidle")
    context.close()
    assert transfer.kinds.keys() == transfer.sizes.keys()
    return transfer


@pytest.mark.parametrize(
    ("path", "most_bytes"),
    [("/", 100_000), ("/doc/cluster/compare", 40_000), ("/doc/region/SE110", 40_000)],
)
def test_a_page_is_light_and_soon_there(
    browser: Browser, site: str, path: str, most_bytes: int
) -> None:
    transfer = load(browser, site + path)
    assert all(transfer.sizes.values())  # nothing came out of a cache
    assert transfer.total_bytes < most_bytes
    assert list(transfer.kinds.values()).count("Document") == 1
    assert "Script" not in transfer.kinds.values()
    assert max(map(transfer.depth, transfer.kinds)) == 2  # the page, then what it names
    assert transfer.first_paint_seconds < 1
