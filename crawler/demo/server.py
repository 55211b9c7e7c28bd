"""Serves a sample network on loopback: one port, hosts told apart by the Host header."""

import argparse
import asyncio
import json
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

from aiohttp import web

from crawler.demo.network import Network, generate


@dataclass(slots=True)
class Server:
    """A network being served; made by `serve`."""

    network: Network
    port: int = 0
    requests: list[tuple[str, str]] = field(default_factory=list)
    """Host and path of each request, in order."""

    @property
    def connect_to(self) -> tuple[str, ...]:
        """The `--connect-to` entries that lead to it."""
        return tuple(f"{host}:80:127.0.0.1:{self.port}" for host in self.network.hosts)

    async def answer(self, request: web.BaseRequest) -> web.StreamResponse:
        """Answer one request."""
        host, path = request.host, request.path_qs
        self.requests.append((host, path))
        answer = self.network.answer(f"http://{host}{path}")
        if answer.delay_s:
            await asyncio.sleep(answer.delay_s)
        headers = {"Content-Type": answer.content_type}
        if answer.location is not None:
            headers["Location"] = answer.location
        return web.Response(status=answer.status, body=answer.body, headers=headers)


@asynccontextmanager
async def serve(network: Network) -> AsyncIterator[Server]:
    """Serve a network on a free port of 127.0.0.1 until the block ends."""
    server = Server(network)
    runner = web.ServerRunner(web.Server(server.answer, access_log=None), shutdown_timeout=0.1)
    await runner.setup()
    try:
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        server.port = runner.addresses[0][1]
        yield server
    finally:
        await runner.cleanup()


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
