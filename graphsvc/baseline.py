"""Findings that are known: a file of them, to compare a report with.

A finding is known by what it is about, never by its line: the shape, the
component, the focus node, the path and the value. A blank node, whose label is
ours and changes, goes by the way that leads to it from the nearest node with a
name, or else by its file. So findings may be alike, and are counted: one more
than there were is a new one.

The file is JSON with a line for each finding, in the order of its terms, so
that git merges it and a line may be removed by hand. It brings its own
prefixes; those of the publication may change.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Set
from dataclasses import asdict, dataclass, field, replace
from functools import lru_cache
from hashlib import sha256
from pathlib import Path

from pyoxigraph import BlankNode, Literal, NamedNode

from graphsvc.errors import PlacedError, SourcePosition
from graphsvc.paths import Term
from graphsvc.report import Mended, ValidationReport, ValidationResult
from graphsvc.reports.wording import json_line, word
from graphsvc.sources import Publication, Reader

VERSION = 1
VALUE_CHARACTERS = 200  # of a literal; a longer one is told by its beginning and its hash

_FINDINGS = re.compile(r'"findings"\s*:\s*\[')
_GAP = re.compile(r"[\s,]*")  # with a comma too many or too few after a merge
_END = re.compile(r"\]\s*\}\s*")
_PREFIX = re.compile(r"[^\W\d_][\w.-]*")
_LOCAL_NAME = re.compile(r"\w(?:[\w.-]*[\w-])?")
_QUOTED = r'"(?:[^"\\]|\\.)*"'
_IRI = re.compile(rf"{_QUOTED}|<([^>]*)>")
_NAME = re.compile(rf"{_QUOTED}|<[^>]*>|({_PREFIX.pattern}):({_LOCAL_NAME.pattern})")


class BaselineError(PlacedError):
    """A file is not a baseline, or there is none."""


@dataclass(frozen=True, order=True)
class Finding:
    """What makes a finding the same one as before; IRIs stand whole in it, "" is none."""

    shape: str
    component: str
    focus: str
    path: str = ""
    value: str = ""
    constraint: str = ""


@dataclass(frozen=True)
class Known:
    """How many findings are alike; their severity and message are for people to read."""

    count: int = 0
    severity: str = ""
    message: str = ""
    line: int = 0


Identify = Callable[[ValidationResult], Finding]


@dataclass(frozen=True)
class Baseline:
    """The findings of a file, and the prefixes that it is written with."""

    path: Path
    findings: Mapping[Finding, Known] = field(default_factory=dict)
    prefixes: Mapping[str, str] = field(default_factory=dict)

    @classmethod
    def read(cls, path: Path) -> Baseline:
        """Raises BaselineError, with the line, for what is no baseline."""
        try:
            text = path.read_text(encoding="utf-8-sig")
        except FileNotFoundError as error:
            what = "there is no such file; --write-baseline writes one"
            raise BaselineError(what, SourcePosition(path, 0)) from error
        except UnicodeDecodeError as error:
            raise _error(path, 1, "not UTF-8") from error
        return _read(path, text)

    def compare(self, report: ValidationReport, identify: Identify) -> ValidationReport:
        """The report with what is known marked, and with what is mended.

        Of findings alike, which cannot be told apart, the last are the new ones.
        """
        left = {finding: known.count for finding, known in self.findings.items()}
        results = []
        for result in report.results:
            finding = identify(result)
            known = left.get(finding, 0) > 0
            if known:
                left[finding] -= 1
            results.append(replace(result, known=known))
        mended = () if report.cut_at is not None else tuple(self._mended(left))
        return replace(report, results=tuple(results), baseline=self.path, mended=mended)

    def extended(self, results: Iterable[ValidationResult], identify: Identify) -> Baseline:
        """With these findings too."""
        findings = dict(self.findings)
        for result in results:
            finding = identify(result)
            known = findings.get(finding, Known())
            findings[finding] = Known(known.count + 1, word(result.severity), result.message())
        return replace(self, findings=findings)

    def pruned(self, results: Iterable[ValidationResult], identify: Identify) -> Baseline:
        """Without what is not among all the results any more."""
        found = Counter(map(identify, results))
        findings = {
            finding: replace(known, count=min(known.count, found[finding]))
            for finding, known in self.findings.items()
            if found[finding]
        }
        return replace(self, findings=findings)

    @property
    def count(self) -> int:
        """How many findings, those alike counted one by one."""
        return sum(known.count for known in self.findings.values())

    def beyond(self, other: Baseline) -> int:
        """How many findings are in this and not in another."""
        none = Known()
        return sum(
            max(0, known.count - other.findings.get(finding, none).count)
            for finding, known in self.findings.items()
        )

    def write(self) -> None:
        self.path.write_text(self.text(), encoding="utf-8", newline="\n")

    def text(self) -> str:
        """The file; the same findings and prefixes give the same bytes."""
        names = _Names(self.prefixes)
        findings = [
            json_line(_written(finding, self.findings[finding], names))
            for finding in sorted(self.findings)
        ]
        prefixes = [json_line({name: self.prefixes[name]})[1:-1] for name in sorted(names.used)]
        head = f'{{\n  "graphsvc_baseline": {VERSION},\n  "prefixes": {{{_lines(prefixes, 4)}}},\n'
        return f'{head}  "findings": [{_lines(findings, 4)}]\n}}\n'

    def _mended(self, left: Mapping[Finding, int]) -> Iterator[Mended]:
        names = _Names(self.prefixes)
        for finding, count in sorted(left.items()):
            if count:
                known = self.findings[finding]
                at = SourcePosition(self.path, known.line)
                about = _shown(finding, names)
                yield Mended(about, known.message, at, count, known.count - count)


def _lines(members: list[str], indent: int) -> str:
    if not members:
        return ""
    gap = "\n" + " " * indent
    return gap + f",{gap}".join(members) + gap[:-2]


def _written(finding: Finding, known: Known, names: _Names) -> dict[str, object]:
    fields = {key: names.abbreviated(text) for key, text in asdict(finding).items() if text}
    count = {"count": known.count} if known.count > 1 else {}
    said = {"severity": known.severity, "message": known.message}
    return {**fields, **count, **{key: text for key, text in said.items() if text}}


def _shown(finding: Finding, names: _Names) -> str:
    parts = [f"focus {finding.focus}"]
    parts += [f"path {finding.path}"] if finding.path else []
    parts += [f"value {finding.value}"] if finding.value else []
    return names.abbreviated(", ".join([*parts, finding.shape]))


# Names with and without prefixes


class _Names:
    """Abbreviates IRIs in `<…>` and takes note of the prefixes that it does so with."""

    def __init__(self, prefixes: Mapping[str, str]) -> None:
        self._prefixes = sorted(
            (item for item in prefixes.items() if _PREFIX.fullmatch(item[0])),
            key=lambda item: (-len(item[1]), item[0]),
        )
        self.used: set[str] = set()

    def abbreviated(self, text: str) -> str:
        return _IRI.sub(self._abbreviated, text)

    def _abbreviated(self, found: re.Match[str]) -> str:
        iri = found[1]
        if iri is not None:
            for prefix, namespace in self._prefixes:
                name = iri[len(namespace) :]
                if iri.startswith(namespace) and _LOCAL_NAME.fullmatch(name):
                    self.used.add(prefix)
                    return f"{prefix}:{name}"
        return found[0]


def _expanded(text: str, prefixes: Mapping[str, str]) -> str:
    """The inverse of `_Names.abbreviated`; raises ValueError for a prefix that is none."""

    def expand(found: re.Match[str]) -> str:
        if found[1] is None:
            return found[0]
        if found[1] not in prefixes:
            raise ValueError(f"the prefix {found[1]}: is not among the prefixes of the file")
        return f"<{prefixes[found[1]]}{found[2]}>"

    return _NAME.sub(expand, text)


# Reading


def _error(path: Path, line: int, what: str) -> BaselineError:
    advice = "mend the line, or remove the file and let --write-baseline write it anew"
    return BaselineError(f"{what}; {advice}", SourcePosition(path, line))


def _read(path: Path, text: str) -> Baseline:
    line = 1
    try:
        start = _FINDINGS.search(text)
        head = json.loads(text[: start.end()] + "]}") if start else None
        if start is None or not isinstance(head, dict) or "graphsvc_baseline" not in head:
            raise ValueError("not a baseline of graphsvc")
        prefixes = _prefixes(head)
        findings: dict[Finding, Known] = {}
        for line, value in _values(text, start.end()):
            finding, known = _finding(value, prefixes)
            count = max(known.count, findings.get(finding, known).count)  # twice after a merge
            findings[finding] = replace(known, count=count, line=line)
    except json.JSONDecodeError as error:
        raise _error(path, error.lineno, f"not JSON: {error.msg}") from error
    except (ValueError, RecursionError) as error:
        raise _error(path, line, str(error)) from error
    return Baseline(path, findings, prefixes)


def _values(text: str, at: int) -> Iterator[tuple[int, object]]:
    """The members of a list that begins at a place of a text, each with its line."""
    decoder = json.JSONDecoder()
    line, counted = 1, 0
    while True:
        gap = _GAP.match(text, at)
        at = gap.end() if gap else at
        if _END.fullmatch(text, at):
            return
        line, counted = line + text.count("\n", counted, at), at
        try:
            value, at = decoder.raw_decode(text, at)
        except RecursionError as error:
            raise json.JSONDecodeError("nested too deeply", text, at) from error
        yield line, value


def _prefixes(head: Mapping[str, object]) -> dict[str, str]:
    version, prefixes = head["graphsvc_baseline"], head.get("prefixes", {})
    if version != VERSION:
        raise ValueError(f"a baseline of version {version}; this graphsvc reads {VERSION}")
    if not isinstance(prefixes, dict) or not all(isinstance(p, str) for p in prefixes.values()):
        raise ValueError('"prefixes" is not an object with an IRI for each prefix')
    return prefixes


_KEYS = {"shape", "component", "focus", "path", "value", "constraint", "severity", "message"}


def _finding(value: object, prefixes: Mapping[str, str]) -> tuple[Finding, Known]:
    if not isinstance(value, dict):
        raise ValueError("an object is wanted, one for each finding")
    texts = {key: text for key, text in value.items() if key != "count"}
    for key, text in texts.items():
        if key not in _KEYS:
            raise ValueError(f"the key {key!r} is none; known are {', '.join(sorted(_KEYS))}")
        if not isinstance(text, str):
            raise ValueError(f"{key!r} is no string")
    for key in ("shape", "component", "focus"):
        if not texts.get(key):
            raise ValueError(f"a finding without {key!r}")
    count = value.get("count", 1)
    if type(count) is not int or count < 1:
        raise ValueError(f'"count" is {count!r}; a number from 1 is wanted')
    known = Known(count, texts.pop("severity", ""), texts.pop("message", ""))
    return Finding(**{key: _expanded(text, prefixes) for key, text in texts.items()}), known


# What a result is


def identities(publication: Publication, results: Iterable[ValidationResult]) -> Identify:
    """How to tell what each of these results is.

    Reads the files once more if any of them is about a blank node, to find what leads there.
    """
    nodes: set[BlankNode] = set()
    for result in results:
        for term in (result.focus_node, result.value, result.source_shape):
            if isinstance(term, BlankNode):
                nodes.add(term)
    names = _blank_node_names(publication, nodes) if nodes else {}

    def identify(result: ValidationResult) -> Finding:
        constraint, value = result.source_constraint, result.value
        return Finding(
            shape=_text(result.source_shape, names),
            component=str(result.source_constraint_component),
            focus=_text(result.focus_node, names),
            path="" if result.result_path is None else str(result.result_path),
            value="" if value is None else _text(value, names),
            constraint=str(constraint) if isinstance(constraint, NamedNode) else "",
        )

    return identify


def _text(term: Term, names: Mapping[BlankNode, str]) -> str:
    if isinstance(term, BlankNode):
        return names.get(term, "[]")
    return _literal_text(term) if isinstance(term, Literal) else str(term)


@lru_cache(maxsize=1000)
def _literal_text(literal: Literal) -> str:
    value = literal.value
    if len(value) <= VALUE_CHARACTERS:
        return str(literal)
    digest = sha256(value.encode("utf-8", "surrogatepass")).hexdigest()[:16]
    cut = str(Literal(value[: VALUE_CHARACTERS // 2] + "…"))
    kind = str(literal)[len(str(Literal(value))) :]  # its language or datatype, if it has one
    return f"{cut}{kind} ({len(value)} characters, SHA-256 {digest})"


Parents = Mapping[BlankNode, list[tuple[object, NamedNode]]]  # who has a node as object


def _blank_node_names(publication: Publication, nodes: Set[BlankNode]) -> dict[BlankNode, str]:
    parents: dict[BlankNode, list[tuple[object, NamedNode]]] = {}
    places: dict[BlankNode, str] = {}
    reader = Reader(publication.settings.base_iri)
    for file in publication.files:
        place = str(Literal(file.place.as_posix()))
        for quad in reader.quads(file):
            subject, object_ = quad.subject, quad.object
            if isinstance(object_, BlankNode):
                parents.setdefault(object_, []).append((subject, quad.predicate))
            for node in (subject, object_):
                if isinstance(node, BlankNode) and node in nodes:
                    places[node] = place
    return {
        node: _way_to(node, parents) or f"[] in {places[node]}" if node in places else "[]"
        for node in nodes
    }


def _way_to(node: BlankNode, parents: Parents) -> str | None:
    """The shortest way to a blank node from one with a name: "<a> <by>/<by> []".

    Of several as short it is the first by its text, whatever the order of the
    files. None if no such way leads there.
    """
    ways = {node: "[]"}
    passed = set(ways)
    while ways:
        named: list[str] = []
        further: dict[BlankNode, str] = {}
        for reached, way in ways.items():
            for parent, predicate in parents.get(reached, ()):
                longer = f"{predicate}{' ' if way == '[]' else '/'}{way}"
                if not isinstance(parent, BlankNode):
                    named.append(f"{parent} {longer}")
                elif parent not in passed:
                    further[parent] = min(longer, further.get(parent, longer))
        if named:
            return min(named)
        ways = further
        passed.update(further)
    return None
