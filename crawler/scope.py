"""Scope: the verdict on a target, from its URL alone. Pure."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from crawler.errors import UsageError
from crawler.model import Reason
from crawler.url import host_of, site_of


@dataclass(frozen=True, slots=True)
class Scope:
    """Which targets may be fetched; the seeds themselves always may."""

    reach: Literal["any", "site", "host"]
    hosts: frozenset[str]
    """The seeds' hosts."""
    sites: frozenset[str]
    """The seeds' sites."""
    include: tuple[re.Pattern[str], ...]
    exclude: tuple[re.Pattern[str], ...]

    def verdict(self, url: str) -> Reason | None:
        """Return why the target may not be fetched, or None if it may.

        Args:
            url: Canonical URL.
        """
        if self.reach != "any":
            host = host_of(url)
            if host not in self.hosts and (self.reach == "host" or site_of(host) not in self.sites):
                return Reason.OUT_OF_SCOPE
        if self.include and not any(pattern.search(url) for pattern in self.include):
            return Reason.OUT_OF_SCOPE
        if any(pattern.search(url) for pattern in self.exclude):
            return Reason.OUT_OF_SCOPE
        return None


def scope_of(
    seeds: Iterable[str],
    *,
    reach: Literal["any", "site", "host"],
    include: Iterable[str],
    exclude: Iterable[str],
) -> Scope:
    """Return the scope of a crawl.

    Args:
        seeds: Canonical URLs.
        reach: How far from the seeds' hosts targets may be.
        include: Regular expressions, searched for in the canonical URL; one must be found, if there are any.
        exclude: Regular expressions, none of which may be found.

    Raises:
        UsageError: A pattern is no regular expression.
    """
    hosts = frozenset(map(host_of, seeds))
    return Scope(
        reach,
        hosts,
        frozenset(map(site_of, hosts)) if reach == "site" else frozenset(),
        tuple(_compiled(pattern, "--include") for pattern in include),
        tuple(_compiled(pattern, "--exclude") for pattern in exclude),
    )


def _compiled(pattern: str, option: str) -> re.Pattern[str]:
    try:
        return re.compile(pattern)
    except re.error as error:
        raise UsageError(
            f"{option} {pattern}: not a regular expression ({error}); `.*` stands for anything"
        ) from None
