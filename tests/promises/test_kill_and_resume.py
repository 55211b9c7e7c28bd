"""Killed, interrupted or terminated at any moment, a crawl goes on to the same result."""

import os
import random
import signal
import sqlite3
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import pytest
from truth import found, same

from crawler.demo import generate, serve
from crawler.demo.server import Server

SLOW = ("--delay", "0.03")
"""Slow enough that the crawl is still under way when the test looks."""


def command(server: Server, directory: Path, *more: str) -> list[str]:
    routes = [part for entry in server.connect_to for part in ("--connect-to", entry)]
    seed = server.network.seed
    return [
        sys.executable, "-m", "crawler", "--seed", seed, "--output", str(directory), "--delay", "0.004",
        "--exports", "none", "--quiet", *routes, *more,
    ]  # fmt: skip


def fetched(directory: Path) -> int:
    try:
        with sqlite3.connect(f"file:{directory / 'crawl.db'}?mode=ro", uri=True) as connection:
            (count,) = connection.execute("SELECT count(*) FROM fetches").fetchone()
        connection.close()
    except sqlite3.OperationalError:
        return 0
    return int(count)


def reach(process: subprocess.Popen[str], directory: Path, count: int) -> bool:
    """Wait until so many fetches are stored; False if the crawl ended first."""
    while process.poll() is None:
        if fetched(directory) >= count:
            return True
        os.sched_yield()
    return False


@pytest.fixture
async def server():  # type: ignore[no-untyped-def]  # an async generator
    async with serve(generate()) as opened:
        yield opened


async def in_thread(call: Callable[[], None]) -> None:
    import asyncio

    await asyncio.to_thread(call)


async def test_killed_ten_times_it_finds_the_truth_and_doubles_nothing(
    server: Server, tmp_path: Path
) -> None:
    chance = random.Random(4)
    kills = 0

    def crawl() -> None:
        nonlocal kills
        while True:
            process = subprocess.Popen(command(server, tmp_path), text=True, stdout=subprocess.DEVNULL)
            if kills < 10 and reach(process, tmp_path, 15 + 22 * kills + chance.randrange(20)):
                process.send_signal(signal.SIGKILL)
                process.wait()
                kills += 1
                continue
            assert process.wait() == 0
            return

    await in_thread(crawl)
    assert kills >= 5
    same(found(tmp_path), server.network.truth([server.network.seed], 2))
    with sqlite3.connect(tmp_path / "crawl.db") as connection:
        assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        assert connection.execute("PRAGMA foreign_key_check").fetchall() == []
        assert connection.execute("SELECT count(*) FROM pages WHERE state = 'leased'").fetchone() == (0,)
    connection.close()
    asked = Counter(request for request in server.requests if request[1] != "/robots.txt")
    assert sum(asked.values()) - len(asked) <= 32 * kills, "more was fetched again than was in flight"


@pytest.mark.parametrize(
    ("signals", "code"),
    [((signal.SIGINT,), 130), ((signal.SIGINT, signal.SIGINT), 130), ((signal.SIGTERM,), 143)],
)
async def test_a_signal_ends_it_resumably_with_its_code(
    server: Server, tmp_path: Path, signals: tuple[signal.Signals, ...], code: int
) -> None:
    def crawl() -> None:
        process = subprocess.Popen(command(server, tmp_path, *SLOW), text=True, stdout=-1, stderr=-1)
        assert reach(process, tmp_path, 30)
        for number in signals:
            process.send_signal(number)
            time.sleep(0)
        _, errors = process.communicate(timeout=60)
        assert process.returncode == code, errors
        assert "Traceback" not in errors
        assert (
            subprocess.run(command(server, tmp_path), check=False, stdout=subprocess.DEVNULL).returncode == 0
        )

    await in_thread(crawl)
    same(found(tmp_path), server.network.truth([server.network.seed], 2))


async def test_a_second_crawl_in_the_same_directory_is_refused_and_harms_nothing(
    server: Server, tmp_path: Path
) -> None:
    def crawl() -> None:
        first = subprocess.Popen(command(server, tmp_path, *SLOW), stdout=subprocess.DEVNULL, text=True)
        assert reach(first, tmp_path, 5)
        second = subprocess.run(command(server, tmp_path), check=False, capture_output=True, text=True)
        assert second.returncode == 5
        assert second.stderr.count("\n") == 1
        assert first.wait() == 0

    await in_thread(crawl)
    same(found(tmp_path), server.network.truth([server.network.seed], 2))
