"""Politeness: one host's clock as a value. Pure; the time and the random number are arguments.

The delay is counted from the real sending of a request. It grows when a host answers 429 or 503 or
fails, and falls back to the floor by and by when it answers (as in Scrapy's AutoThrottle, growth is
at once and decline is gradual).
"""

from dataclasses import dataclass, replace

from crawler.model import TRANSIENT, Fetched, Reason

_BACKOFF_S = 1.0
"""First pause after a trouble that can pass; doubled with each further one."""
_MAX_BACKOFF_S = 60.0
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
    """When the next request to one host may be sent."""

    floor_s: float
    """Least seconds between two requests: `--delay`, or the host's Crawl-delay if longer."""
    delay_s: float
    """Seconds between two requests at present."""
    due_at: float = 0.0
    """Earliest time of the next request, on the caller's monotonic clock."""
    in_flight: int = 0
    troubles: int = 0
    """Troubles in a row that can pass."""


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


def answered(clock: HostClock, fetched: Fetched, manners: Manners, now: float, jitter: float) -> HostClock:
    """Return the clock after a request ended at `now`.

    Args:
        clock: The host's clock so far.
        fetched: What came of the request.
        manners: What holds for every host.
        now: The caller's monotonic time, in seconds.
        jitter: A random number from 0 to 1, so that hosts do not come back in step.
    """
    clock = replace(clock, in_flight=clock.in_flight - 1)
    if fetched.reason not in TRANSIENT:
        delay = clock.floor_s + (clock.delay_s - clock.floor_s) * _DECLINE
        if delay - clock.floor_s < 0.01:
            delay = clock.floor_s
        return replace(clock, troubles=0, delay_s=delay)
    troubles = clock.troubles + 1
    pause = min(_BACKOFF_S * 2 ** (troubles - 1), _MAX_BACKOFF_S) * (0.5 + jitter / 2)
    if fetched.retry_after_s is not None:
        pause = max(pause, min(fetched.retry_after_s, manners.max_retry_after_s))
    delay = clock.delay_s
    if fetched.reason is Reason.HTTP_429 or fetched.status == 503:
        delay = min(max(delay * 2, _BACKOFF_S / 2), _MAX_BACKOFF_S)
    return replace(clock, troubles=troubles, delay_s=delay, due_at=max(clock.due_at, now + pause))
