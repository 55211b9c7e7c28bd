"""`crawl stats DIR --natures` names what each host's blocks are, of a crawl as it was really made."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

RIGHT = {"related": "per_story", "ranking": "site_wide", "recommendation": "rotating"}


def crawl(*arguments: str | Path) -> str:
    done = subprocess.run(
        [sys.executable, "-m", "crawler", *map(str, arguments)],
        check=False, capture_output=True, text=True, timeout=120,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Path:
    directory = tmp_path_factory.mktemp("natures") / "out"
    crawl("demo", "--output", directory, "--delay", "0", "--exports", "none", "--json")
    return directory


def test_of_the_crawled_sample_network_every_block_is_told_right(demo: Path) -> None:
    found = json.loads(crawl("stats", demo, "--natures", "--json"))["natures"]
    assert len(found) == 9
    assert [one for one in found if one["nature"] != RIGHT[one["kind"]]] == []
    assert {"pages", "overlap", "distinct", "common", "leaving", "title_similarity", "title_z"} <= set(
        found[0]
    )


def test_the_table_has_a_row_for_each(demo: Path) -> None:
    shown = crawl("stats", demo, "--natures")
    assert [shown.count(nature) for nature in RIGHT.values()] == [3, 3, 3]


def test_without_igraph_the_crawl_is_measured_all_the_same(demo: Path) -> None:
    """The plain install has no igraph: all scores are there, by NetworkX."""
    code = (
        "import sys; sys.modules['igraph'] = None\n"
        "import importlib.util as u; find = u.find_spec\n"
        "u.find_spec = lambda name, *rest: None if name == 'igraph' else find(name, *rest)\n"
        "import crawler\n"
        "with crawler.open(sys.argv[1]) as opened: graph = opened.graph()\n"
        "print(sorted({name for _, values in graph.nodes(data=True) for name in values}))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, str(demo)], check=False, capture_output=True, text=True, timeout=120
    )
    assert done.returncode == 0, done.stderr
    for name in ("pagerank", "hub", "authority", "betweenness", "core", "community", "pagerank_ranking"):
        assert f"'{name}'" in done.stdout
