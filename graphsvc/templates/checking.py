"""The faults of a template that can be seen without any data, each with its line."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from difflib import get_close_matches

from jinja2 import Environment, TemplateSyntaxError, nodes
from jinja2.filters import FILTERS as OF_JINJA
from jinja2.meta import find_undeclared_variables

from graphsvc.templates.contract import (
    BASE,
    BLOCKS,
    FILTERS,
    FUNCTIONS,
    MACROS,
    OBJECTS,
    OWN_FILTERS,
    VALUES,
    VARIABLES,
)

Fault = tuple[int, str]  # the line, and what is wrong and would be right

_ATTRIBUTES = frozenset(
    name for each in (OBJECTS, VALUES) for names in each.values() for name in names
)
_BOUND_BY_JINJA = ("caller", "kwargs", "loop", "self", "super", "varargs")
# The policy of every page lets no browser run or apply these.
_INLINE = re.compile(
    r"<style\b|\sstyle\s*=|\son[a-z]+\s*=|<script\b(?![^>]*application/ld\+json)", re.IGNORECASE
)
_Reference = nodes.Extends | nodes.Include | nodes.Import | nodes.FromImport


def find_faults(text: str, places: Collection[str]) -> list[Fault]:
    """What is wrong with a template of a publication that has templates at these places."""
    environment = _environment()
    try:
        template = environment.parse(text)
        unknown = find_undeclared_variables(template)
    except TemplateSyntaxError as error:
        return [(error.lineno, (error.message or "the template cannot be read").rstrip("."))]
    found = [
        *_unknown_variables(template, unknown - {*VARIABLES, *_BOUND_BY_JINJA, *_given(template)}),
        *_unknown_attributes(template),
        *_unknown_references(template, places),
        *_unknown_blocks(template),
        *_unescaped(template),
        *_inline(text),
    ]
    return sorted(dict.fromkeys(found))


def _environment() -> Environment:
    """One that knows what a template may use, so that it refuses all else."""
    environment = Environment(extensions=["jinja2.ext.i18n"], autoescape=True)
    environment.filters = {name: OF_JINJA[name] for name in FILTERS}
    environment.filters |= dict.fromkeys(OWN_FILTERS, str)
    environment.globals = dict.fromkeys(FUNCTIONS)
    return environment


def _given(template: nodes.Template) -> Iterator[str]:
    """The names that the template itself gives, outside of every block: they hold within each."""
    for each in template.body:
        match each:
            case nodes.FromImport(names=names):
                yield from (name if isinstance(name, str) else name[1] for name in names)
            case nodes.Import(target=target):
                yield target
            case nodes.Macro(name=name):
                yield name
            case nodes.Assign(target=target) | nodes.AssignBlock(target=target):
                yield from (
                    name.name
                    for name in (target, *target.find_all(nodes.Name))
                    if isinstance(name, nodes.Name)
                )


def _unknown_variables(template: nodes.Template, unknown: Collection[str]) -> Iterator[Fault]:
    told = set()
    for name in template.find_all(nodes.Name):
        if name.ctx == "load" and name.name in unknown and name.name not in told:
            told.add(name.name)
            known = [*VARIABLES, *FUNCTIONS]
            hint = _hint(name.name, known)
            if sources := [file for file, macros in MACROS.items() if name.name in macros]:
                hint = f'write {{% from "{sources[0]}" import {name.name} %}} first'
            yield name.lineno, f"there is no {name.name} here; {hint}"


def _unknown_attributes(template: nodes.Template) -> Iterator[Fault]:
    modules = {each.target for each in template.find_all(nodes.Import)}
    for each in template.find_all(nodes.Getattr):
        if isinstance(each.node, nodes.Name) and each.node.name in (*modules, "self"):
            continue
        is_set = any(set_.name for set_ in template.find_all(nodes.NSRef))
        if each.attr not in _ATTRIBUTES and not (is_set and not each.attr.startswith("_")):
            hint = _hint(each.attr, _ATTRIBUTES)
            yield each.lineno, f"a template may not use .{each.attr} of anything; {hint}"


def _unknown_references(template: nodes.Template, places: Collection[str]) -> Iterator[Fault]:
    known = [BASE, *MACROS, *places]
    for each in template.find_all((nodes.Extends, nodes.Include, nodes.Import, nodes.FromImport)):
        assert isinstance(each, _Reference)
        if not (isinstance(each.template, nodes.Const) and isinstance(each.template.value, str)):
            yield each.lineno, "which template is meant is computed; name it in quotation marks"
            continue
        name = each.template.value
        if name not in known:
            yield each.lineno, f"there is no template {name}; {_hint(name, known)}"
        elif isinstance(each, nodes.FromImport) and name in MACROS:
            for imported in each.names:
                macro = imported if isinstance(imported, str) else imported[0]
                if macro not in MACROS[name]:
                    hint = f"it has {', '.join(MACROS[name])}"
                    yield each.lineno, f"there is no {macro} in {name}; {hint}"


def _unknown_blocks(template: nodes.Template) -> Iterator[Fault]:
    """Blocks that what it extends has not, so that nobody would see them."""
    extends = template.find(nodes.Extends)
    if extends is None or not isinstance(extends.template, nodes.Const):
        return
    if extends.template.value != BASE:
        return
    for block in template.body:
        if isinstance(block, nodes.Block) and block.name not in BLOCKS:
            hint = _hint(block.name, BLOCKS)
            yield block.lineno, f"there is no block {block.name} in {BASE}; {hint}"


def _unescaped(template: nodes.Template) -> Iterator[Fault]:
    for each in template.find_all((nodes.ScopedEvalContextModifier, nodes.EvalContextModifier)):
        yield each.lineno, "autoescape is switched; leave it on, for texts of the data are not HTML"


def _inline(text: str) -> Iterator[Fault]:
    for match in _INLINE.finditer(text):
        what = match[0].strip().rstrip("= ")
        line = text.count("\n", 0, match.start() + len(match[0]) - len(match[0].lstrip())) + 1
        yield line, f"browsers are told to ignore {what} in a page; use a class of style.css"


def _hint(name: str, known: Collection[str]) -> str:
    near = get_close_matches(name, sorted(known), n=1)
    return f"did you mean {near[0]}?" if near else "docs/templates.md tells what there is"
