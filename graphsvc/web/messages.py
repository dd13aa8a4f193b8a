"""What the server and a worker say to each other over their socket.

A message is one byte that tells its kind, the length of the rest in four, and
the rest. A worker says READY once, then answers each QUESTION with HEAD, DATA as
often as need be and END; or with REFUSAL or FAILURE instead, the latter also in the
midst of the data.
"""

from __future__ import annotations

import json
import struct
from collections.abc import Sequence
from dataclasses import dataclass, fields
from functools import cached_property
from typing import Any

READY, QUESTION = b"r", b"q"
# The head tells media_type, whether it varies from time to time, and bytes if it is whole.
HEAD, DATA, END = b"h", b"d", b"e"
REFUSAL = b"x"  # the query's own fault: error, message, line and column; or the offers of a 406
FAILURE = b"f"  # ours, as text for the log

OUT_OF_MEMORY = 77  # the exit code of a worker where Python is the first to notice

CHUNK_BYTES = 65_536  # no data is longer: so much of an answer a server holds
PREFIX = struct.Struct("!cI")


@dataclass(frozen=True)
class Question:
    """A query with all that its evaluation depends on, but for the release."""

    text: str
    media_types: Sequence[str]  # that the client would have: of solutions, of graphs, or of both
    default_graphs: Sequence[str] | None = None  # None: the release's own
    named_graphs: Sequence[str] | None = None  # None: all
    overrides: bool = False  # do these graphs go before those that the text names?

    @cached_property
    def payload(self) -> bytes:
        told = {each.name: getattr(self, each.name) for each in fields(self)}
        return json.dumps(told).encode()

    @classmethod
    def of(cls, payload: bytes) -> Question:
        return cls(**json.loads(payload))


def message(kind: bytes, payload: bytes | bytearray | memoryview = b"") -> bytes:
    """A message as it goes over the socket."""
    return PREFIX.pack(kind, len(payload)) + payload


def table(kind: bytes, **told: Any) -> bytes:
    """A message that holds a JSON object."""
    return message(kind, json.dumps(told).encode())
