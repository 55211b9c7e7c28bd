"""What the store remembers of traps: how often each text and each family of addresses came."""

import sqlite3
from dataclasses import dataclass, field

from crawler.model import Article, Page
from crawler.trap import (
    MAX_HOSTS_PER_SITE,
    family_of,
    fingerprint,
    is_endless,
    is_trap,
    without_session,
)
from crawler.url import domain_of, host_of, reversed_host


@dataclass(slots=True)
class Traps:
    """Verdicts for one transaction."""

    connection: sqlite3.Connection
    _sprung: dict[str, bool] = field(default_factory=dict)
    _sessions: dict[str, str] = field(default_factory=dict)
    _crowded: dict[int, bool] = field(default_factory=dict)
    _hosts: dict[str, int] = field(default_factory=dict)
    found: set[str] = field(default_factory=set)
    """Families that turned out to be traps in this transaction."""

    def holds(self, url: str, host_id: int) -> bool:
        """Say whether a URL that nobody offered before leads into a trap."""
        if is_endless(url) or self._is_crowded(url, host_id):
            return True
        plain = without_session(url)
        if plain != url and self._first_with(plain, url) != url:
            return True
        family = family_of(plain)
        if family is None:
            return False
        if family not in self._sprung:
            row = self.connection.execute(
                "SELECT fetched, repeated FROM families WHERE family = ?", (family,)
            ).fetchone()
            self._sprung[family] = row is not None and is_trap(*row)
        return self._sprung[family]

    def count(self, page: Page, host_id: int) -> int:
        """Count a fetched page; return how many of its host carried the same text before."""
        before = self._same_text(page.article, host_id)
        plain = without_session(page.url)
        family = family_of(plain)
        if family is not None:
            fetched, repeated = self.connection.execute(
                "INSERT INTO families VALUES (?, 1, ?) ON CONFLICT (family) DO UPDATE SET"
                " fetched = fetched + 1, repeated = repeated + excluded.repeated RETURNING fetched, repeated",
                (family, before > 0),
            ).fetchone()
            if is_trap(fetched, repeated) and not self._sprung.get(family):
                self._sprung[family] = True
                self.found.add(family)
        return before

    def _same_text(self, article: Article, host_id: int) -> int:
        """Return how many pages of the host carried the same text before."""
        text = fingerprint(article)
        if text is None:
            return 0
        (pages,) = self.connection.execute(
            "INSERT INTO texts VALUES (?, ?, 1) ON CONFLICT (host_id, text) DO UPDATE SET pages = pages + 1"
            " RETURNING pages",
            (host_id, text),
        ).fetchone()
        return int(pages) - 1

    def _first_with(self, plain: str, url: str) -> str:
        """Return the first URL that was offered of those that differ in their session only."""
        first = self._sessions.get(plain)
        if first is None:
            (first,) = self.connection.execute(
                "INSERT INTO sessions VALUES (?, ?) ON CONFLICT (plain) DO UPDATE SET plain = excluded.plain"
                " RETURNING url",
                (plain, url),
            ).fetchone()
            self._sessions[plain] = first
        return first

    def _is_crowded(self, url: str, host_id: int) -> bool:
        """Say whether a host's domain had as many hosts as it may before it."""
        if host_id not in self._crowded:
            before = self._hosts_before(host_of(url), host_id)
            self._crowded[host_id] = before >= MAX_HOSTS_PER_SITE
        return self._crowded[host_id]

    def add_host(self, host_id: int, host: str) -> None:
        """Count a host that is new in this transaction."""
        domain = domain_of(host)
        if domain not in self._hosts:
            self._hosts[domain] = self._hosts_before(host, host_id)
        self._crowded[host_id] = self._hosts[domain] >= MAX_HOSTS_PER_SITE
        self._hosts[domain] += 1

    def _hosts_before(self, host: str, host_id: int) -> int:
        """Return how many hosts of the same domain are stored that came before a host."""
        domain = reversed_host(domain_of(host))
        (before,) = self.connection.execute(
            "SELECT count(*) FROM hosts WHERE (reversed_host = ? OR (reversed_host > ? AND reversed_host < ?))"
            " AND id < ?",
            (domain, f"{domain}.", f"{domain}/", host_id),  # "/" follows "." among the characters
        ).fetchone()
        return int(before)

    def exclude_found(self) -> bool:
        """Exclude what still waits of the families found; return whether there was any family."""
        for family in self.found:
            path = family.partition("?")[0]
            waiting = self.connection.execute(
                "SELECT id, url FROM pages WHERE url >= ? AND url < ? AND state = 'pending'",
                (path, f"{path}\U0010ffff"),
            ).fetchall()
            self.connection.executemany(
                "UPDATE pages SET state = 'excluded', reason = 'trap' WHERE id = ?",
                [(key,) for key, url in waiting if family_of(without_session(url)) == family],
            )
        return bool(self.found)
