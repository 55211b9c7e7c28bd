"""Made-up farms whose blocks are known by nature: site-wide, per story or rotating, whatever their kind and label."""

import random
from collections.abc import Callable
from dataclasses import dataclass

from made_up import RECEIPT

from crawler.graph.natures import Nature
from crawler.model import CrossLink, Facts, Kind, Node, State

Picks = Callable[["Host", int, int], list[int]]
"""A host, an article and the time → the articles that a block lists."""

LETTERS = {
    "spaced": "abcdefghijklmnoprstuvwz",
    "unspaced": "".join(map(chr, range(0x4E00, 0x4E00 + 400))),
    "thai": "".join(map(chr, range(0x0E01, 0x0E2F))),
}


@dataclass(frozen=True)
class Host:
    """A farm's host: its articles, of which some are fetched."""

    name: str
    chance: random.Random
    titles: tuple[str, ...]
    topics: tuple[int, ...]
    of_topic: dict[int, list[int]]

    def url(self, article: int) -> str:
        return f"http://{self.name}/{article:05}.html"


def host(name: str, chance: random.Random, articles: int, script: str = "spaced", topics: int = 8) -> Host:
    """A host whose articles have a topic each; its words stand in their titles beside general ones."""
    space = " " if script == "spaced" else ""

    def word() -> str:
        return "".join(chance.choices(LETTERS[script], k=chance.randint(4, 8) if space else 2))

    general = [word() for _ in range(120)]
    own = [[word() for _ in range(10)] for _ in range(topics)]
    topic = tuple(chance.randrange(topics) for _ in range(articles))
    titles = []
    for number in range(articles):
        some = chance.sample(own[topic[number]], 2) + chance.choices(general, k=4)
        chance.shuffle(some)
        titles.append(space.join(some))
    of_topic: dict[int, list[int]] = {}
    for number, name_ in enumerate(topic):
        of_topic.setdefault(name_, []).append(number)
    return Host(name, chance, tuple(titles), topic, of_topic)


# -- how blocks are filled


def ranking(entries: int = 8, every: int | None = None, rotated: int = 0, left_out: bool = True) -> Picks:
    """The same on all pages; every so many pages one entry changes; some entries are picked anew on each page."""

    def pick(farm: Host, article: int, time: int) -> list[int]:
        gone = time // every if every else 0
        count = len(farm.titles)
        listed = [(place + gone) * 7919 % count for place in range(entries - rotated)]
        listed += farm.chance.sample(range(count), rotated)
        turn = farm.chance.randrange(len(listed))
        return [one for one in listed[turn:] + listed[:turn] if one != article or not left_out]

    return pick


def of_topic(entries: int = 10) -> Picks:
    """Of the page's topic, at random: what most plug-ins for related stories come to."""

    def pick(farm: Host, article: int, time: int) -> list[int]:
        others = [one for one in farm.of_topic[farm.topics[article]] if one != article]
        return farm.chance.sample(others, min(entries, len(others)))

    return pick


def nearest(entries: int = 6) -> Picks:
    """Those whose titles share most words with the page's."""

    def pick(farm: Host, article: int, time: int) -> list[int]:
        own = set(farm.titles[article].split()) or {farm.titles[article]}
        others = [one for one in farm.of_topic[farm.topics[article]] if one != article]
        others.sort(key=lambda one: (-len(own & set(farm.titles[one].split())), one))
        return others[:entries]

    return pick


def pool(size: int, entries: int = 8, drifts: bool = False) -> Picks:
    """At random from a pool of articles; if it drifts, from the newest at the time."""

    def pick(farm: Host, article: int, time: int) -> list[int]:
        count = len(farm.titles)
        first = time // 2 if drifts else 0
        members = [(first + one) * 31 % count for one in range(min(size, count))]
        return [one for one in farm.chance.sample(members, entries) if one != article]

    return pick


def crawled(
    farm: Host, pages: int, blocks: dict[tuple[Kind, str | None], Picks], *, titles: bool = True
) -> tuple[list[Node], list[CrossLink]]:
    """Nodes and links of a crawl that fetched some pages in random order, a second apart."""
    order = farm.chance.sample(range(len(farm.titles)), pages)
    nodes: dict[int, Node] = {}
    links = []
    for time, article in enumerate(order):
        seen = f"2025-04-12T{time // 3600:02}:{time // 60 % 60:02}:{time % 60:02}Z"
        for (kind, label), pick in blocks.items():
            for position, target in enumerate(pick(farm, article, time), 1):
                anchor = farm.titles[target] if titles else "Read more"
                links.append(
                    CrossLink(farm.url(article), farm.url(target), kind, label, position, anchor, None, seen)
                )
                nodes.setdefault(target, _node(farm, target, None, State.BEYOND))
        nodes[article] = _node(farm, article, farm.titles[article], State.FETCHED)
    links.sort(key=lambda link: link.source)
    return [nodes[number] for number in sorted(nodes)], links


def _node(farm: Host, article: int, title: str | None, state: State) -> Node:
    return Node(
        farm.url(article), farm.name, farm.name, 0, state, None, 200, 1, None, title, None, None, None, None, 9,
        "2025", "2025",
    )  # fmt: skip


def facts_of(parts: list[tuple[list[Node], list[CrossLink]]]) -> Facts:
    nodes = sorted((node for some, _ in parts for node in some), key=lambda node: node.url)
    links = sorted((link for _, some in parts for link in some), key=lambda link: link.source)
    return Facts(lambda: iter(nodes), lambda: iter(links), RECEIPT)


WAYS: list[tuple[str, Picks, Nature]] = [
    ("ranking", ranking(), Nature.SITE_WIDE),
    ("ranking in drift", ranking(every=5), Nature.SITE_WIDE),
    ("ranking in slow drift", ranking(10, every=30), Nature.SITE_WIDE),
    # Three quarters of it are the same on each page: to count these once a page would count the template.
    ("ranking, 2 of 8 rotate", ranking(rotated=2), Nature.SITE_WIDE),
    ("short ranking", ranking(4), Nature.SITE_WIDE),
    ("of the topic", of_topic(), Nature.PER_STORY),
    ("of the topic, few", of_topic(6), Nature.PER_STORY),
    ("nearest titles", nearest(), Nature.PER_STORY),
    ("pool of 20", pool(20), Nature.ROTATING),
    ("pool of 50", pool(50, 10), Nature.ROTATING),
    ("pool of 200", pool(200), Nature.ROTATING),
    ("pool of 2000", pool(2000, 10), Nature.ROTATING),
    ("pool in drift", pool(40, drifts=True), Nature.ROTATING),
]


def farms(seed: int, hosts: int) -> tuple[Facts, dict[tuple[str, Kind, str | None], tuple[str, Nature]]]:
    """Hosts of all sizes and scripts with three blocks each, the kinds and labels dealt at random."""
    chance = random.Random(seed)
    parts, truth = [], {}
    for number in range(hosts):
        pages = chance.choice([10, 12, 25, 80, 400])
        articles = max(pages, chance.choice([150, 600, 2500]))
        farm = host(
            f"h{number:03}.example",
            chance,
            articles,
            chance.choice(["spaced", "spaced", "unspaced", "thai"]),
            chance.choice([5, 8, 12]),
        )
        keys: list[tuple[Kind, str | None]] = [
            (Kind.RELATED, "More"),
            (Kind.RELATED, "Hot"),
            (Kind.RANKING, None),
        ]
        blocks = {}
        for key in keys:
            name, pick, nature = chance.choice(WAYS)
            blocks[key] = pick
            truth[(farm.name, *key)] = f"{name}, {pages} of {articles} pages", nature
        parts.append(crawled(farm, pages, blocks))
    return facts_of(parts), truth
