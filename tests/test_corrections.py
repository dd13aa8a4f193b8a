from __future__ import annotations

import re
from pathlib import Path

import pytest
from publications import BASE, TOML

from graphsvc.errors import SettingsError
from graphsvc.settings import Settings
from graphsvc.settings.file import read_settings

CORRECTIONS = '[corrections]\nclass = "ns#Change"\nresource = "ns#of"\n'
STATEMENTS = '[statements]\nclass = "ns#Line"\nresource = "https://terms.example/about"\n'


def settings(root: Path, text: str) -> Settings:
    (root / "graphsvc.toml").write_text(TOML + text, encoding="utf-8")
    return read_settings(root)


def test_terms_are_relative_to_the_base_or_whole(tmp_path: Path) -> None:
    more = 'reason = "https://terms.example/why"\nbefore = "urn:x:old"\n'
    terms = settings(tmp_path, CORRECTIONS + more).correction_terms
    assert terms is not None
    assert (terms.class_, terms.resource) == (BASE + "ns#Change", BASE + "ns#of")
    assert (terms.reason, terms.before) == ("https://terms.example/why", "urn:x:old")
    assert terms.defect == ""


def test_stated_and_published_properties_are_paired(tmp_path: Path) -> None:
    more = '[statements.fields]\n"ns#said" = "https://terms.example/name"\n'
    terms = settings(tmp_path, STATEMENTS + more).statement_terms
    assert terms is not None
    assert terms.fields == {BASE + "ns#said": "https://terms.example/name"}
    assert terms.text == ""


def test_publication_need_not_name_any(tmp_path: Path) -> None:
    read = settings(tmp_path, "")
    assert (read.correction_terms, read.statement_terms) == (None, None)


def test_terms_that_the_documentation_shows_are_read(tmp_path: Path) -> None:
    page = (Path(__file__).parents[1] / "docs/publish.md").read_text(encoding="utf-8")
    (shown,) = re.findall(r"^```toml\n(\[corrections\].*?)^```", page, re.DOTALL | re.MULTILINE)
    read = settings(tmp_path, shown)
    assert read.correction_terms is not None
    assert all(vars(read.correction_terms).values())
    assert read.statement_terms is not None
    assert read.statement_terms.fields == {
        BASE + "ns#statedUrl": "http://xmlns.com/foaf/0.1/homepage"
    }


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ('[corrections]\nclass = "ns#Change"\n', "at least class and resource"),
        (CORRECTIONS + 'who = "ns#who"\n', "its keys may be class, resource, field, before"),
        (CORRECTIONS + 'before = "prov:used"\n', "for before a whole IRI, or one relative"),
        (CORRECTIONS + 'before = "a b"\n', "for before a whole IRI"),
        (CORRECTIONS + 'before = "/ns#before"\n', "for before a whole IRI"),
        (CORRECTIONS + 'before = ""\n', "for before a whole IRI"),
        (CORRECTIONS + "before = 1\n", "for before a whole IRI"),
        (CORRECTIONS + 'before = "javascript:alert(1)"\n', "for before a whole IRI"),
        (STATEMENTS + "fields = [1]\n", "under fields a table"),
        (STATEMENTS + 'fields = { "ns#a" = "foaf:name" }\n', "for ns#a a whole IRI"),
        (STATEMENTS + 'fields = { "s3p:a" = "ns#b" }\n', "for fields a whole IRI"),
    ],
)
def test_wrong_term_is_told_of_with_its_table(tmp_path: Path, text: str, wanted: str) -> None:
    with pytest.raises(SettingsError) as caught:
        settings(tmp_path, text)
    assert wanted in str(caught.value)
    assert f":{TOML.count(chr(10)) + 1}:" in str(caught.value)
