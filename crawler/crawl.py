"""A crawl from beginning to end: hold the directory, check that it is the same crawl, run, export, sum up."""

import asyncio
import signal
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from crawler import progress
from crawler.config import Config, changes, dump, load
from crawler.engine import Engine, Limits
from crawler.errors import CrawlError, NoSeedError, UsageError
from crawler.fetch import open_fetcher, user_agent
from crawler.frontier import Reach
from crawler.guard import routes_of
from crawler.model import Reason, State
from crawler.robots import product_token
from crawler.scope import scope_of
from crawler.store import Reader, Store, hold, open_store, read
from crawler.store.file import remove
from crawler.summary import Summary, summary_of
from crawler.url import canonicalise
from crawler.workers import open_workers


def seeds_of(addresses: Sequence[str]) -> tuple[str, ...]:
    """Return the canonical seeds.

    Raises:
        UsageError: There is none, or one is no http(s) URL.
    """
    found: dict[str, None] = {}
    for address in addresses:
        url = canonicalise(address.strip())
        if url is Reason.SCHEME:
            raise UsageError(f"seed {address!r}: neither http nor https; write http://… or https://…")
        if isinstance(url, Reason):
            raise UsageError(
                f"seed {address!r}: not a URL; write it in full, such as https://news.example/story"
            )
        found[url] = None
    if not found:
        raise UsageError("no seed: name an article with --seed URL, or a list with --seeds-file FILE")
    return tuple(found)


def reach_of(seeds: Sequence[str], config: Config) -> Reach:
    """Return how far a crawl goes."""
    scope = scope_of(
        seeds, reach=config.scope.scope, include=config.scope.include, exclude=config.scope.exclude
    )
    section = config.crawl
    return Reach(
        section.depth,
        frozenset(section.follow),
        section.max_position,
        config.politeness.attempts,
        section.max_pages_per_site,
        scope,
    )


def crawl(
    seeds: Sequence[str], config: Config, directory: Path, *, fresh: bool = False, quiet: bool = True
) -> Summary:
    """Crawl, or go on with the crawl in the directory, and write its exports.

    Args:
        seeds: Addresses to begin at.
        config: The effective configuration (`crawler.config.load`).
        directory: Where crawl.db and the exports go; made if missing.
        fresh: Delete the crawl in the directory first.
        quiet: Show no progress.

    Returns:
        The summary.

    Raises:
        UsageError: A seed is no URL, or the directory holds another crawl.
        NoSeedError: No seed could be fetched.
        StoreError: The store is damaged, full or not ours.
        LockedError: Another process holds the directory.
    """
    urls, start = seeds_of(seeds), time.monotonic()
    reach = reach_of(urls, config)
    routes_of(config.fetch.connect_to)  # refused before there is anything in the directory
    with hold(directory):
        if fresh:
            remove(directory)
        with open_store(directory) as store:
            grown = _check_identity(store, urls, config, directory)
            store.begin_run(urls, dump(config), reach, time.time())
            if grown:
                store.offer_all_again()
            outcome = _run(store, config, quiet=quiet)
            store.end_run(outcome, time.time())
            if outcome != "terminated":
                store.index()
            # Read while the store is open: closed last, it folds its write-ahead log into the file.
            with read(directory) as reader:
                if outcome == "done":
                    _check_seeds(reader)
                names = config.crawl.exports if outcome != "terminated" else ()
                files = _exported(store, reader, names, directory)
                return summary_of(reader, directory, outcome, time.monotonic() - start, files)


def _exported(store: Store, reader: Reader, names: Sequence[str], directory: Path) -> list[str]:
    if not set(names) - {"none"}:
        return []
    # Imported at the end: with numpy and Jinja2 that takes a fifth of a second, which the first request need not await.
    from crawler.outputs import write_exports

    return write_exports(store, reader, names, directory)


def resumed(
    directory: Path, base: dict[str, object], environment: dict[str, str]
) -> tuple[tuple[str, ...], Config]:
    """Return seeds and configuration of the crawl in a directory, with `base` flags laid over them.

    Raises:
        UsageError: The directory holds no crawl.
    """
    with read(directory) as reader:
        receipt = reader.receipt()
    if not receipt.seeds:
        raise UsageError(f"{directory}: holds a crawl that never began; run it with --seed")
    return receipt.seeds, load(files=(), environment=environment, flags=base, base=receipt.config)


def _check_identity(store: Store, seeds: Sequence[str], config: Config, directory: Path) -> bool:
    """Check that the directory holds this very crawl or none; return whether `--max-position` grew."""
    identity = store.identity()
    if identity is None:
        return False
    found = changes(identity[1], config)
    if set(identity[0]) != set(seeds):
        found.insert(0, f"seeds were {', '.join(identity[0])}")
    if found:
        raise UsageError(
            f"{directory}: holds another crawl ({'; '.join(found)}); begin anew with --fresh, "
            "or choose another --output"
        )
    import json

    before = json.loads(identity[1])["crawl"]["max_position"]
    return before is not None and before != config.crawl.max_position


def _check_seeds(reader: Reader) -> None:
    rows = reader.table("seeds")
    if not any(state == State.FETCHED for _, state, _ in rows):
        fates = "; ".join(f"{url}: {reason or state}" for url, state, reason in rows)
        raise NoSeedError(f"no seed could be fetched ({fates}); check the address, or see `crawl stats`")


def _run(store: Store, config: Config, *, quiet: bool) -> str:
    with asyncio.Runner(loop_factory=_loop_factory()) as runner:
        try:
            return runner.run(_drive(store, config, quiet=quiet))
        except BaseExceptionGroup as group:
            raise _first(group) from None


def _loop_factory() -> Any:
    try:
        import uvloop
    except ImportError:  # not made for Windows
        return None
    return uvloop.new_event_loop


def _first(group: BaseExceptionGroup[BaseException]) -> BaseException:
    """Return what ends the command out of a task group's errors."""
    known = group.subgroup(CrawlError)
    found: BaseException = known if known is not None else group
    while isinstance(found, BaseExceptionGroup) and len(found.exceptions) >= 1:
        if known is None and len(found.exceptions) > 1:
            break
        found = found.exceptions[0]
    return found


async def _drive(store: Store, config: Config, *, quiet: bool) -> str:
    """Run the engine with its clients, under the signals of a command."""
    section = config.extract
    async with (
        open_fetcher(config.fetch, config.politeness.per_host) as fetcher,
        open_workers(section.processes, section.profile, section.extract_timeout) as workers,
    ):
        engine = Engine(
            store,
            fetcher,
            workers,
            config.politeness,
            product_token(user_agent(config.fetch)),
            Limits(config.crawl.max_pages, config.crawl.max_time),
        )
        with _signals(engine) as ended:
            try:
                async with asyncio.TaskGroup() as group:
                    shown = None
                    if not quiet:
                        shown = group.create_task(
                            progress.show(lambda: _snapshot(store, engine)), name="progress"
                        )
                    try:
                        return await engine.run()
                    finally:
                        if shown is not None:
                            shown.cancel()
            except asyncio.CancelledError:
                if not ended:
                    raise
                # Everything acknowledged is stored; leases return to pending when the crawl is opened again.
                return ended[0]


@contextmanager
def _signals(engine: Engine) -> Iterator[list[str]]:
    """First Ctrl-C: land what is in flight. Second, or SIGTERM: stop now. Yields how it ended, if so."""
    loop, task = asyncio.get_running_loop(), asyncio.current_task()
    interrupts, ended = 0, []

    def interrupt() -> None:
        nonlocal interrupts
        interrupts += 1
        engine.stop("interrupted")
        if interrupts > 1 and task is not None:
            ended.append("interrupted")
            task.cancel()

    def terminate() -> None:
        ended.append("terminated")
        if task is not None:
            task.cancel()

    try:
        loop.add_signal_handler(signal.SIGINT, interrupt)
        loop.add_signal_handler(signal.SIGTERM, terminate)
    except (NotImplementedError, ValueError, RuntimeError):
        # Not in the main thread: the caller's signals are the caller's.
        yield ended
        return
    try:
        yield ended
    finally:
        loop.remove_signal_handler(signal.SIGINT)
        loop.remove_signal_handler(signal.SIGTERM)


def _snapshot(store: Store, engine: Engine) -> progress.Snapshot:
    counts = store.counts
    failed = sum(count for (state, _), count in counts.items() if state is State.FAILED)
    return progress.Snapshot(
        counts[State.PENDING, None],
        engine.in_flight,
        counts[State.FETCHED, None],
        failed,
        counts.total(),
        engine.depth,
    )
