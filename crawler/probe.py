"""A page asked for several times: which of its blocks are fixed, which are drawn anew for each visit.

One crawl cannot tell a list that was drawn once for each story from one that is drawn for each visit; a few visits
can. They are as polite as a crawl: robots.txt first, the host's delay between any two requests, behind the guard.
"""

import asyncio
import random
from collections import Counter
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from hashlib import sha256
from itertools import combinations

from crawler import politeness, robots
from crawler.config import Config
from crawler.errors import CrawlError, UsageError
from crawler.fetch import Fetcher, open_fetcher, user_agent
from crawler.model import TRANSIENT, Block, Fetched, Kind, Reason
from crawler.politeness import HostClock, Manners
from crawler.robots import Rules, product_token
from crawler.url import canonicalise, host_of, scheme_of

MAX_REDIRECTS = 10

Extract = Callable[[Fetched], Sequence[Block]]
"""What reads the blocks of an answer with a body."""


class Variation(StrEnum):
    """How a block differs between visits."""

    FIXED = "fixed"
    """The same entries in the same order each time."""
    SHUFFLED = "shuffled"
    """The same entries in another order."""
    ROTATING = "rotating"
    """Other entries."""
    UNKNOWN = "unknown"
    """Seen once only."""


@dataclass(frozen=True, slots=True)
class ProbedBlock:
    """One block over all visits."""

    kind: Kind
    label: str | None
    path: str
    variation: Variation
    seen: int
    """Visits on which it was there."""
    entries: float
    """Mean number of entries."""
    distinct: int
    """Distinct targets over all visits."""
    always: int
    """Targets that were there each time it was."""
    overlap: float
    """Mean share of two visits' targets, taken together, that both have (Jaccard)."""
    least_overlap: float


@dataclass(frozen=True, slots=True)
class Probe:
    """What several visits of one page showed."""

    url: str
    """Where the visits ended, after redirects."""
    visits: int
    """Visits that brought the page."""
    trouble: str | None
    """Why there are fewer than were asked for; None if there are not."""
    same_bytes: bool
    """Whether all visits brought the same bytes: a cache may have answered."""
    blocks: tuple[ProbedBlock, ...]


class UnreachableError(CrawlError):
    """The page could not be fetched, not even once."""

    exit_code = 3


# -- comparing; pure


def compare(visits: Sequence[Sequence[Block]]) -> tuple[ProbedBlock, ...]:
    """Compare the blocks of several visits of a page; those of one kind, heading and place belong together."""
    found: dict[tuple[Kind, str | None, str, int], list[tuple[str, ...]]] = {}
    for blocks in visits:
        times = Counter[tuple[Kind, str | None, str]]()
        for block in blocks:
            key = (block.kind, block.label, block.path)
            times[key] += 1
            found.setdefault((*key, times[key]), []).append(
                tuple(link.url for link in block.links if link.refused is None)
            )
    return tuple(_compared(kind, label, path, lists) for (kind, label, path, _), lists in found.items())


def _compared(kind: Kind, label: str | None, path: str, lists: list[tuple[str, ...]]) -> ProbedBlock:
    sets = [frozenset(one) for one in lists]
    overlaps = [len(a & b) / len(a | b) if a | b else 1.0 for a, b in combinations(sets, 2)]
    if len(lists) < 2:
        variation = Variation.UNKNOWN
    elif len(set(lists)) == 1:
        variation = Variation.FIXED
    else:
        variation = Variation.SHUFFLED if len(set(sets)) == 1 else Variation.ROTATING
    return ProbedBlock(
        kind,
        label,
        path,
        variation,
        len(lists),
        round(sum(map(len, lists)) / len(lists), 2),
        len(frozenset().union(*sets)),
        len(sets[0].intersection(*sets)),
        round(sum(overlaps) / len(overlaps), 4) if overlaps else 1.0,
        round(min(overlaps, default=1.0), 4),
    )


# -- visiting


def probe(address: str, times: int, config: Config, extract: Extract) -> Probe:
    """Visit a page several times, and compare its blocks.

    Args:
        address: The page's URL in any spelling; redirects are followed, each time.
        times: Visits.
        config: Of which the sections on fetching and politeness hold.
        extract: What reads the blocks of an answer with a body.

    Raises:
        UsageError: The address is no http(s) URL.
        UnreachableError: Not one visit brought the page; robots.txt may forbid it.
    """
    url = canonicalise(address)
    if isinstance(url, Reason):
        raise UsageError(f"{address}: not an http(s) URL")
    answers, trouble = asyncio.run(_visit(url, times, config))
    if not answers:
        raise UnreachableError(f"{address}: could not be fetched ({trouble})")
    return Probe(
        answers[-1].url,
        len(answers),
        trouble,
        len({sha256(one.body or b"").digest() for one in answers}) == 1,
        compare([extract(one) for one in answers]),
    )


async def _visit(url: str, times: int, config: Config) -> tuple[list[Fetched], str | None]:
    answers: list[Fetched] = []
    async with open_fetcher(config.fetch, 1) as fetcher:
        visitor = _Visitor(fetcher, config)
        for _ in range(times):
            answer = await visitor.page(url)
            if isinstance(answer, str):
                return answers, answer
            answers.append(answer)
    return answers, None


class _Visitor:
    """One request at a time, in the hosts' manners."""

    def __init__(self, fetcher: Fetcher, config: Config) -> None:
        section = config.politeness
        self._fetcher = fetcher
        self._section = section
        self._token = product_token(user_agent(config.fetch))
        self._manners = Manners(1, section.delay, section.max_crawl_delay, section.max_retry_after)
        self._clocks: dict[str, HostClock] = {}
        self._rules: dict[str, Rules] = {}

    async def page(self, url: str) -> Fetched | str:
        """Return the page that a URL leads to, or why there is none."""
        for _ in range(MAX_REDIRECTS + 1):
            refused = (await self._rules_of(url)).verdict(url, self._token)
            if refused is not None:
                return f"{url}: {refused}"
            answer = await self._ask(url, self._fetcher.get)
            if answer.location is None:
                if answer.body is not None:
                    return answer
                return f"{url}: {answer.error or answer.reason}"
            url = answer.location
        return str(Reason.TOO_MANY_REDIRECTS)

    async def _rules_of(self, url: str) -> Rules:
        root = f"{scheme_of(url)}://{host_of(url)}/"
        if self._section.ignore_robots:
            return robots.ALLOW_ALL
        if root not in self._rules:
            target = f"{root}robots.txt"
            for _ in range(robots.MAX_REDIRECTS + 1):
                answer = await self._ask(target, self._text)
                if answer.location is None:
                    break
                target = answer.location
            found = self._rules[root] = await asyncio.to_thread(robots.rules, answer, self._token)
            host = host_of(url)
            self._clocks[host] = politeness.with_crawl_delay(
                self._clocks.get(host, politeness.begin_host(self._manners)),
                found.crawl_delay_s,
                self._manners,
                asyncio.get_running_loop().time(),
            )
        return self._rules[root]

    async def _text(self, url: str) -> Fetched:
        return await self._fetcher.get_text(url, robots.MAX_BYTES)

    async def _ask(self, url: str, get: Callable[[str], Awaitable[Fetched]]) -> Fetched:
        """Send one request when its host is due; a trouble that can pass is tried again, as in a crawl."""
        host, loop = host_of(url), asyncio.get_running_loop()
        for attempt in range(1, self._section.attempts + 1):
            clock = self._clocks.get(host, politeness.begin_host(self._manners))
            await asyncio.sleep(max(clock.due_at - loop.time(), 0))
            clock = politeness.sent(clock, loop.time())
            answer = await get(url)
            jitter = random.random()  # noqa: S311  # no secret
            self._clocks[host] = politeness.answered(
                clock, answer, self._manners, loop.time(), jitter, first=attempt == 1
            )
            if answer.reason not in TRANSIENT or politeness.is_final(answer, self._manners):
                break
        return answer
