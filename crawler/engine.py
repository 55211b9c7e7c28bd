"""The one loop: lease, fetch, extract, acknowledge. It owns every task, and decides nothing by itself.

One leaser hands out URLs of hosts that politeness says are due, N fetchers turn each into an `Outcome`, one
writer acknowledges outcomes in batches. New URLs go to the database, never to a queue, so that back-pressure
cannot deadlock. Hosts take turns; a host stands in exactly one place: ready, waiting for its due time,
or parked while all it may have is in flight or it has nothing to lease.
"""

import asyncio
import heapq
import logging
import random
import time
from collections import OrderedDict, deque
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from functools import partial
from typing import NamedTuple

from crawler import politeness, robots
from crawler.config import PolitenessSection
from crawler.fetch import Fetcher
from crawler.model import TRANSIENT, Fetched, Lease, Outcome, Reason, State
from crawler.politeness import HostClock, Manners
from crawler.robots import Rules
from crawler.store import HostRow, Store
from crawler.url import host_of
from crawler.workers import Workers

log = logging.getLogger(__name__)

_MAX_HOSTS = 1024
"""Hosts looked at together; the others wait in the database, so that a million hosts cost disk, not memory."""
_LEASED_AT_ONCE = 8
"""URLs leased for one host in one transaction, where nothing slows the host down."""
_BATCH = 64
"""Outcomes acknowledged in one transaction: more do not make a page cheaper, fewer do make it dearer."""
_LINGER_S = 0.1
"""How long the writer waits for a fuller batch, as long as there are outcomes to come."""

_EXCLUDED = (Reason.ROBOTS, Reason.PRIVATE_ADDRESS, Reason.SCHEME, Reason.BAD_URL)
"""Reasons that say a URL was never to be asked for; any other trouble is a failure."""


@dataclass(frozen=True, slots=True)
class Limits:
    """What ends a run before the frontier is empty; None means no limit."""

    max_pages: int | None
    max_time_s: float | None


@dataclass(slots=True)
class _Host:
    row: HostRow
    clock: HostClock
    rules: Rules | None
    peer: "_Peer"
    """What it answers from, as far as it is known; it shares its manners."""
    robots_tries: int = 0
    robots_hops: tuple[str, ...] = ()
    """Where its /robots.txt was redirected to in this try."""
    asking_robots: bool = False
    leases: deque[Lease] = field(default_factory=deque)
    parked: bool = False


@dataclass(slots=True)
class _Address:
    """An address that hosts share; they share its manners as well."""

    clock: HostClock
    waiting: deque[int] = field(default_factory=deque)
    """Hosts that wait for a connection to it."""


@dataclass(frozen=True, slots=True)
class _Robots:
    """A request for a host's /robots.txt."""

    host_id: int
    url: str


_Job = Lease | _Robots
_Peer = tuple[str, int]
"""An address, or a name as long as its address is not known, and a port."""


class _Sending(NamedTuple):
    """A request to send, and the address whose manners it was counted in."""

    job: _Job
    peer: _Peer


class Engine:
    """One run of a crawl."""

    def __init__(
        self,
        store: Store,
        fetcher: Fetcher,
        workers: Workers,
        manners: PolitenessSection,
        token: str,
        limits: Limits,
    ) -> None:
        self._store = store
        self._fetcher = fetcher
        self._workers = workers
        self._section = manners
        self._manners = Manners(
            manners.per_host, manners.delay, manners.max_crawl_delay, manners.max_retry_after
        )
        self._token = token
        self._limits = limits
        self._hosts: OrderedDict[int, _Host] = OrderedDict()
        self._addresses: dict[_Peer, _Address] = {}
        self._ready: deque[int] = deque()
        self._due: list[tuple[float, int]] = []
        self._cursor = 0
        self._fetching = 0
        self._unacknowledged = 0
        self._deadline: float | None = None
        self._wake = asyncio.Event()
        self._jobs: asyncio.Queue[_Sending | None] = asyncio.Queue(manners.concurrency)
        self._done: asyncio.Queue[Outcome | None] = asyncio.Queue(manners.concurrency)
        self._outcome: str | None = None
        self.depth: int | None = None
        """Depth of the page asked for last."""

    @property
    def in_flight(self) -> int:
        """URLs handed out and not acknowledged."""
        return self._unacknowledged

    def stop(self, outcome: str) -> None:
        """End leasing; what is in flight still lands. `outcome` says why."""
        self._outcome = self._outcome or outcome
        self._wake.set()

    async def run(self) -> str:
        """Crawl until nothing is pending, a limit is met, or `stop` is called.

        Returns:
            How it ended: `done`, or what stopped it.
        """
        if self._limits.max_time_s is not None:
            self._deadline = asyncio.get_running_loop().time() + self._limits.max_time_s
        async with asyncio.TaskGroup() as group:
            group.create_task(self._write(), name="writer")
            async with asyncio.TaskGroup() as feeders:
                feeders.create_task(self._lease(), name="leaser")
                for number in range(self._section.concurrency):
                    feeders.create_task(self._work(), name=f"fetcher {number}")
            await self._done.put(None)
        return self._outcome or "done"

    # -- leasing

    async def _lease(self) -> None:
        loop = asyncio.get_running_loop()
        while self._outcome is None:
            self._wake.clear()  # before the look, or a wake-up between the two is lost
            now = loop.time()
            chosen = self._choose(now)
            if isinstance(chosen, Outcome):
                self._unacknowledged += 1
                await self._done.put(chosen)
            elif chosen is not None:
                self._fetching += 1
                await self._jobs.put(chosen)
            elif self._outcome is None:
                if not self._fetching and not self._unacknowledged and not self._due:
                    break
                await self._wait(now)
        self._store.release([lease for host in self._hosts.values() for lease in host.leases])
        for _ in range(self._section.concurrency):
            await self._jobs.put(None)

    async def _wait(self, now: float) -> None:
        times = [at for at in (self._due[0][0] if self._due else None, self._deadline) if at is not None]
        try:
            async with asyncio.timeout(max(0.0, min(times) - now) if times else None):
                await self._wake.wait()
        except TimeoutError:
            return

    def _choose(self, now: float) -> _Sending | Outcome | None:
        """Return the next request to send, a verdict that needs none, or None if nothing is due."""
        if self._deadline is not None and now >= self._deadline:
            self.stop("max_time")
            return None
        if self._fetching >= self._section.concurrency:
            return None
        most = self._limits.max_pages
        if most is not None:
            fetched = self._store.counts[State.FETCHED, None]
            if fetched >= most:
                self.stop("max_pages")
            if fetched + self._unacknowledged >= most:
                return None
        while self._due and self._due[0][0] <= now:
            self._ready.append(heapq.heappop(self._due)[1])
        if not self._ready:
            self._refill(now)
        while self._ready:
            host = self._hosts[self._ready.popleft()]
            if host.clock.due_at > now:
                heapq.heappush(self._due, (host.clock.due_at, host.row.id))
                continue
            if self._waits_for_address(host, now):
                continue
            job = self._next_of(host)
            if job is None:
                self._park(host)
            elif isinstance(job, Outcome):
                self._ready.append(host.row.id)
                return job
            else:
                host.clock = politeness.sent(host.clock, now)
                sending = _Sending(job, self._peer_next(host))
                address = self._address(sending.peer)
                address.clock = politeness.sent(address.clock, now)
                host.parked = True
                if not isinstance(job, _Robots):
                    self.depth = job.depth
                    self._unacknowledged += 1
                    self._unpark(host, now)
                return sending
        return None

    def _waits_for_address(self, host: _Host, now: float) -> bool:
        """Put a host aside whose address has no connection to spare or is not due; say whether that is so."""
        address = self._address(self._peer_next(host))
        if not politeness.is_free(address.clock, self._manners):
            address.waiting.append(host.row.id)
            return True
        if address.clock.due_at > now:
            heapq.heappush(self._due, (address.clock.due_at, host.row.id))
            return True
        return False

    def _peer_next(self, host: _Host) -> _Peer:
        """Return what the next request goes to: the host, or where its /robots.txt was redirected to."""
        if host.rules is None and host.robots_hops:
            return self._fetcher.peer_of(host.robots_hops[-1])
        return host.peer

    def _next_of(self, host: _Host) -> _Job | Outcome | None:
        if host.rules is None:
            if host.asking_robots:
                return None
            if not host.leases and not self._lease_for(host):
                return None
            host.asking_robots = True
            url = host.robots_hops[-1] if host.robots_hops else f"{_root_of(host.row)}robots.txt"
            return _Robots(host.row.id, url)
        if not host.leases and not self._lease_for(host):
            return None
        lease = host.leases.popleft()
        refused = host.rules.verdict(lease.url, self._token)
        if refused is not None:
            return Outcome(lease, _state_of(refused), refused)
        return lease

    def _lease_for(self, host: _Host) -> bool:
        count = 1 if host.clock.delay_s > 0 or host.rules is None else _LEASED_AT_ONCE
        if self._limits.max_pages is not None:
            count = 1
        host.leases.extend(self._store.lease(host.row.id, count))
        return bool(host.leases)

    def _refill(self, now: float) -> None:
        """Take more hosts from the database, after the last one taken; then begin anew."""
        room = _MAX_HOSTS - len(self._hosts)
        if room <= 0:
            return
        found = self._store.waiting_hosts(self._cursor, room)
        if not found and self._cursor:
            found = self._store.waiting_hosts(0, room)
        for host_id in found:
            self._enter(host_id, now)
        self._cursor = found[-1] if found else 0

    def _enter(self, host_id: int, now: float) -> None:
        """Look at a host (again): it has something to lease."""
        host = self._hosts.get(host_id)
        if host is None:
            if len(self._hosts) >= _MAX_HOSTS:
                return
            row = self._store.host(host_id)
            clock = politeness.begin_host(self._manners)
            rules = self._stored_rules(row)
            if rules is not None:
                clock = replace(
                    politeness.with_crawl_delay(clock, rules.crawl_delay_s, self._manners, now), due_at=now
                )
            self._hosts[host_id] = _Host(row, clock, rules, self._fetcher.peer_of(_root_of(row)))
            self._ready.append(host_id)
        elif host.parked:
            self._unpark(host, now)

    def _stored_rules(self, row: HostRow) -> Rules | None:
        if self._section.ignore_robots:
            return robots.ALLOW_ALL
        age_s = time.time() - row.robots.fetched_at if row.robots is not None else robots.MAX_AGE_S
        if row.robots is None or not 0 <= age_s < robots.MAX_AGE_S:
            return None
        kept = robots.rules(row.robots, self._token)
        # A refusal holds for the run that met it; the next run asks again.
        return None if kept.refused is not None else kept

    def _park(self, host: _Host) -> None:
        host.parked = True
        if host.clock.in_flight == 0 and not host.clock.troubles and len(self._hosts) > _MAX_HOSTS // 2:
            del self._hosts[host.row.id]

    def _unpark(self, host: _Host, now: float) -> None:
        """Put a host back in turn, if it may have another request."""
        if host.asking_robots or not politeness.is_free(host.clock, self._manners):
            return
        host.parked = False
        if host.clock.due_at <= now:
            self._ready.append(host.row.id)
        else:
            heapq.heappush(self._due, (host.clock.due_at, host.row.id))

    # -- fetching

    async def _work(self) -> None:
        while (sending := await self._jobs.get()) is not None:
            job = sending.job
            if await self._fetcher.locate(job.url) != sending.peer:
                self._put_back(job)
            elif isinstance(job, _Robots):
                self._begin(job.host_id, sending.peer)
                answer = await self._ask_robots(job, partial(self._begin, job.host_id, sending.peer))
                self._answer(job.host_id, answer, first=False)
            else:
                self._begin(job.host_id, sending.peer)
                sent = partial(self._begin, job.host_id, sending.peer)
                fetched = await self._fetcher.get(job.url, sent)
                self._answer(job.host_id, fetched, first=job.attempts == 0)
                await self._done.put(await self._outcome_of(job, fetched))
            self._leave(sending.peer)
            self._fetching -= 1
            self._wake.set()

    def _put_back(self, job: _Job) -> None:
        """Take a request back that was not sent: its host has an address by now, and waits for its turn there."""
        host, now = self._hosts[job.host_id], asyncio.get_running_loop().time()
        host.peer = self._fetcher.peer_of(_root_of(host.row))
        host.clock = politeness.left(host.clock)
        if not host.clock.in_flight and not host.clock.troubles:
            host.clock = replace(host.clock, due_at=now)  # nothing was sent to it
        if isinstance(job, _Robots):
            host.asking_robots = False
        else:
            self._unacknowledged -= 1
            if self._outcome is None:
                host.leases.appendleft(job)
            else:
                self._store.release([job])
        if host.parked:
            self._unpark(host, now)

    def _leave(self, peer: _Peer) -> None:
        """Let the hosts that wait for an address have their turn."""
        address = self._address(peer)
        address.clock = politeness.left(address.clock)
        self._ready.extend(address.waiting)
        address.waiting.clear()

    def _address(self, peer: _Peer) -> _Address:
        address = self._addresses.get(peer)
        if address is None:
            if len(self._addresses) > _MAX_HOSTS:
                now = asyncio.get_running_loop().time()
                idle = [
                    key
                    for key, one in self._addresses.items()
                    if not one.clock.in_flight and one.clock.due_at <= now
                ]
                for key in idle:
                    del self._addresses[key]
            address = self._addresses[peer] = _Address(politeness.begin_host(self._manners))
        return address

    def _begin(self, host_id: int, peer: _Peer) -> None:
        """Count the delay from the real sending, after the connection is made: no stall ends in a burst."""
        now = asyncio.get_running_loop().time()
        for one in (self._hosts[host_id], self._address(peer)):
            due_at = now + one.clock.delay_s
            if due_at > one.clock.due_at:
                one.clock = replace(one.clock, due_at=due_at)

    def _answer(self, host_id: int, fetched: Fetched, *, first: bool) -> None:
        host, now = self._hosts[host_id], asyncio.get_running_loop().time()
        if fetched.peer is not None and host_of(fetched.url) == host.row.host:
            host.peer = fetched.peer
        jitter = random.random()  # noqa: S311  # no secret
        host.clock = politeness.answered(host.clock, fetched, self._manners, now, jitter, first=first)
        if politeness.is_dead(host.clock) and host.rules is not None and host.rules.refused is None:
            log.info("%s: given up for this run (%s)", host.row.host, fetched.reason)
            host.rules = Rules(refused=fetched.reason)
            host.clock = replace(host.clock, due_at=now)
        if host.parked:
            self._unpark(host, now)

    async def _ask_robots(self, job: _Robots, sent: Callable[[], None]) -> Fetched:
        host, answer = self._hosts[job.host_id], await self._fetcher.get_text(job.url, robots.MAX_BYTES, sent)
        # Half a megabyte of rules takes half a second: other hosts do not wait for that. Until it is over, this
        # host counts as being asked: it has no rules yet, and would be asked once more.
        rules = await asyncio.to_thread(robots.rules, answer, self._token)
        host.asking_robots = False
        if answer.location is not None and len(host.robots_hops) < robots.MAX_REDIRECTS:
            host.robots_hops += (answer.location,)  # a request like any other: in its turn
            return answer
        host.robots_tries += 1
        host.robots_hops = ()
        if answer.reason in TRANSIENT and host.robots_tries < self._section.attempts:
            return answer
        host.rules = rules
        self._store.keep_robots(host.row.id, answer, rules.crawl_delay_s, robots.MAX_BYTES)
        now = asyncio.get_running_loop().time()
        host.clock = politeness.with_crawl_delay(host.clock, rules.crawl_delay_s, self._manners, now)
        return answer

    async def _outcome_of(self, lease: Lease, fetched: Fetched) -> Outcome:
        log.debug("%s: %s", lease.url, fetched.reason or fetched.status)
        if fetched.reason is not None:
            final = politeness.is_final(fetched, self._manners)
            # An answer that leads nowhere is a failure, whatever is wrong with its target.
            state = _state_of(fetched.reason) if fetched.status is None else State.FAILED
            return Outcome(lease, state, fetched.reason, fetched, final=final)
        if fetched.location is not None:
            return Outcome(lease, State.REDIRECTED, Reason.ALIAS, fetched)
        extracted = await self._workers.extract(fetched)
        if isinstance(extracted, Reason):
            return Outcome(lease, State.FAILED, extracted, fetched)
        # The worker has packed the body; holding it twice would double the memory of a batch.
        return Outcome(lease, State.FETCHED, None, replace(fetched, body=None), extracted)

    # -- acknowledging

    async def _write(self) -> None:
        ended = False
        while not ended:
            batch = [await self._done.get()]
            try:
                async with asyncio.timeout(_LINGER_S):
                    while len(batch) < min(_BATCH, self._unacknowledged) and batch[-1] is not None:
                        batch.append(await self._done.get())
            except TimeoutError:
                pass
            outcomes = [outcome for outcome in batch if outcome is not None]
            ended = len(outcomes) < len(batch)
            if outcomes:
                self._acknowledge(outcomes)

    def _acknowledge(self, outcomes: list[Outcome]) -> None:
        acknowledged = self._store.acknowledge(outcomes)
        self._unacknowledged -= len(outcomes)
        now = asyncio.get_running_loop().time()
        for host_id in sorted(
            acknowledged.waiting_hosts.union(outcome.lease.host_id for outcome in outcomes)
        ):
            self._enter(host_id, now)
        self._wake.set()


def _root_of(row: HostRow) -> str:
    return f"{row.scheme}://{row.host}/"


def _state_of(reason: Reason) -> State:
    return State.EXCLUDED if reason in _EXCLUDED else State.FAILED
