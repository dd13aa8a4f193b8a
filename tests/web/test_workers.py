"""Queries are evaluated by processes that can be ended: seen from outside, on a real server.

What a query may take is short here. A server that is told that it may take
`query_seconds` has a second more to say so; SLACK_SECONDS are for what else the
machine is doing, and for a worker that has yet to start.
"""

from __future__ import annotations

import asyncio
import os
import signal
import socket
import subprocess
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from urllib.parse import urlencode

import httpx
import pytest
from serving import PATIENCE_SECONDS, Server, is_running, serving

from graphsvc.build import BuildOptions, build
from graphsvc.formats import SOLUTIONS_FORMATS
from graphsvc.release import Release
from graphsvc.web.messages import Question
from graphsvc.web.problems import Problem
from graphsvc.web.worker import LAST, NICENESS, Clock
from graphsvc.web.workers import WORKERS, Workers
from web.served import BASE, problem, write_publication

QUERY_SECONDS = 2
SLACK_SECONDS = 4
MEGABYTES = 96
RESULT_BYTES = 60_000_000
LIMITS = f"""
query_bytes = 120000
body_bytes = 3000000
query_seconds = {QUERY_SECONDS}
query_megabytes = {MEGABYTES}
result_bytes = {RESULT_BYTES}
drain_seconds = 20
"""
WHOLE = b"\r\n0\r\n\r\n"  # the end of a chunked body
DIRECT = {"content-type": "application/sparql-query"}

SIX = "?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l . ?m ?n ?o . ?p ?q ?r"
TWO = "?a ?b ?c . ?d ?e ?f"
ENDLESS = f"SELECT (COUNT(*) AS ?z) {{ {SIX} }}"
# Solutions as many as anybody would take, at once.
STREAM = f"SELECT * {{ {SIX} }}"
DOUBLING = " ".join(f"BIND(CONCAT(?x{n}, ?x{n}) AS ?x{n + 1})" for n in range(40))

ENDED = {503}
EITHER = {503, 413}  # time or memory, whichever is up first
CUT = {0}
HOSTILE: dict[str, tuple[str, set[int]]] = {
    "cartesian product, counted": (ENDLESS, ENDED),
    "cartesian product, ordered": (f"SELECT * {{ {SIX} }} ORDER BY ?c ?f ?i", EITHER),
    "cartesian product, distinct": (f"SELECT DISTINCT * {{ {SIX} }} ORDER BY ?a", EITHER),
    "cartesian product, grouped": (
        f"SELECT ?z (COUNT(*) AS ?y) {{ {SIX} BIND(CONCAT(STR(?c), STR(?f), STR(?i)) AS ?z) }} "
        "GROUP BY ?z",
        EITHER,
    ),
    "property paths": (
        "SELECT (COUNT(*) AS ?z) { ?a (!<urn:x>|^!<urn:x>)* ?b . ?c (!<urn:x>|^!<urn:x>)* ?d . "
        "?e (!<urn:x>|^!<urn:x>)* ?f . ?g (!<urn:x>|^!<urn:x>)* ?h }",
        EITHER,
    ),
    "regular expression": (
        f"SELECT (COUNT(*) AS ?z) {{ {SIX} "
        "FILTER(!REGEX(CONCAT(STR(?c), STR(?f), STR(?i)), '((a|b|c)*d.*){20}(e.*){20}$')) }",
        EITHER,
    ),
    "group_concat": (f"SELECT (GROUP_CONCAT(STR(?c)) AS ?z) {{ {SIX} }}", EITHER),
    "join on strlen": (
        f"SELECT (COUNT(*) AS ?z) {{ {SIX} FILTER(STRLEN(STR(?c)) + STRLEN(STR(?f)) "
        "+ STRLEN(STR(?i)) + STRLEN(STR(?l)) = STRLEN(STR(?o)) * 7919) }",
        ENDED,
    ),
    "not exists": (
        f"SELECT (COUNT(*) AS ?z) {{ {SIX} FILTER NOT EXISTS "
        "{ ?u ?v ?w . ?x ?y ?c . FILTER(STRLEN(STR(?w)) > 100000000) } }",
        ENDED,
    ),
    "string that doubles": (
        f"SELECT (STRLEN(?x40) AS ?z) {{ BIND('xx' AS ?x0) {DOUBLING} }}",
        {413},
    ),
    "patterns by the thousand": (
        "SELECT * { " + "".join(f"?a{n} ?b{n} ?c{n} . " for n in range(4_000)) + "}",
        ENDED,
    ),
    "deep nesting": ("SELECT * " + "{" * 30_000 + "}" * 30_000, {403}),
    "long chain of operators": ("SELECT (1" + "+1" * 40_000 + " AS ?x) {}", {403}),
    "megabyte of text": ("ASK {} #" + "x" * 1_000_000, {413}),
    "large construct": (
        f"CONSTRUCT {{ ?a ?b ?f . ?d ?e ?i . ?g ?k ?c }} WHERE {{ {SIX} }}",
        EITHER | CUT,
    ),
    "answer without end": (STREAM, CUT),
}


def release_with(folder: Path, limits: str = LIMITS) -> Path:
    root = write_publication(folder / "publication")
    toml = root / "graphsvc.toml"
    text = toml.read_text(encoding="utf-8").partition("[limits]")[0]
    toml.write_text(f"{text}[limits]\n{limits}", encoding="utf-8")
    return build(root, folder / "releases", BuildOptions(shapes=False))


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return release_with(tmp_path_factory.mktemp("hostile"))


@pytest.fixture(scope="module")
def shared(folder: Path) -> Iterator[Server]:
    with serving("--release", str(folder)) as server:
        yield server


@pytest.fixture
def server(folder: Path) -> Iterator[Server]:
    """A server of a test's own."""
    with serving("--release", str(folder)) as server:
        yield server


def ask(server: Server, query: str, **parameters: str) -> httpx.Response:
    path = "/sparql" + ("?" + urlencode(parameters) if parameters else "")
    return server.client.post(path, content=query.encode(), headers=DIRECT)


def status_of(server: Server, query: str, **parameters: str) -> int:
    """The status of an answer, 0 if it is cut."""
    try:
        return ask(server, query, **parameters).status_code
    except httpx.RemoteProtocolError:
        return 0


def eventually(holds: Callable[[], bool]) -> None:
    until = time.monotonic() + PATIENCE_SECONDS
    while not holds():
        assert time.monotonic() < until
        time.sleep(0.05)


def begin(server: Server, query: str) -> socket.socket:
    """A connection on which a query has been asked, and nothing read."""
    url = server.client.base_url
    connection = socket.create_connection((url.host, url.port or 80), timeout=PATIENCE_SECONDS)
    body = query.encode()
    head = f"POST /sparql HTTP/1.1\r\nHost: x\r\nContent-Type: {DIRECT['content-type']}\r\n"
    connection.sendall(f"{head}Content-Length: {len(body)}\r\n\r\n".encode() + body)
    return connection


def read_all(connection: socket.socket) -> bytes:
    received = bytearray()
    while chunk := connection.recv(65_536):
        received += chunk
    return bytes(received)


def processor_seconds(pid: int) -> float:
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def is_evaluating(pid: int) -> bool:
    try:
        before = processor_seconds(pid)
        time.sleep(0.2)
        return processor_seconds(pid) - before > 0.02
    except FileNotFoundError:
        return False


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_query_ends_in_time_and_harms_nobody(shared: Server, name: str) -> None:
    query, statuses = HOSTILE[name]
    assert ask(shared, "ASK {}").status_code == 200
    began = time.monotonic()
    assert status_of(shared, query) in statuses
    assert time.monotonic() - began < QUERY_SECONDS + 1 + SLACK_SECONDS
    assert ask(shared, "ASK {}").status_code == 200


def rounds(server: Server, times: int) -> None:
    """All hostile queries so many times, as many at once as there are workers."""
    wanted = [HOSTILE[name] for name in HOSTILE] * times
    with ThreadPoolExecutor(WORKERS) as asking:
        found = list(asking.map(lambda row: status_of(server, row[0], timeout="0.5"), wanted))
    # When all do their worst at once, memory and time may change places, and a worker be late.
    assert all(each in statuses | EITHER for each, (_, statuses) in zip(found, wanted, strict=True))


def settle(server: Server) -> tuple[int, int]:
    """The memory and the processes of a server that has nothing to do."""
    assert ask(server, "ASK {}").status_code == 200
    time.sleep(2)
    return server.megabytes(), len(server.workers())


def test_hostile_queries_leave_neither_memory_nor_processes(server: Server) -> None:
    rounds(server, 1)
    megabytes, _ = settle(server)
    rounds(server, 1)
    after, workers = settle(server)
    assert after - megabytes < 24
    assert workers <= WORKERS


@pytest.mark.slow
def test_two_hundred_hostile_queries_leave_nothing(server: Server) -> None:
    rounds(server, 3)
    megabytes, _ = settle(server)
    rounds(server, 200 // len(HOSTILE) + 1)
    after, workers = settle(server)
    assert after - megabytes < 16
    assert workers <= WORKERS


@pytest.mark.slow
def test_long_answer_takes_no_more_memory_than_a_short_one(tmp_path: Path) -> None:
    limits = LIMITS.replace(f"query_seconds = {QUERY_SECONDS}", "query_seconds = 100")
    query = f"SELECT ?a {{ {SIX} }} LIMIT 1000000"
    headers = {**DIRECT, "accept": "text/csv", "accept-encoding": "identity"}
    with serving("--release", str(release_with(tmp_path, limits))) as server:
        before, _ = settle(server)
        found, most = 0, 0
        asking = server.client.stream("POST", "/sparql", content=query.encode(), headers=headers)
        with asking as response:
            for number, chunk in enumerate(response.iter_raw()):
                found += chunk.count(b"\n")
                most = max(most, server.megabytes()) if number % 50 == 0 else most
    assert found == 1_000_001
    assert most - before < 16


def test_time_limit_is_told(shared: Server) -> None:
    response = ask(shared, ENDLESS)
    assert response.status_code == 503
    told = problem(response)
    assert told["query_seconds"] == QUERY_SECONDS
    assert f"{QUERY_SECONDS} seconds" in told["detail"]


def test_client_may_lower_the_time_limit_but_not_raise_it(shared: Server) -> None:
    assert problem(ask(shared, ENDLESS, timeout="0.5"))["query_seconds"] == 0.5
    assert problem(ask(shared, ENDLESS, timeout="1000"))["query_seconds"] == QUERY_SECONDS
    assert ask(shared, "ASK {}", timeout="1").status_code == 200


@pytest.mark.parametrize("text", ["-1", "0", "soon", "1e9", "nan", "2s"])
def test_timeout_that_is_no_number_of_seconds_is_refused(shared: Server, text: str) -> None:
    assert "seconds are wanted" in problem(ask(shared, "ASK {}", timeout=text))["detail"]


def test_memory_limit_is_told(shared: Server) -> None:
    response = ask(shared, HOSTILE["string that doubles"][0])
    assert response.status_code == 413
    assert problem(response)["query_megabytes"] == MEGABYTES


def test_what_fits_the_memory_limit_is_answered(shared: Server) -> None:
    query = f"SELECT (STRLEN(?x22) AS ?z) {{ BIND('xx' AS ?x0) {DOUBLING} }}"
    response = ask(shared, query.replace(DOUBLING, DOUBLING.partition("BIND(CONCAT(?x22,")[0]))
    assert response.json()["results"]["bindings"][0]["z"]["value"] == str(2**23)


def test_long_answer_is_whole_and_takes_no_memory_of_the_server(shared: Server) -> None:
    query = f"SELECT * {{ {TWO} . ?g ?h 'deep' }}"
    before = shared.megabytes()
    response = ask(shared, query)
    count = ask(shared, f"SELECT (COUNT(*) AS ?z) {{ {TWO} . ?g ?h 'deep' }}").json()
    found = response.json()["results"]["bindings"]
    assert len(found) == int(count["results"]["bindings"][0]["z"]["value"]) > 1_000
    assert len(response.content) > 3_000_000
    assert shared.megabytes() - before < 20


def test_answer_that_grows_too_long_is_cut(folder: Path, tmp_path: Path) -> None:
    limits = LIMITS.replace(f"result_bytes = {RESULT_BYTES}", "result_bytes = 500000")
    with serving("--release", str(release_with(tmp_path, limits))) as server:
        with begin(server, STREAM) as connection:
            received = read_all(connection)
        assert received.startswith(b"HTTP/1.1 200")
        assert 400_000 < len(received) < 510_000
        assert not received.endswith(WHOLE)


def test_answer_whose_first_chunk_is_too_long_is_refused(tmp_path: Path) -> None:
    limits = LIMITS.replace(f"result_bytes = {RESULT_BYTES}", "result_bytes = 1000")
    with serving("--release", str(release_with(tmp_path, limits))) as server:
        assert ask(server, "ASK {}").status_code == 200
        response = ask(server, "SELECT * { ?s ?p ?o }")
        assert response.status_code == 413
        assert problem(response)["result_bytes"] == 1_000


@pytest.mark.parametrize("format", ["srj", "srx", "csv", "tsv"])
def test_answer_of_too_many_rows_is_refused_or_cut(limited_to_rows: Server, format: str) -> None:
    ten = "SELECT * { ?s ?p ?o } LIMIT 10"

    def asked(query: str, **fields: str) -> httpx.Response:
        return limited_to_rows.client.post("/sparql", data={"query": query, **fields})

    assert asked(ten, format=format).status_code == 200
    response = asked(ten.replace("10", "11"), format=format)
    assert response.status_code == 413
    assert problem(response)["result_rows"] == 10
    assert asked("CONSTRUCT { ?s ?p ?o } { ?s ?p ?o } LIMIT 11").status_code == 200


@pytest.fixture(scope="module")
def limited_to_rows(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    limits = LIMITS + "result_rows = 10\n"
    folder = release_with(tmp_path_factory.mktemp("rows"), limits)
    with serving("--release", str(folder)) as server:
        yield server


def test_crash_ends_one_query_only(server: Server) -> None:
    with ThreadPoolExecutor(2) as asking:
        doomed = asking.submit(ask, server, ENDLESS)
        eventually(lambda: any(map(is_evaluating, server.workers())))
        (victim,) = server.workers()
        os.kill(victim, signal.SIGSEGV)
        response = doomed.result()
    assert response.status_code == 500
    assert "ended the process" in problem(response)["detail"]
    assert ask(server, "ASK {}").status_code == 200
    assert victim not in server.workers()


def test_crash_in_the_midst_of_an_answer_cuts_it(server: Server) -> None:
    with begin(server, STREAM) as connection:
        received = connection.recv(100)
        (victim,) = server.workers()
        os.kill(victim, signal.SIGKILL)
        received += read_all(connection)
    assert received.startswith(b"HTTP/1.1 200")
    assert not received.endswith(WHOLE)


def test_workers_come_after_pages(shared: Server) -> None:
    assert ask(shared, "ASK {}").status_code == 200
    own = os.getpriority(os.PRIO_PROCESS, shared.process.pid)
    for worker in shared.workers():
        assert os.getpriority(os.PRIO_PROCESS, worker) == min(own + NICENESS, 19)


def test_the_event_loop_never_reaps(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Linux has who reaps a process wait in a busy loop for the last of its threads."""
    reaped_at: list[int] = []
    wait = subprocess.Popen.wait

    def noted(process: subprocess.Popen[bytes], timeout: float | None = None) -> int:
        reaped_at.append(os.getpriority(os.PRIO_PROCESS, threading.get_native_id()))
        return wait(process, timeout)

    def polled(_: object) -> None:
        pytest.fail("a look whether it has ended reaps it")

    monkeypatch.setattr(subprocess.Popen, "wait", noted)
    monkeypatch.setattr(subprocess.Popen, "poll", polled)
    question = Question("ASK {}", (SOLUTIONS_FORMATS[0].media_type,))

    async def borrow(workers: Workers, release: Release, *, crash: bool) -> None:
        async with workers.borrow(release) as worker:
            if crash:
                os.kill(worker.pid, signal.SIGKILL)
            await worker.ask(question, Clock(60))
            while not worker.is_free:
                await worker.receive(Clock(60))

    async def all_ways_to_end(release: Release) -> None:
        workers = Workers(1)
        with pytest.raises(Problem):
            await borrow(workers, release, crash=True)
        await borrow(workers, release, crash=False)
        await workers.close()

    asyncio.run(all_ways_to_end(Release.open(folder)))
    assert reaped_at == [LAST, LAST]


def test_idle_worker_that_died_is_not_asked(server: Server) -> None:
    assert ask(server, "ASK {}").status_code == 200
    (victim,) = server.workers()
    os.kill(victim, signal.SIGKILL)
    eventually(lambda: not is_running(victim))
    assert ask(server, "ASK {}").status_code == 200


@pytest.mark.parametrize("query", [ENDLESS, STREAM])
def test_client_that_leaves_ends_its_query(folder: Path, tmp_path: Path, query: str) -> None:
    limits = LIMITS.replace(f"query_seconds = {QUERY_SECONDS}", "query_seconds = 600")
    with serving("--release", str(release_with(tmp_path, limits))) as server:
        connections = [begin(server, query) for _ in range(WORKERS)]
        eventually(lambda: len(server.workers()) == WORKERS)
        busy = server.workers()
        if query == ENDLESS:
            eventually(lambda: all(map(is_evaluating, busy)))
        for connection in connections:
            connection.close()
        eventually(lambda: not any(map(is_running, busy)))
        assert ask(server, "ASK {}").status_code == 200


def test_slow_client_holds_neither_memory_nor_the_clock(server: Server) -> None:
    assert ask(server, "ASK {}").status_code == 200
    before = server.megabytes()
    with begin(server, f"SELECT * {{ {TWO} . ?g ?h 'deep' }}") as connection:
        time.sleep(QUERY_SECONDS * 0.75)
        received = b""
        while not received.endswith(WHOLE):
            chunk = connection.recv(1_000_000)
            assert chunk
            received += chunk
            if len(received) < 2_000_000:
                time.sleep(0.02)
    assert received.startswith(b"HTTP/1.1 200")
    assert server.megabytes() - before < 16


def test_client_that_takes_nothing_is_left(server: Server) -> None:
    with begin(server, STREAM):
        eventually(lambda: bool(server.workers()))
        busy = server.workers()
        eventually(lambda: not any(map(is_running, busy)))


def test_head_of_a_short_answer_costs_no_worker(server: Server) -> None:
    assert ask(server, "ASK {}").status_code == 200
    before = server.workers()
    head = server.client.head("/sparql", params={"query": "ASK {}"})
    assert head.headers["content-length"] == str(len(ask(server, "ASK {}").content))
    assert server.workers() == before


def test_head_of_an_endless_answer_is_short(shared: Server) -> None:
    response = shared.client.head("/sparql", params={"query": STREAM, "format": "csv"})
    assert response.status_code == 200
    assert response.headers["content-type"] == "text/csv; charset=utf-8"


def test_pages_answer_while_every_worker_is_busy_and_more_queries_are_told_to_wait(
    tmp_path: Path,
) -> None:
    limits = LIMITS.replace(f"query_seconds = {QUERY_SECONDS}", "query_seconds = 600")
    with serving("--release", str(release_with(tmp_path, limits))) as server:
        connections = [begin(server, ENDLESS) for _ in range(WORKERS)]
        eventually(lambda: len(server.workers()) == WORKERS)
        for path in ("/healthz", "/readyz", "/", "/doc/cluster/compare", "/sparql"):
            began = time.monotonic()
            response = server.client.get(path, headers={"accept": "text/html, */*;q=0.5"})
            assert response.status_code == 200
            assert time.monotonic() - began < SLACK_SECONDS
        response = ask(server, "ASK {}")
        assert response.status_code == 503
        assert response.headers["retry-after"] == "5"
        assert len(server.workers()) == WORKERS
        for connection in connections:
            connection.close()
        eventually(lambda: ask(server, "ASK {}").status_code == 200)


@pytest.mark.slow
def test_pages_answer_while_sixty_four_clients_ask_the_worst(server: Server) -> None:
    stop = threading.Event()
    worst = [query for query, _ in HOSTILE.values()]

    def attack(number: int) -> int:
        answered = 0
        while not stop.is_set():
            status_of(server, worst[(number + answered) % len(worst)], timeout="1")
            answered += 1
        return answered

    with ThreadPoolExecutor(64) as attacking:
        attacks = [attacking.submit(attack, number) for number in range(64)]
        eventually(lambda: len(server.workers()) == WORKERS)
        for _ in range(10):
            for path in ("/healthz", "/readyz", "/", "/doc/cluster/compare", "/dump/all.nt"):
                assert server.client.get(path).status_code == 200
            time.sleep(0.5)
        stop.set()
        assert all(attack.result() for attack in attacks)
    eventually(lambda: ask(server, "ASK {}").status_code == 200)


def test_no_worker_survives_a_server_that_is_killed(server: Server) -> None:
    assert ask(server, "ASK {}").status_code == 200
    connections = [begin(server, query) for query in (ENDLESS, STREAM)]
    eventually(lambda: len(server.workers()) >= 2)
    workers = server.workers()
    server.process.kill()
    server.process.wait()
    eventually(lambda: not any(map(is_running, workers)))
    for connection in connections:
        connection.close()


def test_answers_under_way_are_finished_when_the_server_is_told_to_stop(tmp_path: Path) -> None:
    limits = LIMITS.replace(f"query_seconds = {QUERY_SECONDS}", "query_seconds = 60")
    with serving("--release", str(release_with(tmp_path, limits))) as server:
        with begin(server, f"{STREAM} LIMIT 10000") as connection:  # more than any buffer holds
            received = connection.recv(100)
            workers = server.workers()
            server.process.terminate()
            server.wait_for("Waiting for connections to close|Shutting down")
            time.sleep(1.5)  # so long is the answer under way, whatever the machine
            received += read_all(connection)
        server.process.wait(PATIENCE_SECONDS)
    assert received.startswith(b"HTTP/1.1 200")
    assert received.endswith(WHOLE)
    assert len(received) > 10_000_000
    assert not any(map(is_running, workers))


def test_server_that_is_told_to_stop_waits_no_longer_than_it_may(tmp_path: Path) -> None:
    limits = LIMITS.replace("drain_seconds = 20", "drain_seconds = 1")
    limits = limits.replace(f"query_seconds = {QUERY_SECONDS}", "query_seconds = 600")
    release = release_with(tmp_path, limits)
    with serving("--release", str(release)) as server, begin(server, ENDLESS) as connection:
        eventually(lambda: any(map(is_evaluating, server.workers())))
        workers = server.workers()
        server.process.terminate()
        server.process.wait(PATIENCE_SECONDS)
        eventually(lambda: not any(map(is_running, workers)))
        assert not connection.recv(65_536).startswith(b"HTTP/1.1 200")


def test_answer_of_a_release_goes_on_while_the_next_one_is_served(tmp_path: Path) -> None:
    limits = LIMITS.replace(f"query_seconds = {QUERY_SECONDS}", "query_seconds = 60")
    release_with(tmp_path, limits)
    root = tmp_path / "publication"
    arguments = (str(root), "--releases", str(tmp_path / "releases"), "--skip-shapes", "--reload")
    added = f"ASK {{ <{BASE}id/added> ?p ?o }}"
    with serving(*arguments) as server:
        assert ask(server, added).json()["boolean"] is False
        before = server.workers()
        lines: list[int] = []
        began = threading.Event()

        def read() -> None:
            query = f"SELECT * {{ {TWO} . ?g ?h 'deep' }}"
            with server.client.stream(
                "POST", "/sparql?format=csv", content=query, headers=DIRECT
            ) as r:
                for chunk in r.iter_bytes(65_536):
                    lines.append(chunk.count(b"\r\n"))
                    began.set()
                    finish.wait(PATIENCE_SECONDS)

        finish = threading.Event()
        reading = threading.Thread(target=read)
        reading.start()
        assert began.wait(PATIENCE_SECONDS)
        time.sleep(1)  # the watcher needs a moment before its first look
        data = root / "data/more.ttl"
        data.write_text("<id/added> <http://purl.org/dc/terms/title> 'x' .", encoding="utf-8")
        server.wait_for(r"\nserving [0-9a-f]{12}-")
        assert ask(server, added).json()["boolean"] is True
        finish.set()
        reading.join(PATIENCE_SECONDS)
        assert sum(lines) > 1_000
        assert ask(server, added).json()["boolean"] is True
        eventually(lambda: not any(map(is_running, before)))
