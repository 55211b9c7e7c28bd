"""Exports as graphology's readers take them, which Gephi Lite and sigma build on: all of a file is in the graph.

`read.mjs` in this folder reads a file with them, in Node, and prints the graph.
"""

import json
import os
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from made_up import PLAIN, A, B, C, facts_of, link, node, printable

from crawler.export import export
from crawler.model import Facts, Level

HERE = Path(__file__).parent
NEEDED = "Node.js 18 or later and npm are needed to read exports with graphology: install nodejs and npm"
SUFFIXES = {"graphml": "graphml", "gexf": "gexf", "gexf-dynamic": "gexf", "graphology": "json"}
HOSTILE = [
    "]]>",
    "<script>&amp;&#1;</script>",
    "bell\x07 escape\x1b[2J delete\x7f next\x85 null\x00",
    "half \ud800 of a pair, \ufffe\uffff",
    "👩‍👩‍👧 🌊 𝔘𝔫𝔦",
    "مرحبا \u202eevil\u202c שלום",
    "lines\n\ttabs \u2028 and -- quotes \"'`",
    "=1+1 __proto__ constructor",
    "words " * 1666 + "end.",
]

Row = dict[str, Any]
Read = Callable[[Path], Row]


@pytest.fixture(scope="session")
def graphology() -> Read:
    """Install the pinned packages; return a function that reads a file with them."""
    if not shutil.which("node") or not shutil.which("npm"):
        # Where every change is checked, nothing may be left out in silence.
        (pytest.fail if os.environ.get("CI") else pytest.skip)(NEEDED)
    installed, lock = HERE / "node_modules" / ".package-lock.json", HERE / "package-lock.json"
    if not installed.exists() or installed.stat().st_mtime < lock.stat().st_mtime:
        done = subprocess.run(
            ["npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund"],
            cwd=HERE, check=False, capture_output=True, text=True, timeout=300,
        )  # fmt: skip
        assert done.returncode == 0, done.stdout + done.stderr

    def read(path: Path) -> Row:
        done = subprocess.run(
            ["node", HERE / "read.mjs", path],
            check=False, capture_output=True, text=True, encoding="utf-8", timeout=60,
        )  # fmt: skip
        assert (done.returncode, done.stderr) == (0, "")
        found: Row = json.loads(done.stdout)
        return found

    return read


def written(facts: Facts, folder: Path, fmt: str, level: Level, edges: str) -> tuple[Row, Row]:
    """Return nodes by id, and edges by number, as node-link JSON has them."""
    path = export(facts, folder / "expected.json", "json", level=level, edges=edges)
    document = json.loads(path.read_bytes())
    nodes = {row.pop("id"): row for row in document["nodes"]}
    for row in document["edges"]:
        row.pop("key", None)
    return nodes, {f"e{number}": row for number, row in enumerate(document["edges"])}


def coloured(values: Row) -> Row:
    """Return attributes with the colour as numbers, however it is written."""
    if "color" not in values:
        return values
    left = {name: value for name, value in values.items() if name not in ("color", "z")}
    said = values["color"]
    if said.startswith("#"):
        numbers = list(bytes.fromhex(said[1:]))
    else:
        numbers = [int(part) for part in said.removeprefix("rgb(").removesuffix(")").split(",")]
    return {**left, **dict(zip("rgb", numbers, strict=True))}


@pytest.mark.parametrize("fmt", SUFFIXES)
@pytest.mark.parametrize("edges", ["pairs", "links"])
@pytest.mark.parametrize("level", list(Level))
def test_nodes_edges_and_each_value_are_in_the_graph(
    graphology: Read, tmp_path: Path, fmt: str, edges: str, level: Level
) -> None:
    path = export(PLAIN, tmp_path / f"graph.{SUFFIXES[fmt]}", fmt, level=level, edges=edges)
    found, (nodes, links) = graphology(path), written(PLAIN, tmp_path, fmt, level, edges)
    assert (found["type"], found["multi"]) == ("directed", edges == "links")
    assert {row["key"]: coloured(row["attributes"]) for row in found["nodes"]} == nodes
    assert {
        row["key"]: {"source": row["source"], "target": row["target"], **coloured(row["attributes"])}
        for row in found["edges"]
    } == links
    assert {"x", "y", "size", "color", "label"} <= found["nodes"][0]["attributes"].keys()


@pytest.mark.parametrize("fmt", SUFFIXES)
def test_hostile_strings_come_back(graphology: Read, tmp_path: Path, fmt: str) -> None:
    pages = [node(f"http://a.example/{number}", title) for number, title in enumerate(HOSTILE)]
    facts = facts_of(pages, [link(pages[0].url, page.url, page.title or "") for page in pages[1:]])
    found = graphology(export(facts, tmp_path / f"graph.{SUFFIXES[fmt]}", fmt))
    kept = HOSTILE if fmt == "graphology" else [printable(title) for title in HOSTILE]
    assert [row["attributes"]["title"] for row in found["nodes"]] == kept
    assert [row["attributes"]["anchor"] for row in found["edges"]] == kept[1:]


def test_node_link_json_is_not_what_graphology_reads(graphology: Read, tmp_path: Path) -> None:
    with pytest.raises(AssertionError, match="== \\(0"):
        graphology(export(PLAIN, tmp_path / "graph.json", "json"))


def test_a_graph_without_edges_is_read(graphology: Read, tmp_path: Path) -> None:
    for fmt, suffix in SUFFIXES.items():
        found = graphology(
            export(facts_of([node(url) for url in (A, B, C)], []), tmp_path / f"g.{suffix}", fmt)
        )
        assert (len(found["nodes"]), found["edges"]) == (3, [])
