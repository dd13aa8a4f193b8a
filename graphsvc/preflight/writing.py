"""The report of a preflight: that of a validation, with the score.

What a rule finds of many nodes is told once, of the first; in JSON of each. That has one
key more:

    "mqa": null, if there was no catalogue to score, or
           {"points": 405, "of": 405, "rating": "excellent",
            "dimensions": {"Findability": {"points": 100, "of": 100}, …},
            "losses": [{"iri", "dimension", "metric", "points", "mends"}, …]}
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import replace

from pyoxigraph import Literal

from graphsvc.paths import Term
from graphsvc.preflight import mqa
from graphsvc.preflight.mqa import Loss, Score
from graphsvc.preflight.preflight import Preflight
from graphsvc.report import ValidationReport, ValidationResult
from graphsvc.reports import formats, json
from graphsvc.reports.context import ReportContext
from graphsvc.reports.wording import json_text, message_text


def write(found: Preflight, format: str, context: ReportContext) -> str:
    """The report as text, json, junit or github."""
    if format == "json":
        table = json.table(found.report, context)
        return json_text({**table, "mqa": found.score and _table(found.score)})
    text = formats.write_report(_once(found.report, context), format, context)
    if found.score is None or format not in ("text", "github"):
        return text
    return f"{text}{_line(found.score)}\n"


def _once(report: ValidationReport, context: ReportContext) -> ValidationReport:
    """A result for each shape and message, which says of how many nodes it is true."""
    alike: dict[tuple[Term, str], list[ValidationResult]] = defaultdict(list)
    for result in report.results:
        alike[result.source_shape, message_text(result, context)].append(result)
    told = []
    for (_, message), results in alike.items():
        more = f"{message} So it is with {len(results) - 1} more."
        messages = (Literal(more, language="en"),) if len(results) > 1 else results[0].messages
        told.append(replace(results[0], messages=messages))
    return ValidationReport.of(told)


def _line(score: Score) -> str:
    """The score on a line: "MQA: 405 of 405, excellent (Findability 100 of 100, …)"."""
    parts = (f"{name} {score.points[name]} of {mqa.most(name)}" for name in mqa.DIMENSIONS)
    return f"MQA: {score.total} of {mqa.MOST}, {score.rating} ({', '.join(parts)})"


def _table(score: Score) -> dict[str, object]:
    return {
        "points": score.total,
        "of": mqa.MOST,
        "rating": score.rating,
        "dimensions": {
            name: {"points": points, "of": mqa.most(name)} for name, points in score.points.items()
        },
        "losses": [_loss(loss) for loss in score.losses],
    }


def _loss(loss: Loss) -> dict[str, object]:
    metric = loss.metric
    return {
        "iri": loss.iri,
        "dimension": metric.dimension,
        "metric": metric.what,
        "points": metric.points,
        "mends": metric.mends,
    }
