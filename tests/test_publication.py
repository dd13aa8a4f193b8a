"""The shipped publication: its counts, its identities, and that nothing in it is invented."""

from __future__ import annotations

import hashlib
import re
from collections import Counter
from collections.abc import Iterable
from functools import cache
from itertools import pairwise
from pathlib import Path
from typing import NamedTuple

import pytest
from pyoxigraph import BlankNode, Literal, NamedNode, RdfFormat, parse

ROOT = Path(__file__).resolve().parent.parent
SOURCE = Path(__file__).parent / "source" / "000_a00df031721e8c1a.txt"
BASE = "https://publication.example/base/"
FILES = sorted([*(ROOT / "ontology").rglob("*.ttl"), *(ROOT / "data").rglob("*.ttl")])

NS = BASE + "ns#"
ID = BASE + "id/"
DEF = BASE + "def/"
CC = "http://data.europa.eu/m8g/"
DCAT = "http://www.w3.org/ns/dcat#"
DCT = "http://purl.org/dc/terms/"
FOAF = "http://xmlns.com/foaf/0.1/"
GEO = "http://www.opengis.net/ont/geosparql#"
NUTS = "http://data.europa.eu/nuts/code/"
ORG = "http://www.w3.org/ns/org#"
OWL = "http://www.w3.org/2002/07/owl#"
PROV = "http://www.w3.org/ns/prov#"
RDF_TYPE = "http://www.w3.org/1999/02/22-rdf-syntax-ns#type"
RDFS = "http://www.w3.org/2000/01/rdf-schema#"
SCHEMA = "https://schema.org/"
SKOS = "http://www.w3.org/2004/02/skos/core#"
SPDX = "http://spdx.org/rdf/terms#"
VCARD = "http://www.w3.org/2006/vcard/ns#"
WIKIDATA = "http://www.wikidata.org/entity/"
XSD = "http://www.w3.org/2001/XMLSchema#"

# Their terms are looked up where they are defined; here they count as words, not as claims.
VOCABULARIES = (
    *(CC, DCAT, DCT, FOAF, GEO, ORG, OWL, PROV, RDFS, SCHEMA, SKOS, SPDX, VCARD, XSD),
    "http://www.w3.org/1999/02/22-rdf-syntax-ns#",
    "http://www.w3.org/ns/adms#",
    "http://www.w3.org/ns/earl#",
)

CC0 = "http://creativecommons.org/publicdomain/zero/1.0/"
PROGRAMME = ID + "programme/s3-cluster-pilot"


class Cluster(NamedTuple):
    line: int
    slug: str
    name: str
    nuts: str
    homepages: frozenset[str]


def _cluster(row: str) -> Cluster:
    line, slug, name, nuts, homepages = row.split("|")
    urls = frozenset("https://" + address for address in homepages.split())
    return Cluster(int(line), slug, name, nuts, urls)


CLUSTERS = [
    _cluster(row)
    for row in """\
22|mobile-heights|Mobile Heights|SE224|www.mobileheights.org/
24|iuc-skane|IUC Skåne|SE224|www.iucsyd.se/
26|techtank|Techtank|SE221|www.techtank.se/
28|interior-cluster|Interior Cluster|SE212|www.interiorcluster.se/
30|automation-smaland|Automation Småland|SE211|www.automationsmaland.se/
32|smart-textiles|Smart Textiles|SE232|www.smarttextiles.se/
34|agro-vast|Agro Väst|SE232|www.agrovast.se/
36|iot-world|IoT World|SE123|www.mjardevi.se/
38|aerospace-cluster|Aerospace Cluster|SE123|www.aerospaceclustersweden.com/
40|urban-ict-arena|Urban ICT Arena|SE110|www.urbanictarena.se/
42|tillverkningstekniskt-centrum|Tillverkningstekniskt centrum|SE124|www.ttckarlskoga.se/
44|compare|Compare|SE311|www.compare.se/
46|paper-province|Paper Province|SE311|www.paperprovince.com/
48|automation-region|Automation Region|SE125|www.automationregion.com/
50|jarnvagsklustret|Järnvägsklustret|SE125|www.jarnvagsklustret.se/
52|triple-steelix|Triple Steelix|SE312|www.triplesteelix.se/
54|visit-dalarna|Visit Dalarna|SE312|www.visitdalarna.se/corporate
56|fiber-optic-valley|Fiber Optic Valley|SE313|www.fiberopticvalley.com/
58|bron-innovation|Bron Innovation|SE321|www.broninnovation.se/
60|georange|Georange|SE331|www.georange.se/
62|ai-big-data-innovations|AI & Big Data Innovations|SE332|www.sics.se/groups/rise-sics-north
64|entreprenorsdrivet-foretagsnav|Entreprenörsdrivet Företagsnav|SE322|www.house-be.com/ www.gomorronostersund.se/
""".splitlines()  # noqa: E501
]

# NUTS 3: name, county code, ISO 3166-2 letters, Wikidata item (none where it is not verified).
REGIONS = {
    nuts: rest
    for nuts, *rest in (
        row.split("|")
        for row in """\
SE110|Stockholm|01|AB|Q104231
SE121|Uppsala|03|C|
SE122|Södermanland|04|D|
SE123|Östergötland|05|E|Q104940
SE124|Örebro|18|T|Q104257
SE125|Västmanland|19|U|Q105075
SE211|Jönköping|06|F|Q103672
SE212|Kronoberg|07|G|Q104746
SE213|Kalmar|08|H|
SE214|Gotland|09|I|
SE221|Blekinge|10|K|Q102377
SE224|Skåne|12|M|Q103659
SE231|Halland|13|N|
SE232|Västra Götaland|14|O|Q103093
SE311|Värmland|17|S|Q106789
SE312|Dalarna|20|W|Q103732
SE313|Gävleborg|21|X|Q103699
SE321|Västernorrland|22|Y|Q104891
SE322|Jämtland|23|Z|Q103679
SE331|Västerbotten|24|AC|Q104877
SE332|Norrbotten|25|BD|Q103686
""".splitlines()
    )
}

CLASSES = {
    "Cluster",
    "Programme",
    "Region",
    "Certification",
    "CriterionAssessment",
    "SourceStatement",
    "Correction",
}
# By domain. All but purpose and objective are those of standards.md, part B2.
PROPERTIES = {
    "Cluster": "region",
    "Region": "nutsCode countyCode isoCode",
    "Programme": "purpose objective topic approximateMemberCount",
    "Certification": "certifiedCluster level labelScheme issuer awardedOn validFrom validUntil "
    "withdrawnOn certificationStatus renewalOf",
    "CriterionAssessment": "assessedCluster criterion outcome evidence assessor assessedOn",
    "SourceStatement": "aboutCluster statedText sourceLine statedName statedRegion statedUrl",
    "Correction": "correctedCluster correctedField defect before after confidence",
}
SCHEMES = {
    "level": "bronze silver gold",
    "label-scheme": "ecei-label",
    "outcome": "met partly-met not-met presumed-met not-documented",
    "certification-status": "stated active expired renewed withdrawn",
    "defect": "url-scheme-missing url-missing-dot url-typo url-multiple url-path "
    "url-host-organisation url-name-mismatch region-missing name-merged-words email-obfuscated "
    "organisation-missing whitespace-nbsp grammar-sic",
    "confidence": "high medium low",
    "topic": "cluster-management-and-strategies cluster-services internationalisation",
}

DATE_TYPES = {XSD + name for name in ("date", "dateTime", "gYear", "gYearMonth", "dateTimeStamp")}


class Fact(NamedTuple):
    """A triple whose subject and predicate are plain strings: nothing here has a blank subject."""

    subject: str
    predicate: str
    object: NamedNode | Literal


@cache
def read(base: str, paths: tuple[Path, ...]) -> tuple[Fact, ...]:
    facts = []
    for path in paths:
        for quad in parse(path=str(path), format=RdfFormat.TURTLE, base_iri=base):
            subject, value = quad.subject, quad.object
            assert isinstance(subject, NamedNode), f"{path}: blank node"
            assert isinstance(value, NamedNode | Literal), f"{path}: blank node"
            facts.append(Fact(subject.value, quad.predicate.value, value))
    return tuple(facts)


def facts() -> tuple[Fact, ...]:
    return read(BASE, tuple(FILES))


def facts_of(*names: str) -> tuple[Fact, ...]:
    return read(BASE, tuple(ROOT / name for name in names))


@cache
def index() -> dict[tuple[str, str], list[NamedNode | Literal]]:
    values: dict[tuple[str, str], list[NamedNode | Literal]] = {}
    for fact in facts():
        values.setdefault((fact.subject, fact.predicate), []).append(fact.object)
    return values


def values(subject: str, predicate: str) -> list[str]:
    return [value.value for value in index().get((subject, predicate), [])]


def one(subject: str, predicate: str) -> str:
    found = values(subject, predicate)
    assert len(found) == 1, f"{subject} {predicate}: {found}"
    return found[0]


def texts(subject: str, predicate: str) -> dict[str, str]:
    """The values by language; a language that comes twice fails."""
    found = [v for v in index().get((subject, predicate), []) if isinstance(v, Literal)]
    by_language = {literal.language or "": literal.value for literal in found}
    assert len(by_language) == len(found), f"{subject} {predicate}: a language comes twice"
    return by_language


def instances(class_iri: str) -> set[str]:
    return {f.subject for f in facts() if f.predicate == RDF_TYPE and f.object.value == class_iri}


def local(iri: str) -> str:
    return iri.rsplit("/", 1)[-1]


def source_lines() -> list[str]:
    return SOURCE.read_bytes().decode("utf-8").split("\n")


# The files


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(ROOT)))
def test_no_file_names_the_base_or_has_a_blank_node(path: Path) -> None:
    assert "w3id.org" not in path.read_text(encoding="utf-8")
    quads = list(parse(path=str(path), format=RdfFormat.TURTLE, base_iri=BASE))
    assert quads
    assert not [q for q in quads if BlankNode in (type(q.subject), type(q.object))]


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(ROOT)))
def test_a_file_opens_with_what_it_holds_and_sorts_its_prefixes(path: Path) -> None:
    lines = path.read_text(encoding="utf-8").splitlines()
    prefixes = [line.split()[1][:-1] for line in lines if line.startswith("@prefix")]
    assert lines[0].startswith("# ")
    assert prefixes == sorted(prefixes)
    body = "\n".join(line for line in lines if not line.startswith(("@prefix", "#")))
    assert [p for p in prefixes if not re.search(rf"(?<![\w-]){re.escape(p)}:\w", body)] == []


def test_two_bases_give_the_same_graph_but_for_the_base() -> None:
    other = "http://localhost:8000/"

    def without(base: str) -> set[str]:
        return {f"{s} {p} {o}".replace(base, "base:") for s, p, o in read(base, tuple(FILES))}

    assert without(BASE) == without(other)


def test_no_triple_is_stated_twice() -> None:
    assert [fact for fact, times in Counter(facts()).items() if times > 1] == []


def test_every_predicate_fits_into_rdf_xml() -> None:
    predicates = {fact.predicate for fact in facts()}
    assert [p for p in predicates if not re.search(r"[#/][A-Za-z_][\w.-]*$", p)] == []


def test_every_link_within_the_publication_leads_to_something_described() -> None:
    described = {fact.subject for fact in facts()}
    linked = {
        fact.object.value
        for fact in facts()
        if isinstance(fact.object, NamedNode) and fact.object.value.startswith(BASE)
    }
    assert linked - described == {BASE + "ns/1.0.0"}  # the frozen copy of this version


# The model


def test_the_vocabulary_has_its_seven_classes_and_the_properties_of_the_design() -> None:
    assert instances(OWL + "Class") == {NS + name for name in CLASSES}
    properties = instances(OWL + "ObjectProperty") | instances(OWL + "DatatypeProperty")
    assert properties == {NS + n for names in PROPERTIES.values() for n in names.split()}
    assert {f.subject for f in facts() if f.subject.startswith(NS)} == properties | {
        NS + name for name in CLASSES
    }


@pytest.mark.parametrize(
    ("domain", "name"), [(d, n) for d, names in PROPERTIES.items() for n in names.split()]
)
def test_a_property_has_a_domain_and_a_range_of_its_kind(domain: str, name: str) -> None:
    assert one(NS + name, RDFS + "domain") == NS + domain
    range_iri = one(NS + name, RDFS + "range")
    holds_text = range_iri.startswith(XSD) or range_iri.endswith("#langString")
    assert (NS + name in instances(OWL + "DatatypeProperty")) == holds_text


@pytest.mark.parametrize("name", sorted(CLASSES | set(" ".join(PROPERTIES.values()).split())))
def test_a_term_has_label_and_definition_in_both_languages_and_says_where_it_is_defined(
    name: str,
) -> None:
    assert texts(NS + name, RDFS + "label").keys() == {"sv", "en"}
    assert texts(NS + name, SKOS + "definition").keys() == {"sv", "en"}
    assert one(NS + name, RDFS + "isDefinedBy") == BASE + "ns"


def test_the_ontology_has_a_version_and_a_licence_and_no_date() -> None:
    assert one(BASE + "ns", OWL + "versionIRI") == BASE + "ns/1.0.0"
    assert one(BASE + "ns", OWL + "versionInfo") == "1.0.0"
    assert one(BASE + "ns", DCT + "license") == CC0
    assert texts(BASE + "ns", DCT + "title").keys() == {"sv", "en"}


@pytest.mark.parametrize("scheme", SCHEMES)
def test_a_scheme_has_exactly_the_concepts_of_the_design(scheme: str) -> None:
    scheme_iri = DEF + scheme
    concepts = {f"{scheme_iri}/{name}" for name in SCHEMES[scheme].split()}
    assert texts(scheme_iri, DCT + "title").keys() == {"sv", "en"}
    assert set(values(scheme_iri, SKOS + "hasTopConcept")) == concepts
    assert {s for s in instances(SKOS + "Concept") if s.startswith(scheme_iri + "/")} == concepts
    for concept in concepts:
        assert texts(concept, SKOS + "prefLabel").keys() == {"sv", "en"}
        assert texts(concept, SKOS + "definition").keys() == {"sv", "en"}
        assert one(concept, SKOS + "notation") == local(concept)
        for link in (SKOS + "inScheme", SKOS + "topConceptOf", RDFS + "isDefinedBy"):
            assert one(concept, link) == scheme_iri


def test_outcomes_stand_beside_those_of_earl() -> None:
    assert {
        local(outcome): one(outcome, SKOS + "closeMatch").rsplit("#", 1)[-1]
        for outcome in values(DEF + "outcome", SKOS + "hasTopConcept")
    } == {
        "met": "passed",
        "not-met": "failed",
        "partly-met": "cantTell",
        "presumed-met": "cantTell",
        "not-documented": "untested",
    }


def test_every_own_term_in_use_is_defined() -> None:
    used = {iri for f in facts() for iri in (f.predicate, f.object.value) if iri.startswith(NS)}
    defined = {f.subject for f in facts() if f.predicate == RDFS + "isDefinedBy"}
    assert used <= defined


def test_own_properties_join_what_their_domain_and_range_say() -> None:
    own_classes = {NS + name for name in CLASSES} | {SKOS + "Concept", CC + "Criterion"}
    wrong = []
    for subject, predicate, value in facts():
        if not predicate.startswith(NS):
            continue
        range_iri = one(predicate, RDFS + "range")
        if one(predicate, RDFS + "domain") not in values(subject, RDF_TYPE):
            wrong.append((subject, predicate))
        if isinstance(value, Literal):
            if value.datatype.value != range_iri:
                wrong.append((subject, predicate))
        elif range_iri in own_classes and range_iri not in values(value.value, RDF_TYPE):
            wrong.append((subject, predicate))
    assert wrong == []


def test_nothing_comes_from_the_vocabularies_that_were_not_verified() -> None:
    avoided = ("/rov#", "/regorg#", "/vann/", "m8g/isProvidedBy", "EventSeries", "metadata.un.org")
    iris = {i for f in facts() for i in (f.subject, f.predicate, f.object.value)}
    assert [iri for iri in iris if any(part in iri for part in avoided)] == []


@pytest.mark.parametrize(
    "predicate", [SKOS + "prefLabel", RDFS + "label", DCT + "title", DCT + "description"]
)
def test_whatever_is_named_or_described_is_so_in_both_languages(predicate: str) -> None:
    subjects = {f.subject for f in facts() if f.predicate == predicate}
    assert subjects
    assert [s for s in subjects if texts(s, predicate).keys() != {"sv", "en"}] == []


def test_every_resource_has_a_name() -> None:
    names = {SKOS + "prefLabel", RDFS + "label", DCT + "title", VCARD + "fn"}
    named = {f.subject for f in facts() if f.predicate in names}
    assert {f.subject for f in facts()} - named == set()


# The clusters and their regions


@pytest.mark.parametrize("cluster", CLUSTERS, ids=lambda cluster: cluster.slug)
def test_a_cluster_has_the_name_region_and_addresses_of_the_editors(cluster: Cluster) -> None:
    iri = ID + "cluster/" + cluster.slug
    assert set(values(iri, RDF_TYPE)) == {NS + "Cluster", ORG + "Organization"}
    assert texts(iri, SKOS + "prefLabel") == {"sv": cluster.name, "en": cluster.name}
    assert one(iri, DCT + "identifier") == cluster.slug
    assert one(iri, NS + "region") == ID + "region/" + cluster.nuts
    assert set(values(iri, FOAF + "homepage")) == cluster.homepages
    assert one(iri, ORG + "memberOf") == PROGRAMME
    assert one(iri, PROV + "wasDerivedFrom") == f"{ID}statement/line-{cluster.line}"


def test_there_are_22_clusters_with_23_addresses_in_16_of_21_regions() -> None:
    clusters = instances(NS + "Cluster")
    assert clusters == {ID + "cluster/" + cluster.slug for cluster in CLUSTERS}
    assert len(clusters) == 22
    assert len({url for c in clusters for url in values(c, FOAF + "homepage")}) == 23
    assert len({one(c, NS + "region") for c in clusters}) == 16
    assert len(instances(NS + "Region")) == 21


@pytest.mark.parametrize("nuts", REGIONS)
def test_a_region_has_its_codes_its_matches_and_its_parent(nuts: str) -> None:
    name, county, iso, item = REGIONS[nuts]
    iri = ID + "region/" + nuts
    assert set(values(iri, RDF_TYPE)) == {NS + "Region", DCT + "Location"}
    assert texts(iri, SKOS + "prefLabel") == {"sv": name, "en": name}
    assert one(iri, NS + "nutsCode") == nuts
    assert one(iri, NS + "countyCode") == county
    assert one(iri, NS + "isoCode") == "SE-" + iso
    assert set(values(iri, SKOS + "exactMatch")) == {NUTS + nuts} | (
        {WIKIDATA + item} if item else set()
    )
    parent = one(iri, DCT + "isPartOf")
    assert parent == NUTS + nuts[:4]
    assert {SKOS + "Concept", DCT + "Location"} == set(values(parent, RDF_TYPE))
    assert one(iri, GEO + "hasGeometry") == ID + "geometry/" + nuts


def test_the_only_regions_without_a_wikidata_item_are_those_without_a_cluster() -> None:
    with_cluster = {cluster.nuts for cluster in CLUSTERS}
    assert {nuts for nuts, (*_, item) in REGIONS.items() if item} == with_cluster


# The criteria, certifications and assessments


def test_the_six_criteria_are_the_sources_word_for_word_and_in_its_order() -> None:
    bullets = [line.removeprefix("  • ") for line in source_lines() if line.startswith("  • ")]
    assert len(bullets) == 6
    assert instances(CC + "Criterion") == {f"{ID}criterion/{n}" for n in range(1, 7)}
    for n, bullet in enumerate(bullets, start=1):
        iri = f"{ID}criterion/{n}"
        assert texts(iri, DCT + "description")["en"] == bullet
        assert one(iri, DCT + "identifier") == one(iri, SCHEMA + "position") == str(n)
        assert "editors" in texts(iri, SKOS + "editorialNote")["en"]  # whose Swedish it is


def test_the_two_preconditions_are_in_the_set_but_no_criteria() -> None:
    criteria_set = ID + "criteria-set/2018"
    preconditions = {f"{ID}precondition/{n}" for n in (1, 2)}
    members = set(values(criteria_set, CC + "hasRequirement"))
    assert members == preconditions | instances(CC + "Criterion")
    assert {m for m in members if one(m, CC + "isRequirementOf") == criteria_set} == members
    assert [texts(p, DCT + "description")["en"] for p in sorted(preconditions)] == [
        "have a recommendation from their region",
        "be part of the S3",
    ]
    for precondition in preconditions:
        assert texts(precondition, DCT + "description")["en"] in source_lines()[9 - 1]
        assert values(precondition, RDF_TYPE) == [CC + "Requirement"]
    framework = one(criteria_set, CC + "isDerivedFrom")
    assert values(framework, RDF_TYPE) == [CC + "ReferenceFramework"]


def test_every_cluster_has_one_certification_at_bronze_that_is_merely_stated() -> None:
    certifications = instances(NS + "Certification")
    assert certifications == {f"{ID}certification/{c.slug}-bronze" for c in CLUSTERS}
    for iri in certifications:
        cluster = one(iri, NS + "certifiedCluster")
        assert local(iri) == local(cluster) + "-bronze"
        assert one(iri, NS + "level") == DEF + "level/bronze"
        assert one(iri, NS + "certificationStatus") == DEF + "certification-status/stated"
        assert one(iri, PROV + "wasDerivedFrom") == ID + "statement/line-18"
        unknown = "issuer labelScheme awardedOn validFrom validUntil withdrawnOn renewalOf"
        assert [p for p in unknown.split() if values(iri, NS + p)] == []


def test_the_132_assessments_are_presumed_and_name_no_assessor_date_or_evidence() -> None:
    assessments = instances(NS + "CriterionAssessment")
    expected = {(c.slug, n) for c in CLUSTERS for n in range(1, 7)}
    assert len(assessments) == len(expected) == 132
    for slug, n in expected:
        iri = f"{ID}assessment/{slug}-c{n}"
        assert one(iri, NS + "assessedCluster") == ID + "cluster/" + slug
        assert one(iri, NS + "criterion") == f"{ID}criterion/{n}"
        assert one(iri, NS + "outcome") == DEF + "outcome/presumed-met"
        derived = {f"{ID}statement/line-{line}" for line in (9, 10 + n)}
        assert set(values(iri, PROV + "wasDerivedFrom")) == derived
        assert [p for p in ("assessor", "assessedOn", "evidence") if values(iri, NS + p)] == []


# The programme


def test_the_programme_is_what_the_source_says_of_it() -> None:
    lines = source_lines()
    assert instances(NS + "Programme") == {PROGRAMME}
    assert texts(PROGRAMME, SKOS + "prefLabel")["en"] == lines[3 - 1]
    for predicate, line in ((DCT + "description", 5), (NS + "purpose", 7), (NS + "objective", 7)):
        assert texts(PROGRAMME, predicate)["en"] in lines[line - 1]
        assert texts(PROGRAMME, predicate).keys() == {"sv", "en"}
    assert set(values(PROGRAMME, ORG + "hasMember")) == instances(NS + "Cluster")
    for topic in ("Cluster management and cluster strategies", "Cluster services"):
        assert topic in lines[20 - 1]
    assert set(values(PROGRAMME, NS + "topic")) == set(
        values(DEF + "topic", SKOS + "hasTopConcept")
    )
    assert len(values(PROGRAMME, NS + "topic")) == 3


def test_the_number_of_organisations_is_approximate_and_the_topics_are_an_open_list() -> None:
    assert one(PROGRAMME, NS + "approximateMemberCount") == "2400"
    assert "around 2\u00a0400 organizations" in source_lines()[7 - 1]
    comments = " ".join(values(PROGRAMME, RDFS + "comment"))
    for word in ("around", "omkring", "open", "öppen"):
        assert word in comments


def test_the_programme_ran_from_2018_to_2021() -> None:
    period = one(PROGRAMME, DCT + "temporal")
    assert values(period, RDF_TYPE) == [DCT + "PeriodOfTime"]
    [start], [end] = index()[period, DCAT + "startDate"], index()[period, DCAT + "endDate"]
    assert start == Literal("2018", datatype=NamedNode(XSD + "gYear"))
    assert end == Literal("2021", datatype=NamedNode(XSD + "gYear"))


def test_the_organiser_is_a_public_body_and_the_contacts_are_names_only() -> None:
    organiser = ID + "agent/tillvaxtverket"
    assert values(PROGRAMME, SCHEMA + "organizer") == [organiser]
    assert CC + "PublicOrganisation" in values(organiser, RDF_TYPE)
    contacts = values(PROGRAMME, SCHEMA + "contactPoint")
    assert {one(c, VCARD + "fn"): values(c, ORG + "memberOf") for c in contacts} == {
        "Ewa Andersson": [organiser],
        "Cecilia Johansson": [],  # the source does not say where she works
    }
    known = {RDF_TYPE, VCARD + "fn", ORG + "memberOf", PROV + "wasDerivedFrom"}
    assert {f.predicate for f in facts() if f.subject in contacts} <= known


# What the source says


def test_the_source_document_is_the_one_whose_size_and_checksum_are_published() -> None:
    document = ID + "source/000_a00df031721e8c1a"
    content = SOURCE.read_bytes()
    assert one(document, DCT + "identifier") == SOURCE.name
    assert one(document, DCAT + "byteSize") == str(len(content)) == "2607"
    checksum = one(document, SPDX + "checksum")
    assert one(checksum, SPDX + "algorithm") == SPDX + "checksumAlgorithm_sha256"
    assert one(checksum, SPDX + "checksumValue") == hashlib.sha256(content).hexdigest().upper()


def test_a_statement_is_its_line_of_the_source_byte_for_byte() -> None:
    lines = SOURCE.read_bytes().split(b"\n")
    stated = {int(one(s, NS + "sourceLine")): s for s in instances(NS + "SourceStatement")}
    programme_lines = {3, 5, 7, 9, *range(11, 17), 18, 20, 67}
    assert stated.keys() == {cluster.line for cluster in CLUSTERS} | programme_lines
    for number, iri in stated.items():
        assert iri == f"{ID}statement/line-{number}"
        assert one(iri, NS + "statedText").encode() == lines[number - 1]
        assert one(iri, PROV + "wasQuotedFrom") == ID + "source/000_a00df031721e8c1a"


def test_every_statement_is_one_that_a_published_fact_derives_from() -> None:
    derived = {f.object.value for f in facts() if f.predicate == PROV + "wasDerivedFrom"}
    assert instances(NS + "SourceStatement") <= derived


def test_a_statement_about_a_cluster_has_name_region_and_address_as_the_line_has_them() -> None:
    for cluster in CLUSTERS:
        iri = f"{ID}statement/line-{cluster.line}"
        left, address = re.split("\u00a0[\u00a0 ]*", one(iri, NS + "statedText"), maxsplit=1)
        name, comma, region = left.rpartition(", ")
        assert one(iri, NS + "aboutCluster") == ID + "cluster/" + cluster.slug
        assert one(iri, NS + "statedName") == (name if comma else region)
        assert values(iri, NS + "statedRegion") == ([region] if comma else [])
        assert one(iri, NS + "statedUrl") == address


def test_the_source_states_15_regions_and_23_addresses_none_with_a_scheme() -> None:
    statements = [s for s in instances(NS + "SourceStatement") if values(s, NS + "aboutCluster")]
    assert len({r for s in statements for r in values(s, NS + "statedRegion")}) == 15
    assert sum(len(values(s, NS + "statedRegion")) for s in statements) == 21
    addresses = [a for s in statements for a in one(s, NS + "statedUrl").split(" and ")]
    assert len(addresses) == 23
    assert [a for a in addresses if "://" in a] == []


# What the editors changed


class Difference(NamedTuple):
    cluster: str
    field: str
    before: tuple[str, ...]
    after: tuple[str, ...]


def differences() -> set[Difference]:
    """What the clusters have that their statements do not, field by field."""
    codes = {texts(r, SKOS + "prefLabel")["sv"]: local(r) for r in instances(NS + "Region")}
    found = set()
    for cluster in instances(NS + "Cluster"):
        statement = one(cluster, PROV + "wasDerivedFrom")
        names, regions, addresses = (
            tuple(values(statement, NS + field))
            for field in ("statedName", "statedRegion", "statedUrl")
        )
        name = (texts(cluster, SKOS + "prefLabel")["sv"],)
        region = (local(one(cluster, NS + "region")),)
        homepages = tuple(sorted(values(cluster, FOAF + "homepage")))
        if names != name:
            found.add(Difference(cluster, NS + "statedName", names, name))
        if tuple(codes.get(stated, stated) for stated in regions) != region:
            found.add(Difference(cluster, NS + "statedRegion", regions, region))
        if addresses != homepages:
            found.add(Difference(cluster, NS + "statedUrl", addresses, homepages))
    return found


def test_every_difference_has_one_correction_and_every_correction_a_difference() -> None:
    corrections = [
        Difference(
            one(c, NS + "correctedCluster"),
            one(c, NS + "correctedField"),
            tuple(values(c, NS + "before")),
            tuple(sorted(one(c, NS + "after").split(" ")))
            if one(c, NS + "correctedField") == NS + "statedUrl"
            else (one(c, NS + "after"),),
        )
        for c in instances(NS + "Correction")
    ]
    assert Counter(corrections) == Counter(differences())
    assert Counter(c.field.removeprefix(NS) for c in corrections) == {
        "statedUrl": 22,
        "statedName": 1,
        "statedRegion": 1,
    }


def test_a_correction_says_why_how_sure_by_whom_and_from_which_statement() -> None:
    kinds = {"statedUrl": "url", "statedName": "name", "statedRegion": "region"}
    for iri in instances(NS + "Correction"):
        cluster = one(iri, NS + "correctedCluster")
        field = one(iri, NS + "correctedField").removeprefix(NS)
        assert iri == f"{ID}correction/{local(cluster)}-{kinds[field]}"
        assert one(iri, PROV + "used") == one(cluster, PROV + "wasDerivedFrom")
        assert one(iri, PROV + "wasAssociatedWith") == ID + "agent/editors"
        assert texts(iri, RDFS + "comment").keys() == {"sv", "en"}
        assert all(d.startswith(DEF + "defect/") for d in values(iri, NS + "defect"))
        assert values(iri, NS + "defect")


def test_the_defects_and_doubts_are_those_that_the_editors_found() -> None:
    corrections = instances(NS + "Correction")
    assert Counter(local(d) for c in corrections for d in values(c, NS + "defect")) == {
        "url-scheme-missing": 22,
        "url-typo": 3,
        "url-path": 2,
        "url-host-organisation": 2,
        "url-missing-dot": 1,
        "url-multiple": 1,
        "url-name-mismatch": 1,
        "name-merged-words": 1,
        "region-missing": 1,
    }
    assert {
        local(c) for c in corrections if one(c, NS + "confidence") != DEF + "confidence/high"
    } == {"jarnvagsklustret-url", "entreprenorsdrivet-foretagsnav-url"}


def test_the_second_source_is_cited_where_it_decided_and_nowhere_else() -> None:
    second = ID + "source/tillvaxtverket-klusterprogram"
    assert {f.subject.removeprefix(ID) for f in facts() if f.object.value == second} == {
        "correction/entreprenorsdrivet-foretagsnav-region",
        "correction/tillverkningstekniskt-centrum-url",
    }


# Nothing invented


def literals() -> Iterable[tuple[Fact, str]]:
    for fact in facts():
        if isinstance(fact.object, Literal) and fact.object.datatype.value != GEO + "wktLiteral":
            yield fact, fact.object.value


def test_there_is_no_email_address() -> None:
    emails = [text for _, text in literals() if re.search(r"[\w.+-]+@[\w-]+\.\w", text)]
    assert emails == []
    assert [f for f in facts() if f.object.value.startswith(("mailto:", "tel:"))] == []


def test_every_date_is_a_year_of_the_statement_that_it_derives_from() -> None:
    dates = [
        f
        for f in facts()
        if isinstance(f.object, Literal) and f.object.datatype.value in DATE_TYPES
    ]
    assert len(dates) == 2
    for fact in dates:
        statement = one(fact.subject, PROV + "wasDerivedFrom")
        assert fact.object.value in one(statement, NS + "statedText")


def test_every_year_in_a_text_is_one_that_the_source_has() -> None:
    source = SOURCE.read_text(encoding="utf-8")
    years = {year for _, text in literals() for year in re.findall(r"\b(?:19|20)\d\d\b", text)}
    assert {year for year in years if year not in source} == set()


def test_every_wikidata_item_is_in_the_table_of_regions() -> None:
    known = {item for *_, item in REGIONS.values() if item}
    everywhere = " ".join(f"{f.subject} {f.object.value}" for f in facts())
    assert set(re.findall(r"\bQ\d+\b", everywhere)) == known


def test_every_address_in_a_text_is_in_the_source_or_a_correction() -> None:
    accounted = {NS + name for name in ("statedText", "statedUrl", "before", "after")}
    strays = [
        text
        for fact, text in literals()
        if fact.predicate not in accounted and re.search(r"https?://\w|\bwww\.\w", text)
    ]
    assert strays == []  # and these four are compared with the source above


def test_every_foreign_iri_is_accounted_for() -> None:
    corrected = {u for c in instances(NS + "Correction") for u in one(c, NS + "after").split(" ")}
    registered = {
        f.object.value
        for f in facts_of("data/registers.ttl")
        if f.predicate in (FOAF + "homepage", FOAF + "page")
    }
    cited = {
        page
        for correction in instances(NS + "Correction")
        for document in values(correction, DCT + "source")
        for page in values(document, FOAF + "page")
    }
    table = {NUTS + nuts for nuts in REGIONS} | {NUTS + nuts[:4] for nuts in REGIONS}
    table |= {WIKIDATA + item for *_, item in REGIONS.values() if item}
    number = one(ID + "identifier/tillvaxtverket", SKOS + "notation").replace("-", "")
    allowed = {CC0, "http://dataportal.se/organisation/SE" + number}
    foreign = {
        iri
        for fact in facts()
        for iri in (fact.subject, fact.object.value)
        if (iri == fact.subject or isinstance(fact.object, NamedNode))
        and not iri.startswith((BASE, *VOCABULARIES))
    }
    assert foreign - corrected - registered - cited - table - allowed == set()


# The boundaries

Ring = list[tuple[float, float]]


def polygons(wkt: str) -> list[list[Ring]]:
    """The polygons of a WKT POLYGON or MULTIPOLYGON: each a shell and its holes."""
    kind, coordinates = wkt.split("(", 1)
    assert kind in ("POLYGON", "MULTIPOLYGON")
    body = "(" + coordinates if kind == "POLYGON" else coordinates[:-1]
    return [
        [
            [(float(x), float(y)) for x, y in (point.split(" ") for point in ring.split(","))]
            for ring in re.findall(r"\(([^()]+)\)", polygon)
        ]
        for polygon in re.findall(r"\((?:\([^()]+\),?)+\)", body)
    ]


def is_inside(x: float, y: float, ring: Ring) -> bool:
    crossings = [
        (x2 - x1) * (y - y1) / (y2 - y1) + x1 > x
        for (x1, y1), (x2, y2) in pairwise(ring)
        if (y1 > y) != (y2 > y)
    ]
    return sum(crossings) % 2 == 1


def boundary(nuts: str) -> list[list[Ring]]:
    return polygons(one(f"{ID}geometry/{nuts}", GEO + "asWKT"))


@pytest.mark.parametrize("nuts", REGIONS)
def test_a_boundary_is_made_of_closed_rings_within_sweden_around_its_centroid(nuts: str) -> None:
    for polygon in boundary(nuts):
        for ring in polygon:
            assert len(ring) >= 4
            assert ring[0] == ring[-1]
            assert len(set(ring)) == len(ring) - 1
            assert all(10.9 <= x <= 24.2 and 55.3 <= y <= 69.1 for x, y in ring)
    centroid = one(f"{ID}region/{nuts}", DCAT + "centroid")
    longitude, latitude = map(float, centroid.removeprefix("POINT(").removesuffix(")").split())
    shells = [polygon[0] for polygon in boundary(nuts)]
    assert any(is_inside(longitude, latitude, shell) for shell in shells)


def test_there_are_21_boundaries_in_under_150_kilobytes() -> None:
    assert instances(GEO + "Geometry") == {ID + "geometry/" + nuts for nuts in REGIONS}
    assert (ROOT / "data" / "geometries.ttl").stat().st_size < 150_000


def test_gotland_and_oland_are_on_the_map() -> None:
    for nuts, longitude, latitude in (("SE214", 18.5, 57.5), ("SE213", 16.65, 56.8)):
        assert any(is_inside(longitude, latitude, polygon[0]) for polygon in boundary(nuts))


@pytest.mark.parametrize(
    ("one_side", "other_side"), [("SE224", "SE221"), ("SE322", "SE331"), ("SE110", "SE121")]
)
def test_neighbours_share_their_border_point_by_point(one_side: str, other_side: str) -> None:
    points = [{p for polygon in boundary(n) for p in polygon[0]} for n in (one_side, other_side)]
    assert len(points[0] & points[1]) >= 5


def test_the_boundaries_name_their_source_and_its_licence() -> None:
    for geometry in instances(GEO + "Geometry"):
        package = one(geometry, PROV + "wasDerivedFrom")
        origin = one(package, PROV + "wasDerivedFrom")
        assert one(origin, DCT + "license") == CC0
        assert one(origin, DCT + "publisher") == ID + "agent/scb"
