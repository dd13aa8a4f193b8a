"""Where the templates of a publication are rendered: with what the contract names, and no more.

A template is its maintainers', who may show what they like; but what is served renders it, so
it must reach no file, no other process and nothing of Python's.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cache, lru_cache
from pathlib import Path
from typing import Any

from jinja2 import ChoiceLoader, FunctionLoader, PackageLoader, StrictUndefined
from jinja2.environment import TemplateModule
from jinja2.exceptions import SecurityError
from jinja2.filters import FILTERS as OF_JINJA
from jinja2.runtime import BlockReference, Context, LoopContext, Macro
from jinja2.sandbox import SandboxedEnvironment
from jinja2.utils import Cycler, Joiner, Namespace
from markupsafe import Markup

from graphsvc.formats import Format
from graphsvc.iris import Addresses
from graphsvc.maps.atlas import Place, Sheet
from graphsvc.pages import corrections, referrers, statements
from graphsvc.pages.classes import Page
from graphsvc.pages.documents import Document, Section
from graphsvc.pages.editions import Edition, Link, Name
from graphsvc.pages.inline import WRITERS
from graphsvc.pages.interface import speak
from graphsvc.pages.maps import AreaShown, MarkShown, SmallMap
from graphsvc.pages.meanings import Meaning
from graphsvc.pages.notices import Notice
from graphsvc.pages.origin import Origin
from graphsvc.release import Manifest
from graphsvc.settings import Settings
from graphsvc.templates.contract import FILTERS, FUNCTIONS, OBJECTS, VALUES

CLASSES = (
    *(Edition, Addresses, Settings, Manifest, Document, Section, Notice, Link, Name, Meaning),
    *(statements.Row, statements.Statement, statements.Text, statements.Node, statements.Items),
    *(referrers.Incoming, referrers.Referrers, referrers.Referrer, referrers.Tally),
    *(referrers.Counted, Page, Origin, corrections.SourceStatement, corrections.Correction),
    *(SmallMap, Sheet, AreaShown, Place, MarkShown, Format),
)
_OPEN = (TemplateModule, Macro, BlockReference, Namespace, Cycler, Joiner)  # made by the template


class Sandbox(SandboxedEnvironment):
    """An environment in which a name that is not in the contract is undefined."""

    intercepted_binops = frozenset(["*", "**", "%"])

    def is_safe_attribute(self, obj: Any, attr: str, value: Any) -> bool:
        """May a template have this attribute?"""
        del value
        if isinstance(obj, _OPEN):
            return not attr.startswith("_")
        return attr in _allowed().get(type(obj), ())

    def call_binop(self, context: Context, operator: str, left: Any, right: Any) -> Any:
        """Refuse what makes a few characters many, or shows what is no text."""
        is_number = isinstance(left, int | float) and isinstance(right, int | float)
        if operator == "**" or not is_number:
            raise SecurityError(f"{operator} is for numbers here, and small ones")
        return super().call_binop(context, operator, left, right)


@cache
def _allowed() -> Mapping[type, tuple[str, ...]]:
    of_python = {"str": str, "dict": dict, "LoopContext": LoopContext}
    values = {each: VALUES[name] for name, each in of_python.items()}
    return {Markup: VALUES["str"], **values, **{each: OBJECTS[each.__name__] for each in CLASSES}}


@lru_cache(maxsize=16)
def sandbox(folder: Path, places: tuple[str, ...], language: str) -> Sandbox:
    """The environment for the templates at these places of a release, which never change."""

    def load(name: str) -> tuple[str, str, Callable[[], bool]] | None:
        if name not in places:
            return None
        return (folder / name).read_text(encoding="utf-8"), name, lambda: True

    environment = Sandbox(
        loader=ChoiceLoader([FunctionLoader(load), PackageLoader("graphsvc.pages")]),
        extensions=["jinja2.ext.i18n"],
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
    )
    environment.filters = {name: OF_JINJA[name] for name in FILTERS}
    speak(environment, language)
    environment.globals = WRITERS | {
        name: value for name, value in environment.globals.items() if name in FUNCTIONS
    }
    return environment
