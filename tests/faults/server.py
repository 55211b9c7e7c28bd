"""A farm that goes wrong in every way: raw sockets, one handler a fault, healthy pages between them, and a log.

HTTP is written by hand, because no server library would send most of this. The server runs in a thread of its
own, so that a crawl can run in a process of its own and a test be a plain function.
"""

import asyncio
import contextlib
import socket
import ssl
import struct
import threading
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Sequence
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path
from urllib.parse import urlsplit

from farm import article

CERTIFICATE = Path(__file__).with_name("selfsigned.pem")
"""A certificate that signs itself, with its key: made for these tests, good for nothing else."""


@dataclass
class Request:
    """One request as it came in, what was sent for it, and the way to answer it."""

    at: float
    host: str
    target: str
    headers: dict[str, str]
    address: str
    """The address of ours that the client connected to."""
    times: int
    """How often this target was asked for, this time included."""
    reader: asyncio.StreamReader
    writer: asyncio.StreamWriter
    sent: int = 0
    until: float | None = None
    """When the answer ended, or the client went away."""

    @property
    def url(self) -> str:
        return f"http://{self.host}{self.target}"

    async def send(self, data: bytes) -> None:
        self.writer.write(data)
        await self.writer.drain()
        self.sent += len(data)

    async def answer(
        self, body: bytes, status: str = "200 OK", kind: str = "text/html; charset=utf-8", **headers: str
    ) -> None:
        """Send a well-formed answer; underscores in the names of headers stand for hyphens."""
        named = {"Content-Type": kind, "Content-Length": str(len(body))}
        named |= {name.replace("_", "-"): value for name, value in headers.items()}
        lines = [f"HTTP/1.1 {status}", *(f"{name}: {value}" for name, value in named.items()), "", ""]
        await self.send("\r\n".join(lines).encode("latin-1") + body)

    async def page(self, title: str, **headers: str) -> None:
        await self.answer(article(title, {}).encode(), **headers)

    async def redirect(self, location: str, status: str = "302 Found", **headers: str) -> None:
        await self.answer(b"", status, Location=location, **headers)

    async def gone(self) -> None:
        """Wait until the client goes away."""
        with contextlib.suppress(ConnectionError):
            while await self.reader.read(65_536):
                pass

    def reset(self) -> None:
        """End the connection with RST instead of FIN."""
        raw = self.writer.get_extra_info("socket")
        raw.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.writer.transport.abort()


Fault = Callable[[Request], Awaitable[None]]


def story(host: str, name: str) -> str:
    """Return an address that looks like an article's, as the links of a block must."""
    return f"http://{host}/story-9-{name}"


@dataclass
class Faulty:
    """The server: faults and pages by URL, and a log of all requests."""

    faults: dict[str, Fault] = field(default_factory=dict)
    pages: dict[str, bytes] = field(default_factory=dict)
    healthy: dict[str, list[str]] = field(default_factory=dict)
    """Pages that must come out exact, with the addresses their block names in order."""
    log: list[Request] = field(default_factory=list)
    seeds: list[str] = field(default_factory=list)
    port: int = 0
    tls_port: int = 0

    # -- what is served

    def fault(self, url: str) -> Callable[[Fault], Fault]:
        """Serve one URL by the decorated function."""

        def serve(answer: Fault) -> Fault:
            self.faults[url] = answer
            return answer

        return serve

    def says(self, url: str, body: bytes, status: str = "200 OK", **headers: str) -> None:
        """Serve one URL with a fixed answer."""
        kind = headers.pop("kind", "text/html; charset=utf-8")

        async def answer(request: Request) -> None:
            await request.answer(body, status, kind, **headers)

        self.faults[url] = answer

    def site(self, host: str, *addresses: str, healthy: int = 3) -> str:
        """Add a host: a seed whose block names these addresses between healthy pages; return the seed."""
        seed = f"http://{host}/story-number-0"
        good = [f"http://{host}/story-number-{number}" for number in range(1, healthy + 1)]
        mixed = [good[0], *addresses, *good[1:]]
        self.add(seed, mixed)
        for number, url in enumerate(good):
            self.add(url, [good[(number + 1) % healthy], seed])
        self.seeds.append(seed)
        return seed

    def add(self, url: str, addresses: list[str]) -> None:
        """Add a healthy page whose block names these addresses."""
        self.healthy[url] = addresses
        self.pages[url] = article(f"Healthy {url}", {"Related": addresses}).encode()

    # -- what was asked

    def asked(self, url: str) -> list[Request]:
        return [request for request in self.log if request.url == url]

    def of(self, host: str) -> list[Request]:
        return [request for request in self.log if request.host == host]

    def gaps(self, host: str) -> list[float]:
        """Return the seconds between each two requests to a host."""
        return [after.at - before.at for before, after in pairwise(self.of(host))]

    def most_at_once(self, host: str) -> int:
        """Return how many requests to a host were open at a time at most."""
        moments = [(request.at, 1) for request in self.of(host)]
        moments += [(request.until, -1) for request in self.of(host) if request.until is not None]
        now = most = 0
        for _, step in sorted(moments):
            now += step
            most = max(most, now)
        return most

    @property
    def routes(self) -> list[str]:
        """Return the flags that lead to this server for each host it has something of."""
        hosts = dict.fromkeys(urlsplit(url).netloc for url in (*self.pages, *self.faults))
        return [part for host in hosts for part in ("--connect-to", f"{host}:80:127.0.0.1:{self.port}")]

    # -- the server

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with contextlib.suppress(ConnectionError, asyncio.IncompleteReadError, asyncio.LimitOverrunError):
            while not writer.is_closing():
                first = await reader.readexactly(1)
                if first == b"\x16":  # TLS, where plain HTTP is spoken
                    writer.write(b"HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n")
                    break
                head = (first + await reader.readuntil(b"\r\n\r\n")).decode("latin-1").split("\r\n")
                target = head[0].split(" ")[1]
                if target.startswith("http://"):  # as a proxy is asked
                    target = "/" + target.split("/", 3)[3]
                pairs = (line.partition(":") for line in head[1:] if line)
                headers = {name.lower(): value.strip() for name, _, value in pairs}
                host, local = headers.get("host", ""), writer.get_extra_info("sockname")
                times = 1 + sum((one.host, one.target) == (host, target) for one in self.log)
                request = Request(time.monotonic(), host, target, headers, local[0], times, reader, writer)
                self.log.append(request)
                try:
                    await self._answer(request)
                finally:
                    request.until = time.monotonic()
        writer.close()

    async def _answer(self, request: Request) -> None:
        fault = self.faults.get(request.url)
        if fault is not None:
            await fault(request)
        elif request.url in self.pages:
            await request.answer(self.pages[request.url])
        elif request.target == "/robots.txt":
            await request.answer(b"", "404 Not Found", "text/plain")
        else:
            await request.answer(b"<p>not found</p>", "404 Not Found")

    @asynccontextmanager
    async def listening(
        self, addresses: Sequence[str] = ("127.0.0.1",), port: int = 0
    ) -> AsyncIterator[None]:
        tasks: set[asyncio.Task[None]] = set()

        async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            task = asyncio.current_task()
            assert task is not None
            tasks.add(task)
            try:
                await self.serve(reader, writer)
            except asyncio.CancelledError:
                writer.transport.abort()
            finally:
                tasks.discard(task)

        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(CERTIFICATE)
        plain = await asyncio.start_server(serve, addresses, port, limit=1 << 20)
        secure = await asyncio.start_server(serve, "127.0.0.1", 0, limit=1 << 20, ssl=context)
        self.port, self.tls_port = (one.sockets[0].getsockname()[1] for one in (plain, secure))
        try:
            yield
        finally:
            for server in (plain, secure):
                server.close()
            for task in list(tasks):
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)


@contextmanager
def open_faulty(addresses: Sequence[str] = ("127.0.0.1",), port: int = 0) -> Iterator[Faulty]:
    """Serve from a thread until the block ends."""
    faulty, ready, ended = Faulty(), threading.Event(), asyncio.Event()
    loops: list[asyncio.AbstractEventLoop] = []

    async def main() -> None:
        loops.append(asyncio.get_running_loop())
        async with faulty.listening(addresses, port):
            ready.set()
            await ended.wait()

    thread = threading.Thread(target=asyncio.run, args=(main(),), name="faulty")
    thread.start()
    ready.wait()
    try:
        yield faulty
    finally:
        loops[0].call_soon_threadsafe(ended.set)
        thread.join()
