"""/quality: how the release was validated, what its sources say, and what was corrected."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from starlette.responses import Response

from graphsvc.formats import HTML, JSON, TURTLE
from graphsvc.pages import rendering
from graphsvc.pages.corrections import Comparison, Correction, SourceStatement
from graphsvc.pages.editions import Link
from graphsvc.pages.quality import NARROWING, Asked, Bar, Quality, ShapeFindings, read_quality
from graphsvc.pages.statements import Text, Value
from graphsvc.web.conditions import REVALIDATE, entity_tag
from graphsvc.web.exchange import PAGE, Exchange
from graphsvc.web.files import FileResponse
from graphsvc.web.problems import Problem
from graphsvc.web.twins import links, respond, twin

STATEMENTS = "statements"  # which page of what the sources say
_REPORTS = {
    "ttl": TURTLE.content_type,
    "json": JSON.media_type,
    "txt": "text/plain; charset=utf-8",
}


def quality(exchange: Exchange) -> Response:
    """The validation, the statements and the corrections, as a page or as JSON."""
    format, asked = twin(exchange), _asked(exchange)

    def body() -> str | Mapping[str, Any]:
        told = read_quality(exchange.edition, asked)
        if not told.is_found:
            raise Problem(404, "there is no such page, or no correction or statement of this kind")
        if format is HTML:
            return rendering.quality(exchange.edition, exchange.page_path, told)
        return _table(exchange, told)

    return respond(exchange, format, body)


def report(exchange: Exchange) -> Response:
    """The whole validation report, as the build wrote it."""
    suffix = exchange.request.path_params["suffix"]
    if suffix not in _REPORTS:
        raise Problem(404, f"the report is there as {', '.join(_REPORTS)}")
    etag = entity_tag(exchange.release.manifest.digest, "report", suffix)
    headers = {"ETag": etag, "Cache-Control": REVALIDATE, "Link": exchange.dataset_link}
    if exchange.has(etag):
        return Response(status_code=304, headers=headers)
    path = exchange.release.folder / f"report.{suffix}"
    return FileResponse(path, path.stat().st_size, headers | {"Content-Type": _REPORTS[suffix]})


def _asked(exchange: Exchange) -> Asked:
    """What the address asks for. Raises Problem: 400 if it narrows the list in two ways."""
    given = {name: exchange.request.query_params.get(name, "") for name in NARROWING}
    narrowed = [(name, iri) for name, iri in given.items() if iri]
    if len(narrowed) > 1:
        names = " and ".join(name for name, _ in narrowed)
        raise Problem(400, f"{names} are given; one of {', '.join(NARROWING)} is wanted")
    numbers = exchange.page_number(PAGE), exchange.page_number(STATEMENTS)
    return Asked(*(narrowed[0] if narrowed else ("", "")), *numbers)


def _table(exchange: Exchange, told: Quality) -> dict[str, Any]:
    """All of it, for programs."""
    manifest = exchange.release.manifest
    corrections, statements = told.corrections, told.statements
    return {
        "release": {
            "version": manifest.version,
            "issued": manifest.issued,
            "commit": manifest.commit,
        },
        "validation": _validation(exchange, told),
        "narrowed_to": told.narrowed_to and told.narrowed_to.table(),
        "corrections": corrections
        and {
            "total": corrections.page.total,
            "page": corrections.page.number,
            "last_page": corrections.page.last,
            "links": links(exchange, told.path, PAGE, corrections.page),
            "by_defect": _bars(corrections.defects),
            "by_confidence": _bars(corrections.confidences),
            "items": [_correction(each) for each in corrections.shown],
        },
        "statements": statements
        and {
            "total": statements.page.total,
            "page": statements.page.number,
            "last_page": statements.page.last,
            "links": links(exchange, told.path, STATEMENTS, statements.page),
            "items": [_statement(each) for each in statements.shown],
        },
    }


def _validation(exchange: Exchange, told: Quality) -> dict[str, Any]:
    """`valid`: nothing is a violation. `conforms`: there is no result at all, as SHACL has it."""
    manifest = exchange.release.manifest
    return {
        "valid": manifest.valid,
        "conforms": manifest.valid and not any(manifest.findings.values()),
        "counts": dict(manifest.findings),
        "shapes": told.shapes and {**told.shapes.table(), "quads": told.shapes_quads},
        "by_shape": [_findings(each) for each in told.findings],
        "reports": {suffix: f"{exchange.root_path}/quality/report.{suffix}" for suffix in _REPORTS},
    }


def _findings(found: ShapeFindings) -> dict[str, Any]:
    return {
        "severity": found.severity,
        "shape": _named(found.shape),
        "results": found.results,
        "first": {
            "message": found.message.text if found.message else None,
            "message_language": found.message.language if found.message else None,
            "focus_node": _named(found.focus_node),
            "at": found.at,
        },
    }


def _bars(bars: Iterable[Bar]) -> list[dict[str, Any]]:
    return [{**bar.link.table(), "corrections": bar.corrections} for bar in bars]


def _correction(correction: Correction) -> dict[str, Any]:
    return {
        **correction.link.table(),
        "resources": _values(correction.resources),
        "fields": _values(correction.fields),
        "before": _values(correction.before),
        "after": _values(correction.after),
        "reasons": _values(correction.reasons),
        "defects": _values(correction.defects),
        "confidences": _values(correction.confidences),
        "statements": _values(correction.statements),
    }


def _statement(statement: SourceStatement) -> dict[str, Any]:
    return {
        **statement.link.table(),
        "texts": _values(statement.texts),
        "resources": _values(statement.resources),
        "fields": [_comparison(each) for each in statement.comparisons],
    }


def _comparison(comparison: Comparison) -> dict[str, Any]:
    return {
        **comparison.field.table(),
        "stated": _values(comparison.stated),
        "published": _values(comparison.published),
        "corrections": [each.table() for each in comparison.corrections],
    }


def _values(values: Iterable[Value]) -> list[dict[str, str]]:
    """Resources and texts; what has no name, a blank node or a list, is in the downloads only."""
    return [
        each.table() if isinstance(each, Link) else {"text": each.whole, "language": each.language}
        for each in values
        if isinstance(each, Link | Text)
    ]


def _named(link: Link | None) -> dict[str, str] | None:
    return link.table() if link else None
