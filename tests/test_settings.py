from __future__ import annotations

from dataclasses import asdict, fields
from pathlib import Path, PurePosixPath

import pytest
from publications import TOML

from graphsvc.errors import SettingsError
from graphsvc.settings import Settings
from graphsvc.settings.file import read_settings
from graphsvc.settings.rows import SETTINGS

TOP, TABLES = TOML.split("[title]", 1)
TABLES = "[title]" + TABLES
TABLES_LINE = TOP.count("\n") + 1


def settings(root: Path, text: str) -> Settings:
    (root / "graphsvc.toml").write_text(text, encoding="utf-8")
    return read_settings(root)


def refusal(root: Path, text: str | bytes) -> str:
    """What is wrong with the settings, from the line on."""
    path = root / "graphsvc.toml"
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    with pytest.raises(SettingsError) as caught:
        read_settings(root)
    message = str(caught.value)
    assert message.isprintable()
    assert message.startswith(f"{path.as_posix()}:")
    return message.removeprefix(f"{path.as_posix()}:")


def replaced(key: str, line: str) -> str:
    """The settings above with the line that first has a key replaced."""
    old = next(each for each in TOML.split("\n") if each.startswith(f"{key} ="))
    return TOML.replace(old, line, 1)


def test_every_row_is_an_attribute_and_has_help() -> None:
    assert {row.attribute for row in SETTINGS} == {field.name for field in fields(Settings)}
    assert all(row.help.endswith(".") for row in SETTINGS)


def test_defaults_are_filled_in(tmp_path: Path) -> None:
    text = TOML.replace('languages = ["sv", "en"]\n', "")
    read = settings(tmp_path, text)
    assert read.languages == ("en",)
    assert read.graphs == {}
    assert read.default_graph == ()
    for row in SETTINGS:
        if isinstance(row.default, int):
            assert getattr(read, row.attribute) == row.default


def test_a_release_gives_its_settings_back(tmp_path: Path) -> None:
    catalog = '[catalog]\nthemes = ["REGI"]\nspatial = ["x:y"]\nkeywords.en = ["a"]\n'
    read = settings(tmp_path, 'default_graph = ["data"]\n' + TOML + catalog)
    table = {key: list(v) if isinstance(v, tuple) else v for key, v in asdict(read).items()}
    assert Settings.of(table) == read


def test_no_file_is_no_publication(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match=r"graphsvc\.toml: error: there is no such file; a pub"):
        read_settings(tmp_path)


def test_a_folder_in_its_place_is_refused(tmp_path: Path) -> None:
    (tmp_path / "graphsvc.toml").mkdir()
    with pytest.raises(SettingsError, match="Is a directory"):
        read_settings(tmp_path)


@pytest.mark.parametrize(
    ("key", "line", "wanted"),
    [
        ("base_iri", "base_iri = 1", "a text that is not empty"),
        ("base_iri", 'base_iri = ""', "a text that is not empty"),
        *(
            ("base_iri", f"base_iri = {iri!r}", "an http(s) IRI that ends in /")
            for iri in (
                "https://e.org",
                "https://e.org/a",
                "https://e.org/?q/",
                "https://e.org/#/",
                "https:///",
                "ftp://e.org/",
                "urn:x:/",
                "/a/",
                "https://e.org/a/../",
                "https://e.org/./",
            )
        ),
        ("base_iri", 'base_iri = "https://e.org/a b/"', "an absolute IRI"),
        ("languages", 'languages = "sv"', "a list of language tags"),
        ("languages", "languages = []", "a list of language tags"),
        ("languages", 'languages = ["sv", "EN"]', "language tags in lower case"),
        ("languages", 'languages = ["sv", "en-a"]', "language tags in lower case"),
        ("licence", 'licence = "CC0"', "an absolute IRI"),
        ("licence", 'licence = "http://e.org/a b"', "an absolute IRI"),
        ("licence", "licence = []", "a text that is not empty"),
        ("email", 'email = "nobody"', "an e-mail address"),
        ("name", 'name = " "', "a text that is not empty"),
        ("name", 'name = "a\\u0001"', "a text without control characters"),
        ("iri", 'iri = "x"', "an absolute IRI"),
    ],
)
def test_a_wrong_value_is_told_with_line_key_value_and_what_is_wanted(
    tmp_path: Path, key: str, line: str, wanted: str
) -> None:
    text = replaced(key, line)
    number = text.split("\n").index(line) + 1
    message = refusal(tmp_path, text)
    assert message.startswith(f"{number}: error: ")
    assert f"{key} is " in message
    assert f"; wanted: {wanted}" in message


@pytest.mark.parametrize(
    ("line", "wanted"),
    [
        ('title = "Books"', "a table of texts by language"),
        ("title = {}", "a table of texts by language"),
        ('title = { EN = "Books" }', "language tags in lower case"),
        ('title = { en = "" }', "a text that is not empty"),
        ("title = { en = 1 }", "a text that is not empty"),
    ],
)
def test_texts_are_given_by_language(tmp_path: Path, line: str, wanted: str) -> None:
    text = TOP + line + "\n" + TABLES.replace('[title]\nen = "Books"\n', "")
    assert refusal(tmp_path, text).startswith(f"{TABLES_LINE}: error: title is ")
    assert f"wanted: {wanted}" in refusal(tmp_path, text)


@pytest.mark.parametrize("value", ["0", "-1", "1.5", "true", '"5"', "[5]"])
@pytest.mark.parametrize(
    "key",
    [
        *("keep_releases", "query_bytes", "body_bytes", "url_bytes"),
        *("query_seconds", "query_megabytes", "drain_seconds"),
    ],
)
def test_a_limit_is_a_whole_number_of_at_least_1(tmp_path: Path, key: str, value: str) -> None:
    text = f"{TOML}[limits]\n# a comment\n{key} = {value}\n"
    expected = f"{text.count(chr(10))}: error: limits.{key} is "
    assert refusal(tmp_path, text).startswith(expected)
    assert refusal(tmp_path, text).endswith("; wanted: a whole number of at least 1")


@pytest.mark.parametrize("value", ["-1", "1.5", "true", "false", '"5"'])
@pytest.mark.parametrize("key", ["result_bytes", "result_rows", "queries_per_minute"])
def test_what_may_be_bounded_or_not(tmp_path: Path, key: str, value: str) -> None:
    message = refusal(tmp_path, f"{TOML}[limits]\n{key} = {value}\n")
    assert message.endswith("; wanted: a whole number, 0 for no limit")
    for number in (0, 1):
        text = f"{TOML}[limits]\n{key} = {number}\n"
        assert getattr(settings(tmp_path, text), key) == number


@pytest.mark.parametrize(
    "place", ["", ".", "/data", "/etc", "../data", "data/../..", "query", "dat", "a/data"]
)
def test_graphs_name_files_of_the_publication_only(tmp_path: Path, place: str) -> None:
    message = refusal(tmp_path, f'{TOML}[graphs]\n"{place}" = "source"\n')
    assert (
        f"wanted: files or folders under ontology, data, shapes, queries (not {place!r})" in message
    )


@pytest.mark.parametrize("name", ['""', '"A"', '"a/b"', '".."', '"1a"', "1", '"a b"', '"all"'])
def test_a_graph_name_is_a_plain_word(tmp_path: Path, name: str) -> None:
    message = refusal(tmp_path, f'{TOML}[graphs]\n"data/x" = {name}\n')
    assert message.startswith(f"{TOML.count(chr(10)) + 1}: error: graphs is ")
    assert "wanted: a graph's name " in message


def test_the_longest_entry_above_a_file_names_its_graph(tmp_path: Path) -> None:
    table = '[graphs]\n"data" = "a"\n"data/x/" = "b"\n"data/x/y.ttl" = "c"\n'
    graph_of = settings(tmp_path, TOML + table).graph_of
    places = ("data/z.ttl", "data/x/z.ttl", "data/x/y.ttl", "data/xx.ttl", "shapes/s.ttl")
    assert [graph_of(PurePosixPath(place)) for place in places] == ["a", "b", "c", "a", "shapes"]


def test_the_default_graph_is_a_list_of_graph_names(tmp_path: Path) -> None:
    read = settings(tmp_path, 'default_graph = ["data", "ontology"]\n' + TOML)
    assert read.default_graph == ("data", "ontology")
    assert "default_graph is 'data'" in refusal(tmp_path, 'default_graph = "data"\n' + TOML)


@pytest.mark.parametrize("key", [row.key for row in SETTINGS if row.default is None])
def test_what_must_be_given_is_missed_by_name(tmp_path: Path, key: str) -> None:
    table, _, name = key.rpartition(".")
    lines = TOML.split("\n")
    if table or key in ("title", "description"):
        head = lines.index(f"[{table or key}]")
        drop = next(i for i in range(head + 1, len(lines)) if not table or name in lines[i])
        lines = [*lines[:drop], *lines[drop + 1 :]]
        if not table:
            lines.remove(f"[{key}]")
    else:
        lines = [line for line in lines if not line.startswith(key)]
    assert refusal(tmp_path, "\n".join(lines)).startswith(f" error: {key} is missing; ")


@pytest.mark.parametrize(
    ("text", "line", "message"),
    [
        ('base_uri = "x"\n' + TOML, 1, "unknown setting base_uri; did you mean base_iri?"),
        (TOML + "[limits]\nquery_byte = 1\n", 15, "did you mean limits.query_bytes?"),
        (TOML + '[contact2]\nname = "x"\n', 14, "unknown setting contact2; "),
        (TOML + "[limit]\n", 14, "unknown setting limit; "),
        (TOML + "zzz = 1\n", 14, "unknown setting contact.zzz; "),
        ('"\\u001b[2J" = 1\n' + TOML, 1, "unknown setting \\u001B[2J; the settings are base_iri,"),
    ],
)
def test_an_unknown_setting_is_refused_with_the_nearest(
    tmp_path: Path, text: str, line: int, message: str
) -> None:
    found = refusal(tmp_path, text)
    assert found.startswith(f"{line}: error: ")
    assert message in found


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("a = \n", "1:5"),
        (TOML + "= 1\n", "14:1"),
        (TOML + 'a = """\n', "15"),
        ("a = 1\na = 2\n" + TOML, "2:6"),
    ],
)
def test_what_is_not_toml_is_told_with_its_line(tmp_path: Path, text: str, place: str) -> None:
    found = refusal(tmp_path, text)
    assert found.startswith(f"{place}: error: ")
    assert found.endswith("; TOML is wanted")


def test_what_is_not_utf8_is_refused(tmp_path: Path) -> None:
    assert "is not UTF-8; save the file as UTF-8" in refusal(tmp_path, b"# V\xe4nern\n")


@pytest.mark.parametrize(
    ("line", "wanted"),
    [
        ('themes = ["REGI", "MONEY"]', "a list of some of AGRI, ECON, "),
        ('themes = "REGI"', "a list of some of AGRI, ECON, "),
        ("themes = [[]]", "a list of some of AGRI, ECON, "),
        ('keywords = ["cluster"]', "a table of lists by language"),
        ('keywords = { en = "cluster" }', "a table of lists by language"),
        ("keywords = { en = [1] }", "a text that is not empty"),
        ('keywords = { EN = ["x"] }', "language tags in lower case"),
        ('spatial = ["Sweden"]', "an absolute IRI"),
        ('spatial = "http://e.org/"', "a list of absolute IRIs"),
        ("spatial_extent = 1", "true or false"),
        ('temporal = "2018"', "the first and the last date"),
        ('temporal = "../.."', "the first and the last date"),
        ('temporal = "2021/2018"', "the first and the last date"),
        ('temporal = "2018-02-30/2021"', "the first and the last date"),
        ("temporal = 2018", "the first and the last date"),
        ('issued = "2018-13"', "a date, a month or a year"),
        ('issued = "26 March 2018"', "a date, a month or a year"),
        ("issued = 2018-03-26T00:00:00Z", "a date, a month or a year"),
        ('frequency = "SOMETIMES"', "one of ANNUAL, AS_NEEDED, "),
        ('availability = "always"', "one of AVAILABLE, "),
        ('status = "DONE"', "one of COMPLETED, "),
        ('provenance = "Mine"', "a table of texts by language"),
    ],
)
def test_what_the_catalogue_tells_is_of_a_list_or_of_a_form(
    tmp_path: Path, line: str, wanted: str
) -> None:
    message = refusal(tmp_path, f"{TOML}[catalog]\n{line}\n")
    assert message.startswith(f"{TOML.count(chr(10)) + 2}: error: catalog.")
    assert f"wanted: {wanted}" in message


@pytest.mark.parametrize(
    ("line", "attribute", "value"),
    [
        ('themes = ["REGI", "ECON", "REGI"]', "themes", ("REGI", "ECON")),
        ('keywords.en = ["a", "a", "b"]', "keywords", {"en": ["a", "b"]}),
        ('temporal = "2018/2021-06"', "temporal", "2018/2021-06"),
        ('temporal = "../2021-06-30"', "temporal", "../2021-06-30"),
        ('issued = "2018-03"', "issued", "2018-03"),
        ("issued = 2018-03-26", "issued", "2018-03-26"),
        ('issued = ""', "issued", ""),
        ('frequency = "IRREG"', "frequency", "IRREG"),
    ],
)
def test_what_the_catalogue_tells_is_read(
    tmp_path: Path, line: str, attribute: str, value: object
) -> None:
    assert getattr(settings(tmp_path, f"{TOML}[catalog]\n{line}\n"), attribute) == value


@pytest.mark.parametrize(
    ("table", "wanted"),
    [
        ("parts = 1", "a table by name"),
        ("[parts]\ndata = 1", "a title and a description for data"),
        ('[parts.data]\ntitle = { en = "x" }', "a title and a description for data"),
        ('[parts.data]\ntitle = "x"\ndescription = "x"', "a table of texts by language"),
        (
            '[parts.books]\ntitle.en = "x"\ndescription.en = "x"\nclasses = "ns#Book"',
            "a list of classes for books",
        ),
        (
            '[parts.books]\ntitle.en = "x"\ndescription.en = "x"\nclasses = []',
            "a list of classes for books",
        ),
        (
            '[parts.books]\ntitle.en = "x"\ndescription.en = "x"\nclasses = ["ex:Book"]',
            "for classes a whole IRI",
        ),
        (
            '[parts.books]\ntitle.en = "x"\ndescription.en = "x"\nclasses = ["a b"]',
            "for classes a whole IRI",
        ),
        ('[parts.all]\ntitle = { en = "x" }', "a graph's name other than all"),
        ('[parts."a/b"]\ntitle = { en = "x" }', "a graph's name of lower-case letters"),
    ],
)
def test_parts_are_graphs_with_texts(tmp_path: Path, table: str, wanted: str) -> None:
    before, after = (table + "\n", "") if table.startswith("parts") else ("", table + "\n")
    assert f"wanted: {wanted}" in refusal(tmp_path, before + TOML + after)


@pytest.mark.parametrize("name", ["shapes", "source"])
def test_a_part_by_class_is_not_called_as_a_graph(tmp_path: Path, name: str) -> None:
    text = TOML + '[graphs]\n"data/source" = "source"\n'
    part = f'[parts.{name}]\ntitle.en = "x"\ndescription.en = "x"\n'
    assert settings(tmp_path, text + part).part_classes == {}
    told = refusal(tmp_path, text + part + 'classes = ["ns#Book"]\n')
    line = (text + "[").count("\n") + 1
    assert told.startswith(f"{line}: error: parts.{name} has classes, and a graph has that name")


def test_the_kind_of_publisher_is_one_of_adms(tmp_path: Path) -> None:
    text = TOML.replace("[contact]", 'type = "Club"\n[contact]')
    assert "publisher.type is 'Club'; wanted: one of Academia" in refusal(tmp_path, text)


@pytest.mark.parametrize(
    "before",
    [
        '# licence = "x"\n',
        'title.en = """\nlicence = "x"\n[contact]\n"""\n',
        "title.en = '''\n[limits]\nlicence = 1'''\n",
        'title.en = "a\u2028b\x85c"\n',
        'title = { en = "licence = 1" }\n',
        'languages = [\n  "sv", # licence = 1\n]\n',
    ],
)
def test_the_line_of_a_key_is_not_mistaken(tmp_path: Path, before: str) -> None:
    text = before + '"licence" = 1\nbase_iri = "https://e.org/"\n'
    line = before.count("\n") + 1
    assert refusal(tmp_path, text).startswith(f"{line}: error: licence is 1; wanted: ")


@pytest.mark.parametrize(
    "base", ["https://w3id.org/a/", "http://e.org:8080/", "http://[::1]/x/", "https://å.se/ö/"]
)
def test_terms_shapes_and_graphs_stand_below_the_base(tmp_path: Path, base: str) -> None:
    read = settings(tmp_path, replaced("base_iri", f'base_iri = "{base}"'))
    assert read.vocabulary_iri == f"{base}ns#"
    assert read.shapes_iri == f"{base}shapes#"
    assert read.graph_iri("data") == f"{base}graph/data"


@pytest.mark.parametrize(
    ("line", "wanted"),
    [
        ('allow = "https://example.org/sparql"', "a list of addresses"),
        ("allow = [1]", "a list of addresses"),
        ('allow = ["example.org"]', "the address of an endpoint"),
        ('allow = ["https://me@example.org/sparql"]', "the address of an endpoint"),
        ("private_addresses = 1", "true or false"),
        ("result_bytes = 0", "a whole number of at least 1"),
    ],
)
def test_endpoints_that_may_be_called_are_addresses(tmp_path: Path, line: str, wanted: str) -> None:
    text = f"{TOML}[service]\n{line}\n"
    assert f"wanted: {wanted}" in refusal(tmp_path, text)
    assert settings(tmp_path, TOML).service_allow == ()
