from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable
from typing import Any

import pytest
from starlette.types import Message

from graphsvc.web.conditions import entity_tag, is_unchanged
from graphsvc.web.responses import CHUNK_BYTES, Reply, ThreadedResponse
from graphsvc.web.threads import QueryThreads

HEADERS = {"Content-Type": "text/turtle"}


def send(
    answer: Callable[[Reply], None], method: str = "GET", gone_first: bool = False
) -> list[Message]:
    """What a response sends; raises what it raises, with what it had sent in `sent`."""
    sent: list[Message] = []

    async def collect(message: Message) -> None:
        sent.append(message)

    async def receive() -> Message:
        if not gone_first:
            await asyncio.Event().wait()
        return {"type": "http.disconnect"}

    async def run() -> None:
        response = ThreadedResponse(answer, QueryThreads(1))
        await response({"type": "http", "method": method}, receive, collect)

    try:
        asyncio.run(run())
    except Exception as error:
        error.sent = sent  # type: ignore[attr-defined]
        raise
    return sent


def write(*chunks: bytes) -> Callable[[Reply], None]:
    def answer(reply: Reply) -> None:
        reply.begin(HEADERS)
        for chunk in chunks:
            reply.write(chunk)

    return answer


def test_small_answer_is_sent_whole_with_its_length() -> None:
    start, body = send(write(b"one", b"two"))
    assert (b"content-length", b"6") in start["headers"]
    assert body == {"type": "http.response.body", "body": b"onetwo", "more_body": False}


def test_large_answer_is_sent_as_it_is_written() -> None:
    start, *bodies = send(write(b"x" * CHUNK_BYTES, b"y" * CHUNK_BYTES, b"z"))
    assert not any(name == b"content-length" for name, _ in start["headers"])
    assert [body["more_body"] for body in bodies] == [True, True, False]
    assert b"".join(body["body"] for body in bodies)[-1:] == b"z"


def test_answer_to_head_is_cut_before_its_first_byte() -> None:
    start, body = send(write(b"x" * CHUNK_BYTES, b"y" * CHUNK_BYTES), method="HEAD")
    assert start["status"] == 200
    assert body == {"type": "http.response.body", "body": b"", "more_body": False}


def test_failure_mid_body_never_looks_complete() -> None:
    def answer(reply: Reply) -> None:
        write(b"x" * CHUNK_BYTES)(reply)
        raise OSError("disk gone")

    with pytest.raises(OSError, match="disk gone") as caught:
        send(answer)
    assert [message.get("more_body") for message in caught.value.sent] == [None, True]  # type: ignore[attr-defined]


def test_failure_before_the_first_chunk_sends_nothing() -> None:
    def answer(reply: Reply) -> None:
        write(b"half")(reply)
        raise OSError("disk gone")

    with pytest.raises(OSError, match="disk gone") as caught:
        send(answer)
    assert caught.value.sent == []  # type: ignore[attr-defined]


def test_what_a_failure_holds_is_let_go_in_the_thread_that_made_it() -> None:
    let_go: list[str] = []

    class Results:
        def __del__(self) -> None:
            let_go.append(threading.current_thread().name)

    def answer(_: Reply) -> None:
        results = Results()
        raise OSError(f"{type(results)}")

    with pytest.raises(OSError, match="Results"):
        send(answer)
    assert let_go == ["query"]


def test_nothing_is_sent_to_a_client_that_has_left() -> None:
    written = threading.Event()

    def answer(reply: Reply) -> None:
        written.wait(0.2)  # until the leaving has been noticed
        write(b"x" * CHUNK_BYTES)(reply)

    assert send(answer, gone_first=True) == []


def test_jobs_run_in_threads_of_their_own() -> None:
    names: list[str] = []

    async def run() -> None:
        threads = QueryThreads(2)
        job = lambda: names.append(threading.current_thread().name)  # noqa: E731
        await asyncio.gather(*(threads.run(job) for _ in range(10)))

    usual = threading.stack_size()
    asyncio.run(run())
    assert names == ["query"] * 10
    assert threading.stack_size() == usual


@pytest.mark.parametrize(
    ("condition", "unchanged"),
    [
        (None, False),
        ("", False),
        ("*", True),
        ('"a.ttl"', True),
        ('W/"a.ttl"', True),
        ('"b", "a.ttl"', True),
        ('"a.tt"', False),
        ("a.ttl", False),
        ('"b,"a.ttl"', False),
    ],
)
def test_condition_is_met_by_the_same_tag(condition: str | None, unchanged: bool) -> None:
    assert is_unchanged(condition, '"a.ttl"') is unchanged


def test_tag_is_of_digest_and_representation() -> None:
    tags: set[Any] = {entity_tag(digest, *rest) for digest in "ab" for rest in (("x",), ("x", "y"))}
    assert len(tags) == 4
