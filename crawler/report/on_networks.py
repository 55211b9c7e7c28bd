"""Sections on what blocks go by, and on how much sites behave like one network. Pure."""

from crawler.graph.natures import BlockNature, Nature
from crawler.graph.schemes import WEIGHTS, PairScheme
from crawler.report.document import Cell, Finding, Part, Section, Share, Table
from crawler.report.findings import Findings
from crawler.report.words import clean, isolated, listed, literal, many, number, percent, sql, why

_MOST_BLOCKS = 40
_MOST_PAIRS = 20
_SAID = {
    Nature.SITE_WIDE: "the same on nearly every page",
    Nature.PER_STORY: "chosen by the story",
    Nature.ROTATING: "picks that have nothing to do with the story",
    Nature.UNKNOWN: "not known: too few pages, or nothing to tell by",
}


def on_natures(found: Findings) -> Section:
    """Tell what each host's blocks go by."""
    natures = sorted(found.natures, key=lambda one: (-one.pages, one.host, one.kind, one.label or ""))
    parts: list[Part] = []
    for nature in Nature:
        blocks = [one for one in natures if one.nature is nature]
        if blocks:
            parts.append(Finding(_spoken(nature, blocks), (_evidence(blocks[0]),)))
    if natures:
        rows: list[tuple[Cell, ...]] = [
            (
                clean(one.host),
                _block(one),
                str(one.nature).replace("_", " "),
                one.pages,
                Share(one.overlap),
                Share(one.overlap_near),
                Share(one.distinct),
                Share(one.leaving),
                None if one.title_z is None else round(one.title_z, 1),
                None if one.cluster_z is None else round(one.cluster_z, 1),
            )
            for one in natures[:_MOST_BLOCKS]
        ]
        of = f": the first {_MOST_BLOCKS} of {len(natures)}" if len(natures) > _MOST_BLOCKS else ""
        head = (
            "host",
            "block",
            "nature",
            "pages",
            "overlap",
            "near",
            "distinct",
            "leaving",
            "z headlines",
            "z clusters",
        )
        parts.append(Table(f"Blocks by host{of}", head, tuple(rows)))
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
        "What blocks go by",
        "Told by comparing a host's pages, never by a block's heading. Overlap: the share of two pages' entries, "
        "taken together, that both have (100%: equal lists); near: of pages fetched one after the other. Distinct: "
        "different targets by entries. Leaving: entries that lead to other hosts. z: standard deviations above chance, "
        "for headlines like the page's own and for lists that cluster.",
        tuple(parts),
    )


def _block(one: BlockNature) -> str:
    """Return a block's kind, and its heading where that says something else."""
    label = clean(one.label or "no heading", 40)
    return str(one.kind) if label.casefold() == one.kind else f"{one.kind} “{isolated(label)}”"


def _spoken(nature: Nature, blocks: list[BlockNature]) -> str:
    kinds: dict[str, int] = {}
    for one in blocks:
        kinds[str(one.kind)] = kinds.get(str(one.kind), 0) + 1
    of = listed(
        [f"{number(count)} {kind}" for kind, count in sorted(kinds.items(), key=lambda item: -item[1])]
    )
    first = blocks[0]
    said = f"{many(len(blocks), 'block')} ({of}): {_SAID[nature]}"
    if nature is not Nature.UNKNOWN:
        said += (
            f". On {clean(first.host)}, two pages' {first.kind} lists overlap by {percent(first.overlap)} on average "
            f"({many(first.pages, 'page')})"
        )
    return f"{said}."


def _evidence(block: BlockNature) -> str:
    """Return the command that lists a block's entries by how many pages have them."""
    is_label = "label IS NULL" if block.label is None else f"label = {literal(block.label)}"
    return sql(
        "SELECT target, count(*) AS pages FROM cross_links JOIN nodes ON url = source"  # noqa: S608  # shown, not run
        f" WHERE host = {literal(block.host)} AND cross_links.kind = {literal(str(block.kind))} AND {is_label}"
        " GROUP BY target ORDER BY pages DESC"
    )


def on_schemes(found: Findings) -> Section:
    """Tell how much pairs of sites behave like one network."""
    pairs = found.pair_schemes
    parts: list[Part] = []
    if pairs:
        first = pairs[0]
        parts.append(
            Finding(
                f"Of {many(found.tied_pairs, 'pair')} of sites that links or stories tie, {clean(first.a)} and "
                f"{clean(first.b)} have the greatest score, {first.score:.2f}: {_parts(first)}.",
                (why(first.a, first.b), why(first.b, first.a)),
            )
        )
        rows: list[tuple[Cell, ...]] = [
            (
                clean(pair.a),
                clean(pair.b),
                f"{pair.score:.2f}",
                *(_part(getattr(pair.parts, name)) for name in WEIGHTS),
                f"{number(pair.links_there)} ({pair.expected_there:,.0f})",
                f"{number(pair.links_back)} ({pair.expected_back:,.0f})",
            )
            for pair in pairs[:_MOST_PAIRS]
        ]
        head = ("site A", "site B", "score", *(name.replace("_", " ") for name in WEIGHTS))
        of = (
            f": the first {_MOST_PAIRS} of {number(found.tied_pairs)}"
            if found.tied_pairs > _MOST_PAIRS
            else ""
        )
        parts.append(
            Table(
                f"Pairs of sites{of}",
                (*head, "A → B (chance)", "B → A (chance)"),
                tuple(rows),
            )
        )
        parts.append(
            Table(
                "Sites among those they are tied to",
                ("site", "score", "tied to", "links both ways with", "links to other sites", "density around it",
                 "density of the crawl", "copied pages"),
                tuple(
                    (
                        clean(one.site),
                        f"{one.score:.2f}",
                        one.pairs,
                        one.mutual,
                        Share(one.leaving),
                        None if one.clique is None else Share(one.clique),
                        Share(one.clique_chance),
                        None if one.copied is None else Share(one.copied),
                    )
                    for one in found.site_schemes[:_MOST_PAIRS]
                ),
            )
        )  # fmt: skip
    else:
        parts.append(Finding("No two sites are tied by links or stories."))
    weights = listed([f"{name.replace('_', ' ')} {percent(weight)}" for name, weight in WEIGHTS.items()])
    return Section(
        "schemes",
        "Pairs of sites that behave like one network",
        f"The score is a mean of parts from 0 to 1 ({weights}; of an unknown part the weight is dealt to the others). "
        "The weights are set by judgement. It ranks what to look at first and says nothing of intent: the sites of one "
        "honest publisher score high, and a site of which few pages were crawled has parts near 0 or 1.",
        tuple(parts),
    )


def _part(value: float | None) -> str:
    return "unknown" if value is None else f"{value:.2f}"


def _parts(pair: PairScheme) -> str:
    return listed([f"{name.replace('_', ' ')} {_part(getattr(pair.parts, name))}" for name in WEIGHTS])
