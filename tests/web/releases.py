"""Releases of quads that no publication could hold, for what is in them would stop a build."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

from graphsvc.dumps import Dump
from graphsvc.maps.drawing import draw_atlas
from graphsvc.release import FORMAT, Manifest, Release
from graphsvc.resources.building import build_resources
from graphsvc.resources.lookups import Resources
from graphsvc.settings.file import read_settings
from graphsvc.store import StoreBuilder

_SETTINGS = """
base_iri = "{base_iri}"
languages = ["en"]
licence = "http://creativecommons.org/publicdomain/zero/1.0/"
default_graph = ["data"]
title = {{ en = "The suite" }}
description = {{ en = "Its data." }}
[publisher]
name = "Someone"
iri = "{base_iri}id/agent/someone"
[contact]
name = "Someone"
email = "someone@example.org"
"""


def open_release(
    folder: Path,
    n_quads: Path,
    base_iri: str,
    graphs: Mapping[str, int],
    dumps: Sequence[Dump] = (),
) -> Release:
    """A release of N-Quads, in which no resource is described; `graphs` are told as they are."""
    root = folder / "publication"
    root.mkdir()
    (root / "graphsvc.toml").write_text(_SETTINGS.format(base_iri=base_iri), encoding="utf-8")
    settings = read_settings(root)
    (folder / "empty.nq").write_bytes(b"")
    build_resources(folder / "resources.db", folder / "empty.nq", base_iri)
    resources = Resources(folder / "resources.db")
    draw_atlas(folder / "atlas.db", folder / "empty.nq", resources, base_iri)
    resources.close()
    with StoreBuilder(folder / "store", settings.is_in_default_graph) as builder:
        builder.load(n_quads)
        builder.finish()
    told: dict[str, Any] = {
        "format": FORMAT,
        "version": "0" * 64,
        "digest": "0" * 64,
        "inputs": "",
        "graphsvc": "",
        "commit": None,
        "issued": None,
        "first_issued": None,
        "valid": None,
        "findings": {},
        "findings_by_shape": (),
        "corrections_by_defect": {},
        "corrections_by_confidence": {},
        "quads": 0,
        "graphs": graphs,
        "classes": {},
        "prefixes": {},
        "settings": asdict(settings),
        "dumps": [asdict(dump) for dump in dumps],
    }
    Manifest(**told).write(folder)
    return Release.open(folder)
