"""Reading stored pages anew: extraction as it is now, settled by what the pages of each host have in common.

Offline and idempotent: it rests on the stored bodies alone. All changes land in one transaction, so that a
crawl is wholly of one reading or of the other.
"""

import asyncio
import hashlib
import json
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import zstandard

from crawler.config import Config
from crawler.crawl import reach_of
from crawler.errors import StoreError
from crawler.model import Block, Fetched, Page, Reason
from crawler.outputs import write_exports
from crawler.store import Spool, Store, Stored, hold, open_store, read
from crawler.template import MAX_PAGES, learn, settle
from crawler.workers import Workers, open_workers

_AT_ONCE = 16
"""Pages in the workers' hands: enough that none of them waits."""


@dataclass(frozen=True, slots=True)
class Reread:
    """What a new reading changed, ready to be printed or written as JSON."""

    directory: str
    pages: int
    """Pages read."""
    failed: int
    """Pages that could not be read in time; they keep their old reading."""
    hosts: int
    """Hosts with enough pages to learn from."""
    menus: int
    """Lists dropped from pages, because they are the same all over the host and lead to no story."""
    settled: int
    """Blocks on pages whose kind or standing other pages settled."""
    blocks_before: int
    blocks_after: int
    queued: int
    """URLs that wait to be fetched because of it."""
    dropped: int
    """URLs that nothing names any more."""
    elapsed_s: float
    files: tuple[str, ...]


@dataclass(slots=True)
class _Tally:
    pages: int = 0
    failed: int = 0
    hosts: int = 0
    menus: int = 0
    settled: int = 0


def reextract(directory: Path, seeds: tuple[str, ...], config: Config) -> Reread:
    """Read all stored pages of a crawl anew, and bring blocks, links, frontier and graph up to date.

    Args:
        directory: Holds the crawl.
        seeds: Its seeds.
        config: Its configuration; `crawler.crawl.resumed` returns both.

    Raises:
        StoreError: The store is damaged, full or not ours.
        LockedError: Another process holds the directory.
    """
    start, tally, reach = time.monotonic(), _Tally(), reach_of(seeds, config)
    with hold(directory), open_store(directory) as store:
        before = _blocks_of(directory)
        with store.spool() as spool:
            asyncio.run(_read_all(store, spool, config, tally))
        queued, dropped = store.read_anew(_settled(spool, tally), seeds, reach)
        with read(directory) as reader:
            files = write_exports(store, reader, config.crawl.exports, directory)
    return Reread(
        str(directory), tally.pages, tally.failed, tally.hosts, tally.menus, tally.settled, before,
        _blocks_of(directory), queued, dropped, round(time.monotonic() - start, 2), tuple(files),
    )  # fmt: skip


def _blocks_of(directory: Path) -> int:
    with read(directory) as reader:
        return sum(int(str(blocks)) for _, blocks, *_ in reader.table("kinds"))


async def _read_all(store: Store, spool: Spool, config: Config, tally: _Tally) -> None:
    """Extract every stored page in the workers, and keep what they find."""
    section = config.extract
    waiting: asyncio.Queue[Stored | None] = asyncio.Queue(_AT_ONCE)

    async def work(workers: Workers) -> None:
        unpacker = zstandard.ZstdDecompressor()
        while (stored := await waiting.get()) is not None:
            extracted = await workers.extract(_fetched(stored, unpacker))
            if isinstance(extracted, Reason):
                tally.failed += 1
                continue
            tally.pages += 1
            # By a hash, so that the pages that are looked at are a fair sample, and the same each time.
            rank = hashlib.sha256(stored.url.encode()).hexdigest()
            spool.keep(stored, extracted.page, rank)

    async with (
        open_workers(section.processes, section.profile, section.extract_timeout) as workers,
        asyncio.TaskGroup() as group,
    ):
        for _ in range(_AT_ONCE):
            group.create_task(work(workers))
        for stored in store.stored_pages():
            await waiting.put(stored)
        for _ in range(_AT_ONCE):
            await waiting.put(None)


def _fetched(stored: Stored, unpacker: zstandard.ZstdDecompressor) -> Fetched:
    try:
        body = unpacker.decompress(stored.zstd)
    except zstandard.ZstdError as error:
        raise StoreError(f"{stored.url}: its stored body is damaged ({error}); restore a copy") from None
    headers = tuple((name, value) for name, value in json.loads(stored.headers or "[]"))
    return Fetched(stored.url, 0.0, 0.0, 200, headers, body)


def _settled(spool: Spool, tally: _Tally) -> Iterator[tuple[int, Page]]:
    """Learn the template of each host, and yield its pages settled by it."""
    for host_id in spool.hosts():
        template = learn(page for _, page in spool.pages(host_id, MAX_PAGES))
        tally.hosts += bool(template.stands or template.menus or template.names)
        for page_id, page in spool.pages(host_id):
            settled = settle(page, template)
            _count(page.blocks, settled.blocks, tally)
            yield page_id, settled


def _count(before: tuple[Block, ...], after: tuple[Block, ...], tally: _Tally) -> None:
    was, now = set(before), set(after)
    tally.settled += len(now - was)
    # Each block that another page named is one in both differences; what is over was dropped.
    tally.menus += sum(1 for block in was - now if not any(block.links == other.links for other in now))
