"""Sections on links: how sites interlink, and what blocks push. Pure."""

from crawler.graph.merged import story_id
from crawler.report.document import Cell, Finding, OnMap, PageLink, Part, Section, Share, Table
from crawler.report.findings import Findings
from crawler.report.pushed import Pushed, PushedByKind, SiteList
from crawler.report.words import (
    clean,
    isolated,
    listed,
    literal,
    many,
    number,
    on_map,
    percent,
    quoted,
    sql,
    why,
)

_MOST_PAIRS = 10
_MOST_ROWS = 25
_MOST_LISTS = 6
_CLOSE = 0.8
"""Share of the most pushed story's pages from which the next ones are said to be near it."""


def on_sites(found: Findings) -> Section:
    """Tell how sites interlink."""
    links = found.interlinks
    parts: list[Part] = []
    total = sum(row.links for row in links.sites)
    fetched = [row for row in links.sites if row.fetched]
    itself = sum(found.to_itself.values())
    if total:
        left_out = (
            f" {many(itself, 'leads', 'lead')} from a page to itself and {'is' if itself == 1 else 'are'} left out "
            "from here on."
            if itself
            else ""
        )
        parts.append(
            Finding(
                f"{many(total + itself, 'link')} stand in blocks.{left_out} The {number(total)} links between pages "
                f"join {many(found.edges, 'pair')} of pages, each direction for itself; several links of a page to "
                "another make one pair. The map calls such a pair an edge.",
                ("crawl stats DIR", sql("SELECT count(*) AS edges, sum(weight) AS links FROM edges")),
            )
        )
        parts.append(
            Finding(
                f"{number(links.between)} of {number(total)} links ({percent(links.between / total)}) lead to another "
                "site.",
                (
                    sql(
                        "SELECT s.site, t.site, kind, count(*) FROM cross_links JOIN nodes AS s ON s.url = source"
                        " JOIN nodes AS t ON t.url = target WHERE source <> target GROUP BY 1, 2, 3"
                    ),
                ),
                (OnMap("the sites and their links", on_map(level="site")),),
            )
        )
    else:
        parts.append(Finding("No links between pages were found."))
    if links.pairs:
        first = links.pairs[0]
        only = f"; {number(links.one_way)}, of those where both were crawled, in one direction only"
        one_way = only if links.one_way else ""
        parts.append(
            Finding(
                f"{many(links.mutual, 'pair')} of sites link to each other{one_way}. Most links join "
                f"{found.name(first.a)} and {found.name(first.b)}: {number(first.there)} there, {number(first.back)} "
                "back.",
                (why(first.a, first.b), why(first.b, first.a)),
                (OnMap(found.name(first.a), on_map(level="site", node=first.a)),),
            )
        )
    elif len(fetched) > 1:
        parts.append(
            Finding(f"No two of the {number(len(fetched))} sites fetched link to each other both ways.")
        )
    for kind, matrix in links.matrices.items():
        parts.append(_matrix(found, kind, matrix))
    if links.pairs:
        kinds = list(links.matrices)
        parts.append(
            Table(
                "Sites that link to each other: links in each direction",
                ("from", "to", "links", *kinds),
                tuple(
                    (
                        found.name(pair.a if side == 0 else pair.b),
                        found.name(pair.b if side == 0 else pair.a),
                        pair.there if side == 0 else pair.back,
                        *(pair.kinds.get(kind, (0, 0))[side] for kind in kinds),
                    )
                    for pair in links.pairs[:_MOST_PAIRS]
                    for side in (0, 1)
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
                "addresses known",
                "pages fetched",
                "links",
                "to other sites",
                "sites it links to",
                "of these, link back",
            ),
            tuple(
                (
                    found.name(row.site),
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
        "How the sites link to each other",
        "A site is a domain that somebody registered, with all its hosts (registrable domain, by the Public Suffix "
        "List; under an ending that the list does not know, each host counts as a site). “www.” is left out of names. "
        "A link is one entry of one block, counted where it leads in the end, after redirects. Only fetched pages can "
        "be seen linking: a site with few of them shows few links.",
        tuple(parts),
    )


def _matrix(found: Findings, kind: str, matrix: tuple[tuple[int, ...], ...]) -> Table:
    sites, of = found.interlinks.shown, len(found.interlinks.sites)
    entries, itself = found.entries[kind], found.to_itself.get(kind, 0)
    shown = sum(map(sum, matrix))
    inside = sum(row[place] for place, row in enumerate(matrix))
    caption = f"{kind.capitalize()}: {many(entries - itself, 'link')} from site to site"
    if itself:
        caption += f", without {number(itself)} of a page to itself ({number(entries)} with them)"
    if of > len(sites):
        caption += f". Shown are {len(sites)} of {of} sites, with {number(shown)} links between them"
    if shown:
        caption += f"; {percent(inside / shown)} stay within a site"
    names = tuple(map(found.name, sites))
    return Table(
        caption,
        ("from ↓ to →", *names),
        tuple((name, *row) for name, row in zip(names, matrix, strict=True)),
        colour=kind,
        shaded=True,
    )


def on_pushed(found: Findings) -> Section:
    """Tell which stories blocks push most."""
    parts: list[Part] = []
    for one in found.pushed:
        if one.by_raw:
            parts += _of_kind(found, one)
    if not parts:
        parts.append(Finding("No block with links was found."))
    return Section(
        "pushed",
        "What the blocks push",
        "A page pushes a story if one of its blocks links to it; each page counts once for each kind of block. All "
        "pages that carry a story count as one story, and do not push each other. The map has the story on its level "
        "Stories, where those that push it count by story as well: two copies that link to it are two pages here, and "
        "one story there. Where a list is the same on every page of a site, its stories are pushed by every "
        "page, and by one decision. So two numbers are given: raw, all pages that push a story; and net, where such a "
        "site-wide list counts once for its site, however many pages show it.",
        tuple(parts),
    )


def _of_kind(found: Findings, one: PushedByKind) -> list[Part]:
    kind = str(one.kind)
    begin = (
        f"{kind.capitalize()}: {many(one.pages, 'page')} with such a block push "
        f"{many(one.targets, 'story', 'stories')}"
    )
    parts: list[Part] = []
    lists = [own for own in found.site_lists if own.kind == one.kind]
    if one.site_wide:
        wide = "all" if one.site_wide == one.targets else number(one.site_wide)
        parts.append(
            Finding(
                f"{begin}, {wide} of them in site-wide lists: a site shows these on nearly every page, whatever the "
                "page is about. Stories of one such list tie: that a page does not push itself makes small differences "
                "between them, which mean nothing."
            )
        )
        for own in lists[:_MOST_LISTS]:
            parts.append(Finding(told(found, own), (_entries(own),)))
            parts.append(_list_table(found, own))
        if len(lists) > _MOST_LISTS:
            more = len(lists) - _MOST_LISTS
            parts.append(
                Finding(f"{many(more, 'more such list stands', 'more such lists stand')} in the JSON.")
            )
        begin = f"{kind.capitalize()}, outside of such lists"
    if one.site_wide < one.targets:
        parts.append(Finding(f"{begin}{_most(found, one)}", (_rows(kind, one.by_net[0]),)))
    tied = one.site_wide == one.targets
    parts.append(_table(found, f"{kind.capitalize()}: stories pushed most", one.by_net, one, folded=tied))
    if one.by_raw[0].raw > one.by_net[0].net and not tied:
        parts.append(
            _table(
                found,
                f"{kind.capitalize()}: stories pushed most, site-wide lists counted on every page",
                one.by_raw,
                one,
                folded=True,
            )
        )
    return parts


def told(found: Findings, own: SiteList) -> str:
    """Say what a site-wide list shows, and on how many pages."""
    name = (
        found.name(own.site)
        if own.host.removeprefix("www.") == own.site.removeprefix("www.")
        else clean(own.host)
    )
    said = f"Site-wide {block_name(str(own.kind), own.label)} list of {name}: "
    steady = own.stories[: own.steady]
    if not steady:
        return (
            f"{said}it changes as the crawl goes on, {many(own.different, 'story', 'stories')} in all on "
            f"{many(own.pages, 'page')}; none stands on half of these."
        )
    least, most = steady[-1].pages, steady[0].pages
    on = (
        f"all {many(own.pages, 'page')} that have it"
        if least == own.pages
        else f"{' to '.join(dict.fromkeys((number(least), number(most))))} of the {many(own.pages, 'page')} that "
        "have it"
    )
    said += f"{'this' if own.steady == 1 else 'these'} {many(own.steady, 'story stands', 'stories stand')} on {on}"
    if own.foreign:
        said += f"; {number(own.foreign)} of them on another site"
    if own.different > own.steady:
        said += f"; {number(own.different - own.steady)} more stood there on fewer than half of the pages"
    return f"{said}."


def block_name(kind: str, label: str | None) -> str:
    """Return a block's kind, and its heading where that says something else."""
    text = clean(label or "no heading", 40)
    if text.casefold() == kind:
        return kind.capitalize()
    return f"{kind.capitalize()} {f'“{isolated(text)}”' if label else '(no heading)'}"


def _list_table(found: Findings, own: SiteList) -> Table:
    more = (
        f": {len(own.stories)} of {number(own.different)} stories" if own.different > len(own.stories) else ""
    )
    return Table(
        f"{block_name(str(own.kind), own.label)} list of {found.name(own.site)}{more}",
        (
            "story",
            "site of the story",
            f"pages that show it, of {number(own.pages)}",
            "best place in the list",
        ),
        tuple(
            (
                PageLink(story.title, story.url),
                found.name(story.site),
                story.pages,
                story.best_position,
            )
            for story in own.stories
        ),
        folded=True,
        on_map=(OnMap("these links", on_map(level="page", kinds=str(own.kind))),),
    )


def _entries(own: SiteList) -> str:
    """Return the command that lists a list's entries by how many pages have them."""
    is_label = "label IS NULL" if own.label is None else f"label = {literal(own.label)}"
    return sql(
        "SELECT target, count(DISTINCT source) AS pages FROM cross_links JOIN nodes ON url = source"  # noqa: S608  # shown
        f" WHERE host = {literal(own.host)} AND cross_links.kind = {literal(str(own.kind))} AND {is_label}"
        " GROUP BY target ORDER BY pages DESC"
    )


def _most(found: Findings, one: PushedByKind) -> str:
    """Say which story is pushed most, and whether it stands out."""
    top, others = one.by_net[0], one.by_net[1:4]
    said = (
        f", most of all {quoted(top.title, top.url)} ({found.name(top.site)}): "
        f"{many(top.net, 'page links', 'pages link')} to it"
    )
    if others and others[0].net >= _CLOSE * top.net:
        said += f". It hardly stands out: the next have {listed([number(story.net) for story in others])}"
    if one.top_share is not None:
        best = -(-one.targets // 100)
        said += (
            f". The {number(best)} stories pushed most (one in a hundred) get {percent(one.top_share)} of all the "
            "pushes"
        )
    return f"{said}."


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


def _table(
    found: Findings, caption: str, stories: tuple[Pushed, ...], one: PushedByKind, *, folded: bool
) -> Table:
    """Return stories with what pushes them; raw and net side by side, if a list makes them differ."""
    both = bool(one.site_wide)
    by_net = stories is one.by_net
    most = max((story.net if by_net else story.raw for story in stories), default=0) or 1
    rows: list[tuple[Cell, ...]] = [
        (
            story.rank_net if by_net else story.rank_raw,
            PageLink(
                story.title,
                story.url,
                (story.net if by_net else story.raw) / most,
                story.story or story_id(story.url),
            ),
            found.name(story.site),
            story.raw,
            *((story.net,) if both else ()),
            story.foreign,
            story.best_position,
            story.pages,
        )
        for story in stories
    ]
    pushing = ("pages that push it: raw", "net") if both else ("pages that push it",)
    head = (
        "rank",
        "story",
        "site",
        *pushing,
        "of these, of other sites",
        "best place in a list",
        "pages that carry it",
    )
    note = ""
    if (
        both
        and by_net
        and len({(story.rank_net, story.raw) for story in stories})
        > len({story.rank_net for story in stories})
    ):
        note = (
            "Ranks go by net, by which stories of one list tie; raw differs a little between them, for a page's link "
            "to itself is not counted."
        )
    return Table(caption, head, tuple(rows), folded=folded, colour=str(one.kind), note=note)
