"""The files of a release's dumps/, and the list of them."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from starlette.responses import Response

from graphsvc.dumps import CODINGS
from graphsvc.formats import HTML, JSON, RDF_FORMATS, Format, from_media_type
from graphsvc.pages import rendering
from graphsvc.web.codings import IDENTITY, coding_of_dump
from graphsvc.web.conditions import AS_IT_IS, REVALIDATE, entity_tag
from graphsvc.web.exchange import Exchange
from graphsvc.web.files import FileResponse
from graphsvc.web.problems import Problem, choose
from graphsvc.web.representations import HTML_HEADERS
from graphsvc.web.signposting import GZIP, field, of_dump


def index(exchange: Exchange) -> Response:
    """The list of dumps, as a page or as JSON."""
    format = choose(exchange.accept, (JSON, HTML))
    language = exchange.edition.language if format is HTML else ""
    etag = entity_tag(exchange.digest, "dumps", format.suffix, language)
    headers = {"ETag": etag, "Cache-Control": REVALIDATE, "Vary": "Accept, Accept-Language"}
    if format is HTML:
        headers |= HTML_HEADERS | {"Content-Language": language}
    if exchange.has(etag):
        return Response(status_code=304, headers=headers)
    rows = exchange.release.manifest.dumps
    if format is HTML:
        page = rendering.dumps(exchange.edition, exchange.page_path, rows)
        return Response(page, headers=headers, media_type=HTML.media_type)
    body = json.dumps([dict(row) for row in rows], ensure_ascii=False, indent=1)
    return Response(body, headers=headers, media_type=JSON.media_type)


def to_index(exchange: Exchange) -> Response:
    """`/dump` is `/dump/`."""
    return Response(status_code=308, headers={"Location": f"{exchange.root_path}/dump/"})


def dump(exchange: Exchange) -> Response:
    """One file; only what the manifest names, so no path leads out of the folder."""
    name = exchange.request.path_params["file"]
    row = next((row for row in exchange.release.manifest.dumps if row["file"] == name), None)
    if row is None:
        raise Problem(404, "there is no dump of this name; /dump/ lists them")
    return file_response(exchange, row)


def of_graph(exchange: Exchange, name: str) -> dict[Format, Mapping[str, Any]]:
    """The rows of a named graph's plain dumps, by format; none if there is no such graph."""
    rows = {
        row["media_type"]: row
        for row in exchange.release.manifest.dumps
        if row["graph"] == name and not row["gzip"]
    }
    return {each: rows[each.media_type] for each in RDF_FORMATS if each.media_type in rows}


def graph_response(exchange: Exchange, row: Mapping[str, Any]) -> Response:
    """A named graph: what its dump holds."""
    location = f"{exchange.root_path}/dump/{row['file']}"
    return file_response(exchange, row, {"Vary": "Accept", "Content-Location": location})


def file_response(
    exchange: Exchange,
    row: Mapping[str, Any],
    more: Mapping[str, str] | None = None,
    folder: Path | None = None,
) -> Response:
    """The file of a row of a manifest in the coding that suits the client, with more headers.

    A `folder` is that of an older release, which may be removed at any moment. Raises OSError if
    the file is not there.
    """
    coding, coded = _coded(exchange, row)
    headers = {
        "ETag": f'"{coded["sha256"]}"',  # so each coding has its own
        "Cache-Control": f"{REVALIDATE}, {AS_IT_IS}",
        "Link": field([exchange.dataset_link, *of_dump(exchange.release)]),
        **(more or {}),
    }
    if row.get("codings"):  # older releases have none
        headers["Vary"] = ", ".join(filter(None, (headers.get("Vary"), "Accept-Encoding")))
    if exchange.has(headers["ETag"]):
        return Response(status_code=304, headers=headers)
    if coding != IDENTITY:
        headers["Content-Encoding"] = coding
    format = from_media_type(row["media_type"])
    plain = format.content_type if format else row["media_type"]
    headers["Content-Type"] = GZIP if row["gzip"] else plain
    path = (folder or exchange.release.folder) / "dumps" / coded["file"]
    return FileResponse(path, coded["bytes"], headers)


def _coded(exchange: Exchange, row: Mapping[str, Any]) -> tuple[str, Mapping[str, Any]]:
    """A content coding that a dump is there in, and its file.

    Raises Problem: 406 if the client accepts none, plain content neither.
    """
    coding, codings = coding_of_dump(exchange.request.scope), row.get("codings", {})
    if coding in codings:
        return coding, codings[coding]
    if not coding:
        offers = [*(each for each in CODINGS if each in codings), IDENTITY]
        told = f"no content coding suits; offered: {', '.join(offers)}"
        raise Problem(406, told, {"Vary": "Accept-Encoding"}, {"offers": offers})
    return IDENTITY, row
