"""A farm on loopback: a real server for tests, in the manner of 500lines' add_page."""

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from html import escape

from aiohttp import web

Answer = Callable[[web.Request], Awaitable[web.StreamResponse]]


def article(title: str, blocks: dict[str, list[str]]) -> str:
    """Return an article page with one bulleted block for each heading."""
    lists = "".join(
        f"<div><h3>{escape(heading)}</h3><ul>"
        + "".join(
            f'<li><a href="{escape(url)}">Story about {escape(url.rsplit("/", 1)[-1])} today</a></li>'
            for url in urls
        )
        + "</ul></div>"
        for heading, urls in blocks.items()
        if urls
    )
    return (
        f"<!doctype html><html lang=en><head><meta charset=utf-8><title>{escape(title)}</title></head><body>"
        f"<h1>{escape(title)}</h1><p>Date:2025-04-12 21:23:12</p><p>The council met on Tuesday and agreed on "
        f"the plans for the harbour after a long debate that was open to the public.</p>{lists}</body></html>"
    )


@dataclass
class Farm:
    """Pages by (host, path); every request is logged."""

    answers: dict[tuple[str, str], Answer] = field(default_factory=dict)
    requests: list[tuple[str, str]] = field(default_factory=list)
    port: int = 0

    @property
    def connect_to(self) -> str:
        """All hosts and ports are this server."""
        return f"::127.0.0.1:{self.port}"

    def page(self, url: str, **blocks: list[str]) -> None:
        """Add an article; blocks by kind, each with the URLs it links."""
        headings = {"related": "Related", "ranking": "Ranking", "recommendation": "Recommendation"}
        body = article(f"Article {url}", {headings[kind]: urls for kind, urls in blocks.items()})
        self.body(url, body.encode(), "text/html; charset=utf-8")

    def body(self, url: str, body: bytes, content_type: str, status: int = 200, **headers: str) -> None:
        async def answer(_: web.Request) -> web.StreamResponse:
            return web.Response(body=body, status=status, headers={"Content-Type": content_type, **headers})

        self.answer(url, answer)

    def redirect(self, url: str, target: str, status: int = 302) -> None:
        async def answer(_: web.Request) -> web.StreamResponse:
            return web.Response(status=status, headers={"Location": target})

        self.answer(url, answer)

    def answer(self, url: str, answer: Answer) -> None:
        host, _, path = url.removeprefix("http://").partition("/")
        self.answers[host, "/" + path] = answer

    def asked(self, url: str) -> int:
        """Return how often a URL was requested."""
        host, _, path = url.removeprefix("http://").partition("/")
        return self.requests.count((host, "/" + path))

    async def _handle(self, request: web.Request) -> web.StreamResponse:
        key = (request.host, request.path_qs)
        self.requests.append(key)
        answer = self.answers.get(key)
        if answer is None:
            return web.Response(status=404, text="not found")
        return await answer(request)


@asynccontextmanager
async def open_farm() -> AsyncIterator[Farm]:
    farm = Farm()
    runner = web.ServerRunner(web.Server(farm._handle), shutdown_timeout=0.1)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    farm.port = runner.addresses[0][1]
    try:
        yield farm
    finally:
        await runner.cleanup()
