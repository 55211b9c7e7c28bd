"""Progress on stderr: a live line on a terminal, a plain line every few seconds elsewhere. Observes only."""

import asyncio
import sys
import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass

_PLAIN_EVERY_S = 5.0
_LIVE_EVERY_S = 0.25
_RATE_OVER_S = 10.0


@dataclass(frozen=True, slots=True)
class Snapshot:
    """Where a crawl stands."""

    queued: int
    in_flight: int
    fetched: int
    failed: int
    known: int
    depth: int | None


def line(snapshot: Snapshot, pages_per_s: float) -> str:
    """Return a snapshot as one line."""
    depth = "" if snapshot.depth is None else f" · depth {snapshot.depth}"
    return (
        f"{snapshot.fetched} fetched · {snapshot.queued} queued · {snapshot.in_flight} in flight · "
        f"{snapshot.failed} failed · {snapshot.known} known · {pages_per_s:.1f} pages/s{depth}"
    )


async def show(look: Callable[[], Snapshot]) -> None:
    """Show progress until cancelled.

    Args:
        look: Returns where the crawl stands now.
    """
    recent: deque[tuple[float, int]] = deque()

    def text() -> str:
        snapshot, now = look(), time.monotonic()
        recent.append((now, snapshot.fetched))
        while now - recent[0][0] > _RATE_OVER_S and len(recent) > 2:
            recent.popleft()
        elapsed = now - recent[0][0]
        return line(snapshot, (snapshot.fetched - recent[0][1]) / elapsed if elapsed > 0 else 0.0)

    if not sys.stderr.isatty():
        while True:
            await asyncio.sleep(_PLAIN_EVERY_S)
            sys.stderr.write(text() + "\n")
            sys.stderr.flush()
    from rich.console import Console

    with Console(stderr=True).status(text()) as status:
        while True:
            await asyncio.sleep(_LIVE_EVERY_S)
            status.update(text())
