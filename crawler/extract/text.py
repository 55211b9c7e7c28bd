"""Main text: the element most of the page's plain text stands in, and its paragraphs."""

from dataclasses import dataclass

from crawler.extract.lexicon import OUTSIDE
from crawler.extract.outline import Line, Outline

PARAGRAPH = 40
"""Characters of a line that count for its container; menus and captions are shorter."""
MOST = 0.7
"""Part of the text after which a block ends it; one in mid-text does not."""
MAX_TEXT = 2_000_000
"""Characters kept; a book has a million."""

_PROSE = frozenset(("p", "blockquote", "h2", "h3", "h4", "h5", "h6", "li", "pre"))


@dataclass(slots=True)
class MainText:
    """The main text, where it begins and ends, and its images."""

    paragraphs: list[str]
    start: int
    end: int
    images: int


def main_text(page: Outline, taken: bytearray) -> MainText | None:
    """Return the main text outside the nodes that blocks take; None if there is no paragraph."""
    places = page.places
    lines = [(line, line.text) for line in page.lines if not taken[line.at] and not places[line.at] & OUTSIDE]
    weights: dict[int, float] = {}
    for line, text in lines:
        if len(text) < (PARAGRAPH if text.isascii() else PARAGRAPH // 2) or line.free < len(text) / 2:
            continue
        holder = page.parents[line.box] if page.tags[line.box] in _PROSE else line.box
        weights[holder] = weights.get(holder, 0.0) + len(text)
        above = page.parents[holder]
        if above:
            weights[above] = weights.get(above, 0.0) + len(text) * 0.45
    if not weights:
        return None
    root = max(weights, key=lambda node: weights[node])
    end = page.ends[root]
    inner = [(line, text) for line, text in lines if root <= line.at < end]
    prose = sum(len(text) for line, text in inner if page.tags[line.box] in _PROSE)
    if prose >= 0.7 * sum(len(text) for _, text in inner):
        inner = [(line, text) for line, text in inner if page.tags[line.box] in _PROSE]
    long = [n for n, (_, text) in enumerate(inner) if len(text) >= (PARAGRAPH if text.isascii() else 20)]
    if not long:
        return None
    kept = _before_blocks(inner[long[0] :], taken, end)
    paragraphs = [text for line, text in kept if not _is_links(line)]
    images = sum(1 for at, _, _ in page.images if root <= at < end and not taken[at])
    return MainText(paragraphs, kept[0][0].at, end, images)


def _before_blocks(lines: list[tuple[Line, str]], taken: bytearray, end: int) -> list[tuple[Line, str]]:
    """Return the lines up to the first block that has most of the text before it: tags and footers follow."""
    total = sum(len(text) for _, text in lines)
    read, before = 0, lines[0][0].at
    for n, (line, text) in enumerate(lines):
        if read >= MOST * total and taken.find(1, before, min(line.at, end)) >= 0:
            return lines[:n]
        read += len(text)
        before = line.last
    return lines


def _is_links(line: Line) -> bool:
    return line.linked > 0.8 * (line.linked + line.free)
