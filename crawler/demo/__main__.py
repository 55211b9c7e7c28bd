"""Serves a sample network as a process of its own, for benchmarks: python -m crawler.demo."""

import argparse
import asyncio
import json
import sys

from crawler.demo.network import Network, generate
from crawler.demo.server import serve


async def _serve_until_closed(network: Network) -> None:
    async with serve(network) as server:
        line = {"port": server.port, "connect_to": server.connect_to, "seed": network.seed}
        sys.stdout.write(json.dumps(line) + "\n")
        sys.stdout.flush()
        await asyncio.to_thread(sys.stdin.read)


def main() -> None:
    """Print port, `--connect-to` entries and seed as JSON, and serve until standard input closes."""
    parser = argparse.ArgumentParser(description=main.__doc__)
    parser.add_argument("--number", type=int, default=1)
    parser.add_argument("--sites", type=int, default=3)
    parser.add_argument("--articles", type=int, default=400)
    parser.add_argument("--no-faults", action="store_true")
    given = parser.parse_args()
    network = generate(given.number, sites=given.sites, articles=given.articles, faults=not given.no_faults)
    asyncio.run(_serve_until_closed(network))


if __name__ == "__main__":
    main()
