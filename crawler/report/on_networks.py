"""Sections on what blocks go by, and on how much sites behave like one network. Pure."""

from crawler.graph.natures import SAME, BlockNature, Nature
from crawler.graph.schemes import WEIGHTS, PairScheme
from crawler.report.document import Cell, Decimal, Finding, OnMap, Part, Section, Share, Table
from crawler.report.findings import Findings
from crawler.report.on_links import block_name
from crawler.report.words import listed, literal, many, number, on_map, percent, sql, why

_MOST_BLOCKS = 40
_MOST_PAIRS = 20
CLOSE = 0.6
"""Score from which two sites are called closely tied."""
FEW_PAGES = 5
"""With fewer fetched pages of a site, its pairs are not called so, whatever their score."""
_STRONG, _WEAK = 0.5, 0.1
"""From and up to which a part is said to raise a score, or not to."""
_EXPLAINED = 0.05
"""Part for links beyond chance up to which chance is said to explain nearly all of them: nine in ten, or more."""
_ONE_LIST = 0.9
"""Overlap from which a site-wide list is called the same; below, it changes over the crawl, or in parts."""
_SAID = {
    Nature.SITE_WIDE: "the same on nearly every page",
    Nature.PER_STORY: "chosen to go with the story",
    Nature.ROTATING: "picks that have nothing to do with the story",
    Nature.UNKNOWN: "not known: too few pages, or nothing to tell by",
}


def on_natures(found: Findings) -> Section:
    """Tell how each host's lists are chosen."""
    natures = sorted(found.natures, key=lambda one: (-one.pages, one.host, one.kind, one.label or ""))
    parts: list[Part] = []
    for nature in Nature:
        blocks = [one for one in natures if one.nature is nature]
        if blocks:
            parts.append(Finding(_spoken(found, nature, blocks), (_evidence(blocks[0]),)))
    if natures:
        rows: list[tuple[Cell, ...]] = [
            (
                found.name(one.host),
                block_name(str(one.kind), one.label),
                _said(one),
                one.pages,
                Share(one.overlap),
                Share(one.distinct),
                Share(one.leaving),
                None if one.title_z is None else Decimal(one.title_z, 1),
                None if one.cluster_z is None else Decimal(one.cluster_z, 1),
            )
            for one in natures[:_MOST_BLOCKS]
        ]
        of = f": the first {_MOST_BLOCKS} of {len(natures)}" if len(natures) > _MOST_BLOCKS else ""
        head = (
            "host",
            "list",
            "entries are",
            "pages",
            "in common",
            "different",
            "elsewhere",
            "like the headline (z)",
            "in groups (z)",
        )
        parts.append(Table(f"Lists by host{of}", head, tuple(rows)))
    else:
        parts.append(Finding("No block with links was found."))
    if found.hosts_left_out:
        parts.append(
            Finding(
                f"Blocks of {many(found.hosts_left_out, 'host')} with fewer pages were not looked at here."
            )
        )
    return Section(
        "natures",
        "How each list is chosen",
        "This is told by comparing the pages of a host, not by what a list is headed. In common: of all entries of two "
        "pages’ lists, the share that both have, on average (Jaccard overlap); a page's link to itself is left out, "
        "which is why one and the same list can come to a little less than 100%. Different: how many different "
        "stories a list shows, for each hundred entries. Elsewhere: entries that lead to another host. The last two "
        "columns tell whether a list goes with its story: how far its headlines resemble the page's own, and how far "
        "lists resemble each other in groups, both in standard deviations above chance (z). From 3.5 and from 6 on, "
        "chance hardly explains it.",
        tuple(parts),
    )


def _spoken(found: Findings, nature: Nature, blocks: list[BlockNature]) -> str:
    kinds: dict[str, int] = {}
    for one in blocks:
        kinds[str(one.kind)] = kinds.get(str(one.kind), 0) + 1
    of = listed(
        [f"{number(count)} {kind}" for kind, count in sorted(kinds.items(), key=lambda item: -item[1])]
    )
    first = blocks[0]
    changing = nature is Nature.SITE_WIDE and any(one.overlap < _ONE_LIST for one in blocks)
    how = (
        "one for the whole site, the same on nearly every page or changing by and by"
        if changing
        else _SAID[nature]
    )
    said = f"{of} {'list' if len(blocks) == 1 else 'lists'}: {how}"
    if nature is not Nature.UNKNOWN:
        said += (
            f". On {found.name(first.host)}, any two of {many(first.pages, 'page')} have {percent(first.overlap)} of "
            f"their {first.kind} entries in common, on average"
        )
        if nature is Nature.SITE_WIDE and first.overlap < SAME:
            said += f"; pages fetched one after the other {percent(first.overlap_near)}: the list changes by and by"
    return f"{said}."


def _said(one: BlockNature) -> str:
    """Return in a few words how a list is chosen."""
    if one.nature is Nature.UNKNOWN:
        return "not known"
    if one.nature is Nature.SITE_WIDE and one.overlap < _ONE_LIST:
        return "one list for the site, which changes"
    return _SAID[one.nature]


def _evidence(block: BlockNature) -> str:
    """Return the command that lists a block's entries by how many pages have them."""
    is_label = "label IS NULL" if block.label is None else f"label = {literal(block.label)}"
    return sql(
        "SELECT target, count(*) AS pages FROM cross_links JOIN nodes ON url = source"  # noqa: S608  # shown, not run
        f" WHERE host = {literal(block.host)} AND cross_links.kind = {literal(str(block.kind))} AND {is_label}"
        " GROUP BY target ORDER BY pages DESC"
    )


_PARTS = {
    "reciprocity": "links go both ways",
    "linking": "most pages link across",
    "excess": "there are more links than chance gives",
    "templates": "blocks have the same headings",
    "copies": "they carry the same stories",
    "shared_targets": "they link to the same third sites",
}
_HEADS = {
    "reciprocity": "both ways",
    "linking": "pages that link",
    "excess": "beyond chance",
    "templates": "same headings",
    "copies": "same stories",
    "shared_targets": "same third sites",
}


_WORDS = {
    "reciprocity": "links both ways",
    "linking": "pages that link across",
    "excess": "links beyond chance",
    "templates": "headings in common",
    "copies": "stories in common",
    "shared_targets": "links to the same third sites",
}


def close_pairs(found: Findings) -> list[PairScheme]:
    """Return the pairs of sites that are called closely tied: by their score, with enough pages of both."""
    enough = {row.site for row in found.interlinks.sites if row.fetched >= FEW_PAGES}
    return [pair for pair in found.pair_schemes if pair.score >= CLOSE and {pair.a, pair.b} <= enough]


def by_chance(pairs: list[PairScheme]) -> bool:
    """Return whether chance explains nearly all links of each of these pairs."""
    return all(pair.parts.excess <= _EXPLAINED for pair in pairs)


def on_schemes(found: Findings) -> Section:
    """Tell how closely pairs of sites are tied."""
    pairs = found.pair_schemes
    parts: list[Part] = []
    if pairs:
        close = close_pairs(found)
        others = [pair for pair in pairs if pair not in close]
        of = many(found.tied_pairs, "pair")
        if close:
            first = close[0]
            which = f"All {of}" if len(close) == found.tied_pairs > 1 else f"{number(len(close))} of {of}"
            parts.append(
                Finding(
                    f"{which} of sites that links or stories join {'scores' if len(close) == 1 else 'score'} {CLOSE} "
                    "or more of 1, and "
                    f"{'is' if len(close) == 1 else 'are'} called closely tied here. The highest score, "
                    f"{first.score:.2f}, {_held(found, close)}: {_reasons(first)}.",
                    (why(first.a, first.b), why(first.b, first.a)),
                    (OnMap(found.name(first.a), on_map(level="site", node=first.a)),),
                )
            )
            parts.append(_pairs(found, "Closely tied pairs of sites", close, len(close)))
        else:
            parts.append(
                Finding(
                    f"Of {of} of sites that links or stories join, none is called closely tied: none scores {CLOSE} or "
                    f"more of 1 with {FEW_PAGES} pages or more of both sites fetched.",
                    (why(pairs[0].a, pairs[0].b),),
                )
            )
        if others:
            parts.append(
                _pairs(
                    found,
                    "Other pairs of sites that links or stories join",
                    others,
                    found.tied_pairs - len(close),
                )
            )
        parts.append(
            Table(
                "Each site among the sites it is joined with",
                (
                    "site",
                    "score",
                    "joined with",
                    "of these, links go both ways",
                    "links to other sites",
                    "pairs linked among these",
                    "pairs linked among all",
                    "pages copied",
                ),
                tuple(
                    (
                        found.name(one.site),
                        Decimal(one.score),
                        one.pairs,
                        one.mutual,
                        Share(one.leaving),
                        None if one.clique is None else Share(one.clique),
                        Share(one.clique_chance),
                        None if one.copied is None else Share(one.copied),
                    )
                    for one in found.site_schemes[:_MOST_PAIRS]
                ),
                folded=True,
            )
        )
    else:
        parts.append(Finding("No two sites are joined by links or stories."))
    weights = listed([f"{_PARTS[name]} ({percent(weight)})" for name, weight in WEIGHTS.items()])
    return Section(
        "schemes",
        "How closely pairs of sites are tied",
        f"For each pair of sites, six things are measured from 0 to 1 and added up to a score: {weights}. What is not "
        "known adds nothing. The percentages are set by judgement. The score says where to look first, not why sites "
        "are tied: the sites of one honest publisher score high, too. Chance means that each site's links to other "
        "sites are dealt among them by how many such links each receives; among few sites, chance explains nearly all, "
        "and any two link to the same third.",
        tuple(parts),
    )


def _pairs(found: Findings, caption: str, pairs: list[PairScheme], of: int) -> Table:
    rows: list[tuple[Cell, ...]] = [
        (
            f"{found.name(pair.a)}\n{found.name(pair.b)}",
            Decimal(pair.score),
            *(None if (part := getattr(pair.parts, name)) is None else Decimal(part) for name in WEIGHTS),
            pair.links_there + pair.links_back,
            round(pair.expected_there + pair.expected_back),
        )
        for pair in pairs[:_MOST_PAIRS]
    ]
    more = f": the first {len(rows)} of {number(of)}" if of > len(rows) else ""
    head = ("sites", "score", *(_HEADS[name] for name in WEIGHTS), "links", "by chance")
    return Table(f"{caption}{more}", head, tuple(rows), folded=caption.startswith("Other"))


def _held(found: Findings, pairs: list[PairScheme]) -> str:
    """Say which pair has the highest score, or that pairs tie at the figures shown."""
    first = pairs[0]
    tied = sum(f"{pair.score:.2f}" == f"{first.score:.2f}" for pair in pairs)
    names = f"{found.name(first.a)} and {found.name(first.b)}"
    return (
        f"is that of {names}"
        if tied == 1
        else f"is that of {number(tied)} pairs, which tie at the figures shown. Of these, {names}"
    )


def _reasons(pair: PairScheme) -> str:
    """Say what raises a score, and what does not."""
    known = {name: getattr(pair.parts, name) for name in WEIGHTS}
    strong = [_PARTS[name] for name, part in known.items() if part is not None and part >= _STRONG]
    weak = [_WORDS[name] for name, part in known.items() if part is not None and part <= _WEAK]
    unknown = [_WORDS[name] for name, part in known.items() if part is None]
    said = listed(strong) if strong else "no single part is strong"
    if weak:
        said += f". What adds little or nothing: {listed(weak)}"
    if unknown:
        said += f". What is not known: {listed(unknown)}"
    return said
