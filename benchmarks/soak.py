"""A long crawl over many hosts with faults: memory, latency and totals, from its first page to its last.

python benchmarks/soak.py [--articles 30000] [--sites 50] [--depth 40] [--keep DIRECTORY]

The sample network is served by a process of its own on loopback. Of its articles a tenth meets trouble once: an
answer 503, or a connection that is reset; on top of these come the network's dead links, redirects and disallowed
paths. What was crawled is compared with the network's truth, node by node and link by link. Printed are, for each
tenth of the crawl, the resident memory of the crawler with its workers and the median time of a request.
"""

import argparse
import asyncio
import json
import shutil
import sqlite3
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter
from contextlib import closing
from pathlib import Path

from aiohttp import web
from measure import resident

from crawler.demo import generate
from crawler.demo.network import Network
from crawler.demo.server import Server
from crawler.store import read


class Faulty(Server):
    """A server whose first answer for a tenth of the addresses is trouble."""

    async def answer(self, request: web.BaseRequest) -> web.StreamResponse:
        """Answer one request."""
        asked = (request.host, request.path_qs)
        chance = sum(request.path_qs.encode()) % 20
        if chance < 2 and request.path != "/robots.txt" and asked not in self.troubled:
            self.troubled.add(asked)
            if chance == 0:
                return web.Response(status=503)
            assert request.transport is not None
            request.transport.abort()
        return await super().answer(request)

    troubled: set[tuple[str, str]] = set()


async def _serve(network: Network) -> None:
    server = Faulty(network)
    runner = web.ServerRunner(web.Server(server.answer, access_log=None), shutdown_timeout=0.1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    sys.stdout.write(f"{runner.addresses[0][1]}\n")
    sys.stdout.flush()
    await asyncio.to_thread(sys.stdin.read)
    await runner.cleanup()


def watched(command: list[str], samples: list[tuple[float, int]]) -> int:
    """Run a command; note its memory each second. Returns its exit status."""
    process = subprocess.Popen(command)
    ended = threading.Event()

    def watch() -> None:
        while not ended.wait(1.0):
            samples.append((time.time(), resident(process.pid)))

    watcher = threading.Thread(target=watch)
    watcher.start()
    status = process.wait()
    ended.set()
    watcher.join()
    return status


def tenths(directory: Path, samples: list[tuple[float, int]]) -> None:
    """Print memory and latency for each tenth of the fetches."""
    with closing(sqlite3.connect(directory / "crawl.db")) as connection:
        rows = connection.execute(
            "SELECT (julianday(fetched_at) - 2440587.5) * 86400, duration_s FROM fetches"
            " WHERE reason IS NULL ORDER BY id"
        ).fetchall()
    print("part   fetches   seconds   RSS, MB max   request, ms median   p95")
    size = max(len(rows) // 10, 1)
    for part in range(10):
        chosen = rows[part * size : (part + 1) * size]
        start, end = chosen[0][0], chosen[-1][0]
        memory = max((rss for at, rss in samples if start - 1 <= at <= end + 1), default=0)
        times = sorted(duration for _, duration in chosen)
        print(
            f"{part + 1:>4}{len(chosen):>10}{end - start:>10.1f}{memory / 1e6:>14.0f}"
            f"{1000 * times[len(times) // 2]:>21.1f}{1000 * times[int(0.95 * len(times))]:>6.0f}"
        )


def is_exact(directory: Path, network: Network, depth: int) -> bool:
    """Compare the crawl with the truth; print what differs."""
    truth = network.truth([network.seed], depth)
    with read(directory) as reader:
        nodes = {
            n.url: (str(n.state), None if n.reason is None else str(n.reason), n.depth)
            for n in reader.nodes()
        }
        links = Counter((k.source, k.target, str(k.kind), k.position, k.anchor) for k in reader.links())
    wrong = [url for url in truth.nodes.keys() | nodes.keys() if truth.nodes.get(url) != nodes.get(url)]
    lost = (Counter(truth.links) - links).total() + (links - Counter(truth.links)).total()
    print(
        f"nodes {len(nodes)} of {len(truth.nodes)}, {len(wrong)} wrong; links {links.total()}, {lost} wrong"
    )
    for url in wrong[:5]:
        print(f"  {url}: {nodes.get(url)}, truly {truth.nodes.get(url)}")
    return not wrong and not lost


def main() -> None:
    """Serve, crawl, compare."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--articles", type=int, default=30_000)
    parser.add_argument("--sites", type=int, default=50)
    parser.add_argument("--depth", type=int, default=40)
    parser.add_argument("--keep", type=Path)
    parser.add_argument("--serve", action="store_true", help=argparse.SUPPRESS)
    given = parser.parse_args()
    network = generate(5, sites=given.sites, articles=given.articles, faults=True)
    if given.serve:
        asyncio.run(_serve(network))
        return
    server = subprocess.Popen(
        [sys.executable, __file__, "--serve", "--articles", str(given.articles), "--sites", str(given.sites)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert server.stdin is not None
    assert server.stdout is not None
    directory = given.keep or Path(tempfile.mkdtemp()) / "soak"
    port = int(server.stdout.readline())
    command = [
        str(Path(sys.executable).with_name("crawl")), "--seed", network.seed, "--depth", str(given.depth),
        "--delay", "0", "--per-host", "4", "--concurrency", "64", "--exports", "none", "--output", str(directory),
        "--connect-to", f"::127.0.0.1:{port}",
    ]  # fmt: skip
    samples: list[tuple[float, int]] = []
    try:
        status = watched(command, samples)
        tenths(directory, samples)
        exact = is_exact(directory, network, given.depth)
        with closing(sqlite3.connect(directory / "crawl.db")) as connection:
            (fetches,) = connection.execute("SELECT count(*) FROM fetches").fetchone()
            troubles = connection.execute(
                "SELECT reason, count(*) FROM fetches GROUP BY reason ORDER BY 2 DESC"
            ).fetchall()
            (integrity,) = connection.execute("PRAGMA integrity_check").fetchone()
        print(f"fetches {fetches}: {json.dumps({str(reason): count for reason, count in troubles})}")
        print(f"exit {status}, integrity {integrity}, peak {max(rss for _, rss in samples) / 1e6:.0f} MB")
    finally:
        server.stdin.close()
        server.wait()
        if given.keep is None:
            shutil.rmtree(directory.parent)
    sys.exit(0 if exact and status == 0 and integrity == "ok" else 1)


if __name__ == "__main__":
    main()
