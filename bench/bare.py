"""What any application in Python may at most reach: `python -m bench.bare PORT`.

The server that graphsvc runs on, with an application that does nothing but answer.
"""

from __future__ import annotations

import sys
from typing import Any

_BODY = b"x" * 500
_START = {
    "type": "http.response.start",
    "status": 200,
    "headers": [(b"content-type", b"text/plain"), (b"content-length", b"%d" % len(_BODY))],
}


async def app(_scope: Any, _receive: Any, send: Any) -> None:
    """Answer with a constant."""
    await send(_START)
    await send({"type": "http.response.body", "body": _BODY})


def main(port: str) -> None:
    import uvicorn

    uvicorn.run(app, port=int(port), lifespan="off", access_log=False, log_level="warning")


if __name__ == "__main__":
    main(*sys.argv[1:])
