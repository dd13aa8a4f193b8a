from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from urllib.parse import urlencode

import pytest
from serving import Server, serving
from starlette.datastructures import Address
from typer.testing import CliRunner

from graphsvc.build import BuildOptions, build
from graphsvc.cli.app import app
from graphsvc.release import Release
from graphsvc.web import rate
from graphsvc.web.app import create_app
from graphsvc.web.problems import Problem
from graphsvc.web.rate import Rate, client_of
from web.served import Client, problem, write_publication
from web.served import client_of as client_asking

PER_MINUTE = 3


class Clock:
    now = 1_000.0

    def __call__(self) -> float:
        return self.now


def query(text: str) -> str:
    return "/sparql?" + urlencode({"query": text})


def refusal(rate: Rate, host: str = "192.0.2.1") -> int:
    """After how many seconds to come again; 0 if the query may be asked."""
    try:
        rate.admit(Address(host, 1), PER_MINUTE)
    except Problem as told:
        return int(told.headers["Retry-After"])
    return 0


def test_a_minute_holds_so_many_queries_and_retry_after_is_true() -> None:
    clock = Clock()
    rate = Rate(clock)
    assert [refusal(rate) for _ in range(PER_MINUTE + 2)] == [0, 0, 0, 20, 20]
    clock.now += 18.5
    assert refusal(rate) == 2
    clock.now += 1.5
    assert [refusal(rate), refusal(rate)] == [0, 20]
    clock.now += 1_000
    assert [refusal(rate) for _ in range(PER_MINUTE + 1)] == [0, 0, 0, 20]


def test_who_comes_when_told_is_never_refused() -> None:
    clock = Clock()
    rate = Rate(clock)
    asked = 0
    until = clock.now + 3_600
    while clock.now < until:
        if wait := refusal(rate):
            clock.now += wait
            assert refusal(rate) == 0
        asked += 1
    assert asked <= PER_MINUTE * 61


def test_each_client_has_a_bucket_of_its_own() -> None:
    rate = Rate(Clock())
    for host in ("192.0.2.1", "192.0.2.2", "2001:db8::1", "2001:db8:0:1::1"):
        assert [refusal(rate, host) for _ in range(PER_MINUTE + 1)] == [0, 0, 0, 20]


@pytest.mark.parametrize(
    ("host", "client"),
    [
        ("192.0.2.1", "192.0.2.1"),
        ("::ffff:192.0.2.1", "192.0.2.1"),
        ("2001:db8::1", "2001:db8::/64"),
        ("2001:db8::ffff:1:2:3", "2001:db8::/64"),
        ("fe80::1%eth0", "fe80::/64"),
        ("unknown", "unknown"),
        ("x" * 9_000, "x" * 100),
    ],
)
def test_a_client_is_an_address_or_a_network(host: str, client: str) -> None:
    assert client_of(Address(host, 1)) == client


def test_no_more_clients_are_remembered_than_may_be(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rate, "CLIENTS", 10)
    found = Rate(Clock())
    for number in range(100):
        refusal(found, f"192.0.2.{number}")
        for _ in range(PER_MINUTE):
            refusal(found, "198.51.100.1")  # who asks often is not forgotten
    assert len(found._full_at) == 10
    assert refusal(found, "198.51.100.1") == 20


def limited(release: Release) -> Release:
    return replace(release, settings=replace(release.settings, queries_per_minute=PER_MINUTE))


def test_only_what_is_evaluated_counts(release: Release) -> None:
    served = limited(release)
    with client_asking(create_app(lambda: served)) as client:
        first = client.get(query("ASK {}"))
        for _ in range(PER_MINUTE):
            assert client.get(query("ASK {}")).status_code == 200
            etag = first.headers["etag"]
            form = {"content-type": "application/sparql-query", "if-none-match": etag}
            assert client.ask("POST", "/sparql", form, b"ASK {}").status_code == 304
            assert client.get("/sparql").status_code == 200
        assert client.get("/graph?default").status_code == 200
        assert client.get(query("ASK {  }")).status_code == 200
        refused = client.get(query("ASK {   }"))
        assert refused.status_code == 429
        told = problem(refused)
        assert told["queries_per_minute"] == PER_MINUTE
        assert 0 < int(refused.headers["retry-after"]) <= 20
        assert client.get("/graph?default", accept="application/n-triples").status_code == 429
        assert client.get("/search?q=zebra").status_code == 429
        for path in ("/", "/doc/cluster/compare", "/dump/all.nt", query("ASK {}"), "/healthz"):
            assert client.get(path).status_code == 200


def test_no_limit_is_the_default(client: Client) -> None:
    for number in range(70):
        assert client.get(query(f"ASK {{}} #{number}")).status_code == 200


# ----- behind a proxy


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = write_publication(tmp_path_factory.mktemp("rate") / "publication")
    toml = root / "graphsvc.toml"
    toml.write_text(toml.read_text() + f"queries_per_minute = {PER_MINUTE}\n")
    return build(root, root.parent / "releases", BuildOptions(shapes=False))


@pytest.fixture(scope="module")
def behind_proxy(folder: Path) -> Iterator[Server]:
    with serving("--release", str(folder), "--trust-proxy", "127.0.0.0/8") as server:
        yield server


def ask(server: Server, number: int, *forwarded: str) -> int:
    headers = [("X-Forwarded-For", each) for each in forwarded]
    return server.client.get(query(f"ASK {{}} #{number}"), headers=headers).status_code


def statuses(server: Server, start: int, *forwarded: str) -> list[int]:
    return [ask(server, start + number, *forwarded) for number in range(PER_MINUTE + 1)]


ALLOWED_THEN_NOT = [200] * PER_MINUTE + [429]


def test_behind_a_trusted_proxy_each_client_counts_for_itself(behind_proxy: Server) -> None:
    assert statuses(behind_proxy, 0, "192.0.2.1") == ALLOWED_THEN_NOT
    assert statuses(behind_proxy, 10, "192.0.2.2") == ALLOWED_THEN_NOT
    assert statuses(behind_proxy, 20, "192.0.2.3:5000, 127.0.0.9") == ALLOWED_THEN_NOT
    assert ask(behind_proxy, 30, "192.0.2.3") == 429


def test_what_a_client_says_of_itself_changes_nothing(behind_proxy: Server) -> None:
    found = [
        ask(behind_proxy, 100 + number, f"198.51.100.{number}, 192.0.2.4")
        for number in range(PER_MINUTE + 1)
    ]
    assert found == ALLOWED_THEN_NOT
    found = [
        ask(behind_proxy, 110 + number, f"198.51.100.{number}", "192.0.2.5")  # on two lines
        for number in range(PER_MINUTE + 1)
    ]
    assert found == ALLOWED_THEN_NOT


def test_without_a_trusted_proxy_the_header_means_nothing(folder: Path) -> None:
    with serving("--release", str(folder)) as server:
        found = [ask(server, number, f"192.0.2.{number}") for number in range(PER_MINUTE + 1)]
        assert found == ALLOWED_THEN_NOT


@pytest.mark.parametrize("proxy", ["*", "localhost", "10.0.0.1/24", ""])
def test_a_proxy_is_an_address(proxy: str) -> None:
    result = CliRunner().invoke(app, ["serve", "--trust-proxy", proxy], env={"COLUMNS": "200"})
    assert result.exit_code == 2
    assert "an address or a network is wanted" in result.output
