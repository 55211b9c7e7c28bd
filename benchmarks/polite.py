"""How near a crawl comes to the speed that politeness allows: many hosts, slow answers, usual manners.

python benchmarks/polite.py [--articles 2000] [--sites 50] [--delay 0.5] [--keep DIRECTORY]

The farm is served on loopback by a process of its own that answers after 50 ms. A host may be asked once a delay, so
that no crawl ends sooner than its busiest host: (requests - 1) delays and one answer; /robots.txt is a request, too.
That is the ideal wall time, with nothing granted for starting up and for finding the host. Checked are the gaps
between the requests to each host, by the times in crawl.db, and that pages and depths are the farm's.
"""

import argparse
import asyncio
import json
import os
import sqlite3
import statistics
import sys
import tempfile
import time
from collections import defaultdict
from contextlib import closing
from itertools import pairwise
from multiprocessing import Pipe, Process
from multiprocessing.connection import Connection
from pathlib import Path

import farm
from aiohttp import web
from measure import Cost, cost_of

from crawler.demo.network import Network
from crawler.store import read

LATENCY_S = 0.05
DEPTH = 20
CLOCK_S = 0.002
"""Stored times are whole milliseconds of another clock than the crawler waits by."""


def serve(folder: Path, told: Connection) -> None:
    """Answer with the pages of a folder, late, until the process is ended; tells the port."""

    async def answer(request: web.BaseRequest) -> web.StreamResponse:
        await asyncio.sleep(LATENCY_S)
        path = folder / "pages" / request.host / request.path_qs[1:]
        text = "plain" if path.suffix == ".txt" else "html"
        body = (path / "index.html" if path.is_dir() else path).read_bytes()
        return web.Response(body=body, content_type=f"text/{text}", charset="utf-8")

    async def run() -> None:
        runner = web.ServerRunner(web.Server(answer, access_log=None))
        await runner.setup()
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        told.send(runner.addresses[0][1])
        await asyncio.Event().wait()

    asyncio.run(run())


def crawl(network: Network, port: int, delay_s: float | None, directory: Path) -> Cost:
    """Crawl the network with usual manners, or another delay."""
    return cost_of([
        str(Path(sys.executable).with_name("crawl")), "--seed", network.seed, "--depth", str(DEPTH),
        *([] if delay_s is None else ["--delay", str(delay_s)]), "--exports", "none", "--quiet",
        "--output", str(directory), "--connect-to", f"::127.0.0.1:{port}",
    ])  # fmt: skip


def requests_of(directory: Path) -> dict[str, list[float]]:
    """Return when each host was asked, in seconds since the epoch, /robots.txt included."""
    found: dict[str, list[float]] = defaultdict(list)
    with closing(sqlite3.connect(directory / "crawl.db")) as connection:
        rows = connection.execute(
            "SELECT host, (julianday(fetched_at) - 2440587.5) * 86400 FROM fetches"
            " JOIN pages ON pages.id = page_id JOIN hosts ON hosts.id = host_id"
            " UNION ALL SELECT host, robots_fetched_at FROM hosts WHERE robots_fetched_at IS NOT NULL ORDER BY 2"
        )
        for host, at in rows:
            found[host].append(at)
    return found


def show(cost: Cost, requests: dict[str, list[float]], delay_s: float, start: float) -> bool:
    """Print what the crawl took and what politeness allows; say whether every delay was kept."""
    host, asked = max(requests.items(), key=lambda item: len(item[1]))
    ideal = (len(asked) - 1) * delay_s + LATENCY_S
    share = cost.cpu_s / (cost.wall_s * (os.cpu_count() or 1))
    total = sum(map(len, requests.values()))
    gaps = sorted(later - sooner for sooner, later in pairwise(asked))
    print(f"{total} requests to {len(requests)} hosts, {len(asked)} of them to {host}; delay {delay_s} s")
    print(f"wall {cost.wall_s:.1f} s, ideal {ideal:.1f} s, ratio {cost.wall_s / ideal:.3f}")
    print(
        f"CPU {cost.cpu_s:.1f} s, {share:.0%} of {os.cpu_count()} cores; {cost.peak_bytes / 1e6:.0f} MB at most"
    )
    print(
        f"lost at {host}: {asked[0] - start:.1f} s before it was asked, {sum(gaps) - len(gaps) * delay_s:.1f}"
        f" between its requests ({1000 * statistics.median(gaps):.0f} ms in the median, {gaps[-1]:.2f} s at most),"
        f" {start + cost.wall_s - asked[-1] - LATENCY_S:.1f} after the last"
    )
    between = [later - sooner for times in requests.values() for sooner, later in pairwise(times)]
    hasty = sum(gap < delay_s - CLOCK_S for gap in between)
    print(f"shortest gap of any host {1000 * min(between):.1f} ms; {hasty} shorter than the delay")
    return not hasty


def is_exact(directory: Path, network: Network) -> bool:
    """Compare the pages and their depths with the farm's; print how many are wrong."""
    truth = network.truth([network.seed], DEPTH).nodes.items()
    true = {(url, depth) for url, (state, _, depth) in truth if state == "fetched"}
    with read(directory) as reader:
        found = {(node.url, node.depth) for node in reader.nodes() if node.state == "fetched"}
    print(f"pages {len(found)} of {len(true)}, {len(found ^ true)} wrong, depths included")
    return found == true


def main() -> None:
    """Serve, crawl, compare."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--articles", type=int, default=2000)
    parser.add_argument("--sites", type=int, default=50)
    parser.add_argument("--delay", type=float, help="seconds; the program's own unless given")
    parser.add_argument("--keep", type=Path, help="where the crawl is left")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        folder, (heard, told) = Path(name), Pipe(duplex=False)
        network = farm.made(given.articles, folder, given.sites)
        server = Process(target=serve, args=(folder, told), daemon=True)
        server.start()
        try:
            start, directory = time.time(), given.keep or folder / "crawl"
            cost = crawl(network, heard.recv(), given.delay, directory)
        finally:
            server.terminate()
        with read(directory) as reader:
            delay_s = float(json.loads(reader.receipt().config)["politeness"]["delay"])
        kept = show(cost, requests_of(directory), delay_s, start)
        exact = is_exact(directory, network)
    sys.exit(0 if kept and exact else 1)


if __name__ == "__main__":
    main()
