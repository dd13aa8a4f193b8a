"""What a keyboard does in a page, and whether it can be seen where it is."""

from __future__ import annotations

from dataclasses import dataclass

from playwright.sync_api import Locator, Page

MOST_STOPS = 500

# An outline shows the focus; in a drawing its shape's line does, in the editor its frame.
_LOOK = """
const look = at => {
  const shape = at.closest("svg") && at.querySelector("path, circle, rect");
  const words = at.closest("svg") && at.querySelector("text");
  const shown = shape || words || (at.matches("textarea") && at.closest(".CodeMirror")) || at;
  const { outlineStyle, outlineWidth, strokeWidth } = getComputedStyle(shown);
  const isMarked = shape
    ? parseFloat(strokeWidth) >= 4 : outlineStyle !== "none" && parseFloat(outlineWidth) >= 2;
  const { left, top, right, bottom } = shown.getClientRects()[0] ?? shown.getBoundingClientRect();
  const isInside = right > 0 && bottom > 0 && left < innerWidth && top < innerHeight;
  return { isMarked, isInside, is: at.outerHTML.slice(0, 150) };
};
"""
_STOPS = (
    "a[href], button:enabled, input:enabled:not([type=hidden]), select, textarea, summary, "
    '[tabindex="0"]'
)
_RECORD = f"""() => {{
  {_LOOK}
  // What Chromium lets a keyboard scroll is a stop too, with nothing to be done at it.
  const stops = [...document.querySelectorAll({_STOPS!r})]
    .filter(each => each.checkVisibility({{ visibilityProperty: true }}) && each.tabIndex >= 0);
  window.walk = {{ all: stops.length, stops: [] }};
  document.addEventListener("focusin", ({{ target }}) => {{
    const at = stops.indexOf(target);
    if (at >= 0) window.walk.stops.push({{ at, ...look(target) }});
  }});
}}"""

_TO_THE_TOP = """() => {
  document.body.tabIndex = -1;
  document.body.focus();
  document.body.removeAttribute("tabindex");
}"""


@dataclass(frozen=True)
class Stop:
    """Where the focus stood: the number of the stop in its page, and whether it could be seen."""

    at: int
    is_seen: bool
    html: str


def tab_to(page: Page, wanted: Locator) -> None:
    """Press Tab until the focus is on an element; it must be seen at each stop on the way."""
    wanted.wait_for(state="attached")
    for _ in range(MOST_STOPS):
        page.keyboard.press("Tab")
        script = f"wanted => {{ {_LOOK} const at = document.activeElement; "
        script += "return [at === wanted, at === document.body || look(at)]; }"
        is_there, look = wanted.evaluate(script)
        assert look is True or (look["isMarked"] and look["isInside"]), look
        if is_there:
            return
    raise AssertionError(f"{MOST_STOPS} stops did not lead to {wanted}")


def walk(page: Page, key: str, most: int) -> tuple[list[Stop], int]:
    """Press a key again and again from the top of a page; gives the stops, and how many it has."""
    page.evaluate(_TO_THE_TOP)
    page.evaluate(_RECORD)
    total = page.evaluate("window.walk.all")
    for _ in range(min(most, total) + 1):  # one of them may lead out of the page and back
        page.keyboard.press(key)
    stops = [
        Stop(each["at"], each["isMarked"] and each["isInside"], each["is"])
        for each in page.evaluate("window.walk.stops")
    ]
    return stops[: min(most, total)], total
