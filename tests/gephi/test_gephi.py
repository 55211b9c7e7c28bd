"""Exports as Gephi itself reads them: its own importers run on them, and all that is in a file is in the graph.

`ReadByGephi` in this folder imports a file with the Gephi Toolkit and prints what Gephi has then. Expected is what
the file says, read here by plain means, and that counts and labels are the store's.
"""

import asyncio
import csv
import json
import math
import os
import re
import shutil
import subprocess
import sys
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from html import escape
from pathlib import Path
from typing import Any

import pytest
from conftest import config_for
from farm import article, open_farm
from lxml import etree
from msgspec import structs
from PIL import Image

import crawler
from crawler.crawl import crawl
from crawler.export import FORMATS
from crawler.export import export as write_export
from crawler.store import read

HERE = Path(__file__).parent
NEEDED = (
    "Java 17 or later and Maven are needed to read exports with Gephi: install openjdk (a JDK, 17+) and maven"
)

QUICK = ("-Xmx1g", "-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC")
"""For a machine that lives two seconds."""

VARIANTS = {
    "graphml": ("graphml",),
    "graphml, links": ("graphml", "--edges", "links"),
    "gexf": ("gexf",),
    "gexf, links": ("gexf", "--edges", "links"),
    "gexf, over time": ("gexf", "--dynamic"),
    "gexf, links over time": ("gexf", "--edges", "links", "--dynamic"),
    "csv": ("csv",),
    "csv, links": ("csv",),
}
PRESENT = [name for name, (fmt, *_) in VARIANTS.items() if fmt in FORMATS]
GRAPHS = [name for name in PRESENT if not name.startswith("csv")]
FILES = [fmt for fmt in ("graphml", "gexf", "gexf-dynamic", "csv") if fmt in FORMATS]
DRAWN = [name for name in GRAPHS if name in ("graphml", "gexf")]
JAVA = {"string": "String", "int": "Integer", "integer": "Integer", "long": "Long", "double": "Double",
        "float": "Float", "boolean": "Boolean"}  # fmt: skip
TYPE = "(type)"
"""Where an edge's type is among the values here: what Gephi calls kind."""
LOOKS = {"label", "x", "y", "size", "r", "g", "b"}
TIMES_IN_TABLES = pytest.mark.xfail(
    strict=True,
    reason="Gephi takes a column of dates such as 2025-04-12T21:23:12 in a table for a set of timestamps",
)
BUILT_IN = {"Id", "Label", "Weight", "Interval", "Timestamp"}
"""Columns that each graph has in Gephi."""

HOSTILE = {
    "quotes": "\"Double\" 'single' & <b>bold</b>, semi; `tick`",
    "cdata": "a ]]> b <![CDATA[ c --> d",
    "script": "<script>alert(1)</script>",
    "control": "bell\x07 escape\x1b[31m unit\x1f delete\x7f next\x85 end",
    "emoji": "👩‍👩‍👧 flood 🌊 𝔘𝔫𝔦 \ufffe\uffff\ud800 end",
    "rtl": "مرحبا بالعالم \u202eevil\u202c שלום",
    "formula": "=HYPERLINK(1+1) @SUM",
    "long": "words " * 1666 + "end.",
    "entities": "&lt;already&gt; &#0; &amp;amp;",
}

Row = dict[str, Any]
Read = Callable[..., Row]


@dataclass
class Expected:
    """A file's content, read by plain means; values by the names in the file."""

    node_types: dict[str, str] = field(default_factory=dict)
    edge_types: dict[str, str] = field(default_factory=dict)
    nodes: dict[str, Row] = field(default_factory=dict)
    edges: list[Row] = field(default_factory=list)
    dynamic: bool = False


def command(*arguments: str | Path) -> str:
    done = subprocess.run(
        [sys.executable, "-m", "crawler", *map(str, arguments)],
        check=False, capture_output=True, text=True, timeout=120,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    return done.stdout


def java_version() -> int:
    if not shutil.which("java") or not shutil.which("javac") or not shutil.which("mvn"):
        return 0
    said = subprocess.run(["javac", "-version"], check=False, capture_output=True, text=True, timeout=60)
    found = re.search(r"\d+", said.stdout + said.stderr)
    return int(found[0]) if found else 0


@pytest.fixture(scope="session")
def gephi() -> Read:
    """Build the Java program; return a function that imports a path with it and yields what Gephi has."""
    if java_version() < 17:
        # Where every change is checked, nothing may be left out in silence.
        (pytest.fail if os.environ.get("CI") else pytest.skip)(NEEDED)
    built = subprocess.run(
        ["mvn", "-q", "-B", "package"],
        cwd=HERE, check=False, capture_output=True, text=True, timeout=600,
    )  # fmt: skip
    assert built.returncode == 0, built.stdout + built.stderr

    def run(path: Path, *options: str) -> Row:
        done = subprocess.run(
            ["java", *QUICK, "-jar", HERE / "target" / "read-by-gephi.jar", *options, path],
            check=False, capture_output=True, text=True, encoding="utf-8", timeout=180,
        )  # fmt: skip
        assert done.returncode == 0, done.stderr
        found: Row = json.loads(done.stdout)
        return found

    return run


async def _crawl_hostile(directory: Path) -> None:
    async with open_farm() as farm:
        first, *others = urls = [f"http://{name}.example/{name}-1.html" for name in HOSTILE]
        for url, title in zip(urls, HOSTILE.values(), strict=True):
            # The heading as a browser would read it: escaped once, control characters raw.
            blocks = {"Related": [other for other in urls if other != url], "Ranking": [first, others[0]]}
            body = article("TITLE", blocks).replace("TITLE", escape(title))
            farm.body(url, body.encode("utf-8", "surrogatepass"), "text/html; charset=utf-8")
        await asyncio.to_thread(crawl, (first,), config_for(farm, depth="2"), directory)


@pytest.fixture(scope="session")
def stores(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """The sample network's crawl, and one of pages whose titles are hostile."""
    sample, hostile = (tmp_path_factory.mktemp(name) / "out" for name in ("sample", "hostile"))
    command("demo", "--output", sample, "--delay", "0", "--json")
    asyncio.run(_crawl_hostile(hostile))
    return {"sample": sample, "hostile": hostile}


@pytest.fixture(scope="session")
def export(stores: dict[str, Path], tmp_path_factory: pytest.TempPathFactory) -> Callable[[str, str], Path]:
    """Export a variant of a store, once."""
    made: dict[tuple[str, str], Path] = {}

    def export(store: str, variant: str) -> Path:
        fmt, *options = VARIANTS[variant]
        key = (store, "csv" if fmt == "csv" else variant)
        if key not in made:
            path = tmp_path_factory.mktemp("export") / FORMATS[fmt]
            command("export", stores[store], "--format", fmt, *options, "--output", path)
            made[key] = path
        return made[key]

    return export


@pytest.fixture(scope="session")
def imported(gephi: Read, export: Callable[[str, str], Path]) -> Callable[..., Row]:
    """What Gephi has after the import of a variant, positions and sizes as written; once for each."""
    made: dict[tuple[str, ...], Row] = {}

    def imported(store: str, variant: str, *options: str) -> Row:
        table = ("--edges", "links.csv") if variant == "csv, links" else ()
        key = (store, variant, *options)
        if key not in made:
            made[key] = gephi(export(store, variant), *table, *(options or ("--as-written",)))
        return made[key]

    return imported


def _value(text: str, kind: str) -> Any:
    if kind == "boolean":
        return {"true": True, "false": False}[text]
    if kind in ("int", "integer", "long"):
        return int(text)
    return float(text) if kind in ("float", "double") else text


def _graphml(path: Path) -> Expected:
    space = "{http://graphml.graphdrawing.org/xmlns}"
    tree: Any = etree.parse(path, etree.XMLParser(resolve_entities=False, huge_tree=True))
    keys = {
        key.get("id"): (key.get("for"), key.get("attr.name"), key.get("attr.type"))
        for key in tree.iter(f"{space}key")
    }
    types = {domain: {n: t for d, n, t in keys.values() if d == domain} for domain in ("node", "edge")}
    found = Expected(types["node"], types["edge"])

    def values(element: Any) -> Row:
        return {
            keys[data.get("key")][1]: _value(data.text, keys[data.get("key")][2])
            for data in element.iter(f"{space}data")
        }

    for node in tree.iter(f"{space}node"):
        found.nodes[node.get("id")] = values(node)
    for edge in tree.iter(f"{space}edge"):
        found.edges.append({"source": edge.get("source"), "target": edge.get("target"), **values(edge)})
    return found


def _gexf(path: Path) -> Expected:
    tree: Any = etree.parse(path, etree.XMLParser(resolve_entities=False, huge_tree=True))
    space = "{" + etree.QName(tree.getroot()).namespace + "}"
    viz = "{" + tree.getroot().nsmap["viz"] + "}"
    found = Expected(dynamic=next(tree.iter(f"{space}graph")).get("mode") == "dynamic")
    keys: dict[str, dict[str, tuple[str, str, bool]]] = {"node": {}, "edge": {}}
    for group in tree.iter(f"{space}attributes"):
        for key in group.iter(f"{space}attribute"):
            keys[group.get("class")][key.get("id")] = (
                key.get("title"), key.get("type"), group.get("mode") == "dynamic",
            )  # fmt: skip
    for domain, types in (("node", found.node_types), ("edge", found.edge_types)):
        types.update({title: kind for title, kind, changing in keys[domain].values() if not changing})

    def row(element: Any) -> Row:
        values: Row = {}
        for data in element.iter(f"{space}attvalue"):
            title, kind, changing = keys["node" if element.tag == f"{space}node" else "edge"][data.get("for")]
            value = _value(data.get("value"), kind)
            if changing:
                values.setdefault(title, []).append([_times(data), value])
            else:
                values[title] = value
        for position in element.findall(f"{viz}position"):
            values |= {"x": float(position.get("x")), "y": float(position.get("y"))}
        for size in element.findall(f"{viz}size"):
            values["size"] = float(size.get("value"))
        for colour in element.findall(f"{viz}color"):
            values |= {name: int(colour.get(name)) for name in "rgb"}
        spells = [_times(spell) for spell in element.iter(f"{space}spell")]
        if element.get("start") or element.get("end"):
            spells.append(_times(element))
        elif element.get("timestamp"):
            spells.append(_time(element.get("timestamp")))
        return {
            "label": element.get("label"),
            TYPE: element.get("kind"),
            **values,
            "times": spells,
        }

    for node in tree.iter(f"{space}node"):
        found.nodes[node.get("id")] = row(node)
    for edge in tree.iter(f"{space}edge"):
        ends = {name: edge.get(name) for name in ("source", "target")}
        found.edges.append({**ends, "weight": float(edge.get("weight") or 1), **row(edge)})
    return found


def _time(text: str | None) -> float | None:
    if text is None:
        return None
    when = datetime.fromisoformat(text)
    return (when if when.tzinfo else when.replace(tzinfo=UTC)).timestamp() * 1000


def _times(element: Any) -> Any:
    if element.get("timestamp"):
        return _time(element.get("timestamp"))
    low, high = _time(element.get("start")), _time(element.get("end"))
    return ["-Infinity" if low is None else low, "Infinity" if high is None else high]


def _csv(folder: Path, edges: str) -> Expected:
    csv.field_size_limit(10_000_000)
    found = Expected()
    with (folder / "nodes.csv").open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            found.nodes[row.pop("id")] = {name: cell for name, cell in row.items() if cell != ""}
    with (folder / edges).open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            row.pop("type", None)
            special = {
                "weight": float(row.pop("weight", 1)),
                TYPE: row.pop("kind", None),
                "label": row.pop("label", "") or None,
            }
            found.edges.append(special | {name: cell for name, cell in row.items() if cell != ""})
    return found


def expected(path: Path, variant: str) -> Expected:
    if variant.startswith("csv"):
        return _csv(path, "links.csv" if "links" in variant else "edges.csv")
    return _gexf(path) if variant.startswith("gexf") else _graphml(path)


def _as_read(value: Any) -> str:
    """Gephi's value as the text of a CSV cell has it."""
    if isinstance(value, bool):
        return str(value).lower()
    return str(int(value)) if isinstance(value, float) and value.is_integer() else str(value)


def _near(one: Any, other: Any) -> bool:
    """Equal, but for what is lost by a number's way through 32 bits."""
    if isinstance(one, float) and isinstance(other, int | float) and not isinstance(other, bool):
        return math.isclose(one, other, rel_tol=1e-6, abs_tol=1e-9)
    if isinstance(one, list) and isinstance(other, list):
        return len(one) == len(other) and all(map(_near, one, other))
    return bool(one == other) and isinstance(one, bool) is isinstance(other, bool)


def _same_values(read: Row, written: Row, *, text: bool) -> bool:
    if set(read) != set(written):
        return False
    if text:
        return all(_as_read(read[name]) == written[name] for name in written)
    return all(_near(read[name], written[name]) for name in written)


@pytest.mark.parametrize("store", ["sample", "hostile"])
@pytest.mark.parametrize("variant", PRESENT)
def test_counts_are_the_stores(
    imported: Callable[..., Row], stores: dict[str, Path], store: str, variant: str
) -> None:
    with crawler.open(stores[store]) as opened:
        nodes = {node.url for node in opened.nodes()}
        links = Counter((link.source, link.target) for link in opened.links())
    found = imported(store, variant)
    edges = links if "links" in variant else Counter(pair for pair in links if pair[0] != pair[1])
    assert found["node_count"] == len(nodes) == len({node["id"] for node in found["nodes"]})
    assert {node["id"] for node in found["nodes"]} == nodes
    assert Counter((edge["source"], edge["target"]) for edge in found["edges"]) == edges
    assert found["edge_count"] == sum(edges.values())
    assert found["directed"]
    assert all(edge["directed"] for edge in found["edges"])


def _complaints(found: Row) -> list[str]:
    """Issues of level WARNING and worse."""
    levels = {issue["level"] for issue in found["issues"]}
    assert levels <= {"INFO", "WARNING", "SEVERE", "CRITICAL"}
    return [f"{one['level']}: {one['message']}" for one in found["issues"] if one["level"] != "INFO"]


@pytest.mark.parametrize("store", ["sample", "hostile"])
@pytest.mark.parametrize(
    "variant",
    [pytest.param(name, marks=TIMES_IN_TABLES) if name == "csv, links" else name for name in PRESENT],
)
def test_gephi_finds_nothing_to_complain_of(imported: Callable[..., Row], store: str, variant: str) -> None:
    said = _complaints(imported(store, variant))
    assert said == []


def test_what_gephi_complains_of_is_heard(
    gephi: Read, export: Callable[[str, str], Path], tmp_path: Path
) -> None:
    text = export("hostile", "graphml").read_text("utf-8")
    broken = tmp_path / "broken.graphml"
    broken.write_text(re.sub(r'("n_depth">)\d+', r"\1deep", text), "utf-8")
    assert "SEVERE: Data value n_depth type error" in "\n".join(_complaints(gephi(broken)))


@pytest.mark.parametrize("store", ["sample", "hostile"])
@pytest.mark.parametrize("variant", GRAPHS)
def test_columns_have_the_types_that_the_file_declares(
    imported: Callable[..., Row], export: Callable[[str, str], Path], store: str, variant: str
) -> None:
    found, written = imported(store, variant), expected(export(store, variant), variant)
    for columns, types in (("node_columns", written.node_types), ("edge_columns", written.edge_types)):
        special = LOOKS if columns == "node_columns" else {"weight", "r", "g", "b"}
        read = {name: kind for name, kind in found[columns].items() if name not in BUILT_IN}
        static = {name: JAVA[kind] for name, kind in types.items() if name not in special}
        assert {name: read.get(name) for name in static} == static
        assert written.dynamic or set(read) == set(static)
    types = {**found["node_columns"], **found["edge_columns"]}
    assert (types["depth"], types["views"], types["title"]) == ("Integer", "Long", "String")
    if "links" not in variant:
        assert (types["same_site"], types["best_position"]) == ("Boolean", "Integer")


@pytest.mark.parametrize(
    "variant",
    [pytest.param(name, marks=TIMES_IN_TABLES) for name in PRESENT if name == "csv"],
)
def test_gephi_guesses_the_types_of_tables_right(imported: Callable[..., Row], variant: str) -> None:
    found = imported("sample", variant)
    for name, kind in {**found["node_columns"], **found["edge_columns"]}.items():
        if name in BUILT_IN:
            continue
        if name in ("same_site", "reciprocal"):
            assert kind == "Boolean", name
        elif re.match("(in|out)_|depth|status|attempts|views|likes|bytes|best_position|indegree", name):
            assert kind in ("Integer", "Long"), name
        else:
            assert kind in ("String", "Integer", "Double"), name


@pytest.mark.parametrize("store", ["sample", "hostile"])
@pytest.mark.parametrize(
    "variant",
    [pytest.param(name, marks=TIMES_IN_TABLES) if name.startswith("csv") else name for name in PRESENT],
)
def test_each_value_of_each_node_and_edge_is_in_the_graph(
    imported: Callable[..., Row], export: Callable[[str, str], Path], store: str, variant: str
) -> None:
    found, written = imported(store, variant), expected(export(store, variant), variant)
    text = variant.startswith("csv")
    for node in found["nodes"]:
        own = {k: v for k, v in written.nodes[node["id"]].items() if k not in LOOKS | {TYPE, "times"}}
        assert _same_values(node["values"], own, text=text), (node, own)
    special = {"source", "target", "weight", "label", "r", "g", "b", "times", TYPE}
    left: dict[tuple[str, str], list[Row]] = {}
    for edge in written.edges:
        left.setdefault((edge["source"], edge["target"]), []).append(edge)
    for edge in found["edges"]:
        candidates = left[edge["source"], edge["target"]]
        same = [
            one
            for one in candidates
            if _same_values(edge["values"], {k: v for k, v in one.items() if k not in special}, text=text)
            and _near(float(edge["weight"]), float(one["weight"]))
            and (edge["kind"], edge["label"]) == (one.get(TYPE), one.get("label"))
        ]
        assert same, (edge, candidates)
        candidates.remove(same[0])
    assert not any(left.values())


@pytest.mark.parametrize("store", ["sample", "hostile"])
@pytest.mark.parametrize("variant", GRAPHS)
def test_labels_positions_sizes_and_colours_are_those_of_the_file(
    imported: Callable[..., Row], export: Callable[[str, str], Path], store: str, variant: str
) -> None:
    found, written = imported(store, variant), expected(export(store, variant), variant)
    for node in found["nodes"]:
        own = written.nodes[node["id"]]
        assert node["label"] == own["label"]
        for name in ("x", "y", "size"):
            assert math.isclose(node[name], own[name], rel_tol=1e-5, abs_tol=1e-3)
        assert node["rgb"] == [own["r"], own["g"], own["b"]]
    coloured = {
        (edge["source"], edge["target"], edge.get("kind")): [edge["r"], edge["g"], edge["b"]]
        for edge in written.edges
        if "r" in edge
    }
    for edge in found["edges"]:
        assert edge["rgb"] == coloured.get((edge["source"], edge["target"], edge["values"].get("kind")))


def _survives(written: str, read: str, variant: str) -> bool:
    """All that the format can hold came through Gephi."""
    if variant.startswith("csv"):
        kept = re.sub("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff]", "", written)
        return read in (kept, f"'{kept}") and not read.startswith(("=", "+", "-", "@"))
    return read == re.sub("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]", "", written)


@pytest.mark.parametrize("variant", PRESENT)
def test_hostile_titles_of_pages_survive(
    imported: Callable[..., Row], stores: dict[str, Path], variant: str
) -> None:
    with crawler.open(stores["hostile"]) as opened:
        stored = {node.url: node.title or "" for node in opened.nodes()}
    by_name = {url.split("/")[2].split(".")[0]: title for url, title in stored.items()}
    assert set(by_name) == set(HOSTILE)
    marks = {
        "cdata": "]]>",
        "script": "<script>",
        "emoji": "🌊",
        "rtl": "שלום",
        "quotes": "\"Double\" 'single'",
    }
    assert all(mark in by_name[name] for name, mark in marks.items())
    for node in imported("hostile", variant)["nodes"]:
        assert _survives(stored[node["id"]], node["values"]["title"], variant)
        assert len(node["label"]) <= 81


def _retitled(store: Path, titles: Iterable[str], path: Path, fmt: str) -> dict[str, str]:
    """Export a store with other titles; return them by URL."""
    with read(store) as reader:
        facts = reader.facts()
        given = dict(zip((node.url for node in facts.nodes()), titles, strict=False))
        raw = replace(
            facts,
            nodes=lambda: (structs.replace(n, title=given.get(n.url, "plain")) for n in facts.nodes()),
        )
        write_export(raw, path, fmt)
    return given


@pytest.mark.parametrize("fmt", FILES)
def test_titles_that_no_page_can_have_survive(
    gephi: Read, stores: dict[str, Path], tmp_path: Path, fmt: str
) -> None:
    # Extraction cuts titles at 1,000 characters and evens out white space; an older store may hold anything.
    titles = _retitled(stores["hostile"], HOSTILE.values(), tmp_path / FORMATS[fmt], fmt)
    found = gephi(tmp_path / FORMATS[fmt])
    assert {node["id"] for node in found["nodes"]} == set(titles)
    assert all(_survives(titles[node["id"]], node["values"]["title"], fmt) for node in found["nodes"])
    assert max(map(len, titles.values())) == 10_000


@pytest.mark.parametrize("fmt", FILES)
def test_no_backslash_costs_a_row(gephi: Read, stores: dict[str, Path], tmp_path: Path, fmt: str) -> None:
    titles = _retitled(
        stores["hostile"], ["C:\\new\\table", "ends\\", "quoted, ends\\"], tmp_path / FORMATS[fmt], fmt
    )
    found = {node["id"]: node["values"].get("title") for node in gephi(tmp_path / FORMATS[fmt])["nodes"]}
    assert len(found) == len(HOSTILE)
    likeness = "\uff3c" if fmt == "csv" else "\\"
    assert {url: found[url] for url in titles} == {
        url: title.replace("\\", likeness) for url, title in titles.items()
    }


@pytest.mark.parametrize(
    "variant", [name for name in PRESENT if "links" in name and not name.startswith("graphml")]
)
def test_parallel_edges_of_different_kinds_live_side_by_side(
    imported: Callable[..., Row], stores: dict[str, Path], variant: str
) -> None:
    with crawler.open(stores["sample"]) as opened:
        links = Counter((link.source, link.target, str(link.kind)) for link in opened.links())
    found = imported("sample", variant)
    assert found["multigraph"]
    assert {kind for kind in found["edge_types"] if kind} == {kind for _, _, kind in links}
    assert Counter((edge["source"], edge["target"], edge["kind"]) for edge in found["edges"]) == links


@pytest.mark.parametrize("variant", PRESENT)
def test_what_the_dialogue_merges_unasked_keeps_the_sum_of_weights(
    imported: Callable[..., Row], variant: str
) -> None:
    exact, merged = imported("sample", variant), imported("sample", variant, "--merge", "SUM")
    weights = [math.fsum(edge["weight"] for edge in found["edges"]) for found in (exact, merged)]
    assert math.isclose(*weights)
    if "links" not in variant:
        assert merged["edge_count"] == exact["edge_count"]


@pytest.mark.parametrize(
    "options", [("--as-written",), ("--merge", "NO_MERGE")], ids=["as written", "auto-scale"]
)
@pytest.mark.parametrize("variant", DRAWN)
def test_no_two_nodes_overlap_in_gephi(
    imported: Callable[..., Row], variant: str, options: tuple[str, ...]
) -> None:
    nodes = imported("sample", variant, *options)["nodes"]
    # Gephi draws a node as a disc whose radius is its size.
    overlaps = [
        (one["id"], other["id"])
        for number, one in enumerate(nodes)
        for other in nodes[:number]
        if math.hypot(one["x"] - other["x"], one["y"] - other["y"]) < 0.99 * (one["size"] + other["size"])
    ]
    assert len(overlaps) == 0


def _flat(times: list[Any]) -> list[Any]:
    return [end for time in times for end in (time if isinstance(time, list) else [time])]


@pytest.mark.parametrize("variant", [name for name in PRESENT if name.endswith("over time")])
def test_times_are_those_of_the_file(
    imported: Callable[..., Row], export: Callable[[str, str], Path], variant: str
) -> None:
    found, written = imported("sample", variant), expected(export("sample", variant), variant)
    assert written.dynamic
    assert found["dynamic"]
    assert found["time_format"] == "DATETIME"
    assert found["time_zone"] in ("UTC", "Etc/UTC")
    for node in found["nodes"]:
        assert sorted(node["times"]) == sorted(written.nodes[node["id"]]["times"])
    assert Counter(json.dumps([e["source"], e["target"], e["times"]]) for e in found["edges"]) == Counter(
        json.dumps([e["source"], e["target"], e["times"]]) for e in written.edges
    )
    ends = [end for node in found["nodes"] for end in _flat(node["times"]) if isinstance(end, float)]
    low, high = found["time_bounds"]
    assert low <= min(ends) < max(ends) <= high


@pytest.mark.parametrize("variant", DRAWN)
def test_gephi_draws_it(
    gephi: Read, export: Callable[[str, str], Path], tmp_path: Path, variant: str
) -> None:
    path = tmp_path / "graph.png"
    gephi(export("sample", variant), "--render", str(path), "--size", "800x600")
    with Image.open(path) as image:
        assert image.size == (800, 600)
        colours = image.convert("RGB").getcolors(800 * 600)
    assert colours is not None
    shares = sorted((count for count, _ in colours), reverse=True)
    assert shares[0] < 0.9 * 800 * 600
    assert len(shares) > 500
