"""Outputs: whatever a page says, no spreadsheet runs it, no terminal obeys it and no file is named after it."""

import csv
import json
import xml.etree.ElementTree as ElementTree
from collections.abc import Iterator
from html import escape
from pathlib import Path

import networkx
import pytest
from faults.crawled import Crawled, crawl, crawl_of, healthy_pages_are_exact
from faults.server import Faulty, open_faulty, story

HOST = "outputs.example"
TRIGGERS = ("=", "+", "-", "@", "\t", "\r", "\uff1d", "\uff0b", "\uff0d", "\uff20", "'")
OBEYED = {*map(chr, (*range(9), 11, 12, *range(14, 32), *range(127, 160)))}
"""Control characters that a terminal obeys or a file cannot hold, but for tab and line ends."""
FORMULAS = (
    "=cmd|' /C calc'!A0 of today", "+1+1 of today and more", "-2+3 of today and more", "@SUM(1+1) of today",
    "\uff1dHYPERLINK of today and more", "'quoted of today and more", "'=quoted formula of today",
)  # fmt: skip
CONTROLS = (
    "C0 \x01\x02\x1f in a title", "DEL \x7f in a title", "FFFE \ufffe\uffff in a title", "C1 \x9b2J\x85 in a title",
    "OSC \x1b]0;owned\x07 in a title", "CSI \x1b[2J\x1b[31m in a title", "BEL \x07 and BS \x08 in a title",
    "CDATA ]]> in a title", "Override \u202e in a title",
)  # fmt: skip
REFERENCES = ("Reference &#1;&#27;[2J in a title", "Surrogate &#xD800; in a title")
MARKUP = (
    "</script><script>alert(1)</script> as a title", "<img src=x onerror=alert(1)> as a title",
    "${alert(1)} as a title", "{{7*7}} as a title of words",
)  # fmt: skip
PATHS = (
    "..%2f..%2fescaped.html",
    "..%5c..%5cescaped.html",
    "con.html",
    "nul",
    "x" * 300,
    "%00.html",
    "~root",
)
BAD = ("http://[\x1b]0;owned\x07story-9", "http://[\x01story-9", "http://[story-9")


def serve(faulty: Faulty) -> None:
    plain = (*FORMULAS, *CONTROLS, *MARKUP)
    raw = (*map(escape, plain), *REFERENCES)
    for number, title in enumerate(raw):
        body = f"<!doctype html><meta charset=utf-8><title>{title}</title><h1>{title}</h1><p>Text.</p>"
        faulty.says(story(HOST, str(number)), body.encode("utf-8", "surrogatepass"))
    links = [story(HOST, str(number)) for number in range(len(raw))]
    faulty.site(HOST, *links, *(story(HOST, f"p/{path}") for path in PATHS), *BAD)
    # The same strings once more, as anchors.
    entries = "".join(f"<li><a href=/n/story-{n}>{title}</a></li>" for n, title in enumerate(raw))
    anchors = story(HOST, "anchors")
    faulty.says(anchors, f"<meta charset=utf-8><h1>Anchors</h1><h2>Related</h2><ul>{entries}</ul>".encode())
    faulty.seeds.append(anchors)


@pytest.fixture(scope="module")
def faulty() -> Iterator[Faulty]:
    with open_faulty() as opened:
        serve(opened)
        yield opened


@pytest.fixture(scope="module")
def crawled(faulty: Faulty, tmp_path_factory: pytest.TempPathFactory) -> Crawled:
    return crawl_of(
        faulty, tmp_path_factory.mktemp("outputs") / "work/out", "--delay", "0.02", "--exports", "graphml"
    )


@pytest.fixture(scope="module")
def exported(crawled: Crawled) -> Path:
    for fmt in ("csv", "json"):
        log = crawled.directory.with_name(fmt)
        assert crawl(["export", crawled.directory, "--format", fmt], log).code == 0
    return crawled.directory


def rows(exported: Path, name: str) -> list[dict[str, str]]:
    with (exported / "csv" / name).open(newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file))


def back(cell: str) -> str:
    """Read a cell as the documentation says: one apostrophe is taken off in front of a trigger."""
    return cell[1:] if cell.startswith("'") and cell[1:].startswith(TRIGGERS) else cell


def test_the_crawl_ends_and_all_healthy_pages_are_exact(faulty: Faulty, crawled: Crawled) -> None:
    assert crawled.code == 0
    healthy_pages_are_exact(faulty, crawled)


def test_no_cell_is_a_formula_and_each_title_and_anchor_comes_back(crawled: Crawled, exported: Path) -> None:
    nodes, links = rows(exported, "nodes.csv"), rows(exported, "links.csv")
    for row in (*nodes, *links, *rows(exported, "edges.csv")):
        assert not any(cell.startswith(TRIGGERS[:-1]) for cell in row.values())
    titles = {row["id"]: back(row["title"]) for row in nodes}
    assert [titles[story(HOST, str(number))] for number in range(len(FORMULAS))] == list(FORMULAS)
    anchors = [back(row["anchor"]) for row in links if row["source"] == story(HOST, "anchors")]
    assert anchors[: len(FORMULAS)] == list(FORMULAS)


def test_no_control_character_reaches_a_table_or_json(exported: Path) -> None:
    for file in (*(exported / "csv").iterdir(), exported / "graph.json"):
        assert not OBEYED & set(file.read_text("utf-8")), file.name


def test_graphml_parses_strictly_and_keeps_what_xml_can_hold(exported: Path) -> None:
    ElementTree.parse(exported / "graph.graphml")
    graph = networkx.read_graphml(exported / "graph.graphml")
    titles = {title for _, title in graph.nodes(data="title")}
    assert {"CDATA ]]> in a title", "Override \u202e in a title", *MARKUP} <= titles
    assert not any(set("\ufffe\uffff") & set(title or "") for title in titles)


def test_markup_in_a_title_is_text_in_every_export(crawled: Crawled, exported: Path) -> None:
    graphml = (exported / "graph.graphml").read_text("utf-8")
    assert "<script" not in graphml
    assert "<img" not in graphml
    document = json.loads((exported / "graph.json").read_text("utf-8"))
    assert {node.get("title") for node in document["nodes"]} >= set(MARKUP)


def test_each_address_is_one_node_whatever_it_is_written_with(crawled: Crawled, exported: Path) -> None:
    identifiers = [row["id"] for row in rows(exported, "nodes.csv")]
    assert len(identifiers) == len(set(identifiers)) == len(crawled.nodes)
    ends = {row[end] for row in rows(exported, "links.csv") for end in ("source", "target")}
    assert ends <= set(identifiers)
    bad = [url for url in crawled.nodes if url.startswith("http://[")]
    assert len(bad) == len(BAD)
    assert {crawled.fate(url) for url in bad} == {("excluded", "bad_url")}


def test_no_terminal_escape_reaches_the_terminal(crawled: Crawled) -> None:
    outputs = [crawled.stdout, crawled.stderr]
    page = crawled.directory.with_name("page.html")
    page.write_bytes(f"<title>{' '.join(CONTROLS)}</title>".encode("utf-8", "surrogatepass"))
    for command in (["inspect", page], ["stats", crawled.directory]):
        for more in ([], ["--json"]):
            done = crawl([*command, *more], crawled.directory.with_name("shown"))
            assert done.code == 0
            outputs += [done.stdout, done.stderr]
    assert not OBEYED & set("".join(outputs))


def test_no_file_is_named_after_an_address(crawled: Crawled, exported: Path) -> None:
    own = {"crawl.db", "crawl.db-shm", "crawl.db-wal", "crawl.lock", "graph.graphml", "graph.json", "csv"}
    assert {file.name for file in exported.iterdir()} <= own
    names = {file.name for file in exported.parent.parent.rglob("*")}
    assert not [name for name in names if "escaped" in name or "story" in name]
