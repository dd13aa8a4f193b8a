"""A name and a link as they stand in a page, which has hundreds of them.

Macros in Python: those of Jinja take several times as long, and a page of a vocabulary is
made of little else.
"""

from __future__ import annotations

from typing import Any

from markupsafe import Markup, escape

from graphsvc.pages.editions import Edition, Link, Name


def write_name(edition: Edition, name: Name) -> Markup:
    """A name in its own direction, with its language where that is not the page's."""
    text = escape(name.text)
    if name.language and name.language != edition.interface:
        return Markup(f'<bdi lang="{escape(name.language)}">{text}</bdi>')
    return Markup(f"<bdi>{text}</bdi>")


def write_link(edition: Edition, to: Link) -> Markup:
    """A link under its name; what is not of the web is shown by its IRI."""
    if not to.href:
        return Markup(f"<code><bdi>{escape(to.iri)}</bdi></code>")
    external = "" if to.is_own else ' rel="external"'
    return Markup(f'<a href="{escape(to.href)}"{external}>{write_name(edition, to.name)}</a>')


WRITERS: dict[str, Any] = {each.__name__: each for each in (write_link, write_name)}
