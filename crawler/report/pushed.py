"""Which stories blocks push most: raw, and net of what stands on every page. Pure.

A push is a page of another story that links to a page of this one, counted once for each kind of block. Net, a
site-wide block counts once for each site, as in `indegree_net`: a list on each of a site's thousand pages is one
editor's decision, not a thousand.
"""

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
    rank_net: int
    """Its place by net, from 1; stories with as many share the first of their places."""


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
    ordered = sorted(net.values(), reverse=True)
    places: dict[int, int] = {}
    for place, count in enumerate(ordered, 1):
        places.setdefault(count, place)

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
            places[net[story]],
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


def _story(pages: Pages, story: int) -> tuple[str, str | None, str | None, str, int]:
    """Return a story's URL, title, id, site and number of pages."""
    if story < len(pages.stories):
        id_, copies = pages.stories[story]
        first = next((copy for copy in copies if copy.earliest), copies[0])
        return first.url, first.title, id_, first.site, len(copies)
    page = story - len(pages.stories)
    return pages.urls[page], None, None, pages.sites[pages.site_of[page]].name, 1
