"""The settings that there are, each a row: key, reader, help and default."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from graphsvc.authorities import AVAILABILITIES, FREQUENCIES, PUBLISHER_TYPES, STATUSES, THEMES
from graphsvc.corrections import read_correction_terms, read_statement_terms
from graphsvc.settings import values


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
        values.read_base_iri,
        "What every relative IRI in the files is resolved against. It names things; it is not "
        "the address of the server.",
    ),
    Setting(
        "languages",
        values.read_languages,
        "The languages that labels are given in, the preferred one first.",
        ["en"],
    ),
    Setting("licence", values.read_iri, "The IRI of the licence of the data."),
    Setting("title", values.read_by_language, "The publication's title, by language."),
    Setting("description", values.read_by_language, "A paragraph on what it holds, by language."),
    Setting("publisher.name", values.read_text, "Who publishes the data."),
    Setting("publisher.iri", values.read_iri, "The IRI of the publisher."),
    Setting(
        "publisher.type",
        values.optional(values.one_of(PUBLISHER_TYPES)),
        f"What kind of publisher that is, for portals: one of {', '.join(PUBLISHER_TYPES.labels)}.",
        "",
    ),
    Setting("contact.name", values.read_text, "Whom to ask."),
    Setting("contact.email", values.read_email, "Where to ask."),
    Setting(
        "graphs",
        values.read_graphs,
        "Files or folders that are not to be in the graph named after their top folder, each with "
        "the graph's name.",
        {},
    ),
    Setting(
        "default_graph",
        values.read_graph_names,
        "The graphs whose union SPARQL sees as the default graph; none named: all but `shapes` and "
        "`queries`.",
        [],
    ),
    Setting(
        "parts",
        values.optional(values.read_parts),
        "What portals are told of as datasets of their own, each by its name with a `title` and a "
        "`description` by language. It is the graph of that name; or, with `classes`, a list of "
        "IRIs, which may be relative, what is said of their instances, which then has dumps of its "
        "own. None named: every graph, if they are a hundred at most.",
        {},
    ),
    Setting(
        "catalog.themes",
        values.some_of(THEMES),
        f"What the data is about, for portals: some of {', '.join(THEMES.labels)}.",
        [],
    ),
    Setting(
        "catalog.keywords",
        values.read_lists_by_language,
        "What else people may search for, as lists by language.",
        {},
    ),
    Setting(
        "catalog.spatial",
        values.read_iris,
        "The places that the data covers, best as IRIs of the EU's list of countries, such as "
        "`http://publications.europa.eu/resource/authority/country/SWE`, or of GeoNames; portals "
        "warn of others.",
        [],
    ),
    Setting(
        "catalog.spatial_extent",
        values.read_boolean,
        "Whether the geometries in the data outline the one place that `catalog.spatial` names; "
        "if not, the rectangle that encloses them is told of as a place by itself.",
        False,
    ),
    Setting(
        "catalog.temporal",
        values.optional(values.read_period),
        'The time that the data covers: `"2018/2021"`, or `"2018/.."` if it goes on.',
        "",
    ),
    Setting(
        "catalog.issued",
        values.optional(values.read_date),
        "When the data was first published; if empty, the day of the first commit.",
        "",
    ),
    Setting(
        "catalog.frequency",
        values.optional(values.one_of(FREQUENCIES)),
        f"How often it changes: one of {', '.join(FREQUENCIES.labels)}.",
        "",
    ),
    Setting(
        "catalog.availability",
        values.optional(values.one_of(AVAILABILITIES)),
        f"How long it is meant to be there: one of {', '.join(AVAILABILITIES.labels)}.",
        "",
    ),
    Setting(
        "catalog.status",
        values.optional(values.one_of(STATUSES)),
        f"How far the dumps have come: one of {', '.join(STATUSES.labels)}. The shapes of "
        "DCAT-AP 3.0.1 warn of any.",
        "",
    ),
    Setting(
        "catalog.provenance",
        values.optional(values.read_by_language),
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
        "templates",
        values.read_templates,
        "The pages that the publication shows in a way of its own: a table of files in "
        "`templates/` by the class of what they show, an IRI that may be relative. "
        "[How to write one](templates.md).",
        {},
    ),
    Setting(
        "limits.keep_releases",
        values.read_count,
        "How many releases are kept, the current one included.",
        5,
    ),
    Setting(
        "limits.query_bytes",
        values.read_count,
        "How long the text of a SPARQL query may be.",
        100_000,
    ),
    Setting(
        "limits.body_bytes", values.read_count, "How large the body of a request may be.", 1_000_000
    ),
    Setting(
        "limits.url_bytes",
        values.read_count,
        "How long the address of a request may be, at most 65535. Longer queries go by POST.",
        65_535,
    ),
    Setting(
        "limits.queries_per_minute",
        values.read_limit,
        "How many queries a client may have evaluated in a minute; it may ask them all at once. "
        "0: any number. Behind a proxy, name that with `--trust-proxy`, or all count as one.",
        0,
    ),
    Setting(
        "limits.query_seconds",
        values.read_count,
        "How long a query may be worked on; then it is ended. A request may lower it: `timeout=2`.",
        10,
    ),
    Setting(
        "limits.query_megabytes",
        values.read_count,
        "How much memory (MiB) of its own a query may take; then it is ended. Holds on Linux.",
        512,
    ),
    Setting(
        "limits.result_bytes",
        values.read_limit,
        "How long the answer to a query may be; then the connection is cut. 0: as long as it is.",
        0,
    ),
    Setting(
        "limits.result_rows",
        values.read_limit,
        "How many solutions the answer to a query may hold; then the connection is cut. "
        "0: as many as there are.",
        0,
    ),
    Setting(
        "limits.drain_seconds",
        values.read_count,
        "How long answers under way may go on when the server is told to stop.",
        10,
    ),
    Setting(
        "service.allow",
        values.read_endpoints,
        "The SPARQL endpoints that queries may call with SERVICE, and whatever is below them. "
        "None: there is no SERVICE.",
        [],
    ),
    Setting(
        "service.private_addresses",
        values.read_boolean,
        "Whether they may be on this machine or in a private network.",
        False,
    ),
    Setting(
        "service.result_bytes",
        values.read_count,
        "How much a query may take in from them, all together.",
        10_000_000,
    ),
)
