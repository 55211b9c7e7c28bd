"""GEXF: hostile strings read back by strict readers; kinds, looks and times as Gephi needs them."""

import re
import tempfile
from dataclasses import replace
from pathlib import Path
from typing import Any

import networkx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree
from made_up import PLAIN, RECEIPT, A, B, facts_of, hostile, link, node, printable
from msgspec import structs

from crawler.export import export
from crawler.model import Facts, Kind, Level

NS = {"g": "http://gexf.net/1.3", "viz": "http://gexf.net/1.3/viz"}
LONG = hostile | st.just("long \U0001f30a \u202eevil\u202c " * 600)


def tree_of(facts: Facts, fmt: str = "gexf", **options: Any) -> Any:
    with tempfile.TemporaryDirectory() as folder:
        return etree.parse(export(facts, Path(folder) / "g.gexf", fmt, **options))


@settings(deadline=None, max_examples=60)
@given(LONG, LONG)
def test_no_string_breaks_gexf_and_all_that_xml_can_hold_comes_back(title: str, anchor: str) -> None:
    facts = facts_of([node(A, title), node(B)], [link(A, B, anchor)])
    with tempfile.TemporaryDirectory() as folder:
        path = export(facts, Path(folder) / "g.gexf", "gexf")
        etree.parse(path, etree.XMLParser(resolve_entities=False, huge_tree=True))
        graph = networkx.read_gexf(path)
    assert set(graph.nodes) == {A, B}
    assert graph.nodes[A].get("title", "") == printable(title)
    assert graph.edges[A, B].get("anchor", "") == printable(anchor)


@pytest.mark.parametrize("level", list(Level))
@pytest.mark.parametrize("edges", ["pairs", "links"])
def test_gexf_and_graphml_say_the_same(level: Level, edges: str, tmp_path: Path) -> None:
    one = networkx.read_gexf(export(PLAIN, tmp_path / "g.gexf", "gexf", level=level, edges=edges))
    other = networkx.read_graphml(
        export(PLAIN, tmp_path / "g.graphml", "graphml", level=level, edges=edges), force_multigraph=True
    )
    looks = {"x", "y", "size", "r", "g", "b"}
    assert dict(one.nodes(data=True)).keys() == dict(other.nodes(data=True)).keys()
    for key, values in other.nodes(data=True):
        own = dict(one.nodes[key])
        viz = own.pop("viz")
        assert own == {name: value for name, value in values.items() if name not in looks}
        assert (viz["position"]["x"], viz["size"], viz["color"]["b"]) == (
            values["x"],
            values["size"],
            values["b"],
        )

    def rows(graph: Any) -> list[tuple[Any, ...]]:
        return sorted(
            (source, target, sorted((k, v) for k, v in values.items() if k not in looks | {"id"}))
            for source, target, values in graph.edges(data=True)
        )

    assert rows(one) == rows(other)


def test_a_link_s_kind_is_its_type_and_gives_its_colour() -> None:
    edges = tree_of(PLAIN, edges="links").findall(".//g:edge", NS)
    assert [edge.get("kind") for edge in edges] == ["related", "related", "ranking", "related", "related"]
    assert len({edge.get("id") for edge in edges}) == 5
    colours = {edge.get("kind"): dict(edge.find("viz:color", NS).attrib) for edge in edges}
    assert colours["related"] != colours["ranking"]
    assert tree_of(PLAIN).find(".//g:edge", NS).get("kind") is None


def test_the_value_of_a_size_comes_first_and_nothing_is_empty() -> None:
    # Gephi reads a size from the first attribute, whatever its name.
    tree = tree_of(PLAIN)
    assert all(list(size.attrib) == ["value"] for size in tree.findall(".//viz:size", NS))
    assert all(one.get("value") not in ("", "None", "nan") for one in tree.findall(".//g:attvalue", NS))
    graph = tree.find("g:graph", NS)
    assert (graph.get("mode"), graph.get("idtype"), graph.get("defaultedgetype")) == (
        "static",
        "string",
        "directed",
    )
    assert "http://a.example/0" in tree.findtext(".//g:description", namespaces=NS)


DATED = [
    structs.replace(node(A), published="2025-04-01T10:00:00+08:00", first_seen="2025-04-12T00:00:00.500Z"),
    structs.replace(node(B), published="2031-01-01", first_seen="2025-04-12T00:00:01Z"),
    structs.replace(node("http://c.example/"), published="0001-01-01", first_seen="2025-04-12T00:00:02Z"),
    structs.replace(node("http://d.example/"), published="soon", first_seen="2025-04-12T00:00:03Z"),
]


@pytest.mark.parametrize("ended", ["2025-04-12T01:00:00Z", None])
@pytest.mark.parametrize("edges", ["pairs", "links"])
def test_times_are_utc_closed_and_start_with_a_sane_date_of_publication(
    ended: str | None, edges: str
) -> None:
    facts = replace(facts_of(DATED, [link(A, B)]), receipt=replace(RECEIPT, ended_at=ended))
    tree = tree_of(facts, "gexf-dynamic", edges=edges)
    graph = tree.find("g:graph", NS)
    assert {
        name: graph.get(name) for name in ("mode", "timeformat", "timerepresentation", "idtype", "timezone")
    } == {
        "mode": "dynamic",
        "timeformat": "datetime",
        "timerepresentation": "interval",
        "idtype": "string",
        "timezone": "UTC",
    }
    nodes = tree.findall(".//g:node", NS)
    assert [one.get("start") for one in nodes] == [
        "2025-04-01T02:00:00.000Z",
        "2025-04-12T00:00:01.000Z",
        "2025-04-12T00:00:02.000Z",
        "2025-04-12T00:00:03.000Z",
    ]
    end = "2025-04-12T01:00:00.000Z" if ended else "2025-04-12T00:00:03.000Z"
    assert {one.get("end") for one in (*nodes, *tree.findall(".//g:edge", NS))} == {end}
    assert tree.find(".//g:edge", NS).get("start") == "2025-04-12T00:00:00.000Z"
    assert not re.search("open", etree.tostring(tree, encoding="unicode"))


@pytest.mark.parametrize("level", list(Level))
def test_no_interval_ends_before_it_begins(level: Level) -> None:
    # A clock set back during the crawl.
    facts = replace(
        facts_of(DATED, [link(A, B, kind=Kind.OTHER)]), receipt=replace(RECEIPT, ended_at="2020-01-01")
    )
    found = tree_of(facts, "gexf-dynamic", level=level).xpath("//*[@start]")
    assert len(found) == 5
    assert all(one.get("start") <= one.get("end") for one in found)
