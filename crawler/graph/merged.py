"""Nodes that are more than one page: stories and sites, with what their pages say taken together. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from hashlib import blake2b
from typing import TypeVar

from crawler.model import Facts, Level, Membership, Node, State

_MAX_LABEL = 80
_T = TypeVar("_T", int, str)


def story_id(url: str) -> str:
    """Return the id of the story whose earliest page this is: the same in every crawl."""
    return f"story-{blake2b(url.encode(), digest_size=6).hexdigest()}"


@dataclass(slots=True)
class Merged:
    """A story or a site."""

    id: str
    pages: int = 0
    fetched: int = 0
    site: str = ""
    first: Node | None = None
    """Its earliest page, by publication, else by when it was seen."""
    depth: int | None = None
    first_published: str | None = None
    last_published: str | None = None
    first_seen: str | None = None
    fetched_at: str | None = None
    hosts: set[str] = field(default_factory=set)
    sites: set[str] = field(default_factory=set)
    headlines: set[str] = field(default_factory=set)
    stories: set[str] = field(default_factory=set)
    copied: int = 0
    links: int = 0
    leaving: int = 0
    targets: set[str] = field(default_factory=set)


def label_of(title: str | None, url: str) -> str:
    """Return what a node is called in a picture: its title, at most 80 characters, else its path."""
    text = " ".join((title or "").split()) or url.partition("://")[2].partition("/")[2] or url
    return text if len(text) <= _MAX_LABEL else text[: _MAX_LABEL - 1] + "…"


def merge(
    facts: Facts, level: Level, group: Mapping[str, str], members: Mapping[str, Membership]
) -> dict[str, Merged]:
    """Return the stories or sites of a crawl, by id, in the order of the ids.

    Args:
        facts: What the crawl knows.
        level: Story or site.
        group: The node of each page.
        members: The pages of stories that more than one page carries.
    """
    found: dict[str, Merged] = {}
    on_sites: dict[str, set[str]] = {}
    if level is Level.SITE:
        for node in facts.nodes():
            if node.url in members:
                on_sites.setdefault(members[node.url].story, set()).add(node.site)
    for node in facts.nodes():
        key = group[node.url]
        one = found.get(key)
        if one is None:
            one = found[key] = Merged(key)
        member = members.get(node.url)
        _add(one, node, member)
        if level is Level.SITE and node.state is State.FETCHED:
            one.stories.add(member.story if member is not None else node.url)
            one.copied += member is not None and len(on_sites[member.story]) > 1
    if level is Level.SITE:
        for link in facts.links():
            source, target = group[link.source], group[link.target]
            one = found[source]
            one.links += 1
            if source != target:
                one.leaving += 1
                one.targets.add(target)
    return dict(sorted(found.items()))


def _add(one: Merged, node: Node, member: Membership | None) -> None:
    one.pages += 1
    one.fetched += node.state is State.FETCHED
    one.hosts.add(node.host)
    one.sites.add(node.site)
    if node.title:
        one.headlines.add(" ".join(node.title.split()))
    # An address that redirects has neither title nor date: it speaks for a story only while no page does.
    alias = one.first is not None and one.first.state is State.REDIRECTED
    if one.first is None or alias or (member is not None and member.earliest):
        one.first, one.site = node, node.site
    one.depth = _least(one.depth, node.depth)
    one.first_published = _least(one.first_published, node.published)
    one.last_published = max(filter(None, (one.last_published, node.published)), default=None)
    one.first_seen = _least(one.first_seen, node.first_seen)
    one.fetched_at = max(filter(None, (one.fetched_at, node.fetched_at)), default=None)


def _least(a: _T | None, b: _T | None) -> _T | None:
    return b if a is None else a if b is None else min(a, b)


def attributes_of(
    level: Level, one: Merged, nodes: Mapping[str, Merged]
) -> dict[str, str | int | float | None]:
    """Return the attributes of a story or site, but for measures and looks."""
    first = one.first
    assert first is not None  # noqa: S101  # it has a page
    shared: dict[str, str | int | float | None] = {
        "site": one.site,
        "depth": one.depth,
        "first_seen": one.first_seen,
        "fetched_at": one.fetched_at,
    }
    if level is Level.STORY:
        return shared | {
            "label": label_of(first.title, first.url),
            "title": first.title,
            "earliest_url": first.url,
            "host": first.host,
            "state": str(State.FETCHED if one.fetched else first.state),
            "published": one.first_published,
            "lang": first.lang,
            "members": one.pages,
            "sites": len(one.sites),
            "headlines": len(one.headlines),
        }
    mutual = sum(one.id in nodes[target].targets for target in one.targets)
    return shared | {
        "label": one.id,
        "first_published": one.first_published,
        "last_published": one.last_published,
        "hosts": len(one.hosts),
        "pages": one.pages,
        "fetched": one.fetched,
        "stories": len(one.stories),
        "copied_share": round(one.copied / one.fetched, 4) if one.fetched else None,
        "out_share": round(one.leaving / one.links, 4) if one.links else None,
        "reciprocity": round(mutual / len(one.targets), 4) if one.targets else None,
    }
