"""Sample farm networks, and the truth about them. Pure: the same numbers give the same bytes everywhere.

An article is a number; all about it follows from that number and the network's seed, so that a network of any
size costs no memory. The truth is computed from the same link structure by a plain breadth-first search that
shares no code with the crawler.
"""

import random
from collections import deque
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache

from crawler.demo import words

KINDS = ("related", "ranking", "recommendation")
LABELS = {"related": "Related", "ranking": "Ranking", "recommendation": "Recommendation"}
_COUNTS = {"related": 10, "ranking": 8, "recommendation": 8}
_EPOCH = datetime(2025, 4, 12, 21, 23, 12)


@dataclass(frozen=True, slots=True)
class Answer:
    """What the network answers to one request."""

    status: int
    body: bytes
    content_type: str = "text/html; charset=utf-8"
    location: str | None = None
    delay_s: float = 0.0


@dataclass(frozen=True, slots=True)
class Story:
    """An article as it is shown."""

    number: int
    url: str
    title: str
    published: str
    likes: int
    views: int | None
    paragraphs: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry of one block: the address as written, and what it means."""

    written: str
    url: str
    """Canonical URL; of an alias, if the entry names one."""
    anchor: str


@dataclass(frozen=True, slots=True)
class Truth:
    """What a crawl of a network must find."""

    nodes: dict[str, tuple[str, str | None, int | None]]
    """State, reason and depth by URL."""
    links: list[tuple[str, str, str, int, str]]
    """Source, final target, kind, position and anchor."""


@dataclass(frozen=True, slots=True)
class Network:
    """A network of farm sites; made by `generate`."""

    number: int
    hosts: tuple[str, ...]
    brands: tuple[str, ...]
    articles: int
    faults: bool
    """Whether there are dead links, redirects, disallowed paths and a slow host."""

    @property
    def seed(self) -> str:
        """An article to begin at."""
        return self.url_of(2)

    # -- structure

    def site_of(self, article: int) -> int:
        """Return the number of an article's site: the first site has most."""
        place = (article * 7919) % 100 / 100
        return min(int(place**1.4 * len(self.hosts)), len(self.hosts) - 1)

    def url_of(self, article: int) -> str:
        """Return the canonical URL of an article, in its site's manner."""
        host, topic = self.hosts[self.site_of(article)], words.TOPICS[article % len(words.TOPICS)]
        match self.site_of(article) % 3:
            case 0:
                return f"http://{host}/news/{topic}/{article}.html"
            case 1:
                folder = "press" if self.is_disallowed(article) else "stories"
                return f"http://{host}/{folder}/{topic}-{article}/"
            case _:
                return f"http://{host}/show.php?cat={topic}&id={article}"

    def is_disallowed(self, article: int) -> bool:
        """Say whether the article's robots.txt disallows it."""
        return self.faults and self.site_of(article) % 3 == 1 and article % 23 == 7

    def status_of(self, article: int) -> int:
        """Return the status an article answers with: some are dead."""
        if not self.faults or self.url_of(article) == self.seed:
            return 200
        return {11: 404, 30: 410, 52: 404}.get(article % 61, 200)

    def aliases_of(self, article: int) -> tuple[str, ...]:
        """Return the URLs that redirect to an article, the farthest first."""
        if not self.faults or article % 13 != 4:
            return ()
        host = self.hosts[self.site_of(article)]
        if article % 26 == 4:
            other = self.hosts[(self.site_of(article) + 1) % len(self.hosts)]
            return (f"http://{other}/out/{article}", f"http://{host}/go/{article}")
        return (f"http://{host}/go/{article}",)

    def story(self, article: int) -> Story:
        """Return an article's text; some are copies of another site's, under a changed headline."""
        chance = random.Random(f"{self.number}:story:{article}")
        title, paragraphs = self._written(self.original_of(article))
        if self.original_of(article) != article:
            title = chance.choice(words.COPIED).format(title)
        published = _EPOCH - timedelta(minutes=37 * (article % 4000) + article % 7)
        views = chance.randrange(10, 90_000) if chance.random() < 0.5 else None
        stamp = published.strftime("%Y-%m-%d %H:%M:%S")
        return Story(article, self.url_of(article), title, stamp, chance.randrange(3, 990), views, paragraphs)

    def original_of(self, article: int) -> int:
        """Return the article that this one is a copy of; itself if it is none."""
        return article - 8 if article % 9 == 5 and article >= 8 else article

    def _written(self, article: int) -> tuple[str, tuple[str, ...]]:
        chance = random.Random(f"{self.number}:text:{article}")
        topic = words.TOPICS[article % len(words.TOPICS)]
        title = " ".join(
            (chance.choice(words.SUBJECTS[topic]), chance.choice(words.VERBS), chance.choice(words.OBJECTS))
        )
        title = f"{title} {chance.choice(words.ENDINGS)}"
        count = chance.randrange(3, 7)
        paragraphs = tuple(
            f"{title}." if n == 0 else " ".join(chance.sample(words.SENTENCES, 3)) for n in range(count)
        )
        return title, paragraphs

    def entries(self, article: int, kind: str) -> list[Entry]:
        """Return the entries of one block of an article."""
        if kind == "ranking":
            # The same on each page of a site, one entry a sister site's: that is what ties farms together.
            chance = random.Random(f"{self.number}:ranking:{self.site_of(article)}")
        else:
            chance = random.Random(f"{self.number}:{kind}:{article}")
        found: dict[int, None] = {}
        while len(found) < _COUNTS[kind]:
            target = self._pick(article, kind, chance, len(found))
            if target != article or kind == "ranking":
                found[target] = None
        return [self._entry(article, target, chance) for target in found]

    def _pick(self, article: int, kind: str, chance: random.Random, place: int) -> int:
        topics = len(words.TOPICS)
        if kind == "related":
            return (
                chance.randrange((self.articles - 1 - article % topics) // topics + 1) * topics
                + article % topics
            )
        for _ in range(50):
            target = chance.randrange(self.articles)
            own = self.site_of(target) == self.site_of(article)
            if own == (place != 5 if kind == "ranking" else chance.random() < 0.8):
                break
        return target

    def _entry(self, article: int, target: int, chance: random.Random) -> Entry:
        url, anchor = self.url_of(target), self.story(target).title
        aliases, turn = self.aliases_of(target), chance.random()
        if aliases and turn < 0.5:
            return Entry(aliases[0], aliases[0], anchor)
        written = url
        if self.faults and turn > 0.9:
            written += ("&" if "?" in url else "?") + "utm_source=block&utm_medium=web"
        elif self.faults and turn > 0.85:
            written += "#comments"
        host = f"http://{self.hosts[self.site_of(article)]}"
        if turn < 0.75 and written.startswith(f"{host}/"):
            written = written.removeprefix(host)
        return Entry(written, url, anchor)

    # -- answers

    def answer(self, url: str) -> Answer:
        """Return what the network answers to a GET of an absolute URL."""
        host, _, path = url.removeprefix("http://").partition("/")
        if host not in self.hosts:
            return Answer(404, b"no such site")
        delay_s = 0.05 if self.faults and self.hosts.index(host) == 2 else 0.0
        if path == "robots.txt":
            text = (
                "User-agent: *\nDisallow: /press/\n"
                if self.hosts.index(host) % 3 == 1
                else "User-agent: *\nDisallow:\n"
            )
            return Answer(200, text.encode(), "text/plain", delay_s=delay_s)
        digits = "".join(
            filter(str.isdigit, path.rpartition("id=")[2].rpartition("-")[2].rpartition("/")[2] or path)
        )
        if path.endswith("/"):
            digits = "".join(filter(str.isdigit, path.rpartition("-")[2]))
        article = int(digits) if digits else -1
        if not 0 <= article < self.articles:
            return Answer(404, b"<h1>Not found</h1>", delay_s=delay_s)
        chain = (*self.aliases_of(article), self.url_of(article))
        if url in chain[:-1]:
            return Answer(302, b"", location=chain[chain.index(url) + 1], delay_s=delay_s)
        if url != self.url_of(article) or self.status_of(article) != 200:
            status = self.status_of(article) if url == self.url_of(article) else 404
            return Answer(status, b"<h1>Gone</h1>", delay_s=delay_s)
        from crawler.demo.markup import render

        return Answer(200, render(self, article).encode(), delay_s=delay_s)

    # -- truth

    def truth(
        self, seeds: Iterable[str], depth: int, follow: Iterable[str] = KINDS, max_position: int | None = None
    ) -> Truth:
        """Return what a crawl must find: breadth-first search, redirects at no cost.

        Args:
            seeds: Canonical URLs.
            depth: Deepest level that is fetched, inclusive.
            follow: Kinds of block whose links are followed.
            max_position: Follow only the first K links of each block; None follows all.
        """
        numbers = {url: article for article in range(self.articles) for url in self._addresses(article)}
        nodes: dict[str, tuple[str, str | None, int | None]] = {}
        queue = deque((url, 0) for url in seeds)
        found: list[tuple[str, str, str, int, str]] = []
        lone: dict[str, None] = {}
        final: dict[str, str] = {}
        followed = set(follow)
        while queue:
            url, level = queue.popleft()
            if url in nodes:
                continue
            article = numbers[url]
            chain = (*self.aliases_of(article), self.url_of(article))
            if level > depth:
                nodes[url] = ("beyond", "depth", level)
            elif url != chain[-1]:
                nodes[url] = ("redirected", "alias", level)
                final[url] = chain[chain.index(url) + 1]
                queue.appendleft((final[url], level))
            elif self.is_disallowed(article):
                nodes[url] = ("excluded", "robots", level)
            elif self.status_of(article) != 200:
                nodes[url] = ("failed", f"http_{self.status_of(article)}", level)
            else:
                nodes[url] = ("fetched", None, level)
                for kind, position, entry in self._blocks(article):
                    found.append((url, entry.url, kind, position, entry.anchor))
                    if kind in followed and (max_position is None or position <= max_position):
                        if entry.url != url:
                            queue.append((entry.url, level + 1))
                    else:
                        lone[entry.url] = None
        nodes.update({url: ("excluded", "not_followed", None) for url in lone if url not in nodes})

        def end(url: str) -> str:
            while url in final:
                url = final[url]
            return url

        return Truth(nodes, [(source, end(target), *rest) for source, target, *rest in found])  # type: ignore[misc]

    def _addresses(self, article: int) -> Iterator[str]:
        yield from self.aliases_of(article)
        yield self.url_of(article)

    def _blocks(self, article: int) -> Iterator[tuple[str, int, Entry]]:
        for kind in KINDS:
            for position, entry in enumerate(self.entries(article, kind), 1):
                yield kind, position, entry


@lru_cache(maxsize=8)
def generate(number: int = 1, *, sites: int = 3, articles: int = 400, faults: bool = True) -> Network:
    """Return a network.

    Args:
        number: Which one; the same number gives the same network.
        sites: How many sites it has.
        articles: How many articles they have together; at least 200.
        faults: Whether there are dead links, redirects, tracking parameters, disallowed paths, a slow host.
    """
    names = [words.BRANDS[site % 3] for site in range(sites)]
    hosts = tuple(f"www.{name}{site // 3 or ''}.example" for site, (name, _) in enumerate(names))
    return Network(number, hosts, tuple(brand for _, brand in names), articles, faults)
