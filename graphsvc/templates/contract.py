"""What a template of a publication may use; docs/templates.md tells what each name is.

A name that is not here is refused, whether the template is checked or rendered: so it cannot
come to depend on what is ours to change, and reaches neither files nor Python.
"""

from __future__ import annotations

from collections.abc import Mapping

# What stands ready under its name in the template of a resource.
VARIABLES = (
    *("address", "document", "downloads", "edition", "files", "has_about", "longest", "manifest"),
    *("map", "path", "settings", "structured", "summary", "values"),
)

# What each object of ours lets a template have, by the name of its class.
OBJECTS: Mapping[str, tuple[str, ...]] = {
    "Edition": (
        *("addresses", "at", "describes", "href", "in_language", "interface", "is_chosen"),
        *("is_latest", "is_static", "language", "links", "localized", "mount", "server_path"),
    ),
    "Addresses": ("base_iri", "document_iri", "path", "root_path"),
    "Settings": (
        *("base_iri", "contact_email", "contact_name", "description", "languages", "licence"),
        *("publisher_iri", "publisher_name", "title"),
    ),
    "Manifest": ("commit", "feed", "graphsvc", "issued", "quads", "version"),
    "Document": ("graphs", "incoming", "main", "omitted", "origin", "sections"),
    "Section": ("fragment", "groups", "instances", "link", "notice", "rows", "types"),
    "Notice": ("is_withdrawal", "reason", "replacements"),
    "Row": ("graphs", "group", "predicate", "statements"),
    "Statement": ("graphs", "meaning", "value"),
    "Link": ("href", "iri", "is_own", "kind", "name"),
    "Name": ("language", "text"),
    "Text": (
        *("also", "beginning", "datatype", "href", "is_long", "is_moment", "kind", "language"),
        *("localized", "shown", "whole"),
    ),
    "Node": ("kind", "rows"),
    "Items": ("kind", "members"),
    "Meaning": ("link", "scheme", "text"),
    "Incoming": ("groups", "page"),
    "Page": ("last", "number", "size", "total"),
    "Referrers": ("columns", "href", "kind", "predicate", "rows", "tallies"),
    "Referrer": ("cells", "link"),
    "Tally": ("concepts", "predicate"),
    "Counted": ("count", "href", "link", "meaning"),
    "Origin": ("corrections", "href", "meanings", "statements"),
    "SourceStatement": ("link", "texts"),
    "Correction": (
        *("after", "before", "confidences", "defects", "fields", "link", "reasons"),
        *("resources", "statements"),
    ),
    "SmallMap": ("areas", "marks", "radius", "sheet"),
    "Sheet": ("context", "height", "width"),
    "AreaShown": ("link", "place"),
    "Place": ("path",),
    "MarkShown": ("area", "link", "x", "y"),
    "Format": ("media_type", "name", "suffix"),
}

# What Python's own values let it have, by the name of their class, and the loop of a `for`.
VALUES: Mapping[str, tuple[str, ...]] = {
    "str": (
        *("endswith", "lower", "partition", "removeprefix", "removesuffix", "replace", "split"),
        *("startswith", "strip", "upper"),
    ),
    "dict": ("get", "items", "keys", "values"),
    "LoopContext": (
        *("changed", "cycle", "first", "index", "index0", "last", "length", "nextitem"),
        *("previtem",),
    ),
}

FILTERS = (
    *("abs", "batch", "capitalize", "count", "default", "dictsort", "e", "escape", "first"),
    *("groupby", "int", "join", "last", "length", "list", "lower", "map", "max", "min", "reject"),
    *("rejectattr", "replace", "reverse", "round", "select", "selectattr", "sort", "sum", "title"),
    *("trim", "truncate", "unique", "upper", "urlencode", "wordcount"),
)
OWN_FILTERS = ("date", "language_name", "licence_name", "number", "territorial")
FUNCTIONS = ("_", "cycler", "dict", "gettext", "joiner", "namespace", "ngettext", "range")
# The parts of a page that a template may write anew or add to.
BLOCKS = (
    *("title", "description", "head", "content", "heading", "facts", "sections", "incoming"),
    *("origin", "downloads", "cite"),
)

BASE = "document.html"  # what it extends
MACROS: Mapping[str, tuple[str, ...]] = {
    "macros.html": ("legend", "link", "named", "notice", "pages", "table", "text", "value"),
    "parts.html": ("instances", "part", "prose", "types"),
    "map.html": ("small_map",),
    "referrers.html": ("referring",),
    "corrections.html": ("correction", "statement"),
}
