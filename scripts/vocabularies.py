"""Write the term lists in graphsvc/vocabularies/ that rdflib knows.

A list is a file named after its prefix: the namespace, where the facts come from, then
one local name per line. rdflib.namespace has whole vocabularies, so those lists are
copied from it, less what TAKEN says is not a term and with what it lacks.

Every other list in the folder was made by hand or from a copy of the vocabulary that its
comments name. There the file itself is the source of truth, and this script leaves
it alone: edit it. A prefix without a file is a vocabulary that nobody checks.

`python scripts/vocabularies.py` writes; with `--check` it only compares, and exits 1 if a
list is out of date.
"""

from __future__ import annotations

import sys
from collections.abc import Iterable
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path

from rdflib import namespace
from rdflib.namespace import DefinedNamespaceMeta

FOLDER = Path(__file__).resolve().parent.parent / "graphsvc" / "vocabularies"


@dataclass(frozen=True)
class Vocabulary:
    """A vocabulary of rdflib's, and how the list differs from rdflib's.

    `source` says where `more` comes from. Names with a `#` are never taken: they
    would be comments in the list (ODRL's are anchors of its collections).
    """

    terms: DefinedNamespaceMeta
    title: str
    more: str = ""
    less: str = ""
    source: str = ""

    def local_names(self) -> set[str]:
        known = set(self.terms.__annotations__) | set(self.terms._extras)
        kept = {name for name in known if "#" not in name}
        return (kept | set(self.more.split())) - set(self.less.split())


TAKEN = {
    "dc": Vocabulary(namespace.DC, "Dublin Core elements 1.1"),
    "dcam": Vocabulary(namespace.DCAM, "DCMI abstract model"),
    "dcmitype": Vocabulary(namespace.DCMITYPE, "DCMI type vocabulary"),
    "dct": Vocabulary(namespace.DCTERMS, "DCMI metadata terms, 2020-01-20"),
    "foaf": Vocabulary(namespace.FOAF, "FOAF 0.99"),
    "geo": Vocabulary(namespace.GEO, "GeoSPARQL 1.1"),
    "odrl": Vocabulary(namespace.ODRL2, "ODRL 2.2"),
    "org": Vocabulary(namespace.ORG, "The organization ontology, 2014-01-16"),
    "owl": Vocabulary(namespace.OWL, "OWL 2"),
    "prov": Vocabulary(namespace.PROV, "PROV, with the inverse names that PROV-O reserves"),
    "qb": Vocabulary(namespace.QB, "RDF Data Cube, 2014-01-16"),
    "rdf": Vocabulary(
        namespace.RDF,
        "RDF 1.1; rdf:_1, rdf:_2 and so on are terms too, but no list holds them",
        more="langRange",
        source="langRange from OWL 2 Structural Specification, section 4.3",
    ),
    "rdfs": Vocabulary(namespace.RDFS, "RDF Schema 1.1"),
    "sh": Vocabulary(namespace.SH, "SHACL 1.0 with SHACL-SPARQL and SHACL Advanced Features"),
    "skos": Vocabulary(namespace.SKOS, "SKOS, 2009-08-18"),
    "time": Vocabulary(namespace.TIME, "OWL-Time, 2017"),
    "vann": Vocabulary(namespace.VANN, "VANN, 2010-06-07"),
    "void": Vocabulary(namespace.VOID, "VoID, 2011"),
    "xsd": Vocabulary(
        namespace.XSD,
        "XML Schema 1.1 datatypes, and the facets that OWL 2 uses as properties",
        more="anyAtomicType anySimpleType anyType",
        less="""
            Assertions bounded cardinality day enumeration explicitTimezone hour minute month
            numeric ordered second timezoneOffset whiteSpace year
        """,
        source="anyType and its kin from XML Schema 1.1 part 2, section 3.2",
    ),
}


def listing(vocabulary: Vocabulary) -> str:
    comments = [
        str(vocabulary.terms._NS),
        vocabulary.title,
        f"From rdflib.namespace, rdflib {version('rdflib')}, by scripts/vocabularies.py",
    ]
    if vocabulary.source:
        comments.append(vocabulary.source)
    lines = [f"# {comment}" for comment in comments] + sorted(vocabulary.local_names())
    return "\n".join(lines) + "\n"


def outdated() -> Iterable[tuple[Path, str]]:
    """The lists that are missing or differ, each with what it should hold."""
    for prefix, vocabulary in sorted(TAKEN.items()):
        path, text = FOLDER / f"{prefix}.txt", listing(vocabulary)
        if not path.is_file() or path.read_text(encoding="utf-8") != text:
            yield path, text


def main(arguments: list[str]) -> int:
    changes = list(outdated())
    if arguments == ["--check"]:
        for path, _ in changes:
            print(f"{path}: is not what rdflib {version('rdflib')} gives", file=sys.stderr)
        return 1 if changes else 0
    FOLDER.mkdir(exist_ok=True)
    for path, text in changes:
        path.write_text(text, encoding="utf-8", newline="\n")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
