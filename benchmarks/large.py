"""What a large crawl costs once it is stored: exports, the NetworkX graph, measures.

python benchmarks/large.py [--pages 100000] [--links 10] [--sites 200] [--only NAMES]

A crawl is made up in the database: pages of many sites, each with Related links (mostly to its own site), a Ranking
that is the same on every page of the site, and Recommendation links to anywhere. Each task runs in a process of its
own; memory is the largest resident set.
"""

import argparse
import random
import sqlite3
import sys
import tempfile
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

from measure import cost_of

from crawler.store import open_store

CRAWL = str(Path(sys.executable).with_name("crawl"))
DAY = "2025-04-12T21:23:12.000Z"
WORDS = ("harbour", "tunnel", "repairs", "council", "vote", "storm", "match", "budget", "school", "river")

_PYTHON = "import crawler, sys\nwith crawler.open(sys.argv[1]) as crawl:\n    print({})"
TASKS = {
    "graphml": [CRAWL, "export", "{}", "--format", "graphml"],
    "graphml, links": [CRAWL, "export", "{}", "--format", "graphml", "--edges", "links", "--output", "{}/l.graphml"],
    "csv": [CRAWL, "export", "{}", "--format", "csv"],
    "json": [CRAWL, "export", "{}", "--format", "json"],
    "stats": [CRAWL, "stats", "{}"],
    "networkx": [sys.executable, "-c", _PYTHON.format("crawl.graph()"), "{}"],
}  # fmt: skip


def fill(folder: Path, pages: int, links: int, sites: int) -> None:
    """Make up a crawl of a number of pages with a number of links each; the same numbers make the same crawl."""
    with open_store(folder):
        pass  # the schema
    chance, per_site = random.Random(7), pages // sites
    with closing(sqlite3.connect(folder / "crawl.db")) as connection, connection:
        run = connection.executemany
        connection.execute(
            "INSERT INTO crawls VALUES (1, '[\"http://www.farm0.com/0.html\"]', '{}', '0', ?, ?, 'done')",
            (DAY, DAY),
        )
        run(
            "INSERT INTO hosts (id, host, reversed_host, site) VALUES (?, ?, ?, ?)",
            ((n + 1, f"www.farm{n}.com", f"com.farm{n}.www", f"farm{n}.com") for n in range(sites)),
        )
        connection.execute("INSERT INTO bodies VALUES (1, 'none', 40000, x'')")
        connection.execute("PRAGMA foreign_keys = OFF")
        run(
            "INSERT INTO pages VALUES (?, ?, ?, 'fetched', NULL, ?, 1, NULL, ?, ?)",
            (
                (
                    n + 1,
                    f"http://www.farm{n // per_site}.com/{n}.html",
                    n // per_site + 1,
                    n and 1 + n % 5,
                    n + 1,
                    DAY,
                )
                for n in range(per_site * sites)
            ),
        )
        run(
            "INSERT INTO fetches VALUES (?, ?, 1, ?, 0.1, 200, NULL, NULL, NULL, NULL, 40000, 1)",
            ((n + 1, n + 1, DAY) for n in range(per_site * sites)),
        )
        run(
            "INSERT INTO articles (page_id, extraction, title, published, images, charset)"
            " VALUES (?, '0', ?, ?, 1, 'utf-8')",
            ((n + 1, " ".join(chance.choices(WORDS, k=7)), DAY) for n in range(per_site * sites)),
        )
        run(
            "INSERT INTO blocks (page_id, block, kind, label, evidence) VALUES (?, ?, ?, ?, '')",
            (
                (n + 1, block, kind, kind.title())
                for n in range(per_site * sites)
                for block, kind in enumerate(("related", "ranking", "recommendation"), 1)
            ),
        )
        run("INSERT INTO links VALUES (?, ?, ?, ?, ?, NULL)", _links(chance, links, per_site, sites))


def _links(chance: random.Random, links: int, per_site: int, sites: int) -> Iterator[tuple[object, ...]]:
    own = max(links * 4 // 10, 1)
    ranking = max(links * 3 // 10, 1)
    total = per_site * sites
    for n in range(total):
        first = n // per_site * per_site
        targets = [(1, first + chance.randrange(per_site)) for _ in range(own)]
        targets += [(2, first + place * 7 % per_site) for place in range(ranking)]
        targets += [(3, chance.randrange(total)) for _ in range(links - own - ranking)]
        before = 0
        for position, (block, target) in enumerate(targets):
            before = position if position and targets[position - 1][0] != block else before
            yield n + 1, block, position - before + 1, target + 1, "A headline of some words"


def main() -> None:
    """Make a crawl up, and time each task on it."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--pages", type=int, default=100_000)
    parser.add_argument("--links", type=int, default=10, help="links a page")
    parser.add_argument("--sites", type=int, default=200)
    parser.add_argument("--only", help="names of tasks, with commas")
    asked = parser.parse_args()
    wanted = asked.only.split(",") if asked.only else list(TASKS)
    with tempfile.TemporaryDirectory() as folder:
        fill(Path(folder), asked.pages, asked.links, asked.sites)
        print(f"{asked.pages} pages, {asked.pages * asked.links} links, {asked.sites} sites")
        print(f"{'':24}{'CPU, s':>8}{'wall, s':>9}{'peak, MB':>10}")
        for name in wanted:
            cost = cost_of([part.replace("{}", folder) for part in TASKS[name]])
            print(f"{name:24}{cost.cpu_s:8.1f}{cost.wall_s:9.1f}{cost.peak_bytes / 1e6:10.0f}")


if __name__ == "__main__":
    main()
