"""docs/exports.md says what is there: its examples run, its formats and attributes are those of the code."""

import re
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from crawler.cli import commands
from crawler.export import FORMATS
from crawler.graph.attributes import LINKS, NODES, PAIRS

TEXT = (Path(__file__).parents[2] / "docs/exports.md").read_text("utf-8")
PYTHON = re.findall("^```python\n(.*?)^```", TEXT, re.M | re.S)
SQL = re.findall("^```sql\n(.*?)^```", TEXT, re.M | re.S)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder with the sample crawl in output/demo, as `make demo` leaves it."""
    where = tmp_path_factory.mktemp("docs")
    subprocess.run(
        [sys.executable, "-m", "crawler", "demo", "--output", "output/demo", "--delay", "0"],
        cwd=where, check=True, capture_output=True, timeout=120,
    )  # fmt: skip
    return where


@pytest.fixture
def database(folder: Path) -> Iterator[sqlite3.Connection]:
    with closing(sqlite3.connect(f"file:{folder}/output/demo/crawl.db?mode=ro", uri=True)) as opened:
        yield opened


def test_there_are_examples() -> None:
    assert len(PYTHON) == 2
    assert {view for view in ("nodes", "edges", "cross_links", "aliases") if view in "".join(SQL)} == {
        "nodes",
        "edges",
        "cross_links",
        "aliases",
    }


@pytest.mark.parametrize("number", range(len(PYTHON)))
def test_each_example_in_python_runs_and_finds_something(folder: Path, number: int) -> None:
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", PYTHON[number]],
        cwd=folder, check=False, capture_output=True, text=True, timeout=120,
    )  # fmt: skip
    assert (done.returncode, done.stderr) == (0, "")
    assert re.search(r"[1-9]\d* (times|pairs)", done.stdout)


@pytest.mark.parametrize("query", SQL)
def test_each_query_runs_and_finds_something(database: sqlite3.Connection, query: str) -> None:
    assert database.execute(query).fetchall()


def test_the_pairs_of_the_view_are_the_edges_of_the_graph(folder: Path, database: sqlite3.Connection) -> None:
    import crawler

    with crawler.open(folder / "output/demo") as crawl:
        graph = crawl.graph()
        loops = sum(link.source == link.target for link in crawl.links())
    stored = {(source, target): weight for source, target, weight in database.execute(
        "SELECT source, target, weight FROM edges"
    )}  # fmt: skip
    assert {(a, b): weight for a, b, weight in graph.edges(data="weight")} == stored
    assert sum(stored.values()) + loops == database.execute("SELECT count(*) FROM cross_links").fetchone()[0]


def test_each_format_that_can_be_asked_for_is_described() -> None:
    asked = next(one for one in commands.commands["export"].params if one.name == "fmt").type.choices  # type: ignore[attr-defined]
    assert set(asked) | {"gexf-dynamic"} == set(FORMATS)
    for fmt in asked:
        assert f"| `{fmt}` | `{FORMATS[fmt]}" in TEXT


def test_each_attribute_is_described() -> None:
    for named in (*NODES.values(), *PAIRS.values(), LINKS):
        for name, (kind, _) in named.items():
            assert f"| `{name}` | {kind} |" in TEXT


@pytest.mark.parametrize(
    ("options", "file"),
    [
        (("gexf", "--dynamic"), "graph.dynamic.gexf"),
        (("gexf", "--level", "site", "--edges", "links"), "graph.gexf"),
        (("parquet", "--level", "story"), "parquet/links.parquet"),
        (("graphology",), "graph.graphology.json"),
        (("csv",), "csv/links.csv"),
    ],
)
def test_the_command_writes_each_format_under_its_name(
    folder: Path, options: tuple[str, ...], file: str
) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "crawler", "export", "output/demo", "--format", *options],
        cwd=folder, check=True, capture_output=True, text=True, timeout=120,
    )  # fmt: skip
    assert (folder / "output/demo" / file).stat().st_size > 1_000
    assert done.stdout.strip() == f"output/demo/{file.split('/')[0]}"


def test_only_gexf_is_written_over_time(folder: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "crawler", "export", "output/demo", "--format", "csv", "--dynamic"],
        cwd=folder, check=False, capture_output=True, text=True, timeout=120,
    )  # fmt: skip
    assert done.returncode == 2
    assert done.stderr == "crawl: --dynamic: only GEXF holds times, not csv; add --format gexf\n"
