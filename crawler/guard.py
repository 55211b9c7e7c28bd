"""Address guard: which addresses may be connected to, checked where the connection is made.

The resolver drops refused addresses, and the socket factory checks the very address that is connected
to: there is no gap between check and use, whatever form the address was written in.
"""

import asyncio
import socket
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network

from aiohttp.abc import AbstractResolver, ResolveResult
from aiohttp.resolver import ThreadedResolver

from crawler.errors import UsageError

_ALSO_PRIVATE = tuple(
    map(ip_network, ("100.64.0.0/10", "192.0.0.0/24", "198.18.0.0/15", "fec0::/10", "64:ff9b:1::/48"))
)
_MAX_NAMES = 65_536
"""Names whose addresses are remembered: some megabytes."""
_NAMES_HOLD_S = 300.0
"""Seconds until a name is resolved again."""
_NAT64 = ip_network("64:ff9b::/96")


class RefusedAddressError(OSError):
    """The address is not one that this crawl may connect to."""


def is_refused(address: str) -> bool:
    """Say whether an IP address is loopback, private, link-local, multicast, reserved or unspecified.

    IPv6 forms that carry an IPv4 address (mapped, 6to4, NAT64) are judged by that address as well.
    """
    ip = ip_address(address.partition("%")[0])
    if isinstance(ip, IPv6Address):
        inner = ip.ipv4_mapped or ip.sixtofour
        if inner is None and ip in _NAT64:
            inner = IPv4Address(int(ip) & 0xFFFFFFFF)
        if inner is not None:
            return is_refused(str(inner))
    return (
        not ip.is_global
        or ip.is_multicast
        or ip.is_reserved
        or any(ip.version == net.version and ip in net for net in _ALSO_PRIVATE)
    )


@dataclass(frozen=True, slots=True)
class Routes:
    """Where connections go instead, as curl's --connect-to: (host, port) → (address, port)."""

    by_target: Mapping[tuple[str, int | None], tuple[str, int]]

    def find(self, host: str, port: int) -> tuple[str, int] | None:
        """Return the address and port that stand in for a host and port; None if none do."""
        for key in ((host, port), (host, None), ("", port), ("", None)):
            if key in self.by_target:
                return self.by_target[key]
        return None


def routes_of(entries: tuple[str, ...]) -> Routes:
    """Parse `--connect-to` entries.

    Args:
        entries: `HOST:PORT:ADDRESS:PORT`, an empty HOST or first PORT standing for any; an IPv6 address
            stands in brackets.

    Raises:
        UsageError: An entry has another form.
    """
    found: dict[tuple[str, int | None], tuple[str, int]] = {}
    for entry in entries:
        host, _, rest = entry.partition(":")
        port, _, rest = rest.partition(":")
        address, _, target_port = rest.rpartition(":")
        address = address.strip("[]")
        try:
            ip_address(address)
            found[host.lower(), int(port) if port else None] = (address, int(target_port))
        except ValueError:
            raise UsageError(
                f"--connect-to {entry}: write HOST:PORT:ADDRESS:PORT, with an IP address, "
                "such as news.example:80:127.0.0.1:8080"
            ) from None
    return Routes(found)


class Guard:
    """What aiohttp's connector asks: a resolver and a socket factory that share one rule."""

    def __init__(
        self,
        routes: Routes,
        allow_private: bool,  # noqa: FBT001  # the option's own value
        proxy: tuple[str, int] | None = None,
    ) -> None:
        self.routes = routes
        self.allow_private = allow_private
        self.proxy = proxy
        # An address the user named is one the user allows.
        self._named = set(routes.by_target.values())
        if proxy is not None:
            self._named.add(proxy)
        self._resolved: dict[str, str] = {}

    def is_named(self, address: str, port: int) -> bool:
        """Say whether `--connect-to` or `--proxy` leads to an address."""
        return (address, port) in self._named

    def allow(self, addresses: Iterable[tuple[str, int]]) -> None:
        """Take addresses for named: those of the proxy's name."""
        self._named.update(addresses)

    def refuses_unresolved(self, host: str, port: int) -> bool:
        """Say whether a host may not be asked for of a proxy, which resolves names itself.

        Only an address and `localhost` can be told by themselves: what a name leads to is for the proxy to refuse.
        """
        name = host.strip("[]").rstrip(".")
        try:
            return self.refuses(str(ip_address(name)), port)
        except ValueError:
            return not self.allow_private and (name == "localhost" or name.endswith(".localhost"))

    def peer_of(self, host: str, port: int) -> tuple[str, int]:
        """Return the address and port that a host's name was resolved to last.

        The name, without a dot behind it, stands for its address if it never was resolved, or if `--connect-to`
        leads there: one server then stands for many.
        """
        name = host.rstrip(".")
        if self.routes.find(host, port) is not None:
            return name, port
        try:
            return str(ip_address(host.strip("[]"))), port
        except ValueError:
            return self._resolved.get(name, name), port

    def is_located(self, host: str, port: int) -> bool:
        """Say whether no resolver needs to be asked where a host is."""
        if host.rstrip(".") in self._resolved or self.routes.find(host, port) is not None:
            return True
        try:
            ip_address(host)
        except ValueError:
            return False
        return True

    def remember(self, host: str, answers: list[ResolveResult]) -> None:
        """Keep what a name was resolved to: of several addresses the least, so that hosts with the same share it."""
        if len(self._resolved) > _MAX_NAMES:
            self._resolved.clear()
        addresses = (answer["host"] for answer in answers)
        self._resolved[host.rstrip(".")] = min(addresses, key=lambda one: (":" in one, one))

    def refuses(self, address: str, port: int) -> bool:
        """Say whether this crawl may not connect to an address."""
        return not self.allow_private and not self.is_named(address, port) and is_refused(address)

    def resolver(self) -> AbstractResolver:
        """Return a resolver that answers with allowed addresses only."""
        return _GuardedResolver(self)

    def socket_factory(self, info: tuple[int, int, int, str, tuple[str, int]]) -> socket.socket:
        """Open the socket for one address, or refuse.

        Raises:
            RefusedAddressError: This crawl may not connect to the address.
        """
        family, kind, protocol, _, target = info
        if self.refuses(target[0], target[1]):
            raise RefusedAddressError(f"{target[0]} is not a public address")
        return socket.socket(family, kind, protocol)


class _GuardedResolver(AbstractResolver):
    def __init__(self, guard: Guard) -> None:
        self._guard = guard
        self._inner = ThreadedResolver(loop=asyncio.get_running_loop())
        self._answers: dict[tuple[str, int, int], tuple[float, list[ResolveResult]]] = {}

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_UNSPEC
    ) -> list[ResolveResult]:
        route = self._guard.routes.find(host, port)
        if route is not None:
            address, target = route
            version = socket.AF_INET6 if ":" in address else socket.AF_INET
            return [
                ResolveResult(
                    hostname=host,
                    host=address,
                    port=target,
                    family=version,
                    proto=0,
                    flags=socket.AI_NUMERICHOST,
                )
            ]
        now, key = asyncio.get_running_loop().time(), (host, port, int(family))
        until, allowed = self._answers.get(key, (0.0, []))
        if now < until:
            return allowed
        answers = await self._inner.resolve(host, port, family)
        if (host, port) == self._guard.proxy:
            self._guard.allow((answer["host"], port) for answer in answers)
        allowed = [answer for answer in answers if not self._guard.refuses(answer["host"], port)]
        if answers and not allowed:
            raise RefusedAddressError(f"{host} has no public address")
        if allowed:
            if len(self._answers) > _MAX_NAMES:
                self._answers.clear()
            self._answers[key] = (now + _NAMES_HOLD_S, allowed)
            self._guard.remember(host, allowed)
        return allowed

    async def close(self) -> None:
        await self._inner.close()
