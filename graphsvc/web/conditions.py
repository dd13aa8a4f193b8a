"""Conditional requests: what has not changed need not be sent again.

A release never changes, so its digest and the name of a representation are a
strong validator of it.

Spec: https://www.rfc-editor.org/rfc/rfc9110#section-13
"""

from __future__ import annotations

import re
from email.utils import formatdate
from pathlib import Path

from starlette.responses import Response

from graphsvc import __version__

# The release may be replaced at any moment, and nobody shall go on reading what was corrected.
# So a copy is kept but asked about each time, which costs a 304 and no work on a body.
REVALIDATE = "public, max-age=0, must-revalidate"
FOR_EVER = "public, max-age=31536000, immutable"  # where another content has another address
NEVER = "no-store"
AS_IT_IS = "no-transform"  # what is compressed on the way has neither its checksum nor its ranges

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


def last_modified(path: Path) -> str:
    """When a file of a release was written: the value of Last-Modified."""
    return formatdate(path.stat().st_mtime, usegmt=True)


def is_unmodified(if_modified_since: str | None, modified: str) -> bool:
    """Has the client what was written at this time?

    Only the very time counts: after a return to an older release, later ones are no longer true.
    """
    return bool(modified) and if_modified_since == modified


def unchanged(etag: str, link: str) -> Response:
    """The answer to who has the representation with this tag, with its Link."""
    headers = {"ETag": etag, "Cache-Control": REVALIDATE, "Vary": "Accept", "Link": link}
    return Response(status_code=304, headers=headers)
