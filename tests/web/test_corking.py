"""What is written in one turn of the event loop goes out in one piece, and nothing is lost."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from operator import methodcaller

from graphsvc.web.corking import Corked


class Recorded(asyncio.Transport):
    """A transport that remembers what it was told, in order."""

    def __init__(self) -> None:
        super().__init__()
        self.told: list[bytes | str] = []

    def write(self, data: bytes | bytearray | memoryview) -> None:
        self.told.append(bytes(data))

    def write_eof(self) -> None:
        self.told.append("end")

    def close(self) -> None:
        self.told.append("closed")

    def abort(self) -> None:
        self.told.append("aborted")

    def is_closing(self) -> bool:
        return "closed" in self.told or "aborted" in self.told


def told_by(*turns: Sequence[methodcaller]) -> list[bytes | str]:
    """What a transport is told by the calls of some turns of the event loop."""
    transport = Recorded()

    async def run() -> None:
        corked = Corked(transport, asyncio.get_running_loop())
        for calls in turns:
            for call in calls:
                call(corked)
            await asyncio.sleep(0)

    asyncio.run(run())
    return transport.told


def write(data: bytes) -> methodcaller:
    return methodcaller("write", data)


END, CLOSE, ABORT = map(methodcaller, ("write_eof", "close", "abort"))


def test_head_and_body_go_out_in_one_piece() -> None:
    assert told_by([write(b"head "), write(b"body")]) == [b"head body"]


def test_what_is_streamed_goes_out_turn_by_turn() -> None:
    assert told_by([write(b"one")], [write(b"two")]) == [b"one", b"two"]


def test_what_waits_goes_out_before_the_end() -> None:
    assert told_by([write(b"all"), CLOSE]) == [b"all", "closed"]
    assert told_by([write(b"all"), END]) == [b"all", "end"]


def test_what_is_cut_gets_nothing_more() -> None:
    assert told_by([write(b"more"), ABORT]) == ["aborted"]
    assert told_by([ABORT], [write(b"more")]) == ["aborted"]
