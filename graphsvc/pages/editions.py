"""A release as one server shows it in one language: names, links and order."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from urllib.parse import unquote

from graphsvc.iris import Addresses
from graphsvc.pages.everyday import NAMES
from graphsvc.pages.interface import closest
from graphsvc.release import Release
from graphsvc.vocab import PREFIXES

# Letters that a language has behind z, in its order.
_BEHIND_Z = {"sv": "åäö", "fi": "åäö", "da": "æøå", "nb": "æøå", "nn": "æøå", "no": "æøå"}
# Pages of the server that answer from the release that is served, whatever the page shows.
_OF_THE_SERVER = (
    *(".well-known", "browse", "datasets", "feed", "feed.atom", "linkset.json", "openapi.json"),
    "opensearch.xml",
    *("quality", "search", "sitemap.xml", "sparql", "timemap", "version"),
)
_LOCAL_NAME = re.compile(r"[\w.~%-]*", re.ASCII)


@dataclass(frozen=True)
class Name:
    """What a page calls a resource; `language` is "" where the name belongs to none."""

    text: str
    language: str = ""


@dataclass(frozen=True)
class Link:
    """A resource as it stands in a page; without `href` it is shown, not linked."""

    iri: str
    name: Name
    href: str | None
    is_own: bool

    kind = "link"

    def table(self) -> dict[str, str]:
        """The resource for programs: its IRI, and its name in the reader's language."""
        return {"iri": self.iri, "label": self.name.text, "label_language": self.name.language}


@dataclass(frozen=True)
class Edition:
    """A release, the addresses of the server that shows it, and the reader's language."""

    release: Release = field(repr=False)
    addresses: Addresses
    language: str
    is_chosen: bool = False  # in the address, hence to be kept in every link
    is_static: bool = False  # shown as files, where there is no server to ask
    is_plain: bool = False  # names well-known terms in everyday words, not as they are written
    mount: str = ""  # what the paths of a release begin with that is asked for by its version
    is_latest: bool = True  # is it the release that is served?
    # Labels by IRI and language of what is not in the data, but in the document that is shown.
    names: Mapping[str, Mapping[str, str]] = field(default_factory=dict)

    @property
    def interface(self) -> str:
        """The language that the page itself speaks."""
        return closest(self.language)

    def localized(self, texts: Mapping[str, str]) -> Name:
        """The text in the reader's language, else in the publication's first, else any."""
        wanted = (self.language, *self.release.settings.languages, "")
        language = next((each for each in wanted if each in texts), min(texts))
        return Name(texts[language], language)

    def href(self, path: str) -> str:
        """A path of this server as it stands in a link: it keeps the chosen language."""
        return self.in_language(path, self.language) if self.is_chosen else path

    def in_language(self, path: str, language: str) -> str:
        head, hash_, fragment = path.partition("#")
        mark = "&" if "?" in head else "?"
        return f"{head}{mark}lang={language}{hash_}{fragment}"

    @property
    def server_path(self) -> str:
        """What the addresses of the server begin with, whichever release they are of."""
        return self.addresses.root_path.removesuffix(self.mount)

    def at(self, local: str) -> str:
        """The link to a page of the server itself, such as `dump/`."""
        return self.href(self._placed(f"{self.addresses.root_path}/{local}"))

    def describes(self, local: str) -> bool:
        """Is something said of this IRI of the publication, such as `ns`?"""
        return self.release.resources.is_described(self.release.settings.base_iri + local)

    def links(self, iris: Iterable[str]) -> dict[str, Link]:
        """The links to resources, by IRI, under names found in one look-up; known ones in none."""
        wanted = list(dict.fromkeys(iris))
        known = self._links
        if unknown := [iri for iri in wanted if iri not in known]:
            labels = self._labels(unknown)
            self._labelled.update(labels)
            known |= {iri: self._link(iri, self._name(iri, labels.get(iri, {}))) for iri in unknown}
        return {iri: known[iri] for iri in wanted}

    def is_labelled(self, iri: str) -> bool:
        """Has it a label, in whatever language?"""
        self.links([iri])
        return iri in self._labelled

    def ordered(
        self, iris: Iterable[str], start: int | None = None, end: int | None = None
    ) -> list[Link]:
        """The links to resources, in the order of their names; of all, those of a slice."""
        wanted = list(dict.fromkeys(iris))
        labels = self._labels(wanted)
        names = {iri: self._name(iri, labels.get(iri, {})) for iri in wanted}
        wanted.sort(key=lambda iri: self.sort_key(names[iri].text))
        return [self._link(iri, names[iri]) for iri in wanted[start:end]]

    def sort_key(self, text: str) -> tuple[str, str]:
        """A key that sorts names as the reader's language does, and numbers in them as numbers."""
        folded = re.sub(r"\d+", lambda digits: digits[0].zfill(9), text.casefold())
        if folded.isascii():
            return folded, text
        letters = _BEHIND_Z.get(self.language.partition("-")[0], "")
        order = {letter: f"~{rank}" for rank, letter in enumerate(letters)}
        plain = "".join(
            letter if letter.isascii() else order.get(letter) or _without_accents(letter)
            for letter in folded
        )
        return plain, text

    def short(self, iri: str) -> str | None:
        """An IRI as a prefixed name, if there is a prefix for it."""
        for prefix, namespace in self._namespaces:
            local = iri.removeprefix(namespace)
            if local != iri and _LOCAL_NAME.fullmatch(local):
                return f"{prefix}:{local}"
        return None

    def namespaces(self) -> list[tuple[str, str]]:
        """Every prefix with its namespace, in alphabetical order."""
        return sorted(self._namespaces)

    def _labels(self, iris: Sequence[str]) -> Mapping[str, Mapping[str, str]]:
        return self.release.resources.labels(iris) | dict(self.names)

    @cached_property
    def _links(self) -> dict[str, Link]:
        """Those that were asked for so far: a page names the same things again and again."""
        return {}

    @cached_property
    def _labelled(self) -> set[str]:
        """Those of them that have a label."""
        return set()

    def _link(self, iri: str, name: Name) -> Link:
        path = self.addresses.path(iri)
        if path is not None:
            href: str | None = self.href(self._placed(path))
        else:  # what is not of the web, such as javascript:, is never a link
            href = iri if re.match(r"https?://", iri) else None
        return Link(iri, name, href, self._is_own(iri))

    def _placed(self, path: str) -> str:
        """A path of the release, or that of the server where only the server has such a page."""
        local = path.removeprefix(f"{self.addresses.root_path}/")
        is_of_server = self.mount and re.split("[?/#]", local)[0] in _OF_THE_SERVER
        return f"{self.server_path}/{local}" if is_of_server else path

    def _is_own(self, iri: str) -> bool:
        return iri.startswith(self.release.settings.base_iri)

    def _name(self, iri: str, labels: Mapping[str, str]) -> Name:
        """What a resource is called: by a label, else by what its IRI says."""
        if labels:
            return self.localized(labels)
        if self.is_plain and iri in NAMES:
            return self.localized(NAMES[iri])
        if not self._is_own(iri):
            return Name(self.short(iri) or iri)
        local = iri.removeprefix(self.release.settings.base_iri).rstrip("/#")
        return Name(unquote(re.split(r"[/#]", local)[-1]) or iri)

    @cached_property
    def _namespaces(self) -> list[tuple[str, str]]:
        """Prefixes with their namespaces, the longest namespace first."""
        known = {**PREFIXES, **self.release.manifest.prefixes}
        pairs = [(prefix, namespace) for prefix, namespace in known.items() if prefix]
        return sorted(pairs, key=lambda pair: (-len(pair[1]), pair[0]))


def _without_accents(letter: str) -> str:
    return unicodedata.normalize("NFKD", letter)[:1]
