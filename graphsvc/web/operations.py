"""What machines ask of a server: is it alive, is it ready, what may a crawler do, and files."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response

from graphsvc.pages.assets import assets
from graphsvc.web.conditions import FOR_EVER, NEVER, entity_tag, is_unchanged
from graphsvc.web.exchange import Exchange
from graphsvc.web.problems import Problem


def healthz(_: Request) -> Response:
    """The process answers; nothing more is said of it."""
    return PlainTextResponse("ok\n", headers={"Cache-Control": NEVER})


def readyz(exchange: Exchange) -> Response:
    """A release is open. Without one, every answer that needs it is a 503, this one too."""
    manifest = exchange.release.manifest
    ready = {"status": "ready", "release": manifest.version, "commit": manifest.commit}
    return JSONResponse(ready, headers={"Cache-Control": NEVER})


def robots(request: Request) -> Response:
    """Crawlers shall read the pages, not ask queries."""
    root_path = request.scope.get("root_path", "")
    paths = ("/sparql?", "/search?", "/quality?", "/*?incoming=", "/*&incoming=")
    rules = [f"Disallow: {root_path}{path}" for path in paths]
    return PlainTextResponse("\n".join(["User-agent: *", *rules, ""]))


def static(request: Request) -> Response:
    """A file that pages refer to; its name changes with its content."""
    name = request.path_params["file"]
    asset = next((each for each in assets().values() if each.file == name), None)
    if asset is None:
        raise Problem(404, "nothing is published under this address")
    headers = {"Cache-Control": FOR_EVER, "ETag": entity_tag(asset.file)}
    if is_unchanged(request.headers.get("if-none-match"), headers["ETag"]):
        return Response(status_code=304, headers=headers)
    return Response(asset.content, headers=headers | {"Content-Type": asset.content_type})
