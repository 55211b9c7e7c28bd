"""What finding stories costs, and how many it finds: on an invented network of copies (`tests/copies.py`).

python benchmarks/stories.py [--pages 100000] [--strength 0.5] [--known]

The pages are written to a file first and read from it, as from a crawl, in another process. Memory is the largest
resident set beyond that before the search. Precision and recall are those of pairs of pages.
"""

import argparse
import json
import resource
import sqlite3
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import closing
from itertools import islice
from multiprocessing import Process
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent / "tests"))

from copies import Network

from crawler.graph.likeness import signature
from crawler.graph.stories import Story, find_stories
from crawler.model import ArticleText

PAGES_A_STORY = 3.7
"""Copies and lookalikes included."""


def fill(path: Path, pages: int, strength: float | None, seed: int) -> None:
    """Write a number of pages to a file, a site having some 500."""
    network = Network(
        seed, stories=int(pages / PAGES_A_STORY) + 100, sites=max(pages // 500, 6), strength=strength
    )
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute("CREATE TABLE pages (url, title, text, site, published, first_seen, story, made)")
        connection.executemany(
            "INSERT INTO pages VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
            (
                (p.url, p.title, p.text, p.site, p.published, p.first_seen, p.story, p.made)
                for p in islice(network.pages(), pages)
            ),
        )


def search(path: Path, *, known: bool) -> None:
    """Find the stories and print what it cost and what was found."""
    with closing(sqlite3.connect(path)) as connection:

        def texts() -> Iterator[ArticleText]:
            for row in connection.execute("SELECT url, title, text, site, published, first_seen FROM pages"):
                yield ArticleText(*row)

        signatures = {text.url: signature(text.text) for text in texts()} if known else {}
        before, began, cpu = _peak_mb(), time.perf_counter(), time.process_time()
        found = find_stories(texts, signatures)
        wall, cpu, peak = time.perf_counter() - began, time.process_time() - cpu, _peak_mb()
        truth = dict(connection.execute("SELECT url, story FROM pages"))
    precision, recall = score(found, truth)
    row = {"pages": len(truth), "stories": len(found), "cpu_s": round(cpu, 1), "wall_s": round(wall, 1)}
    print(json.dumps(row | {"extra_mb": round(peak - before), "precision": precision, "recall": recall}))


def score(found: list[Story], truth: dict[str, str]) -> tuple[float, float]:
    """Return precision and recall of pairs of pages."""
    wanted = _pairs(Counter(truth.values()))
    claimed = _pairs(Counter({story.id: len(story.members) for story in found}))
    right = sum(_pairs(Counter(truth[member.url] for member in story.members)) for story in found)
    return round(right / max(claimed, 1), 4), round(right / max(wanted, 1), 4)


def _pairs(sizes: Counter[str]) -> int:
    return sum(size * (size - 1) // 2 for size in sizes.values())


def _peak_mb() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def main() -> None:
    """Make a network up, and look for its stories."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--pages", type=int, default=100_000)
    parser.add_argument(
        "--strength", type=float, help="of all edits, 0 to 1; each has its own if this is left out"
    )
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--known", action="store_true", help="with signatures that were made before")
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "pages.db"
        fill(path, asked.pages, asked.strength, asked.seed)
        child = Process(target=search, args=(path,), kwargs={"known": asked.known})
        child.start()
        child.join()


if __name__ == "__main__":
    main()
