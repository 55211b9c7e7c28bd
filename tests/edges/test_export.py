"""Exports of hostile strings, read back by strict readers; and files that are never half."""

import csv
import os
import signal
import subprocess
import sys
import tempfile
from pathlib import Path

import igraph
import networkx
import pytest
from hypothesis import example, given, settings
from lxml import etree
from made_up import PLAIN, A, B, C, facts_of, hostile, link, node, printable
from msgspec import structs

from crawler.errors import UsageError
from crawler.export import FORMATS, export
from crawler.graph.views import Selection

NS = {"g": "http://graphml.graphdrawing.org/xmlns"}


@settings(deadline=None, max_examples=60)
@given(hostile, hostile)
def test_no_string_breaks_graphml_and_all_that_xml_can_hold_comes_back(title: str, anchor: str) -> None:
    facts = facts_of([node(A, title), node(B)], [link(A, B, anchor)])
    with tempfile.TemporaryDirectory() as folder:
        path = export(facts, Path(folder) / "g.graphml", "graphml")
        etree.parse(path, etree.XMLParser(resolve_entities=False))
        graph = networkx.read_graphml(path)
        igraph.Graph.Read_GraphML(str(path))
    assert set(graph.nodes) == {A, B}
    assert graph.nodes[A].get("title", "") == printable(title)
    assert graph.edges[A, B].get("anchor", "") == printable(anchor)


def test_graphml_has_what_gephi_reads() -> None:
    with tempfile.TemporaryDirectory() as folder:
        tree = etree.parse(export(PLAIN, Path(folder) / "g.graphml", "graphml"))
    keys = {key.get("attr.name"): key for key in tree.findall("g:key[@for='node']", NS)}
    assert {keys[name].get("attr.type") for name in "rgb"} == {"int"}
    assert {keys[name].get("attr.type") for name in ("x", "y", "size")} == {"float"}
    identifiers = [key.get("id") for key in tree.findall("g:key", NS)]
    assert len(identifiers) == len(set(identifiers))
    assert not any(name in ("d3", "d7") for name in identifiers)
    for element in tree.findall(".//g:node", NS):
        given = {data.get("key") for data in element}
        assert {"n_label", "n_x", "n_y", "n_size", "n_r", "n_g", "n_b"} <= given
    assert all(data.text not in (None, "", "None", "nan") for data in tree.findall(".//g:data", NS))
    assert tree.find("g:graph", NS).get("edgedefault") == "directed"


def test_pairs_leave_self_links_out_and_count_by_kind() -> None:
    with tempfile.TemporaryDirectory() as folder:
        graph = networkx.read_graphml(export(PLAIN, Path(folder) / "g.graphml", "graphml"))
        links = networkx.read_graphml(export(PLAIN, Path(folder) / "l.graphml", "graphml", edges="links"))
    assert set(graph.edges) == {(A, B), (B, A), (B, C)}
    edge = graph.edges[A, B]
    assert (edge["weight"], edge["related"], edge["ranking"], edge["best_position"]) == (2.0, 1, 1, 1)
    assert (edge["reciprocal"], edge["same_site"], graph.edges[B, C]["reciprocal"]) == (True, False, False)
    assert links.number_of_edges() == 5


def test_fetched_nodes_only_leaves_no_edge_without_its_end() -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = export(PLAIN, Path(folder) / "g.graphml", "graphml", selection=Selection(fetched=True))
        assert set(networkx.read_graphml(path).nodes) == {A, B}


def test_the_same_facts_give_the_same_bytes() -> None:
    with tempfile.TemporaryDirectory() as folder:
        one = export(PLAIN, Path(folder) / "1.graphml", "graphml").read_bytes()
        assert one == export(PLAIN, Path(folder) / "2.graphml", "graphml").read_bytes()


@settings(deadline=None, max_examples=60)
@given(hostile)
@example("\r")
@example("a\rb")
def test_no_title_is_a_formula_and_each_comes_back(title: str) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = export(facts_of([node(A, title), node(B)], []), Path(folder) / "csv", "csv")
        with (path / "nodes.csv").open(newline="", encoding="utf-8") as file:
            cell = next(csv.DictReader(file))["title"]
    assert not cell.startswith(("=", "+", "-", "@", "\t", "\r", "\uff1d", "\uff0b", "\uff0d", "\uff20"))
    assert not set(cell) & set(map(chr, (*range(9), 11, 12, *range(14, 32), *range(127, 160))))
    back = cell[1:] if cell.startswith("'") else cell
    kept = "".join(
        c
        for c in title
        if c in "\t\n\r" or not (c < " " or "\x7f" <= c <= "\x9f" or "\ud800" <= c <= "\udfff")
    )
    assert back == kept.replace("\\", "\uff3c")


def test_numbers_are_never_guarded() -> None:
    facts = facts_of([structs.replace(node(A), views=-5)], [])
    with tempfile.TemporaryDirectory() as folder:
        path = export(facts, Path(folder) / "csv", "csv")
        with (path / "nodes.csv").open(newline="", encoding="utf-8") as file:
            assert next(csv.DictReader(file))["views"] == "-5"


@pytest.mark.parametrize("fmt", FORMATS)
def test_an_error_half_way_leaves_the_old_export_and_no_litter(tmp_path: Path, fmt: str) -> None:
    path = export(PLAIN, tmp_path / "out", fmt)
    files = [path] if path.is_file() else sorted(path.iterdir())
    before = [file.read_bytes() for file in files]
    broken = facts_of([node(A), node(B)], [link(A, "http://unknown.example/")])
    with pytest.raises(KeyError):
        export(broken, path, fmt)
    assert [file.read_bytes() for file in files] == before
    assert list(tmp_path.iterdir()) == [path]


def test_killed_half_way_it_leaves_the_old_file(tmp_path: Path) -> None:
    path = export(PLAIN, tmp_path / "g.graphml", "graphml")
    before = path.read_bytes()
    script = (
        "import sys, itertools\nsys.path.insert(0, sys.argv[2])\n"
        "from pathlib import Path\nfrom made_up import *\nfrom crawler.export import export\n"
        "def endless():\n"
        "    for turn in itertools.count():\n"
        "        if turn == 5: print('writing', flush=True)\n"
        "        yield link(A, B)\n"
        "turns = iter([[], None])\n"
        "def links():\n"
        "    found = next(turns)\n"
        "    return iter([]) if found == [] else endless()\n"
        "export(Facts(PLAIN.nodes, links, RECEIPT), Path(sys.argv[1]), 'graphml', edges='links')\n"
    )
    process = subprocess.Popen(
        [sys.executable, "-c", script, str(path), str(Path(__file__).parents[1])],
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdout is not None
    assert process.stdout.readline() == "writing\n"
    os.kill(process.pid, signal.SIGKILL)
    process.communicate()
    assert path.read_bytes() == before


def test_a_path_in_the_way_is_named(tmp_path: Path) -> None:
    (tmp_path / "csv").write_text("mine")
    with pytest.raises(UsageError, match="in the way"):
        export(PLAIN, tmp_path / "csv", "csv")
    assert (tmp_path / "csv").read_text() == "mine"
