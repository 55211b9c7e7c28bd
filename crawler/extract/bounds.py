"""What of a page the parser is given: no more than it can carry in the time and memory of one page.

Nothing that real pages have is touched; what is cut off is the end of a monster.
"""

import re
from itertools import islice

MAX_NODES = 100_000
"""Nodes read of one page; the rest is ignored. Twice the largest page in the labelled set (about 40,000)."""
MAX_TAGS = 2 * MAX_NODES
"""Opening and closing tags that are parsed: no more can be read, and each takes a hundred bytes and more."""
MAX_OPEN = 20_000
"""Elements open at once, from which a page is cut off; real pages have some hundreds, tags never ended included."""
_STRIDE = 16_384
"""Characters of a page without a bracket, from which one tag of twice as many is looked for."""
_LONG_TAG = re.compile(rf"(<[a-zA-Z][^\s<>/]{{0,50}})[^<>]{{{2 * _STRIDE},}}")
_ADDRESS = re.compile(rf"""\shref\s*=\s*["']?([^"'\s]{{1,{_STRIDE}}})""", re.IGNORECASE)
_TAG = re.compile(
    r"<(/?)(?!(?:area|base|br|col|embed|hr|img|input|link|meta|source|track|wbr"
    r"|li|dd|dt|p|td|th|tr|option)\b)[a-zA-Z]"  # which nothing ends, or the next of their kind
)


def bounded(html: str) -> str:
    """Return the page without what a parser takes quadratic time for, according to the standard.

    For each element the tree builder looks through all that are open (100,000 nested ones take ten seconds and
    more), and for each attribute through those its tag has already (200,000 take two minutes).
    """
    for at in range(0, len(html), _STRIDE):
        if html.find("<", at, at + _STRIDE) < 0 and html.find(">", at, at + _STRIDE) < 0:
            html = _LONG_TAG.sub(_shortened, html)
            break
    tags = html.count("<")
    if tags > MAX_TAGS:
        html = html[: [tag.start() for tag in islice(re.finditer("<", html), MAX_TAGS)][-1]]
        tags = MAX_TAGS
    if tags <= MAX_OPEN or tags - html.count("</") <= MAX_OPEN:
        return html
    depth = 0
    for tag in _TAG.finditer(html):
        depth += -1 if tag[1] else 1
        if depth > MAX_OPEN:
            return html[: tag.start()]
    return html


def _shortened(tag: re.Match[str]) -> str:
    """Return a tag of tens of thousands of characters with its address alone, and of that what can be told apart."""
    address = _ADDRESS.search(tag[0])
    return f'{tag[1]} href="{address[1]}"' if address is not None else tag[1]
