"""A crawl of a faulty farm in a process of its own, and all that is to be seen of it afterwards."""

import json
import os
import sqlite3
import subprocess
import sys
from collections.abc import Sequence
from contextlib import closing
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from faults.server import Faulty
from truth import found

Fate = tuple[str, str | None]


@dataclass
class Crawled:
    """What a crawl left behind."""

    directory: Path
    code: int
    stdout: str
    stderr: str
    peak_rss_mb: float
    """Of the largest of its processes."""
    cpu_s: float

    @cached_property
    def nodes(self) -> dict[str, tuple[str, str | None, int | None]]:
        return found(self.directory).nodes

    @cached_property
    def links(self) -> list[tuple[str, str, str, int, str]]:
        return found(self.directory).links

    def fate(self, url: str) -> Fate:
        return self.nodes[url][:2]

    def attempts(self, url: str) -> int:
        return int(self.sql("SELECT attempts FROM pages WHERE url = ?", url)[0][0])

    def title(self, url: str) -> str | None:
        return self.sql("SELECT title FROM articles JOIN pages ON id = page_id WHERE url = ?", url)[0][0]

    def targets(self, url: str) -> list[str]:
        """Return where the links of a page end, in the order of their positions."""
        rows = sorted((position, target) for source, target, _, position, _ in self.links if source == url)
        return [target for _, target in rows]

    def sql(self, query: str, *values: object) -> list[Any]:
        with closing(sqlite3.connect(f"file:{self.directory / 'crawl.db'}?mode=ro", uri=True)) as connection:
            return connection.execute(query, values).fetchall()


_MEASURED = (
    "import json, os, subprocess, sys\n"
    "process = subprocess.Popen(sys.argv[2:])\n"
    "_, status, usage = os.wait4(process.pid, 0)\n"
    "with open(sys.argv[1], 'w') as file:\n"
    "    json.dump([status, usage.ru_maxrss, usage.ru_utime + usage.ru_stime], file)\n"
)
"""Runs a command below a small process: Linux lets a child inherit its parent's peak, and these tests' is high."""


def crawl(arguments: Sequence[str | Path], directory: Path, **environment: str) -> Crawled:
    """Run the command to its end."""
    directory.parent.mkdir(parents=True, exist_ok=True)
    logs = [directory.with_suffix(suffix) for suffix in (".stdout", ".stderr")]
    cost = directory.with_suffix(".cost")
    with logs[0].open("wb") as stdout, logs[1].open("wb") as stderr:
        subprocess.run(
            [sys.executable, "-c", _MEASURED, str(cost), sys.executable, "-m", "crawler", *map(str, arguments)],
            stdout=stdout, stderr=stderr, env={**os.environ, **environment}, check=True,
        )  # fmt: skip
    status, peak, cpu_s = json.loads(cost.read_text())
    texts = [log.read_bytes().decode("utf-8", "surrogateescape") for log in logs]
    unit = 1024**2 if sys.platform == "darwin" else 1024
    return Crawled(directory, os.waitstatus_to_exitcode(status), *texts, peak / unit, cpu_s)


def command_of(faulty: Faulty, directory: Path, *flags: str, seeds: Sequence[str] | None = None) -> list[str]:
    """Return the arguments that crawl the farm from its seeds; flags override the usual ones."""
    given = ["--delay", "0.05", "--depth", "1", "--exports", "none", "--verbose", "--processes", "1", *flags]
    named = [part for seed in seeds or faulty.seeds for part in ("--seed", seed)]
    return ["run", *named, "--output", str(directory), *faulty.routes, *given]


def crawl_of(faulty: Faulty, directory: Path, *flags: str, seeds: Sequence[str] | None = None) -> Crawled:
    """Crawl the farm from its seeds; flags override the usual ones."""
    return crawl(command_of(faulty, directory, *flags, seeds=seeds), directory)


def healthy_pages_are_exact(faulty: Faulty, crawled: Crawled, *, once: bool = True) -> None:
    """Assert that all healthy pages are fetched at their depth, with exactly the links they have; once, or so."""
    seeds = set(faulty.seeds)
    for url, addresses in faulty.healthy.items():
        assert crawled.nodes[url] == ("fetched", None, 0 if url in seeds else 1)
        assert crawled.title(url) == f"Healthy {url}"
        assert not once or len(faulty.asked(url)) == 1, url
        if url not in seeds:
            assert crawled.targets(url) == addresses
        else:
            known = [address for address in addresses if address in faulty.healthy]
            assert [target for target in crawled.targets(url) if target in known] == known
