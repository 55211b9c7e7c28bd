"""Frontier decisions: where a URL stands once a way to it is found, or a fetch of it has ended.

Pure: no clock, store or network. The store asks, and writes the answer in the transaction that holds
the facts it rests on. Depth is kept exact by relaxation (label correcting, as in Bellman-Ford), so the
result never depends on the order of responses.
"""

from dataclasses import dataclass, replace

from crawler.model import TRANSIENT, Kind, Reason, Standing, State
from crawler.scope import Scope

MAX_REDIRECTS = 10
"""Redirects in a row that are followed; the next one fails the URLs that led there (design, section 6)."""

UNFOLLOWED = Standing(State.EXCLUDED, Reason.NOT_FOLLOWED, None)
"""Where a URL stands that only unfollowed links reach."""


@dataclass(frozen=True, slots=True)
class Reach:
    """How far a crawl goes: the part of its configuration that frontier decisions rest on."""

    depth: int
    """Deepest level that is fetched, inclusive."""
    follow: frozenset[Kind]
    max_position: int | None
    """Follow only the first K links of each block; None follows all."""
    attempts: int
    """Requests for one URL before a passing trouble is final."""
    max_pages_per_site: int | None
    scope: Scope

    def follows(self, kind: Kind, position: int) -> bool:
        """Say whether a link of this kind in this position is followed."""
        return kind in self.follow and (self.max_position is None or position <= self.max_position)


def arrive(known: Standing | None, depth: int, *, limit: int, excluded: Reason | None) -> Standing | None:
    """Decide where a URL stands now that a followed way of `depth` clicks to it is known.

    Args:
        known: Its standing so far; None if it was never seen.
        depth: Clicks from the nearest seed along this way; 0 for a seed.
        limit: Deepest level that is fetched, inclusive (`--depth`).
        excluded: The scope's verdict on the URL; None if it may be fetched.

    Returns:
        The new standing, or None if this way is no shorter and nothing changes. When the depth of a
        page with stored links or of an alias falls, the caller offers what hangs on it again.
    """
    if known is not None and known.depth is not None:
        if depth >= known.depth:
            return None
        if known.state is not State.BEYOND:
            # Also while leased: its links are offered at the depth in the row when it is
            # acknowledged, because the depth it was leased with may be stale by then.
            return replace(known, depth=depth)
    if excluded is not None:
        # Before the depth test, or the fate would depend on which way was found first.
        return Standing(State.EXCLUDED, excluded, depth)
    if depth > limit:
        return Standing(State.BEYOND, Reason.DEPTH, depth)
    return Standing(State.PENDING, None, depth)


def settle(leased: Standing, state: State, reason: Reason | None, *, attempt: int, attempts: int) -> Standing:
    """Decide where a leased URL stands after fetch number `attempt` (from 1) of at most `attempts`.

    A failure that can pass puts the URL back until its attempts are used up; its reason is not lost,
    for each attempt has a row of its own in `fetches`.

    Raises:
        ValueError: The URL is not leased: somebody settles what they were not handed.
    """
    if leased.state is not State.LEASED:
        raise ValueError(f"only a leased URL can be settled, not a {leased.state} one")
    if reason in TRANSIENT and attempt < attempts:
        return replace(leased, state=State.PENDING, reason=None)
    return replace(leased, state=state, reason=reason)
