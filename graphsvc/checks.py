"""What every publication must keep, beside its own shapes.

Each check is one function of a quad and gives findings like those of a shape,
to be located like those. They run while the files are read, and need no more
memory than the distinct IRIs take.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence, Set
from dataclasses import replace
from itertools import islice
from pathlib import PurePosixPath
from typing import Protocol, cast

from pyoxigraph import BlankNode, Literal, NamedNode, Quad

from graphsvc import literals, markup, vocabularies
from graphsvc.about import FOLDER, AboutText
from graphsvc.deprecation import Replacements
from graphsvc.errors import SourcePosition, printable
from graphsvc.executables import PREDICATES, Executables, Terms
from graphsvc.markdown import remarks
from graphsvc.paths import Term
from graphsvc.report import Severity, ValidationResult
from graphsvc.settings import FOLDERS, Settings
from graphsvc.vocab import (
    DCT_IS_REPLACED_BY,
    OWL_IMPORTS,
    OWL_VERSION_IRI,
    PREFIXES,
    RDF_LANG_STRING,
    XSD,
)

NAMESPACE = "urn:graphsvc:check:"
# Whose findings stand where an IRI is used first.
ABOUT_FIRST_USE = frozenset(
    NamedNode(NAMESPACE + name) for name in ("undefined-term", "not-described")
)
_XML_NAME = re.compile(literals.NC_NAME + r"\Z")
_TELLING = frozenset(
    each.value for each in (*PREDICATES, DCT_IS_REPLACED_BY, OWL_IMPORTS, OWL_VERSION_IRI)
)
_UNCHECKED = (literals.STRING, RDF_LANG_STRING.value)
_CHECKS_OF_FORMS = {
    literals.Form.ILL_TYPED: "ill-typed-literal",
    literals.Form.REWRITTEN: "normalised-literal",
}
_NOT_XML = re.compile(r"[\x00-\x08\x0B-\x1F\uFFFE\uFFFF]")  # a reader takes CR for a line feed


class Checks:
    """Sees every quad of a publication once, then tells what it found.

    Of each check it keeps `max_results` and one more, which tells that there are more.
    """

    def __init__(self, settings: Settings, max_results: int | None = None) -> None:
        self._base_iri = settings.base_iri
        self._own_names = (settings.vocabulary_iri, settings.shapes_iri)
        self._found: list[ValidationResult] = []
        self._count_of: Counter[str] = Counter()
        self._max_results = max_results
        self.statements = 0
        self.described: set[str] = set()
        self.links: list[Quad] = []  # that lead from one blank node to another
        self._known: set[str] = set()  # IRIs that no check has anything to say about
        self._predicates: set[str] = set()  # and those that may be predicates too
        self._named: dict[str, Quad] = {}  # own IRIs, by first use
        self._executables = Executables()
        self._replacements = Replacements()
        self._query_bytes = settings.query_bytes
        self._served = {settings.base_iri, settings.vocabulary_iri[:-1], settings.endpoint_iri}
        graphs = {settings.graph_of(PurePosixPath(folder)) for folder in FOLDERS}
        graphs.update(settings.graphs.values(), settings.default_graph)
        self._served.update(settings.graph_iri(name) for name in graphs)

    def seen(self, quads: Iterable[Quad]) -> Iterator[Quad]:
        """The same quads, each seen on its way."""
        see = self.see
        for quad in quads:
            see(quad)
            self.statements += 1
            yield quad

    def see(self, quad: Quad) -> None:
        """Take note of one quad."""
        subject, predicate, object_ = quad.subject, quad.predicate.value, quad.object
        if type(subject) is NamedNode:
            self.described.add(subject.value)
        if predicate not in self._predicates:
            self._see_predicate(quad)
        if type(object_) is Literal:
            self._see_literal(object_, quad)
        elif type(object_) is NamedNode:
            iri = object_.value
            if iri not in self._known:
                self._see_iri(iri, quad)
        elif type(subject) is BlankNode:
            self.links.append(quad)
        if predicate in _TELLING:
            self._see_telling(quad)

    def results(self, prefixes: Mapping[str, str]) -> Iterator[ValidationResult]:
        """Every finding; to be asked for once everything has been seen.

        `prefixes` are those of the files, which queries need not declare.
        """
        yield from self._found
        terms = Terms(PREFIXES | dict(prefixes), self._base_iri, self._query_bytes)
        most = None if self._max_results is None else self._max_results + 1
        for fault in islice(self._executables.faults(terms), most):
            yield _result(fault.quad, fault.check, *fault.details)
        for quad in islice(self._replacements.circular(), most):
            yield _result(quad, "replaced-in-a-circle", cast("NamedNode", quad.subject).value)
        for iri, quad in self._named.items():
            document = iri.partition("#")[0]
            if iri in self.described or iri in self._served:
                continue
            if iri.startswith(self._own_names):
                yield _result(quad, "undefined-term", iri)
            elif document not in self.described and document not in self._served:
                yield _result(quad, "not-described", iri)

    def _see_telling(self, quad: Quad) -> None:
        self._executables.add(quad)
        self._replacements.add(quad)
        if type(quad.object) is NamedNode:
            if quad.predicate == OWL_IMPORTS:
                self._report(quad, "import-not-followed")
            elif quad.predicate == OWL_VERSION_IRI:
                self._served.add(quad.object.value)

    def _see_literal(self, literal: Literal, quad: Quad) -> None:
        value, datatype = literal.value, literal.datatype.value
        if not value.isprintable() and (found := _NOT_XML.search(value)):
            self._report(quad, "no-xml-character", f"U+{ord(found[0]):04X}")
        elif datatype in _UNCHECKED:
            return
        elif datatype.startswith(XSD):
            check = _CHECKS_OF_FORMS.get(literals.form(value, datatype))
            if check is not None:
                self._report(quad, check, _shown(literal), _shown(literals.as_stored(literal)))
        if datatype not in self._known:
            self._see_iri(datatype, quad)

    def _see_predicate(self, quad: Quad) -> None:
        iri = quad.predicate.value
        name = _XML_NAME.search(iri)
        if name is None or not markup.is_element_name(name[0]):
            self._report(quad, "no-xml-name", iri)
        elif iri in self._known or self._see_iri(iri, quad):
            self._predicates.add(iri)

    def _see_iri(self, iri: str, quad: Quad) -> bool:
        """Is there nothing to say of an IRI, now and at its next use?"""
        if iri.startswith(self._base_iri):
            if iri not in self.described:
                self._named.setdefault(iri, quad)
        else:
            namespace, name = vocabularies.split(iri)
            vocabulary = vocabularies.known().get(namespace)
            if vocabulary is not None and name and not vocabulary.defines(name):
                near = vocabulary.nearest(name)
                self._report(
                    quad,
                    "unknown-term" if near else "unknown-term-alone",
                    f"{vocabulary.prefix}:{name}",
                    f"{vocabulary.prefix}:{near}",
                )
                return False
        self._known.add(iri)
        return True

    def _report(self, quad: Quad, check: str, *details: str) -> None:
        if self._max_results is not None:
            self._count_of[check] += 1
            if self._count_of[check] > self._max_results + 1:
                return
        self._found.append(_result(quad, check, *details))


class Whole(Protocol):
    """What can be asked of all that is stated now."""

    def describes(self, iri: str) -> bool:
        """Is it a subject?"""

    def version_iris(self) -> Iterable[str]:
        """The objects of owl:versionIRI."""

    def mentions(self, iris: Set[str]) -> Iterable[Quad]:
        """The statements that any of these is in, and maybe others, in their order."""


class ChangingChecks(Checks):
    """Checks of statements that come and go: its findings are those of all that is left.

    Most checks are of one quad. Whether an IRI of the publication is described
    depends on all of them, and so does which quad is the first to use it.
    """

    def __init__(self, settings: Settings) -> None:
        super().__init__(settings)
        self._settings = settings
        self._always_served = frozenset(self._served)
        self._counted: Counter[ValidationResult] | None = None

    def change(self, removed: Iterable[Quad], added: Iterable[Quad], whole: Whole) -> None:
        """Take note of what went and what came, of which `whole` tells the state after."""
        before, after = self._checks_of(removed), self._checks_of(added)
        if self._counted is None:
            self._counted = Counter(self._found)
        self._counted.subtract(before._found)
        self._counted.update(after._found)
        self._found = list(self._counted.elements())
        self._executables.change(before._executables, after._executables)
        self._replacements.change(before._replacements, after._replacements)
        described = before.described | after.described
        for iri in described:
            (self.described.add if whole.describes(iri) else self.described.discard)(iri)
        self._served = {*self._always_served, *whole.version_iris()}
        changed = {iri for iri in described if iri.startswith(self._base_iri)}
        changed.update(before._named, after._named)
        for iri in changed:
            self._named.pop(iri, None)
        self._named |= self._first_uses(changed - self.described, whole)

    def _checks_of(self, quads: Iterable[Quad]) -> Checks:
        checks = Checks(self._settings)
        for quad in quads:
            checks.see(quad)
        return checks

    def _first_uses(self, iris: set[str], whole: Whole) -> dict[str, Quad]:
        """The first quad that uses each, of those that any does."""
        checks = Checks(self._settings)
        for quad in whole.mentions(iris) if iris else ():
            checks.see(quad)
            if iris <= checks._named.keys():
                break
        return {iri: quad for iri, quad in checks._named.items() if iri in iris}


def _shown(literal: Literal) -> str:
    """A literal of XSD as Turtle writes it."""
    return f"{Literal(literal.value)}^^xsd:{literal.datatype.value.removeprefix(XSD)}"


_CHECKS: dict[str, tuple[Severity, str, str]] = {
    "unknown-term": (
        Severity.VIOLATION,
        "There is no term {0}; write {1} if that is meant.",
        "Termen {0} finns inte; skriv {1} om det är den som avses.",
    ),
    "unknown-term-alone": (
        Severity.VIOLATION,
        "There is no term {0}; use one that its vocabulary defines.",
        "Termen {0} finns inte; använd en som dess vokabulär definierar.",
    ),
    "undefined-term": (
        Severity.VIOLATION,
        "The term or shape <{0}> is not defined; define it or mend its name.",
        "Termen eller formen <{0}> är inte definierad; definiera den eller rätta dess namn.",
    ),
    "not-described": (
        Severity.WARNING,
        "Nothing is said of <{0}>, so it will not be found; describe it or mend the IRI.",
        "Inget sägs om <{0}>, så den går inte att slå upp; beskriv den eller rätta IRI:n.",
    ),
    "replaced-in-a-circle": (
        Severity.WARNING,
        "What replaces <{0}> is replaced in its turn, and so on in a circle; name one that stays.",
        "Det som ersätter <{0}> är i sin tur ersatt, och så vidare i en cirkel; ange något som"
        " består.",
    ),
    "no-longer-described": (
        Severity.VIOLATION,
        "<{0}> was published in {1}, and nothing is said of it any more; to withdraw it, write"
        " <{0}> owl:deprecated true ; dct:isReplacedBy <…> with what replaces it.",
        "<{0}> publicerades i {1}, och inget sägs längre om den; skriv <{0}> owl:deprecated true ;"
        " dct:isReplacedBy <…> med det som ersätter den, för att återkalla den.",
    ),
    "ill-typed-literal": (
        Severity.VIOLATION,
        "{0} is not a value of its datatype; mend the value or the datatype.",
        "{0} är inte ett värde av sin datatyp; rätta värdet eller datatypen.",
    ),
    "normalised-literal": (
        Severity.INFO,
        "SPARQL will show {0} as {1}; write it so, if the difference matters.",
        "SPARQL kommer att visa {0} som {1}; skriv det så, om skillnaden spelar roll.",
    ),
    "no-xml-name": (
        Severity.VIOLATION,
        "RDF/XML cannot write the predicate <{0}>; let it end in a name that begins with a letter.",
        "RDF/XML kan inte skriva predikatet <{0}>; låt det sluta på ett namn som börjar med en"
        " bokstav.",
    ),
    "no-xml-character": (
        Severity.VIOLATION,
        "RDF/XML cannot carry the character {0}; remove it from the text.",
        "RDF/XML kan inte bära tecknet {0}; ta bort det ur texten.",
    ),
    "query-count": (
        Severity.VIOLATION,
        "An executable has one query, this one has {0}; give one with sh:select, sh:ask,"
        " sh:construct or spex:describe.",
        "En körbar fråga har en frågetext, den här har {0}; ange en med sh:select, sh:ask,"
        " sh:construct eller spex:describe.",
    ),
    "query-form": (
        Severity.VIOLATION,
        "The query is of the form {0}; let its property and its class be those of that form.",
        "Frågan har formen {0}; låt dess egenskap och dess klass vara den formens.",
    ),
    "query-text": (
        Severity.VIOLATION,
        "The query cannot be run: it {0}.",
        "Frågan går inte att köra (it {0}).",
    ),
    "about-language": (
        Severity.INFO,
        "There is no text about the publication in {0}; its readers get that in {1}."
        " Write about/{0}.md.",
        "Det finns ingen text om publikationen på {0}; dess läsare får den på {1}."
        " Skriv about/{0}.md.",
    ),
    "about-html": (
        Severity.WARNING,
        "HTML is shown as the text that it is: {0}; write it in Markdown.",
        "HTML visas som den text som den är: {0}; skriv det i Markdown.",
    ),
    "about-image": (
        Severity.WARNING,
        "The picture <{0}> is not shown, only its alternative text; say it in words, or link to"
        " it.",
        "Bilden <{0}> visas inte, bara dess alternativa text; säg det i ord, eller länka till den.",
    ),
    "about-link": (
        Severity.WARNING,
        "<{0}> is shown without a link; link with http:, https:, mailto:, or relative to the base"
        " IRI.",
        "<{0}> visas utan länk; länka med http:, https:, mailto:, eller relativt bas-IRI:n.",
    ),
    "import-not-followed": (
        Severity.INFO,
        "owl:imports is not followed; put what is needed into a file of the publication.",
        "owl:imports följs inte; lägg det som behövs i en fil i publikationen.",
    ),
}


def about_results(
    texts: Sequence[AboutText], languages: Sequence[str], base_iri: str
) -> Iterator[ValidationResult]:
    """The findings about the texts about a publication, each with its place."""
    page = NamedNode(base_iri + FOLDER)
    for text in texts:
        for remark in remarks(text.read()):
            found = _finding(page, f"about-{remark.unshown.value}", printable(remark.what))
            at = SourcePosition(text.path, remark.line)
            yield replace(found, value=Literal(remark.what), at=at)
    written = [text.language for text in texts]
    for language in languages:
        if texts and language not in written:
            found = _finding(page, "about-language", language, written[0])
            yield replace(found, value=Literal(language), at=SourcePosition(texts[0].path, 1))


def no_longer_described(iri: str, where: str) -> ValidationResult:
    """The finding about an IRI that was published in `where`, and that nothing describes now."""
    return _finding(NamedNode(iri), "no-longer-described", iri, where)


def _result(quad: Quad, check: str, *details: str) -> ValidationResult:
    found = _finding(cast("Term", quad.subject), check, *details)
    return replace(found, result_path=quad.predicate, value=cast("Term", quad.object))


def _finding(focus_node: Term, check: str, *details: str) -> ValidationResult:
    severity, english, swedish = _CHECKS[check]
    name = NamedNode(NAMESPACE + check.removesuffix("-alone"))
    return ValidationResult(
        focus_node=focus_node,
        source_shape=name,
        source_constraint_component=name,
        severity=severity,
        severity_iri=severity.iri,
        messages=(
            Literal(english.format(*details), language="en"),
            Literal(swedish.format(*details), language="sv"),
        ),
    )
