"""The terms that a publication states its corrections and source statements with.

No vocabulary of editorial corrections is in general use, so graphsvc.toml names the
classes and properties, by what each is for. An IRI without a scheme is relative
to the base of the publication, as it is in the publication's files.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import Any

from pyoxigraph import NamedNode

_SCHEME = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:")
_WHOLE = re.compile(r"https?://|urn:")


@dataclass(frozen=True)
class CorrectionTerms:
    """The class of corrections, and the properties of one; "" for what is not stated.

    `resource` leads to what was corrected, `field` to the property that was changed
    and `statement` to the source statement; `defect` and `confidence` lead to concepts.
    `before`, `after` and `reason` are texts.
    """

    class_: str
    resource: str
    field: str = ""
    before: str = ""
    after: str = ""
    reason: str = ""
    defect: str = ""
    confidence: str = ""
    statement: str = ""

    @classmethod
    def of(cls, table: Mapping[str, str], base_iri: str) -> CorrectionTerms:
        """The terms that a table of IRIs names, relative ones resolved."""
        return cls(**{_attribute(key): resolve(iri, base_iri) for key, iri in table.items()})


@dataclass(frozen=True)
class StatementTerms:
    """The class of source statements, and the properties of one; "" for what is not stated.

    `resource` leads to what it is about, `text` is the whole of it. `fields` tells of
    each property for a part of it which property of the resource has what is published.
    """

    class_: str
    resource: str
    text: str
    fields: Mapping[str, str]

    @classmethod
    def of(cls, table: Mapping[str, Any], base_iri: str) -> StatementTerms:
        """The terms that a table of IRIs names, relative ones resolved."""
        pairs = table.get("fields", {}).items()
        return cls(
            class_=resolve(table["class"], base_iri),
            resource=resolve(table["resource"], base_iri),
            text=resolve(table["text"], base_iri) if "text" in table else "",
            fields={resolve(key, base_iri): resolve(iri, base_iri) for key, iri in pairs},
        )


def read_correction_terms(value: object) -> Mapping[str, str]:
    """The setting `corrections`. Raises ValueError, saying what is wanted."""
    table = _table(value, "corrections", [_key(each.name) for each in fields(CorrectionTerms)])
    return {key: read_term(key, iri) for key, iri in table.items()}


def read_statement_terms(value: object) -> Mapping[str, Any]:
    """The setting `statements`. Raises ValueError, saying what is wanted."""
    table = _table(value, "statements", [_key(each.name) for each in fields(StatementTerms)])
    pairs = table.get("fields", {})
    if not isinstance(pairs, dict):
        raise ValueError("under fields a table of published properties by stated ones")
    read = {read_term("fields", key): read_term(key, iri) for key, iri in pairs.items()}
    terms = {key: read_term(key, iri) for key, iri in table.items() if key != "fields"}
    return terms | ({"fields": read} if read else {})


def _table(value: object, name: str, keys: list[str]) -> Mapping[str, Any]:
    if not isinstance(value, dict) or not value.keys() <= set(keys):
        raise ValueError(f"a table [{name}] of IRIs; its keys may be {', '.join(keys)}")
    if value and not {"class", "resource"} <= value.keys():
        raise ValueError(f"in the table [{name}] at least class and resource")
    return value


def read_term(key: str, value: object) -> str:
    """An IRI as it is written. A prefixed name would pass for an IRI, and name nothing.

    Raises ValueError, saying what is wanted for the key.
    """
    wanted = f'for {key} a whole IRI, or one relative to base_iri such as "ns#before"; no prefix'
    if not isinstance(value, str) or not value or value.startswith("/"):
        raise ValueError(wanted)
    if _SCHEME.match(value) and not _WHOLE.match(value):
        raise ValueError(wanted)
    try:
        NamedNode(resolve(value, "https://example.org/"))
    except ValueError as error:
        raise ValueError(wanted) from error
    return value


def resolve(iri: str, base_iri: str) -> str:
    """An IRI of the settings, whole."""
    return iri if _SCHEME.match(iri) else base_iri + iri


def _key(attribute: str) -> str:
    return attribute.rstrip("_")


def _attribute(key: str) -> str:
    return "class_" if key == "class" else key
