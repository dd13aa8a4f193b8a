"""graphsvc.toml: the few, flat settings of a publication.

Each setting is a row of SETTINGS; the reader, the error messages and
docs/settings.md are made from the rows.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from difflib import get_close_matches
from pathlib import Path, PurePosixPath
from typing import Any, cast

from pyoxigraph import Literal, NamedNode

from graphsvc.authorities import (
    AVAILABILITIES,
    FREQUENCIES,
    PUBLISHER_TYPES,
    STATUSES,
    THEMES,
    CodeList,
)
from graphsvc.corrections import (
    CorrectionTerms,
    StatementTerms,
    read_correction_terms,
    read_statement_terms,
)
from graphsvc.endpoints import Endpoint
from graphsvc.errors import SettingsError, SourcePosition, printable

FILE_NAME = "graphsvc.toml"
FOLDERS = ("ontology", "data", "shapes", "queries")
APART = ("shapes", "queries")  # graphs about the data, which is found without them
WHOLE = "all"  # the dump of all graphs together

_LANGUAGE = re.compile(r"[a-z]{2,3}(-[a-z0-9]{1,8})*", re.ASCII)
_GRAPH_NAME = re.compile(r"[a-z][a-z0-9-]*", re.ASCII)
_NOT_XML = re.compile(r"[\x00-\x08\x0B-\x1F\uFFFE\uFFFF]")  # RDF/XML could not carry them
_DATE = re.compile(r"\d{4}(-\d\d(-\d\d)?)?", re.ASCII)
_OPEN = ".."  # a period that has not begun or not ended, in ISO 8601-2
_EMAIL = re.compile(r"[^@\s<>]+@[^@\s<>]+\.[^@\s<>]+")


@dataclass(frozen=True)
class Settings:
    """What graphsvc.toml says, with the defaults filled in."""

    base_iri: str
    title: Mapping[str, str]
    description: Mapping[str, str]
    publisher_name: str
    publisher_iri: str
    contact_name: str
    contact_email: str
    licence: str
    languages: tuple[str, ...]
    keep_releases: int
    query_bytes: int
    body_bytes: int
    query_seconds: int = 10  # these defaults are for releases that are older than the settings
    query_megabytes: int = 512
    result_bytes: int = 0
    drain_seconds: int = 10
    url_bytes: int = 65_535
    queries_per_minute: int = 0
    service_allow: tuple[str, ...] = ()
    service_private_addresses: bool = False
    service_result_bytes: int = 10_000_000
    graphs: Mapping[str, str] = field(default_factory=dict)
    default_graph: tuple[str, ...] = ()
    publisher_type: str = ""  # of what the catalogue says; empty: it says nothing of it
    themes: tuple[str, ...] = ()
    keywords: Mapping[str, Sequence[str]] = field(default_factory=dict)
    spatial: tuple[str, ...] = ()
    spatial_extent: bool = False
    temporal: str = ""
    issued: str = ""
    frequency: str = ""
    availability: str = ""
    status: str = ""
    provenance: Mapping[str, str] = field(default_factory=dict)
    parts: Mapping[str, Mapping[str, Mapping[str, str]]] = field(default_factory=dict)
    corrections: Mapping[str, str] = field(default_factory=dict)
    statements: Mapping[str, Any] = field(default_factory=dict)

    @classmethod
    def of(cls, table: Mapping[str, Any]) -> Settings:
        """The settings that a release keeps, as JSON gives them back."""
        names = ("languages", "default_graph", "service_allow", "themes", "spatial")
        lists = {name: tuple(table.get(name, ())) for name in names}
        return cls(**{**table, **lists})

    @property
    def vocabulary_iri(self) -> str:
        """The namespace of the publication's own terms."""
        return self.base_iri + "ns#"

    @property
    def shapes_iri(self) -> str:
        """The namespace of the publication's own shapes."""
        return self.base_iri + "shapes#"

    @property
    def endpoint_iri(self) -> str:
        """The IRI of the SPARQL endpoint."""
        return self.base_iri + "sparql"

    @property
    def correction_terms(self) -> CorrectionTerms | None:
        """What the publication states corrections with, if it says so."""
        return CorrectionTerms.of(self.corrections, self.base_iri) if self.corrections else None

    @property
    def statement_terms(self) -> StatementTerms | None:
        """What it states with what its sources say, if it says so."""
        return StatementTerms.of(self.statements, self.base_iri) if self.statements else None

    def graph_iri(self, name: str) -> str:
        """The IRI of the named graph that `[graphs]` and the folders call `name`."""
        return f"{self.base_iri}graph/{name}"

    def is_in_default_graph(self, graph: str) -> bool:
        """Is a graph, by its IRI, one of those whose union SPARQL sees as the default graph?"""
        if self.default_graph:
            return graph in map(self.graph_iri, self.default_graph)
        return graph not in map(self.graph_iri, APART)

    def graph_of(self, path: PurePosixPath) -> str:
        """The name of the graph that a file of the publication is read into.

        The longest entry of `[graphs]` that is the file or a folder above it
        decides; without one, the file's top folder names the graph.
        """
        for place in (path, *path.parents):
            if name := self.graphs.get(place.as_posix()):
                return name
        return path.parts[0]


def _text(value: object) -> str:
    if not isinstance(value, str) or not value.strip():
        raise ValueError("a text that is not empty")
    if _NOT_XML.search(value):
        raise ValueError("a text without control characters")
    return value


def _iri(value: object) -> str:
    text = _text(value)
    try:
        NamedNode(text)
    except ValueError as error:
        raise ValueError("an absolute IRI, such as https://example.org/about") from error
    return text


def _base_iri(value: object) -> str:
    text = _text(value)
    form = r"https?://[^/?#]+/(?:(?!\.\.?/)[^/?#]*/)*"  # relative IRIs would lose the /../
    if not re.fullmatch(form, text) or _iri(text) != text:
        raise ValueError(
            "an http(s) IRI that ends in / and has no ?, #, /./ or /../, such as "
            "https://w3id.org/example/"
        )
    return text


def _by_language(value: object) -> Mapping[str, str]:
    if not isinstance(value, dict) or not value:
        raise ValueError('a table of texts by language, such as { en = "Clusters" }')
    for language, text in value.items():
        _language(language)
        _text(text)
    return dict(value)


def _language(value: object) -> str:
    wanted = 'language tags in lower case, such as "sv" or "en"'
    if not isinstance(value, str) or not _LANGUAGE.fullmatch(value):
        raise ValueError(wanted)
    try:
        Literal("", language=value)
    except ValueError as error:  # it has the form, but RDF cannot carry it
        raise ValueError(wanted) from error
    return value


def _languages(value: object) -> tuple[str, ...]:
    if not isinstance(value, list) or not value:
        raise ValueError('a list of language tags, such as ["sv", "en"]')
    return tuple(_language(item) for item in value)


def _email(value: object) -> str:
    text = _text(value)
    if not _EMAIL.fullmatch(text):
        raise ValueError("an e-mail address")
    return text


def _count(value: object) -> int:
    if not isinstance(value, int) or isinstance(value, bool) or value < 1:
        raise ValueError("a whole number of at least 1")
    return value


def _count_or_none(value: object) -> int:
    if not isinstance(value, int) or isinstance(value, bool) or value < 0:
        raise ValueError("a whole number, 0 for no limit")
    return value


def _graph_name(value: object) -> str:
    if not isinstance(value, str) or not _GRAPH_NAME.fullmatch(value):
        raise ValueError("a graph's name of lower-case letters, digits and hyphens, such as source")
    if value == WHOLE:
        raise ValueError(f"a graph's name other than {WHOLE}, which names the dump of all graphs")
    return value


def _graphs(value: object) -> Mapping[str, str]:
    if not isinstance(value, dict):
        raise ValueError(
            'a table of graph names by file or folder, such as "data/source" = "source"'
        )
    for place in value:
        parts = PurePosixPath(place).parts
        if not parts or parts[0] not in FOLDERS or ".." in parts:
            raise ValueError(f"files or folders under {', '.join(FOLDERS)} (not {place!r})")
    return {str(PurePosixPath(place)): _graph_name(name) for place, name in value.items()}


def _graph_names(value: object) -> tuple[str, ...]:
    if not isinstance(value, list):
        raise ValueError('a list of graph names, such as ["ontology", "data"]')
    return tuple(_graph_name(item) for item in value)


def _endpoints(value: object) -> tuple[str, ...]:
    if not isinstance(value, list) or not all(isinstance(item, str) for item in value):
        raise ValueError('a list of addresses, such as ["https://example.org/sparql"]')
    return tuple(Endpoint.of(item).url for item in value)


def _whether(value: object) -> bool:
    if not isinstance(value, bool):
        raise ValueError("true or false")
    return value


def _optional(read: Callable[[object], Any]) -> Callable[[object], Any]:
    """A reader of what may be left out, in which case it is empty."""
    return lambda value: value if value in ("", [], {}) else read(value)


def _code(codes: CodeList) -> Callable[[object], str]:
    def read(value: object) -> str:
        if not isinstance(value, str) or value not in codes.labels:
            raise ValueError(f"one of {', '.join(codes.labels)}")
        return value

    return read


def _codes(codes: CodeList) -> Callable[[object], tuple[str, ...]]:
    def read(value: object) -> tuple[str, ...]:
        if not isinstance(value, list) or not all(each in [*codes.labels] for each in value):
            raise ValueError(f"a list of some of {', '.join(codes.labels)}")
        return tuple(dict.fromkeys(value))

    return read


def _iris(value: object) -> tuple[str, ...]:
    if not isinstance(value, list):
        raise ValueError("a list of absolute IRIs")
    return tuple(dict.fromkeys(map(_iri, value)))


def _lists_by_language(value: object) -> Mapping[str, Sequence[str]]:
    if not isinstance(value, dict) or not all(isinstance(each, list) for each in value.values()):
        raise ValueError('a table of lists by language, such as { en = ["cluster", "region"] }')
    return {_language(key): [*dict.fromkeys(map(_text, words))] for key, words in value.items()}


def _date(value: object) -> str:
    text = value.isoformat() if type(value) is date else value
    if isinstance(text, str) and _DATE.fullmatch(text):
        try:
            date.fromisoformat(text + "-01-01"[len(text) - 4 :])
        except ValueError:
            pass
        else:
            return text
    raise ValueError('a date, a month or a year, such as 2018-03-26, "2018-03" or "2018"')


def _period(value: object) -> str:
    begin, slash, end = value.partition("/") if isinstance(value, str) else ("", "", "")
    try:
        bounds = [each if each == _OPEN else _date(each) for each in (begin, end)]
    except ValueError:
        bounds = []
    starts = [each for each in bounds if each != _OPEN]
    if not slash or not starts or starts != sorted(starts):
        raise ValueError(
            'the first and the last date, month or year, such as "2018/2021", or "2018/.." if it '
            "goes on"
        )
    return "/".join(bounds)


def _parts(value: object) -> Mapping[str, Mapping[str, Mapping[str, str]]]:
    if not isinstance(value, dict):
        raise ValueError("a table by graph name, of tables with a title and a description")
    for name, told in value.items():
        _graph_name(name)
        if not isinstance(told, dict) or told.keys() != {"title", "description"}:
            raise ValueError(f"a title and a description for {name}, each by language")
        for texts in told.values():
            _by_language(texts)
    return value


@dataclass(frozen=True)
class Setting:
    """One row: the key as it stands in graphsvc.toml, how it is read, and what it is for."""

    key: str
    read: Callable[[object], Any]
    help: str
    default: object = None  # None: the setting must be given

    @property
    def attribute(self) -> str:
        """Its name in Settings."""
        plain = self.key.removeprefix("limits.").removeprefix("catalog.")
        return _ATTRIBUTES.get(self.key, plain)


_ATTRIBUTES = {
    "publisher.name": "publisher_name",
    "publisher.iri": "publisher_iri",
    "publisher.type": "publisher_type",
    "contact.name": "contact_name",
    "contact.email": "contact_email",
    "service.allow": "service_allow",
    "service.private_addresses": "service_private_addresses",
    "service.result_bytes": "service_result_bytes",
}

SETTINGS = (
    Setting(
        "base_iri",
        _base_iri,
        "What every relative IRI in the files is resolved against. It names things; it is not "
        "the address of the server.",
    ),
    Setting(
        "languages",
        _languages,
        "The languages that labels are given in, the preferred one first.",
        ["en"],
    ),
    Setting("licence", _iri, "The IRI of the licence of the data."),
    Setting("title", _by_language, "The publication's title, by language."),
    Setting("description", _by_language, "A paragraph on what it holds, by language."),
    Setting("publisher.name", _text, "Who publishes the data."),
    Setting("publisher.iri", _iri, "The IRI of the publisher."),
    Setting(
        "publisher.type",
        _optional(_code(PUBLISHER_TYPES)),
        f"What kind of publisher that is, for portals: one of {', '.join(PUBLISHER_TYPES.labels)}.",
        "",
    ),
    Setting("contact.name", _text, "Whom to ask."),
    Setting("contact.email", _email, "Where to ask."),
    Setting(
        "graphs",
        _graphs,
        "Files or folders that are not to be in the graph named after their top folder, each with "
        "the graph's name.",
        {},
    ),
    Setting(
        "default_graph",
        _graph_names,
        "The graphs whose union SPARQL sees as the default graph; none named: all but `shapes` and "
        "`queries`.",
        [],
    ),
    Setting(
        "parts",
        _optional(_parts),
        "The graphs that portals are told of as datasets of their own, by graph name, each with a "
        "`title` and a `description` by language; none named: every graph, "
        "if they are a hundred at most.",
        {},
    ),
    Setting(
        "catalog.themes",
        _codes(THEMES),
        f"What the data is about, for portals: some of {', '.join(THEMES.labels)}.",
        [],
    ),
    Setting(
        "catalog.keywords",
        _lists_by_language,
        "What else people may search for, as lists by language.",
        {},
    ),
    Setting(
        "catalog.spatial",
        _iris,
        "The places that the data covers, best as IRIs of the EU's list of countries, such as "
        "`http://publications.europa.eu/resource/authority/country/SWE`, or of GeoNames; portals "
        "warn of others.",
        [],
    ),
    Setting(
        "catalog.spatial_extent",
        _whether,
        "Whether the geometries in the data outline the one place that `catalog.spatial` names; "
        "if not, the rectangle that encloses them is told of as a place by itself.",
        False,
    ),
    Setting(
        "catalog.temporal",
        _optional(_period),
        'The time that the data covers: `"2018/2021"`, or `"2018/.."` if it goes on.',
        "",
    ),
    Setting(
        "catalog.issued",
        _optional(_date),
        "When the data was first published; if empty, the day of the first commit.",
        "",
    ),
    Setting(
        "catalog.frequency",
        _optional(_code(FREQUENCIES)),
        f"How often it changes: one of {', '.join(FREQUENCIES.labels)}.",
        "",
    ),
    Setting(
        "catalog.availability",
        _optional(_code(AVAILABILITIES)),
        f"How long it is meant to be there: one of {', '.join(AVAILABILITIES.labels)}.",
        "",
    ),
    Setting(
        "catalog.status",
        _optional(_code(STATUSES)),
        f"How far the dumps have come: one of {', '.join(STATUSES.labels)}. The shapes of "
        "DCAT-AP 3.0.1 warn of any.",
        "",
    ),
    Setting(
        "catalog.provenance",
        _optional(_by_language),
        "Where the data comes from, in a sentence, by language.",
        {},
    ),
    Setting(
        "corrections",
        read_correction_terms,
        "The terms that corrections are stated with, for `/quality` and the pages of what was "
        "corrected: a table of IRIs, which may be relative. `class` and `resource` (what was "
        "corrected) must be there; `field`, `before`, `after`, `reason`, `defect`, `confidence` "
        "and `statement` may be.",
        {},
    ),
    Setting(
        "statements",
        read_statement_terms,
        "The terms that the statements of a source are stated with, likewise: `class`, `resource` "
        "(what it is about), `text`, and under `fields` each property of a statement with the "
        "property of the resource that has what is published instead.",
        {},
    ),
    Setting(
        "limits.keep_releases", _count, "How many releases are kept, the current one included.", 5
    ),
    Setting("limits.query_bytes", _count, "How long the text of a SPARQL query may be.", 100_000),
    Setting("limits.body_bytes", _count, "How large the body of a request may be.", 1_000_000),
    Setting(
        "limits.url_bytes",
        _count,
        "How long the address of a request may be, at most 65535. Longer queries go by POST.",
        65_535,
    ),
    Setting(
        "limits.queries_per_minute",
        _count_or_none,
        "How many queries a client may have evaluated in a minute; it may ask them all at once. "
        "0: any number. Behind a proxy, name that with `--trust-proxy`, or all count as one.",
        0,
    ),
    Setting(
        "limits.query_seconds",
        _count,
        "How long a query may be worked on; then it is ended. A request may lower it: `timeout=2`.",
        10,
    ),
    Setting(
        "limits.query_megabytes",
        _count,
        "How much memory (MiB) of its own a query may take; then it is ended. Holds on Linux.",
        512,
    ),
    Setting(
        "limits.result_bytes",
        _count_or_none,
        "How long the answer to a query may be; then the connection is cut. 0: as long as it is.",
        0,
    ),
    Setting(
        "limits.drain_seconds",
        _count,
        "How long answers under way may go on when the server is told to stop.",
        10,
    ),
    Setting(
        "service.allow",
        _endpoints,
        "The SPARQL endpoints that queries may call with SERVICE, and whatever is below them. "
        "None: there is no SERVICE.",
        [],
    ),
    Setting(
        "service.private_addresses",
        _whether,
        "Whether they may be on this machine or in a private network.",
        False,
    ),
    Setting(
        "service.result_bytes",
        _count,
        "How much a query may take in from them, all together.",
        10_000_000,
    ),
)


def read_settings(root: Path) -> Settings:
    """Read the graphsvc.toml of the publication in `root`.

    Raises SettingsError, naming the file, the line and the key.
    """
    path = root / FILE_NAME
    text = _read_text(path)
    try:
        table = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        what, _, place = str(error).partition(" (at ")
        line, column = map(int, re.findall(r"\d+", place) or (text.count("\n") + 1, 0))
        where = SourcePosition(path, line, column)
        raise SettingsError(f"{what}; TOML is wanted", where) from error
    values = _flatten(table)
    _refuse_unknown(path, text, values)
    read = {row.attribute: _read_row(row, values, path, text) for row in SETTINGS}
    return Settings(**cast("dict[str, Any]", read))


def _read_text(path: Path) -> str:
    at = SourcePosition(path, 0)
    if path.is_symlink() and not path.resolve().is_relative_to(path.parent.resolve()):
        what = "a link that leads out of the publication; put a copy in its place"
        raise SettingsError(what, at)
    try:
        return path.read_text(encoding="utf-8")
    except FileNotFoundError as error:
        what = (
            f"there is no such file; a publication is a folder with a {FILE_NAME} "
            "(`graphsvc init` writes one)"
        )
        raise SettingsError(what, at) from error
    except UnicodeDecodeError as error:
        line = error.object[: error.start].count(b"\n") + 1
        what = f"the byte 0x{error.object[error.start]:02X} is not UTF-8; save the file as UTF-8"
        raise SettingsError(what, SourcePosition(path, line)) from error
    except OSError as error:
        raise SettingsError(f"{error.strerror}; a file that can be read is wanted", at) from error


def _flatten(table: Mapping[str, object]) -> dict[str, object]:
    """Dotted keys for the tables that hold settings; tables that are a value stay whole."""
    tables = {row.key.rpartition(".")[0] for row in SETTINGS}
    values: dict[str, object] = {}
    for key, value in table.items():
        if isinstance(value, dict) and key in tables:
            values |= {f"{key}.{inner}": item for inner, item in value.items()}
        else:
            values[key] = value
    return values


def _refuse_unknown(path: Path, text: str, values: Mapping[str, object]) -> None:
    known = [row.key for row in SETTINGS]
    for key in values:
        if key not in known:
            near = get_close_matches(key, known, n=1)
            hint = f"did you mean {near[0]}?" if near else f"the settings are {', '.join(known)}"
            what = f"unknown setting {printable(key)}"
            raise SettingsError(f"{what}; {hint}", _where(path, text, key))


def _read_row(row: Setting, values: Mapping[str, object], path: Path, text: str) -> object:
    if row.key not in values and row.default is None:
        raise SettingsError(f"{row.key} is missing; {row.help}", SourcePosition(path, 0))
    value = values.get(row.key, row.default)
    try:
        return row.read(value)
    except ValueError as error:
        what = f"{row.key} is {value!r}; wanted: {error}"
        raise SettingsError(what, _where(path, text, row.key)) from error


def place_of_setting(root: Path, key: str) -> SourcePosition:
    """Where a setting stands in the graphsvc.toml of the publication in `root`."""
    path = root / FILE_NAME
    return _where(path, _read_text(path), key)


def _where(path: Path, text: str, key: str) -> SourcePosition:
    """The line on which a key stands: tomllib does not tell, so it reads ever more of the file.

    A part that ends within a value does not parse; so the key stands after the last that did.
    """
    lines = text.split("\n")
    start = 1
    for number in range(1, len(lines) + 1):
        try:
            table = tomllib.loads("\n".join(lines[:number]) + "\n")
        except tomllib.TOMLDecodeError:
            continue
        if key in table or key in _flatten(table):
            break
        start = number + 1
    return SourcePosition(path, start)
