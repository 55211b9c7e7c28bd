"""The summary: what of the findings would be news, chosen and ordered by rules with thresholds. Pure.

Each rule looks at figures of the crawl and says one sentence, or nothing. The rules' order is that of the summary:
what says most about how a network works comes first. docs/report.md lists them with their thresholds.
"""

from collections.abc import Callable

from crawler.graph.natures import BlockNature, Nature
from crawler.report.counters import Counter
from crawler.report.document import Headline
from crawler.report.findings import Findings
from crawler.report.on_networks import CLOSE, by_chance, close_pairs
from crawler.report.on_stories import UNLIKELY, ahead, apart, tests_of
from crawler.report.pushed import SiteList
from crawler.report.times import WITHIN_MINUTES
from crawler.report.words import clean, listed, many, number, percent, quoted

SAME_LIST = 0.9
"""Overlap of two pages' lists from which they are called the same."""
SAME_NUMBERS = 5
"""Pairs of copies with the same number that are a finding, if they are three times what chance gives."""
SURE = 0.01
"""Chance, over all tests made, below which digits are a finding."""
TOGETHER = 0.1
"""Share of publications above what chance gives from which publishing together is a finding."""
ACROSS = 0.1
"""Share of the links that lead to another site from which that is a finding."""
MANY_PAGES = 0.25
"""Share of a kind's pages that push one story from which that is a finding."""
FEW_STORIES = 0.2
"""Share of the pushes that a hundredth of the stories gets from which that is a finding."""
_MOST_NAMED = 3


def crawled(found: Findings) -> str:
    """Say what was crawled."""
    sites = sum(row.fetched > 0 for row in found.interlinks.sites)
    kinds = listed([f"{number(count)} {kind}" for kind, count in found.entries.items()])
    links = f"{many(sum(found.entries.values()), 'link')} ({kinds})" if found.entries else "no link"
    return (
        f"{many(found.fetched, 'page')} of {many(sites, 'site')} fetched, of "
        f"{many(found.urls, 'address', 'addresses')} known. Their blocks, lists of links to other stories such as "
        f"“Related” or “Ranking”, hold {links}."
    )


def missing(found: Findings) -> str:
    """Say what was not fetched, and what links do not show."""
    states: dict[str, int] = {}
    for state, _, count in found.fates:
        states[state] = states.get(state, 0) + count
    said = [
        f"{number(states[state])} {word}"
        for state, word in (
            ("beyond", "deeper than the crawl went"),
            ("failed", "that brought no page"),
            ("excluded", "that were not asked for"),
            ("pending", "still waiting"),
        )
        if states.get(state)
    ]
    return (
        f"Not seen: of the addresses known, {listed(said)}. " if said else "All that is known was fetched. "
    ) + "Links and copies do not show who owns the sites, nor what their makers intend."


def summary(found: Findings) -> tuple[Headline, ...]:
    """Return the findings that pass their thresholds, in the order of the rules."""
    said = [Headline(text, section) for section, rule in _RULES if (text := rule(found))]
    return tuple(said) or (
        Headline("No figure of this crawl passes the thresholds of this summary.", "sites"),
    )


def _lists(found: Findings) -> str:
    """Say of the kinds of block that are one list on every page."""
    said = []
    for kind in found.entries:
        known = [one for one in found.natures if str(one.kind) == kind and one.nature is not Nature.UNKNOWN]
        same = [one for one in known if one.nature is Nature.SITE_WIDE and one.overlap >= SAME_LIST]
        if not same:
            continue
        hosts, of = {one.host for one in same}, {one.host for one in known}
        noun = "host" if any(row.hosts > 1 for row in found.interlinks.sites) else "site"
        where = (
            f"On {'all' if hosts == of else f'{number(len(hosts))} of'} {many(len(of), noun)}, "
            if len(of) > 1
            else f"On {found.name(same[0].host)}, "
        )
        lists = [one for one in found.site_lists if str(one.kind) == kind and one.host in hosts]
        text = f"{where}the {kind.capitalize()} list is {_alike(lists, same)}"
        if foreign := sum(one.foreign > 0 for one in lists):
            each = f"{number(foreign)} of {many(len(lists), 'list')}" if foreign < len(lists) else "Each list"
            holds = "hold" if 1 < foreign < len(lists) else "holds"
            text += f". {each} also {holds} stories of another site"
        said.append(f"{text}.")
    return " ".join(said)


def _alike(lists: list[SiteList], same: list[BlockNature]) -> str:
    """Say what lists have in common from page to page."""
    sizes = {one.steady for one in lists}
    if (
        len(lists) > 0
        and len(sizes) == 1
        and all(one.different == one.steady == _everywhere(one) for one in lists)
    ):
        pages = listed([number(one.pages) for one in lists[:_MOST_NAMED]])
        more = " and more" if len(lists) > _MOST_NAMED else ""
        return (
            f"one and the same on every page: the same {many(sizes.pop(), 'story', 'stories')} on each of "
            f"{pages}{more} pages"
        )
    overlaps = sorted(one.overlap for one in same)
    shares = dict.fromkeys((percent(overlaps[0]), percent(overlaps[-1])))
    return f"nearly the same on every page: two pages have {' to '.join(shares)} of their entries in common"


def _everywhere(one: SiteList) -> int:
    """Return how many stories of a list stand on each of its pages."""
    return sum(story.pages == one.pages for story in one.stories)


def _counted(found: Findings) -> str:
    """Say of numbers that look drawn, digits that look typed, and copies that show the same number."""
    tested = [one for one in found.audit.counters if one.uneven_p is not None]
    even = [one for one in tested if (one.uneven_p or 0) >= UNLIKELY]
    said = []
    if even:
        names = _sets(found, even)
        others = [one for one in tested if one not in even]
        can = f"; {_sets(found, others)} can" if 0 < len(others) <= _MOST_NAMED else ""
        said.append(
            f"{names[:1].upper()}{names[1:]} cannot be told from numbers drawn at random, evenly between the least "
            f"and the greatest ({number(len(even))} of {many(len(tested), 'set')} of numbers tested{can}). Counted "
            "readers are seldom spread like that; it does not prove that the numbers are invented."
        )
    digits = [
        one for one in found.audit.counters if one.last is not None and one.last.p * tests_of(found) < SURE
    ]
    if digits:
        names = listed([f"{found.name(one.site)} ({one.name})" for one in digits])
        said.append(f"Last digits are not as even as those of counts on {names}: rounded, or typed.")
    for same in found.audit.same:
        if same.equal >= max(SAME_NUMBERS, 3 * same.expected):
            said.append(
                f"Copies of a story on two sites show the same {same.name} in {number(same.equal)} of "
                f"{many(same.pairs, 'pair')}; by chance, {same.expected:.1f} would."
            )
    return " ".join(said)


def _sets(found: Findings, counters: list[Counter]) -> str:
    """Name sets of numbers: what they count, and on which sites."""
    sets: dict[str, list[str]] = {}
    for one in counters:
        sets.setdefault(one.name, []).append(found.name(one.site))
    return listed([f"{name} on {listed(sites)}" for name, sites in sorted(sets.items())])


def _copied(found: Findings) -> str:
    """Say how many stories stand on several sites."""
    copying = found.copying
    if not copying.across:
        return ""
    stand = many(copying.across, "story stands", "stories stand")
    return f"{stand} on more than one site{apart(copying)}{ahead(found)}"


def _together(found: Findings) -> str:
    """Say which sites publish just when another does."""
    said = [
        f"{found.name(one.site)} ({percent(one.share)}; by chance {percent(one.low)} to {percent(one.high)})"
        for one in found.times.synchrony
        if one.share > one.high and one.share - one.expected >= TOGETHER
    ]
    if not said:
        return ""
    return (
        f"Publications fall within {WITHIN_MINUTES} minutes of one on another site more often than chance gives on "
        f"{listed(said)}."
    )


def _across(found: Findings) -> str:
    """Say how far links lead to other sites, and which sites are tied."""
    links = found.interlinks
    total = sum(row.links for row in links.sites)
    close = close_pairs(found)
    if not total or (links.between / total < ACROSS and not close):
        return ""
    said = f"{percent(links.between / total)} of the links lead to another site"
    if links.pairs:
        first = links.pairs[0]
        said += (
            f". {many(links.mutual, 'pair')} of sites link to each other, most {found.name(first.a)} and "
            f"{found.name(first.b)}: {number(first.there)} links there, {number(first.back)} back"
        )
    if close:
        pairs = (
            f"all {number(found.tied_pairs)}"
            if len(close) == found.tied_pairs
            else f"{number(len(close))} of {number(found.tied_pairs)}"
        )
        said += (
            ". On a score that adds up links both ways, the same headings, the same stories and the like, "
            f"{pairs} {'pair' if found.tied_pairs == 1 else 'pairs'} of sites "
            f"{'reaches' if len(close) == 1 else 'reach'} {CLOSE} or more of 1"
        )
        if by_chance(close):
            said += "; chance explains nearly all of the links between them"
    return f"{said}."


def _pushed(found: Findings) -> str:
    """Say which stories are pushed far more than others, site-wide lists left aside."""
    said = []
    for one in found.pushed:
        top = one.by_net[0] if one.by_net else None
        if top is not None and top.net >= MANY_PAGES * one.pages and top.net > 1 and top.net > one.site_wide:
            said.append(
                f"{quoted(top.title, top.url)} ({found.name(top.site)}) is pushed by {number(top.net)} of the "
                f"{many(one.pages, 'page')} with {clean(str(one.kind))} blocks."
            )
        if one.top_share is not None and one.top_share >= FEW_STORIES and one.site_wide < one.targets:
            said.append(
                f"In {clean(str(one.kind))} blocks, one story in a hundred gets {percent(one.top_share)} of the pushes."
            )
    return " ".join(said)


_RULES: tuple[tuple[str, Callable[[Findings], str]], ...] = (
    ("pushed", _lists),
    ("copies", _copied),
    ("counters", _counted),
    ("times", _together),
    ("sites", _across),
    ("pushed", _pushed),
)
