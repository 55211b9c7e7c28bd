"""How soon a crawl that knows a million URLs asks for the next one, and what it holds in memory.

python benchmarks/resume.py [--urls 1000000] [--hosts 10000] [--pages 2000]

A crawl of one page is begun, its database is filled with pending URLs of many hosts, and it is resumed. The server
answers on loopback for all hosts, and notes when the first request comes.
"""

import argparse
import asyncio
import shutil
import sqlite3
import sys
import tempfile
import time
from contextlib import closing
from pathlib import Path

from measure import resident

PAGE = b"<title>A story for a reader</title><h1>A story for a reader</h1>"
CRAWL = str(Path(sys.executable).with_name("crawl"))


class Log:
    """A server for all hosts, and the requests it saw: time and Host header of each."""

    def __init__(self) -> None:
        self.requests: list[tuple[float, bytes]] = []

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Answer the requests of one connection."""
        try:
            while True:
                head = await reader.readuntil(b"\r\n\r\n")
                host = next(line for line in head.split(b"\r\n") if line.lower().startswith(b"host:"))
                self.requests.append((time.perf_counter(), host))
                robots = b" /robots.txt " in head
                status, body = (b"404 Not Found", b"") if robots else (b"200 OK", PAGE)
                writer.write(
                    b"HTTP/1.1 %s\r\nContent-Type: text/html\r\nContent-Length: %d\r\n\r\n%s"
                    % (status, len(body), body)
                )
        except (asyncio.IncompleteReadError, ConnectionError):
            writer.close()


def fill(path: Path, urls: int, hosts: int) -> None:
    """Add pending URLs to a crawl, in turn over the hosts."""
    with closing(sqlite3.connect(path)) as connection, connection:
        (host,) = connection.execute("SELECT max(id) + 1 FROM hosts").fetchone()
        (page,) = connection.execute("SELECT max(id) + 1 FROM pages").fetchone()
        connection.executemany(
            "INSERT INTO hosts (id, host, reversed_host, site) VALUES (?, ?, ?, ?)",
            ((host + n, f"www.farm{n}.com", f"com.farm{n}.www", f"farm{n}.com") for n in range(hosts)),
        )
        connection.executemany(
            "INSERT INTO pages (id, url, host_id, state, depth, first_seen)"
            " VALUES (?, ?, ?, 'pending', 1, '2025-04-12T21:23:12.000Z')",
            (
                (page + n, f"http://www.farm{n % hosts}.com/news/story-number-{n}.html", host + n % hosts)
                for n in range(urls)
            ),
        )


async def crawl(log: Log, port: int, *arguments: str) -> tuple[float, int]:
    """Run the command; return the seconds until its first request, and the peak of its memory."""
    log.requests.clear()
    start, peak = time.perf_counter(), 0
    process = await asyncio.create_subprocess_exec(
        CRAWL, *arguments, "--depth", "3", "--delay", "0", "--connect-to", f"::127.0.0.1:{port}",
        "--exports", "none", "--quiet", stdout=asyncio.subprocess.DEVNULL,
    )  # fmt: skip
    while process.returncode is None:
        peak = max(peak, resident(process.pid))
        await asyncio.sleep(0.05)
    if process.returncode != 0:
        raise SystemExit(f"crawl ended with {process.returncode}")
    return log.requests[0][0] - start, peak


async def measure(given: argparse.Namespace, directory: Path) -> None:
    """Measure and print."""
    log = Log()
    server = await asyncio.start_server(log.serve, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    async with server:
        seed = ("run", "--seed", "http://www.seed.com/story.html", "--output", str(directory))
        await crawl(log, port, *seed, "--max-pages", "1")
        fill(directory / "crawl.db", given.urls, given.hosts)
        first, peak = await crawl(log, port, "resume", str(directory), "--max-pages", str(given.pages + 1))
    hosts = len({host for _, host in log.requests})
    print(f"{given.urls} URLs of {given.hosts} hosts: first request after {first:.2f} s")
    print(f"{given.pages} pages of {hosts} hosts, {peak / 1e6:.0f} MB peak over all processes")


def main() -> None:
    """Run the command."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--urls", type=int, default=1_000_000)
    parser.add_argument("--hosts", type=int, default=10_000)
    parser.add_argument("--pages", type=int, default=2_000)
    given = parser.parse_args()
    folder = Path(tempfile.mkdtemp())
    try:
        asyncio.run(measure(given, folder / "crawl"))
    finally:
        shutil.rmtree(folder)


if __name__ == "__main__":
    main()
