"""Write the parts of docs/ that are made from the code: the settings and the verbs.

`python scripts/docs.py` writes them; `--check` exits with 1 if they are stale.
"""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from typer.main import get_command

from graphsvc.cli.app import app
from graphsvc.settings.rows import SETTINGS

DOCS = Path(__file__).parents[1] / "docs"
VERBS = list(get_command(app).commands)  # type: ignore[attr-defined]  # a group of them

SETTINGS_HEAD = """\
# Settings

`graphsvc.toml` stands in the publication's folder. A dot in a name means a table: `publisher.name`
is `name` under `[publisher]`. A wrong setting is told of with its line, and nothing is built. This
page is written from the code by `scripts/docs.py`.

| setting | default | what it is for |
|---|---|---|
"""

COMMANDS_HEAD = """\
# Commands

With no arguments in a publication's folder each verb does what one would expect. Exit codes: 0 all
is well, 1 the data does not conform, 2 could not tell. This page is what `--help` says, written by
`scripts/docs.py`.
"""


def settings_page() -> str:
    rows = []
    for row in SETTINGS:
        default = f"`{row.default}`"
        if row.default in (None, ""):
            default = "required" if row.default is None else "none"
        rows.append(f"| `{row.key}` | {default} | {row.help} |\n")
    return SETTINGS_HEAD + "".join(rows)


def commands_page() -> str:
    environment = {**os.environ, "COLUMNS": "100", "TERM": "dumb"}
    sections = []
    for verb in VERBS:
        command = [sys.executable, "-m", "graphsvc", verb, "--help"]
        done = subprocess.run(command, env=environment, capture_output=True, text=True, check=True)
        shown = "\n".join(line.rstrip() for line in done.stdout.strip().splitlines())
        shown = shown.replace("python -m graphsvc", "graphsvc")
        sections.append(f"\n## graphsvc {verb}\n\n```text\n{shown}\n```\n")
    return COMMANDS_HEAD + "".join(sections)


def main() -> int:
    pages = {"settings.md": settings_page(), "commands.md": commands_page()}
    stale = []
    for name, text in pages.items():
        path = DOCS / name
        if not path.exists() or path.read_text(encoding="utf-8") != text:
            stale.append(name)
            if "--check" not in sys.argv:
                path.write_text(text, encoding="utf-8", newline="\n")
    if stale:
        print(f"docs: stale: {', '.join(stale)}")
    return 1 if stale and "--check" in sys.argv else 0


if __name__ == "__main__":
    sys.exit(main())
