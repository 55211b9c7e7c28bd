"""Tab strips: a row of short texts names the lists beside it, one list a text, of which one is shown at a time.

The lists carry no heading of their own. A strip's texts either say what each list is ("Ranking", "Latest"), or,
under a heading, what part of it is shown ("Today", "Week"): then each list is a block with the heading's label.
"""

from dataclasses import replace

from crawler.extract.candidates import Area, is_spent
from crawler.extract.headings import Heading
from crawler.extract.lexicon import Lexicon

MAX_TAB = 24
"""Characters of a tab's text; the longest seen has 17."""
MAX_TABS = 8
MAX_CLIMB = 4
"""Levels from a strip up to what stands beside its lists, and from there down to them."""


def with_panels(area: Area, lexicon: Lexicon, headings: list[Heading]) -> list[Heading]:
    """Return the headings, those of tab strips each with the list it names."""
    kept: list[Heading] = []
    done = 0
    for heading in headings:
        if heading.at < done:
            continue  # a tab of the strip before
        made = _panelled(area, lexicon, heading)
        if made:
            done = max(area.page.ends[tab.box] for tab in made)
        if made or not heading.in_strip:
            kept += made or [heading]
    return kept


def _panelled(area: Area, lexicon: Lexicon, heading: Heading) -> list[Heading]:
    """Return what a heading becomes that is a tab or stands above a strip; nothing if it is neither."""
    page = area.page
    if heading.panel is not None or not heading.says_kind:
        return []
    # A tab stands beside its like; where nothing parts their words, the heading found is all of them.
    for row in (page.parents[heading.box], heading.box):
        strip = _strip(area, lexicon, row)
        panels = _panels(area, row, len(strip)) if heading.box in strip or row == heading.box else []
        tabs = [_tab(area, lexicon, heading, tab, panel) for tab, panel in zip(strip, panels, strict=False)]
        if any(tab.says_kind for tab in tabs) and (
            heading.box in strip or all(tab.match is not None for tab in tabs)
        ):
            return tabs
    # A strip under a heading comes right after it.
    node = area.next_text(heading.after)
    for _ in range(MAX_CLIMB if node else 0):
        node = page.parents[node]
        strip = _strip(area, lexicon, node)
        if strip and strip[0] >= heading.after and (panels := _panels(area, node, len(strip))):
            tabs = [
                _tab(area, lexicon, heading, tab, panel) for tab, panel in zip(strip, panels, strict=True)
            ]
            if any(tab.says_kind and tab.kind is not heading.kind for tab in tabs):
                return tabs
            return [replace(heading, box=tab.box, panel=tab.panel) for tab in tabs]
    return []


def _tab(area: Area, lexicon: Lexicon, heading: Heading, tab: int, panel: int) -> Heading:
    """Return the heading that a tab is, after the one that its strip was found by."""
    label = area.words(tab)
    match = lexicon.match(label)
    return replace(
        heading,
        at=tab,
        after=area.page.ends[tab],
        box=tab,
        label=label,
        match=match if match is not None and match.share >= 0.5 else None,
        panel=panel,
    )


def _strip(area: Area, lexicon: Lexicon, node: int) -> list[int]:
    """Return the children of an element if each is a tab, and there are two or more; else nothing."""
    page = area.page
    if page.ends[node] - node > 6 * MAX_TABS or area.first_article(node, page.ends[node]) is not None:
        return []
    tabs = [(child, text) for child in area.children(node) if (text := area.words(child))]
    if not 2 <= len(tabs) <= MAX_TABS or len({page.tags[child] for child, _ in tabs}) > 1:
        return []
    if any(len(text) > MAX_TAB or lexicon.is_more(text) for _, text in tabs):
        return []
    return [child for child, _ in tabs]


def _panels(area: Area, node: int, count: int) -> list[int]:
    """Return the elements after a strip that hold its lists, if there are as many as it has tabs."""
    page = area.page
    for _ in range(MAX_CLIMB if count else 0):
        above = page.parents[node]
        beside = [child for child in area.children(above) if child > node]
        holding = [child for child in beside if _holds_articles(area, child)]
        if not holding:
            if not above or area.text(page.ends[node], page.ends[above])[0] > MAX_TAB:
                return []
            if is_spent(area, page.ends[node], page.ends[above]):
                return []
            node = above
            continue
        if area.text(page.ends[node], holding[0])[0] > MAX_TAB:
            return []
        # Of a strip's lists some may be empty, and other boxes may follow beside them.
        alike = [
            child for child in beside if page.names[child].split()[:1] == page.names[holding[0]].split()[:1]
        ]
        alike = [child for child in alike if page.tags[child] == page.tags[holding[0]]]
        for _ in range(MAX_CLIMB):
            if all(_is_list(area, panel) for panel in holding):
                for panels in (alike, holding):
                    if len(panels) == count and len({page.tags[panel] for panel in panels}) == 1:
                        return panels
            alike = area.children(holding[0])
            holding = [child for child in alike if _holds_articles(area, child)]
            if not holding:
                return []
        return []
    return []


def _holds_articles(area: Area, node: int) -> bool:
    return area.first_article(node, area.page.ends[node]) is not None


def _is_list(area: Area, node: int) -> bool:
    """Say whether an element holds two or more article links, and more in links than beside them."""
    end = area.page.ends[node]
    first = area.first_article(node, end)
    free, linked = area.text(node, end)
    return (
        first is not None
        and area.first_article(area.page.links[first].at + 1, end) is not None
        and free <= linked
    )
