"""Serves a sample network on loopback: one port, hosts told apart by the Host header."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

from aiohttp import web

from crawler.demo.network import Network


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
