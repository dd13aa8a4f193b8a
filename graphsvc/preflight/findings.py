"""What preflight looks for beside shapes: each rule with its severity, and what mends it."""

from __future__ import annotations

from collections.abc import Mapping

from pyoxigraph import Literal, NamedNode

from graphsvc.errors import printable
from graphsvc.paths import Term
from graphsvc.report import Severity, ValidationResult

NAMESPACE = "urn:graphsvc:preflight:"
_DETAIL_CHARACTERS = 300  # of what a server says

RULES: Mapping[str, tuple[Severity, str]] = {
    # The document
    "head": (
        Severity.VIOLATION,
        "HEAD gets {0}; CKAN asks so first and gives up: let it get what GET would.",
    ),
    "head-refused": (
        Severity.WARNING,
        "HEAD gets {0}; portals then ask with GET, others give up: let it get what GET would.",
    ),
    "head-differs": (
        Severity.WARNING,
        "HEAD and GET tell different things of {0}: {1} and {2}; let them agree.",
    ),
    "status": (
        Severity.VIOLATION,
        "GET gets {0}; 200 is wanted.",
    ),
    "redirection": (
        Severity.VIOLATION,
        "It redirects with {0} to <{1}>; dataportal.se follows 301, 303, 307 and 308: use one.",
    ),
    "content-type": (
        Severity.VIOLATION,
        "The content type is {0!r}; portals want application/rdf+xml there.",
    ),
    "too-large": (
        Severity.VIOLATION,
        "The document has more than {0} bytes, which is more than CKAN reads; name fewer "
        "graphs under [parts] in graphsvc.toml.",
    ),
    "incomplete": (
        Severity.VIOLATION,
        "The document is not whole: {0}.",
    ),
    "not-rdf": (
        Severity.VIOLATION,
        "It cannot be read as RDF/XML: {0}.",
    ),
    "relative-iri": (
        Severity.VIOLATION,
        "It has relative IRIs ({0}); portals want absolute ones: write them whole.",
    ),
    "no-catalog": (
        Severity.VIOLATION,
        "No resource in it is a dcat:Catalog; give the address of a catalogue.",
    ),
    "paged": (
        Severity.VIOLATION,
        "The catalogue goes on at <{0}>; dataportal.se reads one document: put all into it.",
    ),
    "blank-node": (
        Severity.VIOLATION,
        "{0} of those that are {1} are blank nodes, which portals cannot keep apart; give "
        "each an IRI.",
    ),
    "local-address": (
        Severity.VIOLATION,
        "<{0}> is an address that only this network knows; set base_iri in graphsvc.toml to "
        "one that portals reach.",
    ),
    "placeholder": (
        Severity.WARNING,
        "<{0}> is a placeholder, which leads nowhere; set {1} in graphsvc.toml to a real one.",
    ),
    "not-conditional": (
        Severity.WARNING,
        "Who has it already gets it again, with status {0}; answer If-None-Match with 304.",
    ),
    "not-offered": (
        Severity.WARNING,
        "Who accepts {0} gets {1}; let the catalogue's IRI answer in Turtle, JSON-LD and RDF/XML.",
    ),
    "differs": (
        Severity.VIOLATION,
        "In {0} it says other things than the harvested document ({1} statements that only "
        "one of them has); write all from the same data.",
    ),
    # The addresses that it names
    "address": (
        Severity.VIOLATION,
        "HEAD of <{0}> gets {1}; portals want 200 to 399.",
    ),
    "page": (
        Severity.WARNING,
        "HEAD of <{0}> gets {1}; people who come from a portal want a page there.",
    ),
    "elsewhere": (
        Severity.INFO,
        "{0} addresses lead to {1}, which was not asked. --external asks there too; --base "
        "asks the server under test for what is under the base IRI.",
    ),
    "leads-away": (
        Severity.INFO,
        "It redirects to <{0}>, which was not asked; --external asks there too.",
    ),
    "byte-size": (
        Severity.VIOLATION,
        "<{0}> has {1} bytes, the catalogue says {2}; build the release anew.",
    ),
    "checksum": (
        Severity.VIOLATION,
        "<{0}> has the {1} {2}, the catalogue says {3}; build the release anew.",
    ),
    "download": (
        Severity.VIOLATION,
        "<{0}> cannot be downloaded whole: {1}.",
    ),
    "media-type": (
        Severity.WARNING,
        "<{0}> is sent as {1!r}, the catalogue says {2}; let the server send that.",
    ),
    "content-coding": (
        Severity.VIOLATION,
        "<{0}> is sent with Content-Encoding {1!r}, which was not asked for; readers unpack "
        "it, and its size and checksum are no longer true.",
    ),
    "description": (
        Severity.WARNING,
        "The endpoint description <{0}> {1}; portals that show APIs read an OpenAPI "
        "document with Access-Control-Allow-Origin there.",
    ),
    # The score
    "mqa": (
        Severity.WARNING,
        "{0} lose {1} points of {2}: {3}. {4}",
    ),
}


def finding(
    rule: str,
    about: str,
    *details: object,
    path: str | None = None,
    value: Term | None = None,
) -> ValidationResult:
    """What a rule has to say about an IRI; `path` is the predicate that it is about."""
    severity, text = RULES[rule]
    shown = [
        printable(each)[:_DETAIL_CHARACTERS] if isinstance(each, str) else each for each in details
    ]
    name = NamedNode(NAMESPACE + rule)
    return ValidationResult(
        focus_node=NamedNode(about),
        source_shape=name,
        source_constraint_component=name,
        severity=severity,
        severity_iri=severity.iri,
        result_path=None if path is None else NamedNode(path),
        value=value,
        messages=(Literal(text.format(*shown), language="en"),),
    )
