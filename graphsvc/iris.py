"""The one bijection between a publication's IRIs and the paths of the server that shows it.

The base IRI names things; it is not the address of this server, and the Host
header is not asked. `{base}id/x` is a thing and is described at `/doc/x`; any
other IRI under the base is described at its own path, fragments at the document
that they are part of.

A path is ASCII and an IRI is not. Percent-encoded UTF-8 stands for the character,
and every other escape stands for itself: `%2F` is no slash. So an IRI that holds
such UTF-8 in its encoded form shares its path with the one that holds the
character, and `iris` names both.

Spec: https://www.rfc-editor.org/rfc/rfc3987#section-3
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from urllib.parse import quote

_THINGS, _DOCUMENTS = "id/", "doc/"
_ASCII = r"A-Za-z0-9\-._~!$&'()*+,;=:@/?"
_CHARACTERS = (
    r"\xA0-\uD7FF\uF900-\uFDCF\uFDF0-\uFFEF"
    + "".join(f"{chr(plane << 16)}-{chr((plane << 16) + 0xFFFD)}" for plane in range(1, 14))
    + "\U000e1000-\U000efffd"
)
_LEGAL = re.compile(rf"(?:[{_ASCII}{_CHARACTERS}]|%[0-9A-Fa-f]{{2}})*")
_CHARACTER = re.compile(f"[{_CHARACTERS}]")
_ESCAPES = re.compile(r"(?:%[89A-Fa-f][0-9A-Fa-f])+")
_DOT_SEGMENT = re.compile(r"(?:^|/)(?:\.|%2[Ee]){1,2}(?=/|\?|$)")


@dataclass(frozen=True)
class Addresses:
    """What is where, for one base IRI and one place that the server is mounted at."""

    base_iri: str
    root_path: str = ""

    def path(self, iri: str, suffix: str = "") -> str | None:
        """The path of the document that describes an IRI, as it stands in links.

        With a suffix ("ttl"), the path of that representation. None for what is
        not under the base, for IRIs of documents (`{base}doc/…`), and for IRIs
        that no client would send as they are, such as those with dot segments, nor
        those that hold one character as itself and another as its escapes.
        """
        if not iri.startswith(self.base_iri):
            return None
        local, hash_, fragment = iri[len(self.base_iri) :].partition("#")
        if local.startswith(_DOCUMENTS) or not (_is_plain(local) and _LEGAL.fullmatch(fragment)):
            return None
        if not local.isascii() and _decode(local) != local:
            return None
        if local.startswith(_THINGS):
            local = _DOCUMENTS + local.removeprefix(_THINGS)
        if suffix:
            local = _with_suffix(local, suffix)
        return f"{self.root_path}/{_encode(local)}{hash_}{_encode(fragment)}"

    def thing_path(self, iri: str) -> str | None:
        """The path of an IRI itself: for a thing not that of its document, which `path` gives."""
        path = self.path(iri)
        if path is None or not iri.startswith(self.base_iri + _THINGS):
            return path
        return f"{self.root_path}/{_THINGS}" + path.removeprefix(f"{self.root_path}/{_DOCUMENTS}")

    def iris(self, path: str) -> tuple[str, ...]:
        """The IRIs that a path, with its query if any, may stand for; the likeliest first.

        Empty for what cannot be an IRI's path.
        """
        if self.root_path and path.startswith(self.root_path + "/"):
            path = path.removeprefix(self.root_path)
        local = path[1:]
        if not path.startswith("/") or not local.isascii() or not _is_plain(local):
            return ()
        if local.startswith(_DOCUMENTS):
            local = _THINGS + local.removeprefix(_DOCUMENTS)
        return tuple(dict.fromkeys(self.base_iri + each for each in (_decode(local), local)))

    def document_iri(self, iri: str) -> str:
        """The IRI of the document that describes an IRI: `{base}doc/x` for `{base}id/x`."""
        things = self.base_iri + _THINGS
        document = iri.partition("#")[0]
        if document.startswith(things):
            return self.base_iri + _DOCUMENTS + document.removeprefix(things)
        return document


def split_suffix(path: str) -> tuple[str, str] | None:
    """A path without its suffix, and the suffix: `/doc/x.ttl?y` gives `/doc/x?y` and `ttl`.

    `index.ttl` is the suffix of an address that ends in a slash.
    """
    head, question, query = path.partition("?")
    stem, dot, suffix = head.rpartition(".")
    if not dot or "/" in suffix or stem.endswith("/"):
        return None
    if stem.endswith("/index"):
        stem = stem.removesuffix("index")
    return stem + question + query, suffix


def to_uri(iri: str) -> str:
    """An IRI in ASCII, as headers want it."""
    return _encode(iri)


def _with_suffix(local: str, suffix: str) -> str:
    head, question, query = local.partition("?")
    index = "index" if not head or head.endswith("/") else ""
    return f"{head}{index}.{suffix}{question}{query}"


def _is_plain(local: str) -> bool:
    """Are these the characters of a path, with nothing that a client would resolve away?"""
    return bool(
        _LEGAL.fullmatch(local) and not local.startswith("/") and not _DOT_SEGMENT.search(local)
    )


def _encode(text: str) -> str:
    return quote(text, safe="-._~!$&'()*+,;=:@/?#%[]")


def _decode(path: str) -> str:
    return _ESCAPES.sub(_decode_escapes, path)


def _decode_escapes(match: re.Match[str]) -> str:
    """The characters that a run of escapes encodes; what encodes none stays as it is."""
    octets = bytes.fromhex(match[0].replace("%", ""))
    decoded, at = [], 0
    for character in octets.decode("utf-8", "surrogateescape"):
        end = at + 3 * len(character.encode("utf-8", "surrogateescape"))  # an escape is 3 long
        decoded.append(character if _CHARACTER.fullmatch(character) else match[0][at:end])
        at = end
    return "".join(decoded)
