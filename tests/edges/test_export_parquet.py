"""Parquet: types, groups of rows, hostile strings; and what is said where pyarrow is missing."""

import json
import subprocess
import sys
import tempfile
from datetime import UTC, datetime
from pathlib import Path

import pyarrow
import pytest
from hypothesis import given, settings
from made_up import PLAIN, A, B, facts_of, hostile, link, node
from msgspec import structs
from pyarrow import parquet

from crawler.errors import UsageError
from crawler.export import export
from crawler.graph.attributes import NODES, PAIRS
from crawler.model import Level


@settings(deadline=None, max_examples=60)
@given(hostile, hostile)
def test_each_string_comes_back_but_for_halves_of_surrogate_pairs(title: str, anchor: str) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = export(
            facts_of([node(A, title), node(B)], [link(A, B, anchor)]), Path(folder) / "p", "parquet"
        )
        nodes = parquet.read_table(path / "nodes.parquet").to_pylist()
        edges = parquet.read_table(path / "edges.parquet").to_pylist()
        links = parquet.read_table(path / "links.parquet").to_pylist()
    kept = [text.encode("utf-8", "ignore").decode() for text in (title, anchor)]
    assert (nodes[0]["title"] or "", edges[0]["anchor"] or "", links[0]["anchor"] or "") == (
        kept[0],
        kept[1],
        kept[1],
    )


@pytest.mark.parametrize("level", list(Level))
def test_columns_are_those_of_the_view_with_its_types(level: Level, tmp_path: Path) -> None:
    path = export(PLAIN, tmp_path / "p", "parquet", level=level)
    arrow = {"string": "string", "int": "int32", "long": "int64", "double": "double", "boolean": "bool"}
    clock = dict.fromkeys(("first_seen", "last_seen", "fetched_at"), "timestamp[ms, tz=UTC]")
    for file, types in (("nodes", NODES[level]), ("edges", PAIRS[level])):
        table = parquet.read_table(path / f"{file}.parquet")
        for field in table.schema:
            if field.name not in ("id", "source", "target"):
                assert str(field.type) == clock.get(field.name, arrow[types[field.name][0]])
    assert json.loads(table.schema.metadata[b"seeds"]) == ["http://a.example/0"]
    assert sorted(row["weight"] for row in table.to_pylist()) == [1.0, 1.0, 2.0]
    assert parquet.read_table(path / "links.parquet").num_rows == 5


def test_what_is_not_known_is_null_and_times_are_times(tmp_path: Path) -> None:
    facts = facts_of(
        [structs.replace(node(A), first_seen="2025-04-12T21:23:12.000Z"), node(B)], [link(A, B, "")]
    )
    path = export(facts, tmp_path / "p", "parquet")
    first, second = parquet.read_table(path / "nodes.parquet").to_pylist()
    assert first["first_seen"] == datetime(2025, 4, 12, 21, 23, 12, tzinfo=UTC)
    assert second["first_seen"] is None  # its year alone is no time
    assert first["views"] is None
    assert parquet.read_table(path / "links.parquet").to_pylist()[0]["anchor"] is None


def test_many_rows_are_written_in_groups_and_the_same_facts_give_the_same_bytes(tmp_path: Path) -> None:
    pages = [node(f"http://a.example/{number:05}") for number in range(40_000)]
    facts = facts_of(pages, [])
    one, two = (export(facts, tmp_path / name, "parquet") for name in "pq")
    file = parquet.ParquetFile(one / "nodes.parquet")
    assert (file.num_row_groups, file.metadata.num_rows) == (5, 40_000)
    assert (one / "nodes.parquet").read_bytes() == (two / "nodes.parquet").read_bytes()
    assert parquet.read_table(one / "edges.parquet").num_rows == 0


def test_without_pyarrow_the_extra_is_named_before_anything_is_computed(tmp_path: Path) -> None:
    script = (
        "import sys\nsys.modules['pyarrow'] = None\nfrom pathlib import Path\nfrom crawler.export import export\n"
        "from crawler.errors import UsageError\n"
        "try:\n    export(None, Path(sys.argv[1]), 'parquet')\n"
        "except UsageError as error:\n    print(error)\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", script, str(tmp_path / "p")],
        capture_output=True,
        text=True,
        check=True,
        timeout=60,
    )
    assert done.stdout == (
        "parquet needs pyarrow, which is not installed: pip install 'crosslink-crawler[parquet]'\n"
    )
    assert list(tmp_path.iterdir()) == []


def test_a_file_in_the_way_of_the_folder_is_named(tmp_path: Path) -> None:
    (tmp_path / "p").write_text("mine")
    with pytest.raises(UsageError, match="in the way"):
        export(PLAIN, tmp_path / "p", "parquet")
    assert (tmp_path / "p").read_text() == "mine"


def test_reading_needs_no_more_than_pyarrow(tmp_path: Path) -> None:
    path = export(PLAIN, tmp_path / "p", "parquet")
    joined = (
        parquet.read_table(path / "edges.parquet")
        .join(parquet.read_table(path / "nodes.parquet").select(["id", "site"]), "source", "id")
        .group_by("site")
        .aggregate([("weight", "sum")])
    )
    assert isinstance(joined, pyarrow.Table)
    assert {row["site"]: row["weight_sum"] for row in joined.to_pylist()} == {
        "a.example": 2.0,
        "b.example": 2.0,
    }
