"""The machine: full and damaged disks, power cuts, clocks that jump, sleep, files of other versions."""

import asyncio
import csv
import json
import os
import shutil
import signal
import sqlite3
import subprocess
import sys
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager
from pathlib import Path

import pytest
import sqlite_utils
from faults import world
from faults.crawled import Crawled, command_of, crawl, crawl_of, healthy_pages_are_exact
from faults.server import Faulty, Request, open_faulty, story

from crawler.errors import LockedError
from crawler.schema import migrations
from crawler.store.file import connect, named_errors

HOST = "machine.example"
PAGES = 80
HALF = f"http://{HOST}/story-number-55"
TESTS = Path(__file__).parents[1]
FAST = ("--delay", "0.005")


@pytest.fixture
def faulty() -> Iterator[Faulty]:
    with open_faulty() as opened:
        opened.site(HOST, healthy=PAGES)
        yield opened


@contextmanager
def half_way(faulty: Faulty, directory: Path, *flags: str) -> Iterator[subprocess.Popen[bytes]]:
    """Start a crawl that stands still at its half: one page is not answered when it is asked for first."""
    reached = threading.Event()
    body = faulty.pages[HALF]

    @faulty.fault(HALF)
    async def answer(request: Request) -> None:
        reached.set()
        if request.times == 1:
            await request.gone()
        else:
            await request.answer(body)

    arguments = command_of(faulty, directory, *FAST, "--per-host", "1", "--quiet", *flags)
    command = [sys.executable, "-m", "crawler", *arguments]
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as process:
        try:
            assert reached.wait(60)
            yield process
        finally:
            process.kill()


def is_sound(directory: Path) -> None:
    with closing(sqlite3.connect(directory / "crawl.db")) as connection:
        assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        assert connection.execute("PRAGMA foreign_key_check").fetchall() == []


def one_line(done: Crawled, code: int, *words: str) -> None:
    assert done.code == code, done.stderr
    (line,) = [line for line in done.stderr.splitlines() if line.startswith("crawl: ")]
    assert "Traceback" not in done.stderr
    for word in words:
        assert word in line


@pytest.mark.parametrize("way", ["limit", *(["namespace"] if world.namespace() else [])])
def test_a_full_disk_stops_the_crawl_in_one_line_and_nothing_is_lost_once_there_is_room(
    faulty: Faulty, tmp_path: Path, way: str
) -> None:
    directory = tmp_path / "out"
    command = [sys.executable, "-m", "crawler", *command_of(faulty, directory, *FAST, "--quiet")]
    command.remove("--verbose")
    prefix = (world.namespace() or []) if way == "namespace" else []
    paths = os.pathsep.join([str(TESTS), *filter(None, [os.environ.get("PYTHONPATH")])])
    prefix = [part for part in prefix if part != "--net"]  # the farm is outside
    done = subprocess.run(
        [*prefix, sys.executable, "-m", "faults.small_disk", way, str(directory), *command],
        capture_output=True, text=True, check=True, env={**os.environ, "PYTHONPATH": paths}, timeout=120,
    )  # fmt: skip
    (full_code, full_said), (code, said) = json.loads(done.stdout)
    assert full_code == 4, full_said
    assert full_said.count("\n") == 1
    assert "the disk is full" in full_said
    assert code == 0, said
    crawled = Crawled(directory, code, "", said, 0.0, 0.0)
    healthy_pages_are_exact(faulty, crawled, once=False)
    is_sound(directory)
    # Some of it was kept, and was not asked for again.
    assert len(faulty.log) < 2 * (PAGES + 2)


def test_a_power_cut_costs_the_latest_pages_at_most_and_they_are_fetched_again(
    faulty: Faulty, tmp_path: Path
) -> None:
    directory = tmp_path / "out"
    with half_way(faulty, directory):
        pass
    size = (directory / "crawl.db-wal").stat().st_size
    assert size > 100_000
    cuts = []
    for number, left in enumerate((size - 1000, size // 2 + 17, 0)):
        # A log is written from its beginning on: what did not reach the disk is its end.
        cuts.append(shutil.copytree(directory, tmp_path / f"cut-{number}" / "out"))
        os.truncate(cuts[-1] / "crawl.db-wal", left)
        (cuts[-1] / "crawl.db-shm").unlink()
    with ThreadPoolExecutor() as pool:
        for crawled in pool.map(lambda cut: crawl_of(faulty, cut, *FAST), cuts):
            assert crawled.code == 0, crawled.stderr
            healthy_pages_are_exact(faulty, crawled, once=False)
            is_sound(crawled.directory)


def test_the_lock_of_a_killed_crawl_holds_nobody_up(faulty: Faulty, tmp_path: Path) -> None:
    directory = tmp_path / "out"
    with half_way(faulty, directory):
        one_line(crawl(["resume", directory], directory), 5, "another crawl is running")
    assert (directory / "crawl.lock").exists()
    crawled = crawl(["resume", directory], directory)
    assert crawled.code == 0
    healthy_pages_are_exact(faulty, crawled, once=False)


def test_a_crawl_that_slept_goes_on_where_it_was(faulty: Faulty, tmp_path: Path) -> None:
    directory = tmp_path / "out"
    with half_way(faulty, directory, "--timeout", "0.5") as process:
        process.send_signal(signal.SIGSTOP)
        with pytest.raises(subprocess.TimeoutExpired):
            process.wait(1.0)  # longer than any of its timeouts
        process.send_signal(signal.SIGCONT)
        assert process.wait(60) == 0
    crawled = Crawled(directory, 0, "", "", 0.0, 0.0)
    healthy_pages_are_exact(faulty, crawled, once=False)


def test_a_clock_that_jumps_changes_neither_the_crawl_nor_its_delays(tmp_path: Path) -> None:
    directory = tmp_path / "out"
    jumping = (
        "import itertools, time; real, jump = time.time, itertools.cycle((0, -9e6, 9e6, 0, 3600, -5));"
        "time.time = lambda: real() + next(jump); from crawler.__main__ import main; main()"
    )
    with open_faulty() as faulty:
        faulty.site(HOST, healthy=20)
        command = [sys.executable, "-c", jumping, *command_of(faulty, directory, "--delay", "0.1")]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    healthy_pages_are_exact(faulty, Crawled(directory, 0, "", "", 0.0, 0.0))
    assert 0.05 <= min(faulty.gaps(HOST)) <= max(faulty.gaps(HOST)) < 10


def damage(path: Path, *words: bytes) -> int:
    """Overwrite each page of a database that holds one of these words; return how many there were."""
    raw = bytearray(path.read_bytes())
    hit = [at for at in range(4096, len(raw), 4096) if any(word in raw[at : at + 4096] for word in words)]
    for at in hit:
        raw[at : at + 4096] = b"\x5a" * 4096
    path.write_bytes(raw)
    return len(hit)


def test_of_a_damaged_crawl_what_can_be_read_is_exported_and_the_damage_is_named(
    faulty: Faulty, tmp_path: Path
) -> None:
    directory = tmp_path / "out"
    whole = crawl_of(faulty, directory, *FAST)
    exports = [tmp_path / name for name in ("whole", "damaged")]
    assert crawl(["export", directory, "--format", "csv", "--output", exports[0]], tmp_path / "a").code == 0
    assert damage(directory / "crawl.db", b"story-number-33") >= 2
    before = (directory / "crawl.db").read_bytes()
    one_line(crawl(["stats", directory], tmp_path / "s"), 4, "damaged", "crawl export")
    one_line(
        crawl(["export", directory, "--format", "csv", "--output", exports[1]], tmp_path / "b"), 4, "damaged"
    )
    assert (directory / "crawl.db").read_bytes() == before
    for name in ("nodes.csv", "edges.csv", "links.csv"):
        rows, all_rows = (
            list(csv.reader((export / name).read_text().splitlines())) for export in exports[::-1]
        )
        columns = [
            number
            for number, column in enumerate(all_rows[0])
            if column in ("id", "source", "target", "title")
        ]
        kept, all_kept = ({tuple(row[n] for n in columns) for row in some} for some in (rows, all_rows))
        # A row whose article is lost keeps its address, and has no title.
        assert {row for row in kept if all(row)} <= all_kept
        assert PAGES / 4 < len(rows) < len(all_rows), name
    assert whole.code == 0


def test_a_crawl_of_which_nothing_can_be_read_is_named_and_left_alone(tmp_path: Path) -> None:
    (tmp_path / "crawl.db").write_bytes(b"SQLite format 3\0" + b"garbage" * 999)
    for command in (["export", tmp_path, "--format", "csv"], ["resume", tmp_path]):
        one_line(crawl(command, tmp_path / "log"), 4, "damaged")
    assert not (tmp_path / "csv").exists()


def test_a_crawl_of_an_older_version_is_read_as_it_is_and_migrated_to_go_on(
    faulty: Faulty, tmp_path: Path
) -> None:
    directory = tmp_path / "out"
    assert crawl_of(faulty, directory, *FAST, "--depth", "0").code == 0
    (directory / "crawl.db").rename(tmp_path / "new.db")
    with closing(sqlite3.connect(directory / "crawl.db", isolation_level=None)) as connection:
        old = sqlite_utils.Database(connection)
        migrations().apply(old, stop_before="templates")
        connection.execute("ATTACH ? AS new", (str(tmp_path / "new.db"),))
        for table in ("crawls", "hosts", "bodies", "pages", "fetches", "articles", "blocks", "links"):
            columns = ", ".join(column.name for column in old[table].columns)
            connection.execute(f"INSERT INTO {table} SELECT {columns} FROM new.{table}")
    read = crawl(["stats", directory, "--json"], tmp_path / "stats")
    assert json.loads(read.stdout)["states"] == {"beyond": PAGES, "fetched": 1}
    crawled = crawl_of(faulty, directory, *FAST)
    assert crawled.code == 0, crawled.stderr
    healthy_pages_are_exact(faulty, crawled)
    is_sound(directory)


def test_a_crawl_of_a_newer_version_is_refused_in_one_line(tmp_path: Path) -> None:
    database = connect(tmp_path / "crawl.db")
    database.execute("INSERT INTO _sqlite_migrations VALUES (99, 'crawler', 'the_future', '2030')")
    database.close()
    for command in (["resume", tmp_path], ["export", tmp_path, "--format", "csv"]):
        one_line(crawl(command, tmp_path / "log"), 4, "newer version")


def test_a_file_that_another_program_writes_to_is_locked_and_not_damaged(tmp_path: Path) -> None:
    path = tmp_path / "a.db"
    with closing(sqlite3.connect(path)) as other, closing(sqlite3.connect(path, timeout=0)) as ours:
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(LockedError, match="another program"), named_errors(path):
            ours.execute("BEGIN IMMEDIATE")


@pytest.mark.parametrize("reason", ["extract_timeout", "extract_crash"])
def test_a_worker_that_hangs_or_dies_costs_its_page_and_no_other(tmp_path: Path, reason: str) -> None:
    directory, bad = tmp_path / "out", story(HOST, "bad")
    crawls: list[int] = []
    with open_faulty() as faulty:
        faulty.site(HOST, *(story(HOST, str(n)) for n in range(8)), bad, healthy=2)

        @faulty.fault(bad)
        async def answer(request: Request) -> None:
            # The pages before are read: the delay is far longer than that takes.
            (worker,) = workers_of(crawls[0])
            os.kill(worker, signal.SIGSTOP)
            await request.page("Read by nobody")
            if reason == "extract_crash":
                await asyncio.sleep(0.3)  # it has been given the page
                os.kill(worker, signal.SIGKILL)

        limit = {"extract_timeout": "1", "extract_crash": "20"}[reason]
        arguments = command_of(faulty, directory, "--delay", "0.1", "--extract-timeout", limit, "--quiet")
        with subprocess.Popen(
            [sys.executable, "-m", "crawler", *arguments],
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        ) as process:  # fmt: skip
            crawls.append(process.pid)
            assert process.wait(60) == 0
    crawled = Crawled(directory, 0, "", "", 0.0, 0.0)
    assert crawled.fate(bad) == ("failed", reason)
    healthy_pages_are_exact(faulty, crawled)


def workers_of(pid: int) -> list[int]:
    """Return the processes that a crawl has started for extraction."""
    listed = subprocess.run(
        ["ps", "-o", "pid=,args=", "--ppid", str(pid)], capture_output=True, text=True, check=False
    ).stdout
    return [int(line.split()[0]) for line in listed.splitlines() if "crawler.workers" in line]
