"""One programme of the scaled publication: a source document, what it says, and what is made of it.

Each programme repeats the shape of the shipped one: a document with a line for
each criterion and each cluster, two kinds of certification, six assessments a
cluster, and corrections with defects as frequent as in the source.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from random import Random

from bench.facts import Facts, Region, draw
from bench.turtle import Description, labels, text

CRITERIA = 6
GENERAL_LINES = (3, 9, 11, 12, 13, 14, 15, 16, 18, 20)  # as in the source, those on no one cluster
ORGANISER = "agent:tillvaxtverket"  # of the shipped agents; so is the editor
SECOND_SOURCE = "source:tillvaxtverket-klusterprogram"


@dataclass
class Bundle:
    """A cluster and all that is said of it."""

    cluster: Description
    statement: Description
    certifications: list[Description] = field(default_factory=list)
    assessments: list[Description] = field(default_factory=list)
    corrections: list[Description] = field(default_factory=list)

    def by_kind(self) -> Iterator[tuple[str, Description]]:
        """Each description with the stem of the files that it goes into."""
        yield "data/clusters", self.cluster
        yield "data/source/statements", self.statement
        for kind, each in (
            ("data/certifications", self.certifications),
            ("data/assessments", self.assessments),
            ("data/provenance/corrections", self.corrections),
        ):
            for description in each:
                yield kind, description

    @property
    def quads(self) -> int:
        return 1 + sum(description.quads for _, description in self.by_kind())  # 1: hasMember


class Programme:
    """The descriptions of one programme, all drawn from one seeded source of chance."""

    def __init__(self, number: int, seed: int, regions: list[Region]) -> None:
        self._number = number
        self._random = Random((seed << 32) + number)
        self._regions = regions
        self._clusters: list[str] = []
        self._source = f"source:p{number}"

    def line(self, number: int) -> str:
        """The name of the statement that quotes a line of the programme's document."""
        return f"statement:p{self._number}-line-{number}"

    def bundle(self) -> Bundle:
        """The next cluster, with all that is said of it."""
        place = len(self._clusters)
        line = 22 + 2 * place
        facts = draw(self._random, f"{self._number}-{place}", self._regions)
        self._clusters.append(f"cluster:{facts.slug}")
        bundle = Bundle(self._cluster(facts, line), self._statement(facts, line))
        bundle.certifications += self._certifications(facts)
        bundle.assessments += [self._assessment(facts, number) for number in range(1, CRITERIA + 1)]
        bundle.corrections += self._corrections(facts, line)
        return bundle

    def frame(self) -> Iterator[tuple[str, Description]]:
        """What the clusters share; to be asked for once they are all there."""
        yield from (("data/programmes", each) for each in self._programme())
        yield from (("data/source/documents", each) for each in self._document())
        for number in GENERAL_LINES:
            yield "data/source/statements", self._general_statement(number)

    def _cluster(self, facts: Facts, line: int) -> Description:
        return Description(
            f"cluster:{facts.slug}",
            {
                "a": ["s3p:Cluster", "org:Organization"],
                "skos:prefLabel": labels(facts.name, facts.name),
                "dct:identifier": [text(facts.slug)],
                "s3p:region": [f"region:{facts.region.code}"],
                "foaf:homepage": [f"<{facts.url}>"],
                "org:memberOf": [f"programme:p{self._number}"],
                "prov:wasDerivedFrom": [self.line(line)],
            },
        )

    def _statement(self, facts: Facts, line: int) -> Description:
        region = f", {facts.stated_region}" if facts.stated_region else ""
        spaces = "\u00a0 \u00a0" if line % 4 else "\u00a0 "
        stated = f"{facts.stated_name}{region}{spaces}{facts.stated_url}"
        description = self._general_statement(line, stated)
        description.properties |= {
            "s3p:aboutCluster": [f"cluster:{facts.slug}"],
            "s3p:statedName": [text(facts.stated_name)],
            "s3p:statedUrl": [text(facts.stated_url)],
        }
        if facts.stated_region:
            description.properties["s3p:statedRegion"] = [text(facts.stated_region)]
        return description

    def _general_statement(self, line: int, stated: str = "") -> Description:
        return Description(
            self.line(line),
            {
                "a": ["s3p:SourceStatement", "prov:Entity"],
                "rdfs:label": labels(f"Line {line} of the source", f"Rad {line} i källan"),
                "s3p:sourceLine": [str(line)],
                "s3p:statedText": [text(stated or f"  • What line {line} asks of a cluster")],
                "prov:wasQuotedFrom": [self._source],
            },
        )

    def _certifications(self, facts: Facts) -> Iterator[Description]:
        if facts.year is None:
            yield self._certification(facts, "bronze", "stated")
            return
        day = self._random.randrange(1, 29)
        for level, status, year in (
            ("bronze", "expired", facts.year),
            ("silver", "active", facts.year + 3),
        ):
            description = self._certification(facts, level, status)
            description.properties |= {
                "s3p:labelScheme": ["label-scheme:ecei-label"],
                "s3p:issuer": [ORGANISER],
                "s3p:awardedOn": [_date(year, day)],
                "s3p:validFrom": [_date(year, day)],
                "s3p:validUntil": [_date(year + 3, day)],
            }
            yield description

    def _certification(self, facts: Facts, level: str, status: str) -> Description:
        swedish = {"bronze": "bronsnivå", "silver": "silvernivå"}[level]
        return Description(
            f"certification:{facts.slug}-{level}",
            {
                "a": ["s3p:Certification", "cc:Evidence", "prov:Entity"],
                "rdfs:label": labels(f"{facts.name}: {level} level", f"{facts.name}: {swedish}"),
                "s3p:certifiedCluster": [f"cluster:{facts.slug}"],
                "s3p:level": [f"level:{level}"],
                "s3p:certificationStatus": [f"certification-status:{status}"],
                "prov:wasDerivedFrom": [self.line(18)],
            },
        )

    def _assessment(self, facts: Facts, number: int) -> Description:
        description = Description(
            f"assessment:{facts.slug}-c{number}",
            {
                "a": ["s3p:CriterionAssessment", "prov:Entity"],
                "rdfs:label": labels(
                    f"{facts.name}: criterion {number}", f"{facts.name}: kriterium {number}"
                ),
                "s3p:assessedCluster": [f"cluster:{facts.slug}"],
                "s3p:criterion": [f"criterion:{number}"],
                "s3p:outcome": ["outcome:presumed-met"],
                "prov:wasDerivedFrom": [self.line(9), self.line(10 + number)],
            },
        )
        if facts.year is not None and self._random.randrange(2):
            outcome = self._random.choice(("met", "met", "partly-met", "not-met"))
            description.properties |= {
                "s3p:outcome": [f"outcome:{outcome}"],
                "s3p:assessor": [ORGANISER],
                "s3p:assessedOn": [_date(facts.year, 1 + self._random.randrange(28))],
                "s3p:evidence": [f"certification:{facts.slug}-bronze"],
            }
        return description

    def _corrections(self, facts: Facts, line: int) -> Iterator[Description]:
        yield self._correction(
            facts, line, ("Url", "web address", "webbadress"), (facts.stated_url, facts.url)
        )
        if facts.stated_name != facts.name:
            field = ("Name", "name", "namn")
            yield self._correction(facts, line, field, (facts.stated_name, facts.name))
        if facts.stated_region is None:
            field = ("Region", "region", "region")
            yield self._correction(facts, line, field, (None, facts.region.code))

    def _correction(
        self,
        facts: Facts,
        line: int,
        field: tuple[str, str, str],
        change: tuple[str | None, str],
    ) -> Description:
        key, english, swedish = field
        before, after = change
        defects = {"Url": facts.defects, "Name": ("name-merged-words",)}
        properties = {
            "a": ["s3p:Correction", "prov:Activity"],
            "rdfs:label": labels(f"{facts.name}: {english}", f"{facts.name}: {swedish}"),
            "rdfs:comment": labels(
                f"The {english} of the source is corrected.", f"Källans {swedish} har rättats."
            ),
            "s3p:correctedCluster": [f"cluster:{facts.slug}"],
            "s3p:correctedField": [f"s3p:stated{key}"],
            "s3p:defect": [f"defect:{each}" for each in defects.get(key, ("region-missing",))],
            "s3p:before": [text(before or "")],
            "s3p:after": [text(after)],
            "s3p:confidence": [f"confidence:{self._random.choice(('high', 'high', 'medium'))}"],
            "prov:used": [self.line(line)],
            "prov:wasAssociatedWith": ["agent:editors"],
        }
        if before is None:
            del properties["s3p:before"]
            properties["dct:source"] = [SECOND_SOURCE]
        return Description(f"correction:{facts.slug}-{key.lower()}", properties)

    def _programme(self) -> Iterator[Description]:
        number, year = self._number, self._random.randrange(2010, 2021)
        yield Description(
            f"programme:p{number}",
            {
                "a": ["s3p:Programme", "org:OrganizationalCollaboration"],
                "skos:prefLabel": labels(f"Cluster Pilot {number}", f"Klusterpilot {number}"),
                "dct:description": labels(
                    f"Clusters of the strategies of {year}.", f"Kluster i strategierna från {year}."
                ),
                "s3p:purpose": labels("To strengthen clusters.", "Att stärka kluster."),
                "s3p:objective": labels("Competitiveness.", "Konkurrenskraft."),
                "s3p:approximateMemberCount": [str(100 * self._random.randrange(5, 60))],
                "dct:temporal": [f"period:p{number}"],
                "s3p:topic": ["topic:cluster-services", "topic:internationalisation"],
                "schema:organizer": [ORGANISER],
                "org:hasMember": self._clusters,
                "prov:wasDerivedFrom": [self.line(3), self.line(20)],
            },
        )
        yield Description(
            f"period:p{number}",
            {
                "a": ["dct:PeriodOfTime"],
                "rdfs:label": labels(f"{year} to {year + 3}", f"{year} till {year + 3}"),
                "dcat:startDate": [f'"{year}"^^xsd:gYear'],
                "dcat:endDate": [f'"{year + 3}"^^xsd:gYear'],
            },
        )

    def _document(self) -> Iterator[Description]:
        number = self._number
        digest = hashlib.sha256(f"programme {number}".encode()).hexdigest().upper()
        yield Description(
            self._source,
            {
                "a": ["prov:Entity", "foaf:Document"],
                "dct:title": labels(f"Cluster Pilot {number}", f"Klusterpilot {number}"),
                "dct:identifier": [text(f"{number:06}.txt")],
                "dcat:byteSize": [
                    f'"{self._random.randrange(2000, 9000)}"^^xsd:nonNegativeInteger'
                ],
                "spdx:checksum": [f"checksum:p{number}"],
            },
        )
        yield Description(
            f"checksum:p{number}",
            {
                "a": ["spdx:Checksum"],
                "spdx:algorithm": ["spdx:checksumAlgorithm_sha256"],
                "spdx:checksumValue": [f'"{digest}"^^xsd:hexBinary'],
            },
        )


def _date(year: int, day: int) -> str:
    return f'"{year}-11-{day:02}"^^xsd:date'
