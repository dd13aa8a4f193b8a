"""What machines ask of a server: is it alive, is it ready, what may be asked, and files."""

from __future__ import annotations

import json
from hashlib import sha256

from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response

from graphsvc.formats import JSON
from graphsvc.pages.assets import assets
from graphsvc.release import Release
from graphsvc.web.conditions import (
    FOR_EVER,
    NEVER,
    REVALIDATE,
    entity_tag,
    is_known,
    last_modified,
)
from graphsvc.web.exchange import Exchange
from graphsvc.web.openapi.document import describe
from graphsvc.web.problems import Problem


def healthz(_: Request) -> Response:
    """The process answers; nothing more is said of it."""
    return PlainTextResponse("ok\n", headers={"Cache-Control": NEVER})


def readyz(exchange: Exchange) -> Response:
    """A release is open. Without one, every answer that needs it is a 503, this one too."""
    manifest = exchange.release.manifest
    ready = {"status": "ready", "release": manifest.version, "commit": manifest.commit}
    return JSONResponse(ready, headers={"Cache-Control": NEVER})


def openapi(request: Request, release: Release | None) -> Response:
    """The OpenAPI document, which there is without a release, too."""
    root_path = str(request.scope.get("root_path", ""))
    etag = entity_tag(sha256(root_path.encode()).hexdigest(), "openapi")
    headers = {"Cache-Control": REVALIDATE, **_validators(etag, release)}
    if is_known(request.scope["headers"], etag, headers.get("Last-Modified", "")):
        return Response(status_code=304, headers=headers)
    body = json.dumps(describe(root_path), ensure_ascii=False)
    return Response(body, headers=headers, media_type=JSON.media_type)


def static(request: Request, release: Release | None) -> Response:
    """A file that pages refer to; its name changes with its content."""
    name = request.path_params["file"]
    asset = next((each for each in assets().values() if each.file == name), None)
    if asset is None:
        raise Problem(404, "nothing is published under this address")
    etag = entity_tag(asset.file)
    headers = {"Cache-Control": FOR_EVER, **_validators(etag, release)}
    if is_known(request.scope["headers"], etag, headers.get("Last-Modified", "")):
        return Response(status_code=304, headers=headers)
    return Response(asset.content, headers=headers | {"Content-Type": asset.content_type})


def _validators(etag: str, release: Release | None) -> dict[str, str]:
    """What the server itself is made of has no date of its own: it is served since a release is."""
    modified = last_modified(release.manifest.issued) if release else ""
    return {"ETag": etag} | ({"Last-Modified": modified} if modified else {})
