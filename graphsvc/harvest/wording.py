"""What the catalogue says in words of its own, in Swedish and in English."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

_WORDS = {
    "en": {
        "catalogue": "Catalogue: {title}",
        "catalogue of": "The data of {title}, as a whole and in its parts, and the services "
        "that answer from it.",
        "part of": "{triples} statements: the named graph <{graph}>.",
        "plain": "All of it in one file in {format}.",
        "gzip": "All of it in one file in {format}, compressed with gzip.",
        "sparql": "{title}: SPARQL",
        "sparql of": "Answers queries in SPARQL 1.1 over the SPARQL 1.1 Protocol.",
        "pages": "{title}: linked data",
        "pages of": "Every IRI of the publication answers with its description, in HTML or RDF.",
        "feed": "{title}: changes",
        "feed of": "Tells what has been added, changed and removed, as a Linked Data Event Stream "
        "from which a copy can be made and kept up to date.",
    },
    "sv": {
        "catalogue": "Datakatalog: {title}",
        "catalogue of": "Data från {title}, som helhet och i delar, och de tjänster som svarar "
        "ur dem.",
        "part of": "{triples} påståenden: den namngivna grafen <{graph}>.",
        "plain": "Allt i en fil i {format}.",
        "gzip": "Allt i en fil i {format}, komprimerad med gzip.",
        "sparql": "{title}: SPARQL",
        "sparql of": "Besvarar frågor i SPARQL 1.1 enligt SPARQL 1.1 Protocol.",
        "pages": "{title}: länkade data",
        "pages of": "Varje IRI i publikationen svarar med sin beskrivning, i HTML eller RDF.",
        "feed": "{title}: ändringar",
        "feed of": "Berättar vad som har lagts till, ändrats och tagits bort, som en Linked Data "
        "Event Stream som en kopia kan göras av och hållas aktuell med.",
    },
}
_ENGLISH = "en"


def spoken(languages: Iterable[str]) -> list[str]:
    """The languages of a publication that there are words in; English if there are none."""
    return [each for each in languages if each in _WORDS] or [_ENGLISH]


def words(
    key: str, languages: Iterable[str], titles: Mapping[str, str], **values: object
) -> dict[str, str]:
    """A text in each language that there are words in, about what the titles name."""
    told = {}
    for language in spoken(languages):
        title = titles.get(language, next(iter(titles.values())))
        told[language] = _WORDS[language][key].format(title=title, **values)
    return told
