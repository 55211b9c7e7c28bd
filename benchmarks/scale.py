"""What a page costs, and what a crawl holds in memory, as crawls grow; and what more workers bring.

python benchmarks/scale.py [--sizes 1000,5000,20000] [--processes 1,2] [--rounds 1] [--json FILE] [--chart FILE]

Each size is a generated farm, served by nginx on the same cores and crawled without delays; a run counts only if its
pages and edges are the farm's. CPU is user and system time over all processes of the crawl; start-up is that of a crawl
of one page, and net is what the other pages take beyond it. Memory is the largest resident set of the parent, of a
worker, and of all together. With several `--processes` (workers; the program's own number unless given) they take
turns, and each is compared with the first, round by round. 100 000 pages take gigabytes of disk.
"""

import argparse
import json
import os
import platform
import statistics
import tempfile
from collections.abc import Callable
from dataclasses import asdict, dataclass
from operator import attrgetter
from pathlib import Path

import chart
import farm
from against_peers import DEPTH, ENTRANTS, median, run
from measure import Cost, cost_of

CRAWLER = ENTRANTS[0]
ALL, PARENT, WORKER = map(attrgetter, ("peak_bytes", "own_bytes", "child_bytes"))


@dataclass(frozen=True, slots=True)
class Crawls:
    """The runs of one size with one number of workers."""

    pages: int
    workers: str
    startup_s: float
    """CPU seconds of a crawl of one page."""
    costs: list[Cost]

    @property
    def ms(self) -> float:
        """CPU milliseconds a page."""
        return 1000 * median(self.costs, lambda cost: cost.cpu_s) / self.pages

    @property
    def net_ms(self) -> float:
        """The same without start-up."""
        return (self.ms * self.pages - 1000 * self.startup_s) / (self.pages - 1)

    @property
    def pages_per_s(self) -> float:
        return self.pages / median(self.costs, lambda cost: cost.wall_s)

    def megabytes(self, figure: Callable[[Cost], float]) -> float:
        return median(self.costs, figure) / 1e6


def measured(size: int, workers: list[str], rounds: int) -> list[Crawls]:
    """Crawl a farm of a size with each number of workers, in turns; "" is the program's own number."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        network = farm.made(size, folder)
        truth = network.truth([network.seed], DEPTH)
        pages = sum(state == "fetched" for state, *_ in truth.nodes.values())
        with farm.serve(folder) as port:

            def startup(options: list[str]) -> float:
                with tempfile.TemporaryDirectory() as output:
                    command = CRAWLER.command(network.seed, port, Path(output))
                    return cost_of([*command, *options, "--depth", "0"]).cpu_s

            more = {count: ["--processes", count] if count else [] for count in workers}
            made = [
                Crawls(pages, count, statistics.median(startup(options) for _ in range(3)), [])
                for count, options in more.items()
            ]
            for _ in range(rounds):
                for crawls in made:
                    crawls.costs.append(run(CRAWLER, network.seed, port, truth, *more[crawls.workers]))
    return made


def show(all_crawls: list[Crawls]) -> None:
    """Print the table."""
    heads = ("CPU, ms a page", "net", "start, s", "pages/s", "all, MB", "parent", "worker")
    print(f"{'pages':>8}{'workers':>9}" + "".join(f"{head:>{max(len(head) + 2, 9)}}" for head in heads))
    first: dict[int, list[Cost]] = {}
    for one in all_crawls:
        turns = zip(first.setdefault(one.pages, one.costs), one.costs, strict=True)
        ratio = statistics.median(other.wall_s / own.wall_s for other, own in turns)
        print(
            f"{one.pages:>8}{one.workers or 'default':>9}{one.ms:>16.2f}{one.net_ms:>9.2f}{one.startup_s:>10.2f}"
            f"{one.pages_per_s:>9.0f}"
            + "".join(f"{one.megabytes(figure):>9.0f}" for figure in (ALL, PARENT, WORKER))
            + f"  × {ratio:.2f}" * (ratio != 1)
        )


def drawn(all_crawls: list[Crawls]) -> str:
    """Return the chart, of the first number of workers."""
    shown = [one for one in all_crawls if one.workers == all_crawls[0].workers]

    def line(figure: Callable[[Crawls], float]) -> list[tuple[float, float]]:
        return [(one.pages, figure(one)) for one in shown]

    cost = {"all": line(lambda one: one.ms), "net": line(lambda one: one.net_ms)}
    memory = {
        "all": line(lambda one: one.megabytes(ALL)),
        "parent": line(lambda one: one.megabytes(PARENT)),
        "worker": line(lambda one: one.megabytes(WORKER)),
    }
    note = f"pages of 33–56 KB on {farm.SITES} hosts without delays; net: without start-up; {os.cpu_count()} cores"
    return chart.panels(
        "Cost and memory as crawls grow",
        note,
        [
            chart.Panel("CPU, ms a page, over pages crawled", "ms", 2, cost),
            chart.Panel("Peak memory, MB, over pages crawled", "MB", 0, memory),
        ],
    )


def main() -> None:
    """Measure, print, write."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--sizes", default="1000,5000,20000")
    parser.add_argument("--processes", default="")
    parser.add_argument("--rounds", type=int, default=1)
    parser.add_argument("--json", type=Path)
    parser.add_argument("--chart", type=Path)
    given = parser.parse_args()
    found: list[Crawls] = []
    for size in map(int, given.sizes.split(",")):
        found += measured(size, given.processes.split(","), given.rounds)
    show(found)
    if given.json:
        facts = {
            "cores": os.cpu_count(),
            "python": platform.python_version(),
            "crawls": [
                {**asdict(one), "cpu_ms": one.ms, "net_ms": one.net_ms, "pages_per_s": one.pages_per_s}
                for one in found
            ],
        }
        given.json.write_text(json.dumps(facts, indent=1) + "\n")
    if given.chart:
        given.chart.write_text(drawn(found))


if __name__ == "__main__":
    main()
