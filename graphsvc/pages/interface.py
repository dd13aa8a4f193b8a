"""The words of the pages themselves, from locale/*.po; English where there is no other."""

from __future__ import annotations

from functools import cache
from importlib.resources import files
from io import BytesIO, StringIO
from typing import Any

from babel import Locale, UnknownLocaleError
from babel.core import get_global
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from babel.support import Translations
from jinja2 import Environment

from graphsvc.authorities import licence
from graphsvc.pages.amounts import write_count, write_date

ENGLISH = "en"  # the language that the templates are written in


@cache
def languages() -> tuple[str, ...]:
    """The languages that the interface speaks."""
    folder = files("graphsvc.pages") / "locale"
    found = (entry.name.removesuffix(".po") for entry in folder.iterdir())
    return (ENGLISH, *sorted(found))


def closest(language: str) -> str:
    """The interface's language for pages in some language: its own, or English."""
    primary = language.partition("-")[0]
    return next((each for each in (language, primary) if each in languages()), ENGLISH)


@cache
def translations(language: str) -> Translations:
    """The interface in one of `languages()`, from its .po file: nothing need be compiled."""
    if language == ENGLISH:
        return Translations()
    text = (files("graphsvc.pages") / "locale" / f"{language}.po").read_text(encoding="utf-8")
    compiled = BytesIO()
    write_mo(compiled, read_po(StringIO(text), locale=language, abort_invalid=True))
    compiled.seek(0)
    return Translations(compiled)


def speak(environment: Environment, language: str) -> None:
    """Let templates say their words, and write numbers and dates, as a language does.

    Templates of a publication have these filters too, so docs/templates.md lists them.
    """
    # The extension adds this method, which no type knows of.
    extended: Any = environment
    extended.install_gettext_translations(translations(language), newstyle=True)
    # Its alias looks this up at every word; a page of a vocabulary has hundreds.
    environment.globals["_"] = environment.globals["gettext"]
    environment.filters["number"] = lambda number: write_count(number, language)
    environment.filters["date"] = lambda text: write_date(text, language)
    environment.filters["licence_name"] = lambda iri: licence(iri).name or iri
    environment.filters["language_name"] = language_name
    environment.filters["territorial"] = territorial


def language_name(language: str) -> str:
    """A language under the name that its speakers give it: "svenska"."""
    try:
        return Locale.parse(language, sep="-").get_display_name() or language
    except (UnknownLocaleError, ValueError):
        return language


def territorial(language: str) -> str:
    """A language with the land that most of its speakers live in, as Open Graph has it: sv_SE."""
    subtags = get_global("likely_subtags").get(language.partition("-")[0], "")
    primary, *_, territory = subtags.split("_") if subtags.count("_") > 1 else (language, "")
    return f"{primary}_{territory}" if territory else primary
