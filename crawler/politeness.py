"""Politeness: one host's clock as a value. Pure; the time and the random number are arguments.

The delay is counted from the real sending of a request. It grows when a host answers 429 or 503, or slowly,
and falls back to the floor by and by when it answers well (as in Scrapy's AutoThrottle, growth is at once and
decline is gradual). A host that cannot be reached, or loses page after page, is given up for the run.
"""

from dataclasses import dataclass, replace

from crawler.model import TRANSIENT, Fetched, Reason

_BACKOFF_S = 1.0
"""First pause after a trouble that can pass; doubled with each further one."""
_MAX_PAUSE_S = 2.0
"""Longest pause after a trouble of one page (a reset, a 500): the host's other pages need not wait for it."""
_MAX_HOST_PAUSE_S = 16.0
"""Longest pause after a trouble of the host (429, 503, no connection) that names no time itself."""
_MAX_DELAY_S = 5.0
"""Longest delay that grows by itself; Retry-After and Crawl-delay may ask for more."""
_SLOW_S = 2.0
"""Seconds an answer takes from which a host is taken for loaded."""
_UNREACHABLE = 6
"""Failed connections in a row after which a host is given up for this run; a minute and a half of tries."""
_LOST = 24
"""Pages in a row lost at the first try after which a host is given up for this run."""
_DECLINE = 0.7
"""Share of the delay above the floor that is left after each healthy answer."""


@dataclass(frozen=True, slots=True)
class Manners:
    """What holds for every host."""

    per_host: int
    delay_s: float
    max_crawl_delay_s: float
    max_retry_after_s: float


@dataclass(frozen=True, slots=True)
class HostClock:
    """When the next request to one host, or to one address with all its hosts, may be sent."""

    floor_s: float
    """Least seconds between two requests: `--delay`, or the host's Crawl-delay if longer."""
    delay_s: float
    """Seconds between two requests at present."""
    due_at: float = 0.0
    """Earliest time of the next request, on the caller's monotonic clock."""
    in_flight: int = 0
    troubles: int = 0
    """Troubles in a row that can pass."""
    unreachable: int = 0
    """Failed connections in a row."""
    lost: int = 0
    """Pages in a row whose first request met trouble."""


def begin_host(manners: Manners) -> HostClock:
    """Return the clock of a host that nothing was sent to."""
    return HostClock(manners.delay_s, manners.delay_s)


def with_crawl_delay(clock: HostClock, delay_s: float | None, manners: Manners, now: float) -> HostClock:
    """Return the clock once the host's Crawl-delay is known; None means it has none."""
    if delay_s is None:
        return clock
    floor = max(manners.delay_s, min(delay_s, manners.max_crawl_delay_s))
    return replace(
        clock, floor_s=floor, delay_s=max(clock.delay_s, floor), due_at=max(clock.due_at, now + floor)
    )


def is_free(clock: HostClock, manners: Manners) -> bool:
    """Say whether the host has a connection to spare; it may still have to wait for `due_at`."""
    return clock.in_flight < manners.per_host


def sent(clock: HostClock, now: float) -> HostClock:
    """Return the clock after a request was sent at `now`."""
    return replace(clock, in_flight=clock.in_flight + 1, due_at=max(clock.due_at, now + clock.delay_s))


def left(clock: HostClock) -> HostClock:
    """Return the clock of an address after a request to one of its hosts ended."""
    return replace(clock, in_flight=clock.in_flight - 1)


def is_dead(clock: HostClock) -> bool:
    """Say whether a host is given up for this run: its other URLs fail without a request, so that it ends."""
    return clock.unreachable >= _UNREACHABLE or clock.lost >= _LOST


def is_final(fetched: Fetched, manners: Manners) -> bool:
    """Say whether an answer asks for more patience than this crawl has: its URL is not tried again."""
    return fetched.retry_after_s is not None and fetched.retry_after_s > manners.max_retry_after_s


def answered(
    clock: HostClock, fetched: Fetched, manners: Manners, now: float, jitter: float, *, first: bool = True
) -> HostClock:
    """Return the clock after a request ended at `now`.

    Args:
        clock: The host's clock so far.
        fetched: What came of the request.
        manners: What holds for every host.
        now: The caller's monotonic time, in seconds.
        jitter: A random number from 0 to 1, so that hosts do not come back in step.
        first: Whether it was the first request for its URL.
    """
    clock = replace(clock, in_flight=clock.in_flight - 1)
    if fetched.reason not in TRANSIENT:
        delay = clock.floor_s + (clock.delay_s - clock.floor_s) * _DECLINE
        if fetched.duration_s > _SLOW_S:
            # As in AutoThrottle: with N connections, an answer that takes T seconds bears a request each T/N.
            delay = max(delay, min(fetched.duration_s / manners.per_host, _MAX_DELAY_S))
        if delay - clock.floor_s < 0.01:
            delay = clock.floor_s
        return replace(clock, troubles=0, unreachable=0, lost=0, delay_s=delay)
    troubles = clock.troubles + 1
    refused = fetched.reason in (Reason.CONNECT, Reason.DNS)
    loaded = fetched.reason is Reason.HTTP_429 or fetched.status == 503
    longest = _MAX_HOST_PAUSE_S if refused or loaded else _MAX_PAUSE_S
    pause = min(_BACKOFF_S * 2 ** min(troubles - 1, 10), longest) * (0.5 + jitter / 2)
    if fetched.retry_after_s is not None and not is_final(fetched, manners):
        pause = max(pause, fetched.retry_after_s)
    delay = clock.delay_s
    if loaded:
        delay = max(delay, min(max(delay * 2, _BACKOFF_S / 2), _MAX_DELAY_S))
    return replace(
        clock,
        troubles=troubles,
        unreachable=clock.unreachable + 1 if refused else 0,
        lost=clock.lost + first,
        delay_s=delay,
        due_at=max(clock.due_at, now + pause),
    )
