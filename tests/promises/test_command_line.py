"""The command as a user types it: results, exit codes, and one clear line for what is wrong."""

import csv
import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import networkx
import pytest
from farm import article


def crawl(
    *arguments: str | Path, cwd: Path | None = None, **environment: str
) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "crawler", *map(str, arguments)],
        check=False, capture_output=True, text=True, cwd=cwd, env={**os.environ, **environment}, timeout=120,
    )  # fmt: skip


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Path:
    directory = tmp_path_factory.mktemp("demo") / "out"
    done = crawl("demo", "--output", directory, "--delay", "0", "--json")
    assert done.returncode == 0, done.stderr
    summary = json.loads(done.stdout)
    assert summary["states"]["fetched"] == 253
    return directory


def one_line(done: subprocess.CompletedProcess[str], code: int, *words: str) -> None:
    assert done.returncode == code, done.stderr
    assert done.stderr.count("\n") == 1, done.stderr
    assert "Traceback" not in done.stderr
    for word in words:
        assert word in done.stderr


def test_no_seed(tmp_path: Path) -> None:
    one_line(crawl("run", cwd=tmp_path), 2, "--seed URL")


@pytest.mark.parametrize("seed", ["not a url", "http://[::1", "ftp://a.example/", "javascript:alert(1)"])
def test_a_seed_that_is_no_web_address(tmp_path: Path, seed: str) -> None:
    one_line(crawl("--seed", seed, cwd=tmp_path), 2, seed)
    assert not list(tmp_path.iterdir())


def test_an_unreachable_seed(tmp_path: Path) -> None:
    done = crawl(
        "--seed",
        "http://127.0.0.1:9/x",
        "--allow-private",
        "--delay",
        "0",
        "--attempts",
        "1",
        "--quiet",
        cwd=tmp_path,
    )
    one_line(done, 3, "http://127.0.0.1:9/x", "connect")


def test_a_loopback_seed_is_refused_without_leave(tmp_path: Path) -> None:
    one_line(crawl("--seed", "http://127.0.0.1:9/x", "--quiet", cwd=tmp_path), 3, "private_address")


def test_an_output_path_that_is_a_file(tmp_path: Path) -> None:
    (tmp_path / "out").write_text("mine")
    one_line(crawl("--seed", "http://a.example/", "--output", tmp_path / "out"), 2, "is a file")
    assert (tmp_path / "out").read_text() == "mine"


def test_an_output_path_that_cannot_be_made(tmp_path: Path) -> None:
    one_line(crawl("--seed", "http://a.example/", "--output", "/proc/nowhere/out"), 2, "cannot be written")


def test_a_typo_in_the_configuration(tmp_path: Path) -> None:
    (tmp_path / "crawl.toml").write_text("[crawl]\ndepht = 3\n")
    one_line(crawl("--seed", "http://a.example/", cwd=tmp_path), 2, "crawl.toml", "`depht`", "`depth`")


@pytest.mark.parametrize(
    "option", [("--depth", "-1"), ("--scope", "world"), ("--connect-to", "x"), ("--include", "*")]
)
def test_a_wrong_option_value(tmp_path: Path, option: tuple[str, str]) -> None:
    one_line(crawl("--seed", "http://a.example/", *option, cwd=tmp_path), 2, option[0])


def test_a_damaged_store(tmp_path: Path) -> None:
    (tmp_path / "crawl.db").write_bytes(b"garbage" * 999)
    one_line(crawl("--seed", "http://a.example/", "--output", tmp_path), 4, "damaged", "--fresh")
    one_line(crawl("stats", tmp_path), 4, "damaged")
    assert (tmp_path / "crawl.db").read_bytes() == b"garbage" * 999


@pytest.mark.parametrize("command", [("stats",), ("export", "--format", "csv"), ("resume",)])
def test_a_directory_without_a_crawl(tmp_path: Path, command: tuple[str, ...]) -> None:
    one_line(crawl(command[0], tmp_path, *command[1:]), 2, "holds no crawl")


def test_another_crawl_in_the_directory_names_both_ways_out(demo: Path) -> None:
    before = (demo / "crawl.db").stat().st_size
    one_line(crawl("--seed", "http://b.example/", "--output", demo), 2, "--fresh", "--output")
    assert (demo / "crawl.db").stat().st_size == before


def test_dry_run_fetches_and_writes_nothing(tmp_path: Path) -> None:
    done = crawl("--seed", "http://A.example:80/x#y", "--depth", "5", "--dry-run", "--json", cwd=tmp_path)
    document = json.loads(done.stdout)
    assert document["seeds"] == [{"url": "http://a.example/x", "state": "pending", "depth": 0}]
    assert document["config"]["crawl"]["depth"] == 5
    assert not list(tmp_path.iterdir())


def test_stats_add_up(demo: Path) -> None:
    document = json.loads(crawl("stats", demo, "--json").stdout)
    known = sum(document["states"].values())
    assert (
        known
        == sum(row["known"] for row in document["depths"])
        == sum(row["known"] for row in document["sites"])
    )
    assert "253" in crawl("stats", demo).stdout


def test_stats_name_the_hosts_with_trouble_and_why(demo: Path) -> None:
    troubles = json.loads(crawl("stats", demo, "--json").stdout)["troubles"]
    assert troubles["www.dailylantern.example"] == {"http_410": 2, "robots": 2}
    assert "2 http_404, 1 http_410" in crawl("stats", demo).stdout


def test_retry_puts_failures_back_and_names_a_wrong_reason(demo: Path, tmp_path: Path) -> None:
    shutil.copytree(demo, tmp_path / "copy")
    one_line(crawl("retry", demo, "--reason", "http_404,forgotten"), 2, "forgotten", "http_404")
    one_line(crawl("retry", tmp_path, "--reason", "timeout"), 2, "holds no crawl")
    done = crawl("retry", tmp_path / "copy", "--reason", "http_404,http_410")
    assert done.stdout.startswith("8 URLs put back. Next: crawl resume")
    assert json.loads(crawl("stats", tmp_path / "copy", "--json").stdout)["states"]["pending"] == 8


def test_the_summary_names_the_map_first_then_the_graph(demo: Path) -> None:
    assert crawl("resume", demo).stdout.splitlines()[-2:] == [
        f"Next: open {demo / 'map.html'} or {demo / 'report.html'} in a browser.",
        f"Or {demo / 'graph.graphml'} in Gephi (File > Open); it is already laid out.",
    ]


def test_resume_of_a_finished_crawl_asks_for_nothing_and_writes_the_exports_again(demo: Path) -> None:
    before = (demo / "graph.graphml").read_bytes()
    (demo / "graph.graphml").unlink()
    done = crawl("resume", demo, "--json")
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["states"]["fetched"] == 253
    graph = networkx.read_graphml(demo / "graph.graphml")
    assert graph.number_of_nodes() == networkx.parse_graphml(before.decode()).number_of_nodes()


def test_exports_hold_the_same_graph(demo: Path, tmp_path: Path) -> None:
    graph = networkx.read_graphml(demo / "graph.graphml")
    for fmt in ("csv", "json"):
        assert crawl("export", demo, "--format", fmt, "--output", tmp_path / fmt).returncode == 0
    with (tmp_path / "csv/nodes.csv").open(newline="") as file:
        assert {row["id"] for row in csv.DictReader(file)} == set(graph.nodes)
    with (tmp_path / "csv/edges.csv").open(newline="") as file:
        rows = list(csv.DictReader(file))
    assert {(row["source"], row["target"]) for row in rows} == set(graph.edges)
    with (tmp_path / "csv/links.csv").open(newline="") as file:
        links = list(csv.DictReader(file))
    pairs = [link for link in links if link["source"] != link["target"]]
    assert sum(int(row["weight"]) for row in rows) == len(pairs)
    document = json.loads((tmp_path / "json").read_text())
    assert set(networkx.node_link_graph(document, edges="edges").edges) == set(graph.edges)


def test_links_as_edges_and_fetched_nodes_only(demo: Path, tmp_path: Path) -> None:
    path = tmp_path / "links.graphml"
    assert (
        crawl(
            "export", demo, "--format", "graphml", "--edges", "links", "--nodes", "fetched", "--output", path
        ).returncode
        == 0
    )
    graph = networkx.read_graphml(path)
    assert graph.is_multigraph()
    assert {state for _, state in graph.nodes(data="state")} == {"fetched"}
    assert {kind for _, _, kind in graph.edges(data="kind")} == {"related", "ranking", "recommendation"}


def test_inspect_prints_fields_and_blocks(tmp_path: Path) -> None:
    urls = [f"http://a.example/story-about-things-{number}.html" for number in range(4)]
    page = tmp_path / "page.html"
    page.write_text(article("A harbour story of some length", {"Related": urls}))
    done = crawl("inspect", page, "--url", "http://a.example/harbour-story-9.html", "--json")
    document = json.loads(done.stdout)
    assert document["title"] == "A harbour story of some length"
    assert [link["url"] for link in document["blocks"][0]["links"]] == urls
    assert document["blocks"][0]["evidence"]
    many = crawl("inspect", page, page, "--json")
    assert [json.loads(line)["title"] for line in many.stdout.splitlines()] == [
        "A harbour story of some length"
    ] * 2
    assert "related: Related" in crawl("inspect", page).stdout


def test_terminal_escapes_of_a_page_do_not_reach_the_terminal(tmp_path: Path) -> None:
    page = tmp_path / "page.html"
    page.write_text(article("Evil \x1b]0;owned\x07 \x9b2J title of some words", {}))
    for done in (crawl("inspect", page), crawl("inspect", page, "--json")):
        assert not set(done.stdout + done.stderr) & {"\x1b", "\x07", "\x9b"}


def test_a_missing_file_to_inspect() -> None:
    one_line(crawl("inspect", "/nowhere/page.html"), 2, "/nowhere/page.html")


def test_python_users_read_the_graph(demo: Path) -> None:
    import crawler

    with crawler.open(demo) as opened:
        edges, links = opened.graph(), opened.links_graph()
        assert len(opened.receipt().seeds) == 1
    assert links.number_of_edges() == 6578
    assert sum(weight for _, _, weight in edges.edges(data="weight")) == 6578 - networkx.number_of_selfloops(
        links
    )
    assert all(
        data["weight"] == data["related"] + data["ranking"] + data["recommendation"] + data["other"]
        for _, _, data in edges.edges(data=True)
    )
