"""What a setting may be: each reader takes a value as TOML has it.

It gives the value as Settings has it, or raises ValueError with what is wanted.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from datetime import date
from pathlib import PurePosixPath
from typing import Any

from pyoxigraph import Literal, NamedNode

from graphsvc.authorities import CodeList
from graphsvc.corrections import read_term
from graphsvc.endpoints import Endpoint
from graphsvc.settings import FOLDERS, TEMPLATES, WHOLE

_LANGUAGE = re.compile(r"[a-z]{2,3}(-[a-z0-9]{1,8})*", re.ASCII)
_GRAPH_NAME = re.compile(r"[a-z][a-z0-9-]*", re.ASCII)
_NOT_XML = re.compile(r"[\x00-\x08\x0B-\x1F\uFFFE\uFFFF]")  # RDF/XML could not carry them
_DATE = re.compile(r"\d{4}(-\d\d(-\d\d)?)?", re.ASCII)
_OPEN = ".."  # a period that has not begun or not ended, in ISO 8601-2
_TEMPLATE = re.compile(rf"{TEMPLATES}/[A-Za-z0-9][A-Za-z0-9._-]*\.html", re.ASCII)
_EMAIL = re.compile(r"[^@\s<>]+@[^@\s<>]+\.[^@\s<>]+")


def read_text(value: object) -> str:
    if not isinstance(value, str) or not value.strip():
        raise ValueError("a text that is not empty")
    if _NOT_XML.search(value):
        raise ValueError("a text without control characters")
    return value


def read_iri(value: object) -> str:
    text = read_text(value)
    try:
        NamedNode(text)
    except ValueError as error:
        raise ValueError("an absolute IRI, such as https://example.org/about") from error
    return text


def read_base_iri(value: object) -> str:
    text = read_text(value)
    form = r"https?://[^/?#]+/(?:(?!\.\.?/)[^/?#]*/)*"  # relative IRIs would lose the /../
    if not re.fullmatch(form, text) or read_iri(text) != text:
        raise ValueError(
            "an http(s) IRI that ends in / and has no ?, #, /./ or /../, such as "
            "https://w3id.org/example/"
        )
    return text


def read_by_language(value: object) -> Mapping[str, str]:
    if not isinstance(value, dict) or not value:
        raise ValueError('a table of texts by language, such as { en = "Clusters" }')
    for language, text in value.items():
        read_language(language)
        read_text(text)
    return dict(value)


def read_language(value: object) -> str:
    wanted = 'language tags in lower case, such as "sv" or "en"'
    if not isinstance(value, str) or not _LANGUAGE.fullmatch(value):
        raise ValueError(wanted)
    try:
        Literal("", language=value)
    except ValueError as error:  # it has the form, but RDF cannot carry it
        raise ValueError(wanted) from error
    return value


def read_languages(value: object) -> tuple[str, ...]:
    if not isinstance(value, list) or not value:
        raise ValueError('a list of language tags, such as ["sv", "en"]')
    return tuple(read_language(item) for item in value)


def read_email(value: object) -> str:
    text = read_text(value)
    if not _EMAIL.fullmatch(text):
        raise ValueError("an e-mail address")
    return text


def read_count(value: object) -> int:
    if not isinstance(value, int) or isinstance(value, bool) or value < 1:
        raise ValueError("a whole number of at least 1")
    return value


def read_limit(value: object) -> int:
    if not isinstance(value, int) or isinstance(value, bool) or value < 0:
        raise ValueError("a whole number, 0 for no limit")
    return value


def read_graph_name(value: object) -> str:
    if not isinstance(value, str) or not _GRAPH_NAME.fullmatch(value):
        raise ValueError("a graph's name of lower-case letters, digits and hyphens, such as source")
    if value == WHOLE:
        raise ValueError(f"a graph's name other than {WHOLE}, which names the dump of all graphs")
    return value


def read_graphs(value: object) -> Mapping[str, str]:
    if not isinstance(value, dict):
        raise ValueError(
            'a table of graph names by file or folder, such as "data/source" = "source"'
        )
    for place in value:
        parts = PurePosixPath(place).parts
        if not parts or parts[0] not in FOLDERS or ".." in parts:
            raise ValueError(f"files or folders under {', '.join(FOLDERS)} (not {place!r})")
    return {str(PurePosixPath(place)): read_graph_name(name) for place, name in value.items()}


def read_graph_names(value: object) -> tuple[str, ...]:
    if not isinstance(value, list):
        raise ValueError('a list of graph names, such as ["ontology", "data"]')
    return tuple(read_graph_name(item) for item in value)


def read_endpoints(value: object) -> tuple[str, ...]:
    if not isinstance(value, list) or not all(isinstance(item, str) for item in value):
        raise ValueError('a list of addresses, such as ["https://example.org/sparql"]')
    return tuple(Endpoint.of(item).url for item in value)


def read_boolean(value: object) -> bool:
    if not isinstance(value, bool):
        raise ValueError("true or false")
    return value


def optional(read: Callable[[object], Any]) -> Callable[[object], Any]:
    """A reader of what may be left out, in which case it is empty."""
    return lambda value: value if value in ("", [], {}) else read(value)


def one_of(codes: CodeList) -> Callable[[object], str]:
    def read(value: object) -> str:
        if not isinstance(value, str) or value not in codes.labels:
            raise ValueError(f"one of {', '.join(codes.labels)}")
        return value

    return read


def some_of(codes: CodeList) -> Callable[[object], tuple[str, ...]]:
    def read(value: object) -> tuple[str, ...]:
        if not isinstance(value, list) or not all(each in [*codes.labels] for each in value):
            raise ValueError(f"a list of some of {', '.join(codes.labels)}")
        return tuple(dict.fromkeys(value))

    return read


def read_iris(value: object) -> tuple[str, ...]:
    if not isinstance(value, list):
        raise ValueError("a list of absolute IRIs")
    return tuple(dict.fromkeys(map(read_iri, value)))


def read_lists_by_language(value: object) -> Mapping[str, Sequence[str]]:
    if not isinstance(value, dict) or not all(isinstance(each, list) for each in value.values()):
        raise ValueError('a table of lists by language, such as { en = ["cluster", "region"] }')
    return {
        read_language(key): [*dict.fromkeys(map(read_text, words))] for key, words in value.items()
    }


def read_date(value: object) -> str:
    text = value.isoformat() if type(value) is date else value
    if isinstance(text, str) and _DATE.fullmatch(text):
        try:
            date.fromisoformat(text + "-01-01"[len(text) - 4 :])
        except ValueError:
            pass
        else:
            return text
    raise ValueError('a date, a month or a year, such as 2018-03-26, "2018-03" or "2018"')


def read_period(value: object) -> str:
    begin, slash, end = value.partition("/") if isinstance(value, str) else ("", "", "")
    try:
        bounds = [each if each == _OPEN else read_date(each) for each in (begin, end)]
    except ValueError:
        bounds = []
    starts = [each for each in bounds if each != _OPEN]
    if not slash or not starts or starts != sorted(starts):
        raise ValueError(
            'the first and the last date, month or year, such as "2018/2021", or "2018/.." if it '
            "goes on"
        )
    return "/".join(bounds)


def read_templates(value: object) -> Mapping[str, str]:
    wanted = f'a table of files by class, such as "ns#Cluster" = "{TEMPLATES}/cluster.html"'
    if not isinstance(value, dict):
        raise ValueError(wanted)
    for place in value.values():
        if not isinstance(place, str) or not _TEMPLATE.fullmatch(place):
            raise ValueError(f"{wanted} (not {place!r})")
    return value


def read_parts(value: object) -> Mapping[str, Mapping[str, Any]]:
    if not isinstance(value, dict):
        raise ValueError("a table by name, of tables with a title and a description")
    for name, told in value.items():
        read_graph_name(name)
        if not isinstance(told, dict) or told.keys() - {"classes"} != {"title", "description"}:
            raise ValueError(
                f"a title and a description for {name}, each by language, and maybe classes"
            )
        for key in ("title", "description"):
            read_by_language(told[key])
        classes = told.get("classes", [])
        if not isinstance(classes, list) or ("classes" in told and not classes):
            raise ValueError(f'a list of classes for {name}, such as ["ns#Book"]')
        for iri in classes:
            read_term("classes", iri)
    return value
