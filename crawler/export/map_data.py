"""What the map shows, as one JSON document: pages, stories and sites with their edges, laid out. Pure.

Strings stand once: a table of pages (URL, title, site, and the page before it on its way, so that a reader can follow
that back to a seed), and levels whose nodes and edges are columns of numbers that point into it. Columns
come from the view: a measure that views gain is in the map without a line here.

A level of more nodes or edges than are drawn is a sample: the nodes that most others link to, the seeds, and of pages
the ways from a seed to them; then the edges with most links. Numbers are always those of the whole crawl.
"""

import json
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace

import numpy as np

from crawler.graph.attributes import LOOKS, NODES, Attributes
from crawler.graph.measures import KINDS, by_pair, distinct
from crawler.graph.views import (
    ALL,
    Numbers,
    Selection,
    Tally,
    View,
    groups,
    node_numbers,
    selected,
    tally,
    view,
)
from crawler.model import CrossLink, Facts, Kind, Level, Node, State
from crawler.store.way import Arrival

MAX_NODES = 5_000
"""Nodes of a level drawn at most, unless a user asks for more: a browser without a graphics card pans so many."""
MAX_EDGES = 60_000
"""Edges of a level drawn at most at so many nodes; in proportion above."""
_MAX_TITLE = 300
"""Characters of a title kept: what a card can show."""
_HEADLINE = 30
"""Letters of a headline: more do not tell more."""
_WORD = 5
_MAX_COPIES = 100
"""Pages of a story listed."""
_NUMBERS = ("int", "long", "double", "float")
_APART = frozenset({*LOOKS, "depth", "attempts", "status"})
"""Number columns of a view that are no measures: they stand in columns of their own, or say nothing on a map."""

Column = list[int | float | str | None]


def document(
    facts: Facts,
    *,
    first: Level | None = None,
    selection: Selection = ALL,
    max_nodes: int = MAX_NODES,
    arrivals: Iterable[Arrival] | None = None,
) -> dict[str, object]:
    """Return the document.

    Args:
        facts: What the crawl knows.
        first: The level shown first; None takes pages, or where they are too many, stories, else sites.
        selection: Which pages and links are shown.
        max_nodes: Nodes of a level drawn at most.
        arrivals: The last step of each page's way, as the store tells them; None takes them from the links, which do
            not say what redirects were passed.
    """
    depths = {node.url: node.depth for node in facts.nodes()}
    steps = {one.url: one for one in (_arrivals(facts, depths) if arrivals is None else arrivals)}
    grouped = {level: groups(facts, level) for level in (Level.STORY, Level.SITE)}
    picked = facts if selection == ALL else selected(facts, selection)
    if picked.memo is None:
        picked = replace(picked, memo={})  # for three levels
    counted = tally(picked)
    pages = _Pages(steps)
    levels: dict[str, dict[str, object]] = {}
    known: dict[Level, int] = {}
    drawn: set[str] = set()
    for level in Level:
        shown = view(picked, level)
        known[level] = len(shown.measures.urls)
        chosen = _chosen(shown, facts.receipt.seeds, grouped.get(level), steps, max_nodes)
        nearest = None if level is Level.PAGE else _nearest(grouped[level], depths)
        group = grouped.get(level)
        numbers = None if group is None else node_numbers(counted.pages, shown.measures.index, group)
        edges = _edges(shown, counted, numbers, chosen, max_nodes)
        levels[level] = _level(shown, chosen, nearest, pages) | edges
        if level is not Level.SITE:
            levels[level] |= {"listed": _listed(shown, counted, numbers, chosen)}
        if level is Level.STORY:
            drawn = {shown.measures.urls[number] for number in chosen}
    stories = _stories(facts, pages, drawn)
    if first is None:
        first = next((level for level in Level if known[level] <= max_nodes), Level.SITE)
    receipt = facts.receipt
    return {
        "seeds": list(receipt.seeds),
        "started_at": receipt.started_at,
        "ended_at": receipt.ended_at,
        "version": receipt.version,
        "first": first,
        "kinds": list(Kind),
        "states": list(State),
        "meanings": {level: {name: said for name, (_, said) in NODES[level].items()} for level in Level},
        "levels": levels,
        "stories": stories,
        "pages": pages.table(facts, grouped[Level.STORY], stories["id"]),
    }


class _Pages:
    """The pages that anything in the document points to, each with those on the way to it."""

    def __init__(self, steps: Mapping[str, Arrival]) -> None:
        self._steps = steps
        self._index: dict[str, int] = {}

    def __contains__(self, url: str) -> bool:
        return url in self._index

    def add(self, url: str) -> int:
        """Return a page's place in the table."""
        known = self._index.get(url)
        if known is not None:
            return known
        place = self._index[url] = len(self._index)
        here = self._steps.get(url)
        while here is not None and here.before not in self._index:
            self._index[here.before] = len(self._index)
            here = self._steps.get(here.before)
        return place

    def table(self, facts: Facts, story: Mapping[str, str], stories: Sequence[object]) -> dict[str, object]:
        """Return the columns.

        Args:
            facts: What the crawl knows.
            story: The id of each page's story.
            stories: The ids of the stories in the document, in order.
        """
        told = {key: place for place, key in enumerate(stories)}
        rows: list[Node | None] = [None] * len(self._index)
        for node in facts.nodes():
            place = self._index.get(node.url)
            if place is not None:
                rows[place] = node
        nodes = [node for node in rows if node is not None]
        sites = sorted({node.site for node in nodes})
        number = {site: place for place, site in enumerate(sites)}
        states = list(State)
        steps = [self._steps.get(node.url) for node in nodes]
        kinds = list(Kind)
        names = _names(facts, self._index, nodes)
        return {
            "sites": sites,
            "url": [node.url for node in nodes],
            "title": [_short(node.title) for node in nodes],
            "name": [names.get(place) for place in range(len(nodes))],
            "site": [number[node.site] for node in nodes],
            "state": [states.index(node.state) for node in nodes],
            "reason": [node.reason for node in nodes],
            "date": [node.published for node in nodes],
            "depth": [node.depth for node in nodes],
            "story": [told.get(story[node.url], -1) for node in nodes],
            "leads": [self._index.get(node.redirected_to or "", -1) for node in nodes],
            "parent": [-1 if step is None else self._index[step.before] for step in steps],
            "kind": [-1 if step is None or step.kind is None else kinds.index(step.kind) for step in steps],
            "position": [0 if step is None else step.position for step in steps],
        }


def _short(title: str | None) -> str | None:
    text = " ".join((title or "").split())
    return (text if len(text) <= _MAX_TITLE else text[: _MAX_TITLE - 1] + "…") or None


def _names(facts: Facts, places: Mapping[str, int], nodes: Sequence[Node]) -> dict[int, str]:
    """Return what pages without a title are called by those that link to them, where that tells more than their path.

    An anchor tells as much as it has letters, dealt among the pages that it names: there are a hundred "Read more". Of
    a path the last part counts, and half, for a headline reads better than its slug; but never less than a word.
    """
    untitled = {place for place, node in enumerate(nodes) if not node.title}
    anchors: defaultdict[int, Counter[str]] = defaultdict(Counter)
    named: defaultdict[str, set[int]] = defaultdict(set)
    for link in facts.links() if untitled else ():
        place = places.get(link.target)
        if place is not None:
            named[link.anchor].add(place)
            if place in untitled:
                anchors[place][link.anchor] += 1
    found = {}
    for place, counts in anchors.items():
        told = {anchor: _telling(anchor) / len(named[anchor]) for anchor in counts}
        best = max(counts, key=lambda anchor: (told[anchor], counts[anchor], anchor))
        if told[best] > max(_telling(_last_part(nodes[place].url)) / 2, _WORD):
            found[place] = _short(best) or ""
    return found


def _telling(text: str) -> int:
    """Return the letters of a text, up to what a headline has; one that is a word counts as three."""
    return min(sum(3 if char >= "\u2e80" else 1 for char in text if char.isalpha()), _HEADLINE)


def _last_part(url: str) -> str:
    """Return the last part of a URL's path, without its ending."""
    part = url.partition("://")[2].partition("?")[0].partition("/")[2].rstrip("/").rpartition("/")[2]
    return part.partition(".")[0]


def _arrivals(facts: Facts, depths: Mapping[str, int | None]) -> Iterator[Arrival]:
    """Yield the link on a shortest followed way to each page: depths are exact, so any from one click nearer is.

    The first by source, block and position wins, so that the way does not depend on the crawl's timing.
    """
    section = json.loads(facts.receipt.config).get("crawl", {})
    follow, most = set(section.get("follow", Kind)), section.get("max_position")
    found = set(facts.receipt.seeds)

    def is_followed(link: CrossLink) -> bool:
        return link.kind in follow and (most is None or link.position <= most)

    for link in facts.links():
        if link.target in found:
            continue
        here, there = depths.get(link.source), depths.get(link.target)
        if here is not None and there == here + 1 and is_followed(link):
            found.add(link.target)
            yield Arrival(link.target, link.source, link.kind, link.position)


def _nearest(group: Mapping[str, str], depths: Mapping[str, int | None]) -> dict[str, str]:
    """Return the page of each story or site that is nearest to a seed."""
    found: dict[str, str] = {}
    for url, key in group.items():
        depth, best = depths[url], found.get(key)
        if best is None or (
            depth is not None and ((before := depths[best]) is None or (depth, url) < (before, best))
        ):
            found[key] = url
    return found


def _chosen(
    shown: View,
    seeds: Iterable[str],
    group: Mapping[str, str] | None,
    steps: Mapping[str, Arrival],
    max_nodes: int,
) -> set[int]:
    """Return the numbers of the nodes that are drawn: all, or the seeds and those that most others link to."""
    measures = shown.measures
    if len(measures.urls) <= max_nodes:
        return set(range(len(measures.urls)))
    own = [seed if group is None else group.get(seed, "") for seed in seeds]
    ranked = [measures.index[key] for key in own if key in measures.index]
    ranked += np.argsort(-measures.indegree_net, kind="stable").tolist()
    chosen: set[int] = set()
    for number in ranked:
        way: list[int] = []
        here: int | None = number
        while here is not None and here not in chosen:
            way.append(here)
            step = steps.get(measures.urls[here]) if group is None else None
            here = None if step is None else measures.index.get(step.before)
        if len(chosen) + len(way) <= max_nodes:
            chosen.update(way)
        if len(chosen) == max_nodes:
            break
    return chosen


def _level(
    shown: View, chosen: set[int], nearest: Mapping[str, str] | None, pages: _Pages
) -> dict[str, object]:
    """Return the nodes of a level as columns."""
    level = shown.level
    names = [name for name, kind in shown.node_types.items() if kind in _NUMBERS and name not in _APART]
    columns: dict[str, Column] = {
        name: [] for name in ("id", "page", "label", "state", "site", "date", "depth", "x", "y", "size")
    }
    measured: dict[str, Column] = {name: [] for name in names}
    states = list(State)
    for number, (key, values) in enumerate(shown.nodes()):
        if number not in chosen:
            continue
        columns["page"].append(pages.add(key if nearest is None else nearest[key]))
        columns["id"].append(key)
        # A story without a title is called by its page, as the table of pages has it.
        columns["label"].append(_short(_text(values, "title" if level is Level.STORY else "label")))
        columns["site"].append(_text(values, "site"))
        state = _text(values, "state") or (State.FETCHED if values.get("fetched") else State.BEYOND)
        columns["state"].append(states.index(State(state)))
        columns["date"].append(_text(values, "published") or _text(values, "first_published"))
        columns["depth"].append(_number(values, "depth"))
        for name in ("x", "y", "size"):
            columns[name].append(_number(values, name))
        for name in names:
            measured[name].append(_number(values, name))
    if level is Level.PAGE:
        for name in ("id", "label", "state", "site", "date", "depth"):
            del columns[name]  # the table of pages has them
    return {"nodes": columns, "measures": measured}


def _text(values: Attributes, name: str) -> str | None:
    value = values.get(name)
    return None if value is None or value == "" else str(value)


def _number(values: Attributes, name: str) -> int | float | None:
    value = values.get(name)
    return float(f"{value:.5g}") if isinstance(value, float) else value if isinstance(value, int) else None


def _edges(
    shown: View, counted: Tally, numbers: Numbers | None, chosen: set[int], max_nodes: int
) -> dict[str, object]:
    """Return the edges among the nodes drawn, those with most links where they are too many; and how many there are."""
    size, most = len(shown.measures.urls), MAX_EDGES * max(max_nodes, MAX_NODES) // MAX_NODES
    source, target, counts, best = by_pair(counted.links, numbers, size)
    place = np.full(size, -1)
    place[sorted(chosen)] = np.arange(len(chosen))
    drawn = np.flatnonzero((place[source] >= 0) & (place[target] >= 0))
    if len(drawn) > most:
        drawn = drawn[np.sort(np.argsort(-counts[:, drawn].sum(axis=0), kind="stable")[:most])]
    columns = {"source": place[source], "target": place[target], **dict(zip(KINDS, counts, strict=True))}
    return {
        "known": {"nodes": size, "edges": len(source)},
        "edges": {
            name: column[drawn].tolist() for name, column in (columns | {"best_position": best}).items()
        },
    }


def _listed(
    shown: View, counted: Tally, numbers: Numbers | None, chosen: set[int]
) -> dict[str, dict[str, list[object]]]:
    """Return, by kind, the nodes in lists that are the same on every page of a site, and those that list themselves.

    Of each: how many nodes list it, itself included, or the entries of one list would differ by whether they show it,
    too; how many if a site-wide list counts once; and the sites whose list it is in.
    """
    links, size = counted.links, max(len(shown.measures.urls), 1)
    source, target = (
        (ends if numbers is None else numbers[ends]).astype(np.int64) for ends in (links.source, links.target)
    )
    names, site_of = np.unique([site for _, site, _ in counted.pages] or [""], return_inverse=True)
    wide = links.among(counted.site_wide)
    place = {number: at for at, number in enumerate(sorted(chosen))}
    found: dict[str, dict[str, list[object]]] = {}
    for kind, name in enumerate(KINDS):
        own, itself = links.kind == kind, source == target
        listed = np.bincount(distinct(np.sort((source * size + target)[own])) % size, minlength=size)
        net = np.bincount(
            distinct(np.sort((source * size + target)[own & ~wide & ~itself])) % size, minlength=size
        )
        by_site = distinct(np.sort(target[own & wide] * len(names) + site_of[links.source[own & wide]]))
        sites: dict[int, list[str]] = {
            number: [] for number in distinct(np.sort(target[own & itself])).tolist()
        }
        for pair in by_site.tolist():
            sites.setdefault(pair // len(names), []).append(str(names[pair % len(names)]))
        rows = [
            (place[number], int(listed[number]), int(net[number]) + len(sites[number]), sites[number])
            for number in sorted(sites)
            if number in place
        ]
        columns = zip(*rows, strict=True) if rows else ([],) * 4
        found[name] = dict(zip(("node", "count", "net", "sites"), map(list, columns), strict=True))
    return found


def _stories(facts: Facts, pages: _Pages, drawn: Collection[str]) -> dict[str, list[object]]:
    """Return the stories that several pages carry and of which something is drawn, each with its pages."""
    found: dict[str, list[str]] = {}
    for member in facts.stories() if facts.stories is not None else ():
        found.setdefault(member.story, []).append(member.url)
    kept = {key: urls for key, urls in found.items() if key in drawn or any(url in pages for url in urls)}
    return {
        "id": list(kept),
        "count": [len(urls) for urls in kept.values()],
        "pages": [[pages.add(url) for url in urls[:_MAX_COPIES]] for urls in kept.values()],
    }
