"""Sections on links: how sites interlink, and what blocks push. Pure."""

from crawler.report.document import Bars, Cell, Finding, Heat, PageLink, Part, Section, Share, Table
from crawler.report.findings import Findings
from crawler.report.pushed import Pushed, PushedByKind
from crawler.report.words import clean, literal, many, number, percent, quoted, sql, why

_MOST_PAIRS = 10
_MOST_ROWS = 25


def on_sites(found: Findings) -> Section:
    """Tell how sites interlink."""
    links = found.interlinks
    parts: list[Part] = []
    total = sum(row.links for row in links.sites)
    fetched = [row for row in links.sites if row.fetched]
    if total:
        parts.append(
            Finding(
                f"{number(links.between)} of {many(total, 'link')} between pages ({percent(links.between / total)}) "
                f"lead to another site.",
                (
                    sql(
                        "SELECT s.site, t.site, kind, count(*) FROM cross_links JOIN nodes AS s ON s.url = source"
                        " JOIN nodes AS t ON t.url = target WHERE source <> target GROUP BY 1, 2, 3"
                    ),
                ),
            )
        )
    if links.pairs:
        first = links.pairs[0]
        parts.append(
            Finding(
                f"{many(links.mutual, 'pair')} of sites link to each other, "
                f"{number(links.one_way)} in one direction only (both ends fetched). "
                f"Most links join {clean(first.a)} and {clean(first.b)}: {number(first.there)} there, "
                f"{number(first.back)} back.",
                (why(first.a, first.b), why(first.b, first.a)),
            )
        )
    elif len(fetched) > 1:
        parts.append(Finding(f"No two of the {number(len(fetched))} sites fetched link to each other."))
    for kind, matrix in links.matrices.items():
        parts.append(_matrix(kind, links.shown, matrix, len(links.sites)))
    if links.pairs:
        kinds = list(links.matrices)
        parts.append(
            Table(
                "Sites that link to each other: links there / back, by kind (crawl why DIR SITE SITE lists them)",
                ("site", "site", "there", "back", *kinds),
                tuple(
                    (
                        clean(pair.a),
                        clean(pair.b),
                        pair.there,
                        pair.back,
                        *(" / ".join(map(number, pair.kinds.get(kind, (0, 0)))) for kind in kinds),
                    )
                    for pair in links.pairs[:_MOST_PAIRS]
                ),
            )
        )
    parts.append(
        Table(
            "Sites"
            + (f": the first {_MOST_ROWS} of {len(links.sites)}" if len(links.sites) > _MOST_ROWS else ""),
            (
                "site",
                "hosts",
                "URLs known",
                "fetched",
                "links",
                "to other sites",
                "links to sites",
                "which link back",
            ),
            tuple(
                (
                    clean(row.site),
                    row.hosts,
                    row.known,
                    row.fetched,
                    row.links,
                    Share(row.leaving / row.links) if row.links else None,
                    row.links_to,
                    row.links_back,
                )
                for row in links.sites[:_MOST_ROWS]
            ),
        )
    )
    return Section(
        "sites",
        "Sites and how they link to each other",
        "A site is a registrable domain. A link is one entry of one block; links of a page to itself are left out. "
        "Only fetched pages can be seen linking: a site with few of them shows few links.",
        tuple(parts),
    )


def _matrix(kind: str, sites: tuple[str, ...], matrix: tuple[tuple[int, ...], ...], of: int) -> Heat:
    total = sum(map(sum, matrix))
    inside = sum(row[n] for n, row in enumerate(matrix))
    most = max(
        ((count, a, b) for a, row in enumerate(matrix) for b, count in enumerate(row) if a != b),
        default=(0, 0, 0),
    )
    said = f"{number(total)} links in {kind} blocks, {percent(inside / total) if total else '0%'} within one site."
    if most[0]:
        said += f" The most between two sites: {number(most[0])}, from {sites[most[1]]} to {sites[most[2]]}."
    if of > len(sites):
        said += f" {len(sites)} of {of} sites are shown."
    return Heat(
        f"{kind.capitalize()}: links from site to site",
        said,
        tuple(clean(site, 60) for site in sites),
        tuple(clean(site, 60) for site in sites),
        matrix,
        kind,
        "from ↓ to →",
        lettered=True,
    )


def on_pushed(found: Findings) -> Section:
    """Tell which stories blocks push most."""
    parts: list[Part] = []
    for one in found.pushed:
        parts += _of_kind(one)
    if not parts:
        parts.append(Finding("No block with links was found."))
    return Section(
        "pushed",
        "Stories that blocks push most",
        "Counted are pages of other stories that link to a story in a block of that kind. Net, a block that is the "
        "same on nearly every page of its host counts once for its site: such a list is one decision, not a thousand.",
        tuple(parts),
    )


def _of_kind(one: PushedByKind) -> list[Part]:
    if not one.by_raw:
        return []
    top, net = one.by_raw[0], one.by_net[0]
    kind = str(one.kind)
    said = (
        f"{kind.capitalize()}: {many(one.pages, 'page')} with such a block push {many(one.targets, 'story', 'stories')}"
        f", most of all {quoted(top.title, top.url)} ({clean(top.site)}): {many(top.raw, 'page')} link to it, "
        f"{number(top.net)} net"
    )
    if one.site_wide:
        said += (
            f"; {many(one.site_wide, 'story stands', 'stories stand')} in blocks that are the same site-wide"
        )
    said += "."
    if net.url != top.url:
        said += f" Net, most pushed is {quoted(net.title, net.url)} ({clean(net.site)}): {number(net.net)}."
    if one.top_share is not None:
        said += f" The top hundredth of the stories gets {percent(one.top_share)} of the pushes."
    parts: list[Part] = [Finding(said, tuple(dict.fromkeys((_rows(kind, top), _rows(kind, net)))))]
    parts.append(
        Bars(
            f"{kind.capitalize()}: stories pushed most",
            f"Pages that link to a story in a {kind} block. The strongest: {number(top.raw)}; net {number(top.net)}.",
            tuple((quoted(story.title, story.url), story.raw, story.net) for story in one.by_raw),
            kind,
            "pages",
            "story",
            "net of site-wide blocks",
            long_labels=True,
        )
    )
    parts.append(_table(f"{kind.capitalize()}: most pushed, raw", one.by_raw))
    if [story.url for story in one.by_net] != [story.url for story in one.by_raw]:
        parts.append(_table(f"{kind.capitalize()}: most pushed, net of site-wide blocks", one.by_net))
    return parts


def _rows(kind: str, story: Pushed) -> str:
    """Return the command that lists what pushes a story."""
    if story.story is None:
        chosen = f"target = {literal(story.url)}"
    else:
        chosen = (
            "target IN (SELECT url FROM stories JOIN pages ON pages.id = page_id"  # noqa: S608  # shown, not run
            f" WHERE story = {literal(story.story)})"
        )
    return sql(
        "SELECT source, label, position, anchor, seen FROM cross_links"  # noqa: S608  # shown, not run
        f" WHERE kind = {literal(kind)} AND source <> target AND {chosen}"
    )


def _table(caption: str, stories: tuple[Pushed, ...]) -> Table:
    rows: list[tuple[Cell, ...]] = [
        (
            place,
            PageLink(story.title, story.url),
            clean(story.site),
            story.pages,
            story.raw,
            story.net,
            story.foreign,
            story.best_position,
        )
        for place, story in enumerate(stories, 1)
    ]
    head = ("rank", "story", "site", "pages that carry it", "raw", "net", "from other sites", "best position")
    return Table(caption, head, tuple(rows), folded=True)
