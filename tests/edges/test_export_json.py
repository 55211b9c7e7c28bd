"""JSON in both forms; and what holds of each format of one file: gzip by suffix, the same bytes each time."""

import gzip
import json
import tempfile
from pathlib import Path

import networkx
import pytest
from hypothesis import given, settings
from made_up import PLAIN, A, B, C, facts_of, hostile, link, node

from crawler.export import FORMATS, export

FILES = [fmt for fmt, name in FORMATS.items() if "." in name]


@settings(deadline=None, max_examples=60)
@given(hostile, hostile)
def test_each_string_comes_back_from_both_forms(title: str, anchor: str) -> None:
    facts = facts_of([node(A, title), node(B)], [link(A, B, anchor)])
    with tempfile.TemporaryDirectory() as folder:
        linked = json.loads(export(facts, Path(folder) / "1.json", "json").read_bytes())
        drawn = json.loads(export(facts, Path(folder) / "2.json", "graphology").read_bytes())
    graph = networkx.node_link_graph(linked, edges="edges")
    assert graph.nodes[A].get("title", "") == title
    assert graph.edges[A, B].get("anchor", "") == anchor
    assert drawn["nodes"][0]["attributes"].get("title", "") == title
    assert drawn["edges"][0]["attributes"].get("anchor", "") == anchor


@pytest.mark.parametrize("edges", ["pairs", "links"])
def test_node_link_is_a_graph_of_networkx(edges: str, tmp_path: Path) -> None:
    document = json.loads(export(PLAIN, tmp_path / "g.json", "json", edges=edges).read_bytes())
    graph = networkx.node_link_graph(document, edges="edges")
    assert isinstance(graph, networkx.MultiDiGraph if edges == "links" else networkx.DiGraph)
    assert set(graph.nodes) == {A, B, C}
    assert graph.number_of_edges() == (5 if edges == "links" else 3)
    assert graph.graph["seeds"] == ["http://a.example/0"]


@pytest.mark.parametrize("edges", ["pairs", "links"])
def test_graphology_s_form_says_the_same_as_node_link(edges: str, tmp_path: Path) -> None:
    linked = json.loads(export(PLAIN, tmp_path / "1.json", "json", edges=edges).read_bytes())
    drawn = json.loads(export(PLAIN, tmp_path / "2.json", "graphology", edges=edges).read_bytes())
    assert drawn["options"] == {"type": "directed", "multi": edges == "links", "allowSelfLoops": True}
    assert drawn["attributes"] == linked["graph"]
    for one, other in zip(drawn["nodes"], linked["nodes"], strict=True):
        values = one["attributes"]
        red, green, blue = bytes.fromhex(values.pop("color")[1:])
        assert {"id": one["key"], **values, "r": red, "g": green, "b": blue} == other
    for number, (one, other) in enumerate(zip(drawn["edges"], linked["edges"], strict=True)):
        assert (one["key"], one["source"], one["target"]) == (f"e{number}", other["source"], other["target"])


@pytest.mark.parametrize("fmt", FILES)
def test_a_name_that_ends_in_gz_is_compressed_to_the_same_bytes_each_time(fmt: str, tmp_path: Path) -> None:
    plain = export(PLAIN, tmp_path / "plain", fmt).read_bytes()
    one = export(PLAIN, tmp_path / "one.gz", fmt).read_bytes()
    two = export(PLAIN, tmp_path / "two.gz", fmt).read_bytes()
    assert one == two
    assert one[:2] == b"\x1f\x8b"
    assert one[4:8] == bytes(4)  # no time
    assert gzip.decompress(one) == plain
