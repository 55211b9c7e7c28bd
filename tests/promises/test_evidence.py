"""`crawl why` and `crawl path` as a user types them, on the demo's crawl."""

import hashlib
import json
import os
import shutil
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest
import zstandard

SEED = "http://www.harbourpost.example/news/weather/2.html"
SITE, OTHER = "www.harbourpost.example", "www.dailylantern.example"


def crawl(*arguments: str | Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "crawler", *map(str, arguments)],
        check=False, capture_output=True, text=True, env={**os.environ, "COLUMNS": "80"}, timeout=120,
    )  # fmt: skip


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Path:
    directory = tmp_path_factory.mktemp("demo") / "out"
    done = crawl("demo", "--output", directory, "--delay", "0", "--quiet")
    assert done.returncode == 0, done.stderr
    return directory


def one_line(done: subprocess.CompletedProcess[str], *words: str) -> None:
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.count("\n") == 1, done.stderr
    for word in words:
        assert word in done.stderr


def test_the_first_links_are_shown_and_the_rest_is_counted(demo: Path) -> None:
    total = json.loads(crawl("why", demo, SITE, OTHER, "--json").stdout)["count"]
    done = crawl("why", demo, SITE, OTHER)
    assert (done.returncode, done.stdout.count("→")) == (0, 50)
    assert f"The first 50 are shown; {total - 50} more with --limit {total} or --json." in done.stdout
    assert crawl("why", demo, SITE, OTHER, "--limit", "3").stdout.count("→") == 3
    text = crawl("why", demo, SITE, OTHER, "--limit", str(total)).stdout
    assert text.count("→") == total
    assert "more with" not in text


def test_lines_fit_a_terminal_but_for_addresses(demo: Path) -> None:
    out = crawl("why", demo, SITE, OTHER).stdout + crawl("path", demo, f"{OTHER}/press/farming-30/").stdout
    wide = [
        line for line in out.splitlines() if len(line) > 80 and "http" not in line and "sqlite3" not in line
    ]
    assert wide == []


def test_json_is_one_object_whose_totals_are_those_of_its_links(demo: Path) -> None:
    found = json.loads(crawl("why", demo, SITE, OTHER, "--json").stdout)
    links = found["links"]
    assert len(links) == found["count"] == sum(found["kinds"].values())
    assert len({link["source"] for link in links}) == found["source_pages"]
    assert len({link["target"] for link in links}) == found["target_pages"]
    assert json.loads(crawl("why", demo, OTHER, SITE, "--json").stdout)["count"] == found["back"]
    assert any(link["via"] for link in links)
    assert len(json.loads(crawl("why", demo, SITE, OTHER, "--json", "--limit", "2").stdout)["links"]) == 2


def test_the_hash_is_that_of_the_bytes_and_the_command_gets_them(demo: Path) -> None:
    (link,) = json.loads(crawl("why", demo, SEED, OTHER, "--json", "--limit", "1").stdout)["links"]
    sql = sqlite3.connect(demo / "crawl.db")
    (packed,) = sql.execute("SELECT zstd FROM bodies WHERE hash = ?", (link["body_hash"],)).fetchone()
    sql.close()
    body = zstandard.decompress(packed)
    assert hashlib.sha256(body).hexdigest() == link["body_hash"]
    assert link["anchor"].encode() in body
    if not (shutil.which("sqlite3") and shutil.which("zstd") and shutil.which("sha256sum")):
        pytest.skip("sqlite3, zstd or sha256sum is not installed")
    out = crawl("why", demo, SEED, OTHER).stdout
    script = out[out.index("  sqlite3") :]
    done = subprocess.run(["sh", "-c", script], check=True, capture_output=True, text=True, cwd=demo)
    assert link["body_hash"] in done.stdout


def test_no_link_is_a_sentence_and_no_error(demo: Path) -> None:
    done = crawl("why", demo, f"{OTHER}/out/290", SEED)
    assert (done.returncode, done.stderr) == (0, "")
    assert f"to {SEED}; 1 from B to A." in done.stdout.replace("\n", " ")


def test_a_way_in_one_line_and_step_by_step(demo: Path) -> None:
    done = crawl("path", demo, f"{OTHER}/press/farming-30/")
    assert done.stdout.startswith("seed > ranking 3 > related 8 > redirect > redirect\n")
    assert "robots" in done.stdout
    way = json.loads(crawl("path", demo, f"{OTHER}/press/farming-30/", "--json").stdout)
    assert way["summary"] == "seed > ranking 3 > related 8 > redirect > redirect"
    assert (way["depth"], len(way["steps"])) == (2, 5)
    assert crawl("path", demo, SEED).stdout.startswith("seed\n")


def test_what_is_wrong_is_said_in_one_line(demo: Path, tmp_path: Path) -> None:
    one_line(crawl("why", demo, "www.harborpost.example", OTHER), "nothing is known", SITE)
    one_line(crawl("why", demo, SEED, SEED + "#top"), "same page twice")
    one_line(crawl("why", demo, "story-00ff", OTHER), "story-00ff")
    one_line(crawl("path", demo, SITE), "several pages", "such as http://")
    one_line(crawl("path", demo, SEED[:-1]), "is no page", SEED)
    one_line(crawl("why", tmp_path, SITE, OTHER), "holds no crawl")
    one_line(crawl("path", tmp_path, SEED), "holds no crawl")


def test_a_damaged_store_ends_with_4(tmp_path: Path) -> None:
    (tmp_path / "crawl.db").write_bytes(b"garbage" * 999)
    for arguments in (("why", tmp_path, SITE, OTHER), ("path", tmp_path, SEED)):
        done = crawl(*arguments)
        assert (done.returncode, done.stderr.count("\n")) == (4, 1)


def test_nothing_from_a_page_commands_the_terminal(demo: Path, tmp_path: Path) -> None:
    shutil.copytree(demo, tmp_path / "copy")
    sql = sqlite3.connect(tmp_path / "copy/crawl.db")
    hostile = "\x1b]0;mine\x07\x1b[2J\u009b31m\nA"
    sql.execute("UPDATE links SET anchor = ?, rel = ?", (hostile, hostile))
    sql.execute("UPDATE blocks SET label = ?, evidence = ?", (hostile, hostile))
    sql.execute("UPDATE articles SET title = ?", (hostile,))
    sql.commit()
    sql.close()
    for arguments in (("why", SITE, OTHER), ("path", f"{OTHER}/out/290")):
        for extra in ((), ("--json",)):
            out = crawl(arguments[0], tmp_path / "copy", *arguments[1:], *extra).stdout
            assert out and not {"\x1b", "\x07", "\u009b"} & set(out)
