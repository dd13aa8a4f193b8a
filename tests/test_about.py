"""The texts about a publication: found, checked, and taken into the release."""

from __future__ import annotations

from pathlib import Path

import pytest
from publications import BASE, BOOKS, write

from graphsvc.about import find_about
from graphsvc.build import build
from graphsvc.checks import NAMESPACE
from graphsvc.errors import SourceErrors
from graphsvc.release import Release
from graphsvc.revalidation.revalidation import Revalidation
from graphsvc.sources import Publication
from graphsvc.validation import validate

ENGLISH = "## What\n\nBooks, and [who](id/reader) reads them.\n"


def publication(root: Path, **texts: str) -> Path:
    return write(root, {**BOOKS, **{f"about/{name}.md": text for name, text in texts.items()}})


def findings(root: Path) -> list[tuple[str, str]]:
    """What is found about the texts: the check, and where in them."""
    report = validate(Publication.open(root)).report
    return [
        (found.source_shape.value.removeprefix(NAMESPACE), f"{found.at.path.name}:{found.at.line}")
        for found in report.results
        if found.at and found.source_shape.value.startswith(f"{NAMESPACE}about-")
    ]


def faults(root: Path) -> str:
    with pytest.raises(SourceErrors) as raised:
        validate(Publication.open(root))
    return str(raised.value)


def test_texts_stand_in_the_order_of_the_languages(tmp_path: Path) -> None:
    root = publication(tmp_path, en=ENGLISH, sv="Böcker.\n", README="notes")
    texts, wrong = find_about(root, ("sv", "en"))
    assert [text.language for text in texts] == ["sv", "en"]
    assert texts[0].read() == "Böcker.\n"
    assert wrong == ()


def test_a_release_takes_the_texts_over_byte_for_byte(tmp_path: Path) -> None:
    root = publication(tmp_path / "books", en=ENGLISH)
    release = Release.open(build(root, tmp_path / "releases"))
    assert release.manifest.about == ("en",)
    assert (release.folder / "about/en.md").read_bytes() == ENGLISH.encode()
    assert release.about("en") == ENGLISH


def test_another_text_is_another_release(tmp_path: Path) -> None:
    root = publication(tmp_path / "books", en=ENGLISH)
    first = build(root, tmp_path / "releases")
    assert build(root, tmp_path / "releases") == first
    (root / "about/en.md").write_text("Other words.\n", encoding="utf-8")
    second = build(root, tmp_path / "releases")
    assert second != first
    assert Release.open(second).manifest.version == Release.open(first).manifest.version


def test_a_publication_needs_no_text(tmp_path: Path) -> None:
    root = publication(tmp_path / "books")
    release = Release.open(build(root, tmp_path / "releases"))
    assert release.manifest.about == ()
    assert not (release.folder / "about").exists()
    assert findings(root) == []


def test_what_a_page_does_not_show_is_found_with_its_line(tmp_path: Path) -> None:
    text = "One.\n\n<script>x</script>\n\nA ![map](http://a.example/x.png)\n[b](javascript:c).\n"
    root = publication(tmp_path, en=text, sv="Två.")
    assert findings(root) == [
        ("about-html", "en.md:3"),
        ("about-image", "en.md:5"),
        ("about-link", "en.md:6"),
    ]


def test_a_language_without_a_text_is_told_of_if_another_has_one(tmp_path: Path) -> None:
    root = publication(tmp_path, en=ENGLISH)
    assert findings(root) == [("about-language", "en.md:1")]
    report = validate(Publication.open(root)).report
    (message,) = [found.message(("sv",)) for found in report.results]
    assert "på sv" in message
    assert "about/sv.md" in message


@pytest.mark.parametrize(
    ("name", "content", "what"),
    [
        ("de.md", b"x", "'de' is no language of the publication; wanted: sv.md, en.md"),
        ("en.md", b"one\ntwo \xff", "about/en.md:2: error: the byte 0xFF is not UTF-8"),
        ("en.md", b"x" * 200_001, "200001 bytes; 200000 at most are wanted"),
    ],
)
def test_a_text_that_cannot_be_one_is_a_fault(
    tmp_path: Path, name: str, content: bytes, what: str
) -> None:
    root = publication(tmp_path)
    (root / "about").mkdir()
    (root / "about" / name).write_bytes(content)
    assert what in faults(root)


def test_a_text_may_not_lead_out_of_the_publication(tmp_path: Path) -> None:
    (tmp_path / "secret").write_text("secret", encoding="utf-8")
    root = publication(tmp_path / "books")
    (root / "about").mkdir()
    (root / "about/en.md").symlink_to(tmp_path / "secret")
    assert "a link that leads out of the publication" in faults(root)


def test_a_text_that_changes_is_validated_anew(tmp_path: Path) -> None:
    root = publication(tmp_path, en=ENGLISH, sv="Böcker.")
    watched = Revalidation(root)
    watched.update()
    english, swedish = root / "about/en.md", root / "about/sv.md"

    def after(*paths: Path) -> list[tuple[str, str]]:
        watched.update(paths)
        results = watched.validation().report.results
        assert results == validate(Publication.open(root)).report.results
        return findings(root)

    english.write_text("<b>x</b>", encoding="utf-8")
    assert after(english) == [("about-html", "en.md:1")] * 2
    swedish.unlink()
    assert ("about-language", "en.md:1") in after(swedish)
    swedish.write_text("Tillbaka.", encoding="utf-8")
    english.write_text("Back.", encoding="utf-8")
    assert after(english, swedish) == []


def test_the_findings_are_about_the_page(tmp_path: Path) -> None:
    root = publication(tmp_path, en=ENGLISH)
    (found,) = validate(Publication.open(root)).report.results
    assert found.focus_node.value == f"{BASE}about"
