"""Conditional requests: what has not changed need not be sent again.

A release never changes, so its digest and the name of a representation are a
strong validator of it.

Spec: https://www.rfc-editor.org/rfc/rfc9110#section-13
"""

from __future__ import annotations

import re
import time
from collections.abc import Iterable
from datetime import datetime
from email.utils import formatdate

from starlette.responses import Response

from graphsvc import __version__

# The release may be replaced at any moment, and nobody shall go on reading what was corrected.
# So a copy is kept but asked about each time, which costs a 304 and no work on a body.
REVALIDATE = "public, max-age=0, must-revalidate"
FOR_EVER = "public, max-age=31536000, immutable"  # where another content has another address
NEVER = "no-store"
AS_IT_IS = "no-transform"  # what is compressed on the way has neither its checksum nor its ranges

# What a 304 tells; a client has the rest already. Scripts of other origins read it, too.
# Spec: https://www.rfc-editor.org/rfc/rfc9110#section-15.4.5
OF_UNCHANGED = (
    *("access-control-allow-origin", "access-control-expose-headers", "graphsvc-release"),
    *("cache-control", "content-location", "date", "etag", "expires", "last-modified", "vary"),
)

_ENTITY_TAG = re.compile(r'(?:W/)?("[\x21\x23-\x7e\x80-\xff]*")')


def entity_tag(digest: str, *representation: str) -> str:
    """The strong ETag of one representation of what a digest stands for.

    A later graphsvc may write the same release differently, so its version is in it.
    """
    return '"' + ".".join((digest[:32], *filter(None, representation), __version__)) + '"'


def weak(etag: str) -> str:
    """The tag of what is the same each time, but maybe not to the byte."""
    return f"W/{etag}"


def is_unchanged(if_none_match: str | None, etag: str) -> bool:
    """Has the client the representation with this ETag? The comparison is the weak one."""
    if if_none_match is None:
        return False
    if if_none_match.strip() == "*":
        return True
    return etag in _ENTITY_TAG.findall(if_none_match)


def last_modified(issued: str | None) -> str:
    """The value of Last-Modified for all that a release issued at this time holds.

    Nothing if it does not know when it was issued, or says a time that is yet to come.
    Spec: https://www.rfc-editor.org/rfc/rfc9110#section-8.8.2.1
    """
    seconds = datetime.fromisoformat(issued).timestamp() if issued else None
    if seconds is None or seconds > time.time():
        return ""
    return formatdate(seconds, usegmt=True)


def is_known(asked: Iterable[tuple[bytes, bytes]], etag: str, modified: str) -> bool:
    """Has the client, by the fields of its GET or HEAD, what bears this ETag and Last-Modified?

    A tag that it names goes before a date.
    Spec: https://www.rfc-editor.org/rfc/rfc9110#section-13.2.2
    """
    tags, dates = [], []
    for name, value in asked:
        if name == b"if-none-match":
            tags.append(value.decode("latin-1"))
        elif name == b"if-modified-since":
            dates.append(value.decode("latin-1"))
    if tags:
        return is_unchanged(", ".join(tags), etag)
    return any(is_unmodified(date, modified) for date in dates[:1])


def is_unmodified(if_modified_since: str, modified: str) -> bool:
    """Has the client what was written at this time?

    Only the very time counts: after a return to an older release, later ones are no longer true.
    """
    return bool(modified) and if_modified_since == modified


def unchanged(etag: str, modified: str = "") -> Response:
    """The answer to who has the representation with this tag, chosen by what it accepts."""
    headers = {"ETag": etag, "Cache-Control": REVALIDATE, "Vary": "Accept"}
    if modified:
        headers["Last-Modified"] = modified
    return Response(status_code=304, headers=headers)
