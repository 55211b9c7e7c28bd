"""Headings of a page: short lines that head what follows, with how sure that is and what the lexicon says."""

import re
from dataclasses import dataclass

from crawler.extract.lexicon import MAX_HEADING, OUTSIDE, Lexicon, Match, Place
from crawler.extract.outline import Line, Outline
from crawler.model import Kind

MAX_HEADINGS = 1_000
"""Headings of one page; the busiest labelled page has some 100, and each is compared with those after it."""
SURE = 2.2
"""Score from which a line with a known phrase is a heading: a plain line that is more than half phrase (0.5 + 1.7),
or a heading element of which a phrase covers any part."""
LEAST = 0.15
"""Part of a heading element's letters that a phrase must cover, twice that in other lines: a story's own title
may hold any word."""
LONGEST_LINKED = 48
"""Characters of a linked line that may be a heading: a phrase must cover three fifths of it."""
GENERIC = 2.0
"""Strength from which a line without a known phrase is a heading: a heading element, or named like one."""

_BARRED = int(OUTSIDE & ~Place.AUTHOR & ~Place.TAGS & ~Place.FRIENDS)
_LETTER = re.compile(r"[^\W\d_]")
_SWITCH = re.compile(r"#|javascript:|\Z", re.IGNORECASE)
"""How addresses begin that lead nowhere: those of links that a script switches lists with."""
_LEVELS = {"h1": 1, "h2": 2, "h3": 3, "h4": 4, "h5": 5, "h6": 6}
_STRENGTHS = {
    **dict.fromkeys(_LEVELS, 3.0),
    **dict.fromkeys(("dt", "th", "legend", "caption", "summary"), 2.0),
}
_STRONG = dict.fromkeys(("strong", "b", "font", "em", "big"), 1.5)
_NAMED = frozenset(("section", "aside", "div", "ul", "ol"))
"""Elements whose accessible name may be a list's heading."""
_ITEMS = frozenset(("li", "article", "dd"))


@dataclass(slots=True)
class Heading:
    """A line, or its beginning, that heads what follows it."""

    at: int
    after: int
    """The node after it."""
    box: int
    """The element that holds it alone."""
    label: str
    match: Match | None
    score: float
    level: int
    """1 to 6 of a heading element, 0 of another."""
    sign: tuple[str, str]
    """Tag and names of its element."""
    panel: int | None = None
    """The element a tab shows."""
    in_item: bool = False
    in_strip: bool = False
    """A link that may be a tab, and is no heading if no strip of tabs is found around it."""

    @property
    def kind(self) -> Kind | None:
        """What it says the list is; None where it says nothing, or that it is none of articles."""
        return self.match.kind if self.match is not None else None

    @property
    def says_kind(self) -> bool:
        """Whether it says that the list is related, a ranking or a recommendation."""
        return self.kind not in (None, Kind.OTHER)


def find_headings(page: Outline, lexicon: Lexicon) -> list[Heading]:
    """Return the page's headings in reading order."""
    found: list[Heading] = []
    places = page.places
    with_tabs = any(_SWITCH.match(link.href) for link in page.links)
    for line in page.lines:
        if len(found) >= MAX_HEADINGS:
            break
        if places[line.at] & _BARRED:
            continue
        # Most lines are paragraphs or stories' titles, and no more is looked at.
        runs = line.runs
        linked = runs[0][2] >= 0
        if len(runs) > 1 or len(line.text) <= (LONGEST_LINKED if linked else MAX_HEADING):
            heading = _heading(page, lexicon, line)
            if heading is not None:
                found.append(heading)
        if with_tabs and line.linked:
            found.extend(_tabs(page, lexicon, line))
    for at, alt, link in page.images:
        if alt and len(alt) <= MAX_HEADING and not page.places[at] & OUTSIDE:
            match = lexicon.match(alt)
            if match is not None and match.share >= (0.3 if link < 0 else 0.6):
                found.append(Heading(at, at + 1, page.parents[at], alt.strip(), match, 3.0, 0, ("img", "")))
    found += _unlabelled(page, found)
    found += _named(page, lexicon, found)
    tabs = {heading.at for heading in found if heading.panel is not None}
    found = [heading for heading in found if heading.panel is not None or heading.at not in tabs]
    return sorted(found, key=lambda heading: heading.at)


def _unlabelled(page: Outline, found: list[Heading]) -> list[Heading]:
    """Return the images that stand as those headings do that are images: their lists are other ones."""
    boxes = {_box_of(page, heading.at) for heading in found if heading.sign[0] == "img"}
    taken = {heading.at for heading in found}
    return [
        Heading(at, at + 1, page.parents[at], "", None, 0.0, 0, ("img", ""))
        for at, _, link in page.images
        if boxes and link < 0 and at not in taken and _box_of(page, at) in boxes
    ]


def _box_of(page: Outline, image: int) -> tuple[str, str]:
    """Return what the element around an image is called, if it has a name and the image is alone in it."""
    box = page.parents[image]
    alone = page.ends[box] == image + 1 and page.names[box].strip()
    return (page.tags[box], page.names[box]) if alone else ("img", str(image))


def _named(page: Outline, lexicon: Lexicon, found: list[Heading]) -> list[Heading]:
    """Return headings that only assistive technology reads: names of empty heading elements, and of lists."""
    made: list[Heading] = []
    for node, label in page.arias.items():
        tag, end = page.tags[node], page.ends[node]
        if page.places[node] & _BARRED or not (tag in _LEVELS or tag in _NAMED):
            continue
        match = lexicon.match(label)
        if match is None or match.share < 0.5 or match.kind in (None, Kind.OTHER):
            continue
        inside = [heading for heading in found if node <= heading.at < end]
        if tag in _LEVELS and not inside:
            made.append(
                Heading(
                    node,
                    end,
                    node,
                    label,
                    match,
                    3.0 + 3.0 * match.share,
                    _LEVELS[tag],
                    (tag, page.names[node]),
                )
            )
        elif tag in _NAMED and not any(heading.match is not None for heading in inside):
            made.append(
                Heading(
                    node,
                    node + 1,
                    node,
                    label,
                    match,
                    1.0 + 3.0 * match.share,
                    0,
                    (tag, page.names[node]),
                    node,
                )
            )
    return made


def _heading(page: Outline, lexicon: Lexicon, line: Line) -> Heading | None:
    text, last = _beginning(line)
    linked, alone = line.runs[0][2] >= 0, last == line.last
    if linked and not alone and page.tags[line.box] not in _LEVELS:
        return None
    if not text or len(text) > (LONGEST_LINKED if linked else MAX_HEADING) or not _LETTER.search(text):
        return None
    match = lexicon.match(text)
    if linked and (match is None or match.share < 0.6 or page.places[line.at] & Place.PART):
        return None
    top, level, strength = _element(page, line.at, last, line)
    if linked and match is not None:
        if lexicon.is_more(text) or (level == 0 and match.kind in (None, Kind.OTHER)):
            return None  # "Read more", or a category's name ("News", "Weather"), as cards have them
        strength -= 1.0
    if text[-1] in ":：":
        strength += 0.5
    score = strength + (3.0 * match.share if match else 0.0)
    if match is not None and match.share < (LEAST if strength >= 3.0 else 2 * LEAST):
        match = None
    if match is None and (strength < GENERIC or level == 1 or not alone):
        return None
    if match is not None and score < SURE:
        if strength < GENERIC:
            return None
        match = None
    in_item = False
    node = page.parents[top]
    for _ in range(4):
        in_item = in_item or page.tags[node] in _ITEMS
        node = page.parents[node]
    return Heading(
        line.at,
        last + 1,
        top,
        text,
        match,
        score,
        level,
        (page.tags[top], page.names[top]),
        in_item=in_item,
    )


def _beginning(line: Line) -> tuple[str, int]:
    """Return the text at the beginning of a line that is all in one link or in none, and its last node."""
    first_link = line.runs[0][2]
    for n, (_, _, link) in enumerate(line.runs):
        if link != first_link:
            return " ".join("".join([text for _, text, _ in line.runs[:n]]).split()), line.runs[n - 1][0]
    return line.text, line.last


def _element(page: Outline, first: int, last: int, line: Line) -> tuple[int, int, float]:
    """Return the outermost element that holds just this text, its heading level and its strength."""
    strength, level, top = 0.5, 0, first
    node = page.parents[first]
    alone = len(line.runs) == 1 or last == line.last
    for _ in range(6):
        if page.ends[node] > last + 1 and not (node == line.box and page.tags[node] in _STRENGTHS):
            break
        tag = page.tags[node]
        strength = max(strength, _STRENGTHS.get(tag, 0.0), _STRONG.get(tag, 0.0))
        level = level or _LEVELS.get(tag, 0)
        if page.places[node] & Place.HEADING and not page.places[page.parents[node]] & Place.PART:
            strength = max(strength, 2.0 if alone else 1.5)
        top = node
        node = page.parents[node]
        if node == 0:
            break
    return top, level, strength


def _tabs(page: Outline, lexicon: Lexicon, line: Line) -> list[Heading]:
    """Return the headings among links that switch lists; those with `href="#panel"` say which they show."""
    tabs: list[Heading] = []
    for at, text, link in line.runs:
        if link < 0 or not _SWITCH.match(page.links[link].href):
            continue
        panel = page.ids.get(page.links[link].href[1:])
        label = page.links[link].text or " ".join(text.split())
        match = lexicon.match(label)
        if match is None or match.share < 0.5:
            continue
        if panel is not None and panel > at:
            tabs.append(
                Heading(at, at + 1, page.links[link].at, label, match, 3.0, 0, ("a", ""), panel=panel)
            )
        elif len(line.runs) > 1:
            top, _, _ = _element(page, at, at, line)
            tabs.append(Heading(at, at + 1, top, label, match, 3.0, 0, ("a", ""), in_strip=True))
    return tabs
