"""CPU, time and memory of one crawl, side by side with other crawlers doing the same job, in one run.

python benchmarks/against_peers.py [--articles 5000] [--rounds 3] [--only NAMES] [--json FILE] [--chart FILE]

All crawl the same generated farm, served by nginx on loopback, one after the other, round by round; each stores
bodies, fields and edges. Which is which: the first lines of the files in benchmarks/peers/. CPU is user and system
time over all processes of the crawler, not of the server; memory is the largest sum of resident sets. A run counts
only if its pages and edges are the farm's.
"""

import argparse
import hashlib
import json
import os
import platform
import sqlite3
import statistics
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Callable
from contextlib import closing
from dataclasses import asdict, dataclass
from pathlib import Path

import chart
import farm
from measure import Cost, cost_of

from crawler.demo.network import KINDS, Truth
from crawler.store import read

HERE = Path(__file__).parent
PEERS = HERE.parent / ".venv-bench"
DEPTH = 8
OWN, LIMIT = "crawl", "bare"
TOLERANCE = 0.005
"""Share of pages, and of edges, that a peer whose depths are not exact may miss."""

Edges = Counter[tuple[str, str, str, int, str]]
"""Source, target, kind, position and anchor."""


@dataclass(frozen=True, slots=True)
class Entrant:
    """One crawler of the comparison."""

    name: str
    script: str | None
    """File in benchmarks/peers/; None is this program."""
    tolerance: float
    shown: str

    def command(self, seed: str, port: int, output: Path) -> list[str]:
        """Return the command that crawls the farm behind a port into a directory."""
        if self.script is not None:
            python, script = PEERS / "bin" / "python", HERE / "peers" / self.script
            return [str(python), str(script), seed, str(port), str(DEPTH), str(output / "peer.db")]
        return [
            str(Path(sys.executable).with_name("crawl")), "--seed", seed, "--depth", str(DEPTH), "--delay", "0",
            "--per-host", "32", "--exports", "none", "--quiet", "--json", "--output", str(output / "own"),
            "--connect-to", f"::127.0.0.1:{port}",
        ]  # fmt: skip

    def found(self, output: Path) -> tuple[Counter[str], Edges]:
        """Return the pages and edges that a crawl stored."""
        if self.script is None:
            with read(output / "own") as reader:
                pages = Counter(node.url for node in reader.nodes() if node.state == "fetched")
                # Blocks of other kinds are kept, too, but only this program looks for them.
                links = (link for link in reader.links() if link.kind in KINDS)
                return pages, Counter((k.source, k.target, str(k.kind), k.position, k.anchor) for k in links)
        with closing(sqlite3.connect(output / "peer.db")) as connection:
            pages = Counter(url for (url,) in connection.execute("SELECT url FROM pages"))
            rows = connection.execute("SELECT source, target, kind, position, anchor FROM links")
            return pages, Counter(rows)


ENTRANTS = (
    Entrant(OWN, None, 0.0, "this program"),
    Entrant("scrapy", "scrapy_usual.py", TOLERANCE, "Scrapy, usual settings"),
    Entrant("scrapy-tuned", "scrapy_tuned.py", TOLERANCE, "Scrapy, tuned by hand"),
    Entrant("crawlee", "crawlee_parsel.py", TOLERANCE, "Crawlee, Parsel"),
    Entrant("minet", "minet_lxml.py", TOLERANCE, "minet, lxml"),
    Entrant(LIMIT, "bare.py", 0.0, "bare limit"),
)


def prepare() -> None:
    """Make the peers' environment if it is not there, or not of these requirements."""
    requirements, stamp = HERE / "requirements.txt", PEERS / ".ready"
    digest = hashlib.sha256(requirements.read_bytes()).hexdigest()
    if stamp.exists() and stamp.read_text() == digest:
        return
    python = PEERS / "bin" / "python"
    subprocess.run([sys.executable, "-m", "venv", "--clear", PEERS], check=True)
    subprocess.run([python, "-m", "pip", "install", "--quiet", "-r", requirements], check=True)
    stamp.write_text(digest)


def what_differs(pages: Counter[str], edges: Edges, truth: Truth, tolerance: float) -> str | None:
    """Say what a crawl got wrong; None if it is as the truth says, but for a share."""
    true_pages = Counter(url for url, (state, *_) in truth.nodes.items() if state == "fetched")
    for name, got, true in (("pages", pages, true_pages), ("edges", edges, Counter(truth.links))):
        wrong = (got - true).total() + (true - got).total()
        if wrong > tolerance * true.total():
            return f"{got.total()} {name} of {true.total()}, {wrong} wrong"
    return None


def run(entrant: Entrant, seed: str, port: int, truth: Truth, *options: str) -> Cost:
    """Crawl once, with more options if need be.

    Raises:
        RuntimeError: The crawl failed or is not as the truth says.
    """
    with tempfile.TemporaryDirectory() as output:
        cost = cost_of([*entrant.command(seed, port, Path(output)), *options])
        if differs := what_differs(*entrant.found(Path(output)), truth, entrant.tolerance):
            raise RuntimeError(differs)
    return cost


def crawl_all(
    entrants: list[Entrant], articles: int, rounds: int
) -> tuple[dict[str, list[Cost]], dict[str, str], int, int]:
    """Crawl with each, round by round; a crawler that fails once is out.

    Returns:
        The costs by name, the failures by name, the pages and the edges of the farm.
    """
    costs: dict[str, list[Cost]] = {entrant.name: [] for entrant in entrants}
    failures: dict[str, str] = {}
    with tempfile.TemporaryDirectory() as folder:
        network = farm.made(articles, Path(folder))
        truth = network.truth([network.seed], DEPTH)
        pages = sum(state == "fetched" for state, *_ in truth.nodes.values())
        with farm.serve(Path(folder)) as port:
            for turn in range(rounds):
                for entrant in entrants:
                    if entrant.name in failures:
                        continue
                    print(f"round {turn + 1}: {entrant.name}", file=sys.stderr)
                    try:
                        costs[entrant.name].append(run(entrant, network.seed, port, truth))
                    except RuntimeError as error:
                        failures[entrant.name] = str(error)
                        del costs[entrant.name]
    return costs, failures, pages, len(truth.links)


def ratios(over: list[Cost], under: list[Cost]) -> list[float]:
    """Return, round by round, how many times as much CPU one takes as another."""
    return [a.cpu_s / b.cpu_s for a, b in zip(over, under, strict=True)]


def compared(costs: dict[str, list[Cost]]) -> dict[str, list[float]]:
    """Return the ratios worth a line: each peer to this program, this program to the limit."""
    if OWN not in costs:
        return {}
    made = {
        f"{name} / {OWN}": ratios(rounds, costs[OWN])
        for name, rounds in costs.items()
        if name not in (OWN, LIMIT)
    }
    if LIMIT in costs:
        made[f"{OWN} / {LIMIT}"] = ratios(costs[OWN], costs[LIMIT])
    return made


def median(rounds: list[Cost], figure: Callable[[Cost], float]) -> float:
    """Return the median of a figure over the rounds."""
    return statistics.median(map(figure, rounds))


def show(costs: dict[str, list[Cost]], pages: int) -> None:
    """Print the tables."""
    print(f"{'':<14}{'CPU, ms a page':>15}{'rounds':>24}{'wall, s':>9}{'pages/s':>9}{'peak, MB':>10}")
    for name, rounds in costs.items():
        each = " ".join(f"{1000 * cost.cpu_s / pages:.2f}" for cost in rounds)
        wall = median(rounds, lambda cost: cost.wall_s)
        print(
            f"{name:<14}{1000 * median(rounds, lambda cost: cost.cpu_s) / pages:>15.2f}{each:>24}{wall:>9.1f}"
            f"{pages / wall:>9.0f}{median(rounds, lambda cost: cost.peak_bytes) / 1e6:>10.0f}"
        )
    print()
    for name, values in compared(costs).items():
        print(f"{name:<22}{statistics.median(values):>7.2f}  ({', '.join(f'{v:.2f}' for v in values)})")


def drawn(costs: dict[str, list[Cost]], pages: int) -> str:
    """Return the chart, the cheapest first."""
    own = costs.get(OWN)
    rows = []
    for entrant in ENTRANTS:
        if entrant.name not in costs:
            continue
        rounds = costs[entrant.name]
        ms = 1000 * median(rounds, lambda cost: cost.cpu_s) / pages
        times = f" · {statistics.median(ratios(rounds, own)):.2g} ×" if own and entrant.name != OWN else ""
        rows.append((entrant.shown, ms, f"{ms:.2g} ms{times}"))
    title = "CPU milliseconds a page, and how many times this program's"
    note = (
        f"{pages:,} pages of 33–56 KB, {farm.SITES} hosts on loopback, all stored; medians of"
        f" {len(next(iter(costs.values())))} interleaved runs; {os.cpu_count()} cores"
    )
    return chart.bars(title, note, sorted(rows, key=lambda row: row[1]), "this program")


def main() -> None:
    """Measure, print, write."""
    names = [entrant.name for entrant in ENTRANTS]
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--articles", type=int, default=5000)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument(
        "--only", default=",".join(names), help="separated by commas; of: " + ", ".join(names)
    )
    parser.add_argument("--json", type=Path)
    parser.add_argument("--chart", type=Path)
    given = parser.parse_args()
    chosen = given.only.split(",")
    if unknown := set(chosen) - set(names):
        parser.error(f"no crawler is called {', '.join(sorted(unknown))}")
    prepare()
    entrants = [entrant for entrant in ENTRANTS if entrant.name in chosen]
    costs, failures, pages, edges = crawl_all(entrants, given.articles, given.rounds)
    if costs:
        show(costs, pages)
    for name, why in failures.items():
        print(f"{name} does not count: {why}")
    if given.json:
        facts = {
            "cores": os.cpu_count(),
            "python": platform.python_version(),
            "pages": pages,
            "edges": edges,
            "crawlers": {name: [asdict(cost) for cost in rounds] for name, rounds in costs.items()},
            "cpu_ratios": compared(costs),
            "failures": failures,
        }
        given.json.write_text(json.dumps(facts, indent=1) + "\n")
    if given.chart and costs:
        given.chart.write_text(drawn(costs, pages))
    sys.exit(1 if failures else 0)


if __name__ == "__main__":
    main()
