"""Worker processes for extraction: a page that hangs or crashes the parser costs itself, not the crawl.

Workers are plain subprocesses (`python -m crawler.workers`) that read length-prefixed MessagePack from a pipe
and answer on another: nothing is shared, a stuck one can be killed, and they end with their parent, because
the pipe does. They leave the terminal's signals to the parent.
"""

import asyncio
import os
import struct
import sys
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass

import msgspec

from crawler.model import Extracted, Fetched, Reason

_DECODER = msgspec.msgpack.Decoder(Extracted)
"""Three times as fast as unpickling frozen, slotted dataclasses: 26 links a page count."""
LARGE = 2_000_000
"""Bytes of a body from which its extraction is done alone, in a worker that ends with it; pages have 60 KB."""
_LENGTH = struct.Struct("!I")
_MEMORY_BYTES = 2 * 1024**3
"""Address space of a worker: ten times what the largest body that is read needs."""
_ZSTD_LEVEL = 3
_MAX_PROCESSES = 4
"""More do not pay: one event loop feeds them."""


@dataclass(slots=True)
class _Worker:
    process: asyncio.subprocess.Process

    async def ask(self, message: bytes) -> bytes:
        writer, reader = self.process.stdin, self.process.stdout
        assert writer is not None  # noqa: S101  # both are pipes
        assert reader is not None  # noqa: S101
        try:
            writer.write(_LENGTH.pack(len(message)) + message)
        except RuntimeError as closed:  # uvloop's word for a pipe whose other end has gone
            raise ConnectionResetError(str(closed)) from closed
        await writer.drain()
        (length,) = _LENGTH.unpack(await reader.readexactly(_LENGTH.size))
        return await reader.readexactly(length)

    async def end(self) -> None:
        if self.process.returncode is None:
            self.process.kill()
        if self.process.stdin is not None:
            self.process.stdin.close()
        await self.process.communicate()  # reads to the end, so that the pipes are closed as well


class Workers:
    """A fixed number of worker processes; made by `open_workers`."""

    def __init__(self, profiles: Sequence[str], timeout_s: float, idle: asyncio.LifoQueue[_Worker]) -> None:
        self._profiles = profiles
        self._timeout_s = timeout_s
        self._idle = idle
        self._large = asyncio.Lock()

    async def extract(self, fetched: Fetched) -> Extracted | Reason:
        """Extract one page in a worker.

        Returns:
            The page with its packed body, or `extract_timeout`, or `extract_crash`.
        """
        if len(fetched.body or b"") <= LARGE:
            return await self._extract(fetched, large=False)
        # One at a time, for each takes hundreds of megabytes, which its worker does not give back.
        async with self._large:
            return await self._extract(fetched, large=True)

    async def _extract(self, fetched: Fetched, *, large: bool) -> Extracted | Reason:
        headers = {name: value for name, value in fetched.headers if name.lower() == "content-type"}
        message = msgspec.msgpack.encode((fetched.body, fetched.url, headers))
        worker = await self._idle.get()
        if worker.process.returncode is not None:
            worker = await asyncio.shield(
                self._replaced(worker)
            )  # it died at rest, which no page answers for
        healthy = False
        try:
            async with asyncio.timeout(self._timeout_s):
                answer = _DECODER.decode(await worker.ask(message))
            healthy = not large
            return answer
        except TimeoutError:
            return Reason.EXTRACT_TIMEOUT
        except (asyncio.IncompleteReadError, ConnectionError):
            return Reason.EXTRACT_CRASH
        finally:
            if not healthy:
                worker = await asyncio.shield(self._replaced(worker))
            self._idle.put_nowait(worker)

    async def _replaced(self, worker: _Worker) -> _Worker:
        await worker.end()
        return await _begin(self._profiles)


async def _begin(profiles: Sequence[str]) -> _Worker:
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "crawler.workers",
        *profiles,
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        limit=1 << 20,
        start_new_session=True,
    )
    return _Worker(process)


@asynccontextmanager
async def open_workers(
    processes: int | None, profile: str | None, timeout_s: float
) -> AsyncIterator[Workers]:
    """Start the workers; all have ended when the block ends.

    Args:
        processes: How many; None means one a core, at most 4.
        profile: Path of a site profile that is tried before the shipped ones.
        timeout_s: Seconds that the extraction of one page may take.
    """
    count = processes or min(
        len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else 2, _MAX_PROCESSES
    )
    profiles = () if profile is None else (profile,)
    idle: asyncio.LifoQueue[_Worker] = asyncio.LifoQueue()
    try:
        for _ in range(count):
            idle.put_nowait(await _begin(profiles))
        yield Workers(profiles, timeout_s, idle)
    finally:
        while not idle.empty():
            await idle.get_nowait().end()


def _serve(paths: Sequence[str]) -> None:
    """Answer extraction requests until the pipe closes."""
    import hashlib
    from pathlib import Path

    import zstandard

    from crawler.extract import extract, rules_with

    source = sys.stdin.buffer
    # Nothing but answers may reach the pipe, whatever a library prints.
    sink = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)
    _limit_memory()
    rules = rules_with([(Path(path).read_text("utf-8"), path) for path in paths])
    question = msgspec.msgpack.Decoder(tuple[bytes, str, dict[str, str]])
    packer = zstandard.ZstdCompressor(level=_ZSTD_LEVEL)
    while header := source.read(_LENGTH.size):
        (length,) = _LENGTH.unpack(header)
        body, url, headers = question.decode(source.read(length))
        page = extract(body, url, headers, rules)
        extracted = Extracted(page, hashlib.sha256(body).digest(), packer.compress(body), len(body))
        answer = msgspec.msgpack.encode(extracted)
        sink.write(_LENGTH.pack(len(answer)) + answer)
        sink.flush()


def _limit_memory() -> None:
    import resource

    _, hard = resource.getrlimit(resource.RLIMIT_AS)
    limit = _MEMORY_BYTES if hard == resource.RLIM_INFINITY else min(_MEMORY_BYTES, hard)
    resource.setrlimit(resource.RLIMIT_AS, (limit, hard))


if __name__ == "__main__":
    _serve(sys.argv[1:])
