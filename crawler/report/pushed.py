"""Which stories blocks push most: raw, and net of what stands on every page. Pure.

A push is a page of another story that links to a page of this one, counted once for each kind of block. Net, a
site-wide block counts once for each site, as in `indegree_net`: a list on each of a site's thousand pages is one
editor's decision, not a thousand.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from crawler.graph.measures import KINDS
from crawler.model import Kind
from crawler.report.gathered import Pages, Tally


@dataclass(frozen=True, slots=True)
class Pushed:
    """A story, and how much blocks of one kind push it."""

    url: str
    """Its earliest page, as far as is known."""
    title: str | None
    story: str | None
    """Id, if several pages carry it."""
    site: str
    pages: int
    """Pages that carry it."""
    raw: int
    """Pages of other stories that link to it."""
    net: int
    """The same, where a site-wide block counts once a site."""
    foreign: int
    """Of the pages that link to it, those of another site than the page they link to."""
    best_position: int
    rank_raw: int
    """Its place by raw, from 1; stories with as many share the first of their places."""
    rank_net: int
    """The same by net."""


@dataclass(frozen=True, slots=True)
class PushedByKind:
    """The stories that one kind of block pushes most."""

    kind: Kind
    pages: int
    """Pages with such a block."""
    links: int
    targets: int
    """Stories they link to."""
    site_wide: int
    """Of these, stories in a site-wide block."""
    by_raw: tuple[Pushed, ...]
    by_net: tuple[Pushed, ...]
    top_share: float | None
    """Share of the pushes, each page and story once, that go to the hundredth of the stories pushed most."""


@dataclass(frozen=True, slots=True)
class Listed:
    """A story in a site-wide list."""

    url: str
    title: str | None
    site: str
    pages: int
    """Pages of the list's host that show it, its own among them."""
    best_position: int


@dataclass(frozen=True, slots=True)
class SiteList:
    """A list that is the same on nearly every page of its host."""

    host: str
    site: str
    kind: Kind
    label: str | None
    pages: int
    """Pages that have it."""
    different: int
    """Stories that ever stand in it."""
    steady: int
    """Of these, those that at least half of its pages show."""
    foreign: int
    """Of the steady ones, those of another site."""
    stories: tuple[Listed, ...]
    """Those that most pages show."""


def site_lists(pages: Pages, tally: Tally, most: int) -> list[SiteList]:
    """Return what site-wide lists show, those on most pages first; titles are still to be looked up.

    Args:
        pages: The pages.
        tally: Their links.
        most: How many stories of each are named.
    """
    found = []
    for (host, kind, label), listing in tally.listings.items():
        if not listing.pages:
            continue
        ordered = sorted(listing.shown, key=lambda one: (-listing.shown[one], listing.best[one], one))
        steady = [one for one in ordered if 2 * listing.shown[one] >= listing.pages]
        stories = tuple(
            Listed(
                pages.urls[one],
                None,
                pages.sites[pages.site_of[one]].name,
                listing.shown[one],
                listing.best[one],
            )
            for one in ordered[:most]
        )
        own = pages.sites[listing.site].name
        foreign = sum(pages.site_of[one] != listing.site for one in steady)
        found.append(
            SiteList(host, own, kind, label, listing.pages, len(ordered), len(steady), foreign, stories)
        )
    found.sort(key=lambda one: (-one.pages, one.host, one.kind, one.label or ""))
    return found


def pushed(pages: Pages, tally: Tally, most: int) -> list[PushedByKind]:
    """Return the stories that each kind of block pushes most; titles are still to be looked up.

    Args:
        pages: The pages.
        tally: Their links.
        most: How many stories are named.
    """
    return [_of_kind(pages, tally, kind, most) for kind in KINDS if tally.entries[kind]]


def _of_kind(pages: Pages, tally: Tally, kind: Kind, most: int) -> PushedByKind:
    raw, plain, wide = tally.raw[kind], tally.plain[kind], tally.wide[kind]
    net = {story: plain[story] + wide[story] for story, count in enumerate(raw) if count}
    raw_places = _places(raw[story] for story in net)
    net_places = _places(net.values())

    def named(story: int) -> Pushed:
        url, title, id_, site, carried = _story(pages, story)
        best = tally.best[kind][story]
        return Pushed(
            url,
            title,
            id_,
            site,
            carried,
            raw[story],
            net[story],
            tally.foreign[kind][story],
            best,
            raw_places[raw[story]],
            net_places[net[story]],
        )

    by_raw = sorted(net, key=lambda story: (-raw[story], -net[story], story))
    by_net = sorted(net, key=lambda story: (-net[story], -raw[story], story))
    top = by_raw[: -(-len(by_raw) // 100)]
    pushes = sum(raw[story] for story in net)
    return PushedByKind(
        kind,
        tally.blocks[kind],
        tally.entries[kind],
        len(net),
        len(wide),
        tuple(named(story) for story in by_raw[:most]),
        tuple(named(story) for story in by_net[:most]),
        sum(raw[story] for story in top) / pushes if len(net) >= 100 else None,
    )


def _places(counts: Iterable[int]) -> dict[int, int]:
    """Return of each count the first place that it has among them."""
    places: dict[int, int] = {}
    for place, count in enumerate(sorted(counts, reverse=True), 1):
        places.setdefault(count, place)
    return places


def _story(pages: Pages, story: int) -> tuple[str, str | None, str | None, str, int]:
    """Return a story's URL, title, id, site and number of pages."""
    if story < len(pages.stories):
        id_, copies = pages.stories[story]
        first = next((copy for copy in copies if copy.earliest), copies[0])
        return first.url, first.title, id_, first.site, len(copies)
    page = story - len(pages.stories)
    return pages.urls[page], None, None, pages.sites[pages.site_of[page]].name, 1
