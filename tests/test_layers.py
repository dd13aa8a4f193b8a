"""The layers of CONTRIBUTING.md: imports point downward, never sideways.

A folder is one room: its modules stand in an order of their own, bottom first.
"""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
PACKAGE = ROOT / "graphsvc"

# The bottom row first. What two modules of a row share sits a row lower.
LAYERS = (
    (
        "__init__",
        "authorities",
        "corrections",
        "endpoints",
        "errors",
        "files",
        "formats",
        "markdown",
        "markup",
        "vocab",
        "vocabularies",
    ),
    (
        "about",
        "blank_nodes",
        "databases",
        "deprecation",
        "iris",
        "lines",
        "literals",
        "negotiation",
        "paths",
        "settings",
        "snippets",
        "templates",
        "versions",
    ),
    (
        "canonical",
        "changes",
        "excerpts",
        "extracts",
        "history",
        "prefixes",
        "queries",
        "report",
        "search",
        "sources",
        "store",
    ),
    (
        "dumps",
        "executables",
        "federation",
        "feed",
        "quality",
        "reports",
        "resources",
        "shacl",
        "symmetry",
    ),
    ("checks", "diagrams", "maps"),
    ("baseline", "release", "validation"),
    ("archive", "examples", "harvest"),
    ("build", "diff", "init", "pages", "persistence", "revalidation"),
    ("web",),
    ("export", "preflight", "serve"),
    ("cli",),
    ("__main__",),
)
ROW = {name: row for row, names in enumerate(LAYERS) for name in names}


def room(module: str) -> str:
    """The room of a dotted module name: `graphsvc.web.app` is in `web`."""
    parts = module.split(".")
    return parts[1] if len(parts) > 1 else "__init__"


def imports(source: str) -> set[str]:
    """The modules of graphsvc that a text imports, wherever in it."""
    found: set[str] = set()
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            found.update(alias.name for alias in node.names if alias.name.startswith("graphsvc."))
        elif isinstance(node, ast.ImportFrom) and (node.module or "").startswith("graphsvc"):
            for alias in node.names:
                within = PACKAGE.joinpath(*str(node.module).split(".")[1:])
                is_module = (within / alias.name).is_dir() or (within / f"{alias.name}.py").exists()
                found.add(f"{node.module}.{alias.name}" if is_module else str(node.module))
    return found


def offences(module: str, source: str) -> list[str]:
    """The imports of a module that do not point downward."""
    own = room(module)
    return [
        f"{module} imports {other}"
        for other in sorted(imports(source))
        if room(other) != own and ROW[room(other)] >= ROW[own]
    ]


def modules() -> list[tuple[str, Path]]:
    found = []
    for path in sorted(PACKAGE.rglob("*.py")):
        parts = path.relative_to(ROOT).with_suffix("").parts
        name = ".".join(part for part in parts if part != "__init__")
        found.append((name, path))
    return found


def test_every_module_has_a_layer() -> None:
    assert {room(name) for name, _ in modules()} == set(ROW)


@pytest.mark.parametrize(("module", "path"), modules())
def test_imports_point_downward(module: str, path: Path) -> None:
    assert offences(module, path.read_text(encoding="utf-8")) == []


@pytest.mark.parametrize(
    ("module", "source"),
    [
        ("graphsvc.errors", "from graphsvc.settings import Settings"),
        ("graphsvc.sources", "import graphsvc.cli.app"),
        ("graphsvc.sources", "from graphsvc import report"),
        ("graphsvc.release", "def late():\n    from graphsvc.build import build"),
        ("graphsvc.web.app", "from graphsvc import serve"),
    ],
)
def test_the_gate_bites(module: str, source: str) -> None:
    assert offences(module, source)


def test_a_folder_has_no_import_cycle() -> None:
    graph = {name: imports(path.read_text(encoding="utf-8")) for name, path in modules()}
    done: set[str] = set()

    def visit(name: str, trail: tuple[str, ...]) -> None:
        assert name not in trail, " → ".join((*trail, name))
        if name not in done:
            for other in graph.get(name, ()):
                visit(other, (*trail, name))
            done.add(name)

    for name in graph:
        visit(name, ())


def test_only_the_command_line_prints() -> None:
    printing = [
        name
        for name, path in modules()
        if re.search(r"\bprint\(|sys\.std(out|err)\b", path.read_text(encoding="utf-8"))
    ]
    assert {room(name) for name in printing} <= {"cli"}


def test_rdflib_is_known_to_one_module() -> None:
    knowing = [
        name
        for name, path in modules()
        if re.search(r"^\s*(import|from) (rdflib|pyshacl)\b", path.read_text("utf-8"), re.MULTILINE)
    ]
    assert knowing == ["graphsvc.shacl.reference"]


def test_no_room_is_called_a_drawer() -> None:
    drawers = {"utils", "util", "helpers", "common", "services", "core", "misc"}
    assert not {part for name, _ in modules() for part in name.split(".")} & drawers
