"""The outline of a page: its elements, lines and links in reading order, made in one pass over the tree.

Decisions about blocks and fields rest on this and never on the tree, so the logic is pure and the parser
replaceable. The tree is lexbor's: the one browsers build (WHATWG HTML, section 13.2).
"""

import re
from dataclasses import dataclass, field

from msgspec import Struct
from selectolax.lexbor import LexborHTMLParser, LexborNode

from crawler.extract.bounds import MAX_NODES, bounded
from crawler.extract.lexicon import INHERITED, Lexicon, Place

MAX_SCRIPT = 1_000_000
"""Characters of JSON-LD kept for the fields; more than that is no description of an article."""

_SKIPPED = frozenset((
    "head", "title", "script", "style", "noscript", "template", "svg", "select", "option", "textarea",
    "iframe", "object", "canvas", "audio", "video", "math", "datalist",
))  # fmt: skip
_DULL = frozenset(("class", "style", "target"))
"""Attributes that are read elsewhere or not at all."""
_CRUMBS = int(Place.CRUMBS)
_COMMENTS = int(Place.COMMENTS)
_PASSED_BY = int(Place.MENU) | _COMMENTS
"""Places whose content nothing is read from: on real pages a quarter of all nodes."""
_KEPT = "h1, [class*=crumb], [id*=crumb], [itemprop*=crumb]"
"""What makes such a place worth reading: the way from the home page, or a page all within a menu by its names."""
FEW = 8
"""Links up to which a menu is read all the same: it may be the way from the home page, and costs little."""
_PLACED = frozenset(("nav", "footer", "aside"))
_HEADINGS = frozenset(("h1", "h2", "h3", "h4", "h5", "h6"))
_BADGE = re.compile(
    r"\s*(?:(?:no|top)?\.?\s*[0-9]{1,3}[.、)]?"
    r"|[0-9]{1,4}[-/.][0-9]{1,2}(?:[-/.][0-9]{1,4})?|[0-9]{1,2}:[0-9]{2})\s*\Z",
    re.IGNORECASE,
)
LONG_LINE = 12
"""Characters from which a line in a link reads as a title, not as a kicker."""
_BLOCKS = frozenset((
    "html", "body", "address", "article", "aside", "blockquote", "center", "dd", "details", "dialog", "dir",
    "div", "dl", "dt", "fieldset", "figcaption", "figure", "footer", "form", "h1", "h2", "h3", "h4", "h5",
    "h6", "header", "hgroup", "hr", "legend", "li", "main", "menu", "nav", "ol", "p", "pre", "search",
    "section", "summary", "table", "tbody", "td", "tfoot", "th", "thead", "tr", "ul", "caption", "br",
))  # fmt: skip


class Anchor(Struct, gc=False):
    """An `a` element with an address."""

    at: int
    href: str
    title: str
    rel: str | None
    alt: str = ""
    text: str = ""


class Line(Struct, gc=False):
    """What stands on one line if nothing is styled: text between block boundaries and `br` elements."""

    at: int
    box: int
    """The nearest block element around it."""
    runs: list[tuple[int, str, int]]
    """Node, text as written and link (-1 outside links) of each stretch of text."""
    last: int
    """The last node on the line."""
    text: str
    """All of it, white space collapsed."""
    free: int
    """Characters as written outside links."""
    linked: int
    """Characters as written inside links."""


@dataclass(slots=True)
class Outline:
    """A page as parallel lists over its nodes in reading order, with its lines and links."""

    tags: list[str] = field(default_factory=list)
    parents: list[int] = field(default_factory=list)
    ends: list[int] = field(default_factory=list)
    """The node after the last one inside."""
    names: list[str] = field(default_factory=list)
    """Class names and id, lower case."""
    places: list[int] = field(default_factory=list)
    """What the vocabulary says about the place a node stands in; see `crawler.extract.lexicon.Place`."""
    lines: list[Line] = field(default_factory=list)
    links: list[Anchor] = field(default_factory=list)
    images: list[tuple[int, str, int]] = field(default_factory=list)
    """Node, alternative text and link of each image."""
    times: list[tuple[int, str]] = field(default_factory=list)
    """Node and machine-readable date of each `time` element."""
    props: list[tuple[int, str, str]] = field(default_factory=list)
    """Node, `itemprop` and `content` of elements that carry microdata."""
    metas: dict[str, str] = field(default_factory=dict)
    """Content of the first `meta` of each name or property, lower case."""
    scripts: list[str] = field(default_factory=list)
    """JSON-LD."""
    arias: dict[int, str] = field(default_factory=dict)
    """Accessible names (`aria-label`)."""
    ids: dict[str, int] = field(default_factory=dict)
    heads: list[int] = field(default_factory=list)
    """The `h1` elements."""
    crumbs: list[int] = field(default_factory=list)
    """Elements named like a breadcrumb."""
    title: str = ""
    lang: str = ""
    base: str | None = None
    canonical: str | None = None


def outline(html: str, lexicon: Lexicon) -> Outline:
    """Return the outline of a page.

    Args:
        html: The decoded page; any text will do.
        lexicon: The vocabulary, for what names say of a place.
    """
    page = Outline()
    root = LexborHTMLParser(bounded(html)).root
    if root is None:
        return page
    lines = _walk(page, root, lexicon)
    for _, alt, link in page.images:
        if link >= 0 and alt and not page.links[link].alt:
            page.links[link].alt = alt
    _lines_of(page, lines)
    return page


_Boxed = tuple[int, list[tuple[int, str, int]]]
"""A line's block element and its runs of text."""


def _lines_of(page: Outline, boxed: list[_Boxed]) -> None:
    """Sum up each line, and give each link its visible title.

    That is the heading in it, else its first title-like line, else all its text. A numeral, date or hour that
    stands in an element of its own (a rank badge) is not part of a title.
    """
    pieces: dict[int, list[list[tuple[int, str]]]] = {}
    lines, links = page.lines, page.links
    for box, runs in boxed:
        at, text, link = runs[0]
        if len(runs) == 1:
            shown = collapsed(text)
            if link < 0:
                lines.append(Line(at, box, runs, at, shown, len(text), 0))
                continue
            lines.append(Line(at, box, runs, at, shown, 0, len(text)))
            if link in pieces:
                pieces[link].append([(at, text)])
            else:
                pieces[link] = [[(at, text)]]
                links[link].text = shown
            continue
        free = linked = 0
        before = -1
        for node, text, link in runs:
            if link < 0:
                free += len(text)
                continue
            linked += len(text)
            held = pieces.setdefault(link, [])
            if link != before:
                before = link
                held.append([])
            held[-1].append((node, text))
        shown = collapsed("".join([text for _, text, _ in runs]))
        lines.append(Line(at, box, runs, runs[-1][0], shown, free, linked))
    for link, held in pieces.items():
        if len(held) > 1 or len(held[0]) > 1:
            links[link].text = _title_in(page, links[link].at, held, links[link].alt)
        elif not links[link].text:
            links[link].text = collapsed(held[0][0][1])


def collapsed(text: str) -> str:
    """Return a text with each stretch of white space as one space, and none at its ends."""
    if "\n" not in text and "  " not in text and "\t" not in text and "\f" not in text and text.isascii():
        return text.strip()  # most texts: a fifth of the cost of what follows
    return " ".join(text.split())


def _title_in(page: Outline, at: int, lines: list[list[tuple[int, str]]], alt: str) -> str:
    """Return the title among the lines of the link at a node."""
    runs = [run for line_runs in lines for run in line_runs]
    titled = [run for run in runs if _in_title(page, run[0], at)]
    if titled:
        return _joined(titled)
    shown = [
        text for line_runs in lines if (text := _joined([r for r in line_runs if not _BADGE.match(r[1])]))
    ]
    if alt and alt in shown:
        return alt
    return next((t for t in shown if len(t) >= LONG_LINE), " ".join(shown)) or _joined(runs)


def _in_title(page: Outline, at: int, end: int) -> bool:
    """Say whether a node stands in a heading element or one named title, within node `end`."""
    while at > end:
        if page.tags[at] in _HEADINGS or "title" in page.names[at]:
            return True
        at = page.parents[at]
    return False


def _joined(runs: list[tuple[int, str]]) -> str:
    """Return runs of text as they read: without a space only where the page has none between inline elements."""
    return " ".join("".join(text for _, text in runs).split())


_Frame = tuple[LexborNode, int, int, int, int]
"""An element whose content is being read, and what held around it: parent, place, block element and link."""


def _walk(page: Outline, root: LexborNode, lexicon: Lexicon) -> list[_Boxed]:
    """Fill the lists, one step a node, and return the lines; recursion would end at 1,000 nested elements.

    Node 0 stands for the document.
    """
    page.tags.append("#document")
    page.names.append("")
    page.parents.append(0)
    page.places.append(0)
    page.ends.append(1)
    ends, links = page.ends, page.links
    # Bound methods and locals: this loop runs once for each node, and is a third of the whole extraction.
    add_tag, add_parent, add_end = page.tags.append, page.parents.append, ends.append
    add_name, add_place = page.names.append, page.places.append
    manner_of, placed, place_of = _MANNERS.get, lexicon.placed, lexicon.place
    lines: list[_Boxed] = []
    open_elements: list[_Frame] = []
    runs: list[tuple[int, str, int]] = []
    line_box = -1
    """The block element of the line that is open; -1 where none is."""
    up, place, box, link, i = 0, 0, 0, -1, 1
    node: LexborNode | None = root
    while node is not None:
        tag, child = node.tag or "-", None
        if tag == "-text":
            text = node.text_content
            if not text or text.isspace():
                if line_box == box:
                    _space(runs)
            else:
                if line_box == box:
                    runs.append((i, text, link))
                else:
                    runs, line_box = [(i, text, link)], box
                    lines.append((box, runs))
                add_tag("")
                add_parent(up)
                add_name("")
                add_place(place)
                i += 1
                add_end(i)
        elif (manner := manner_of(tag, _INLINE)) <= _BLOCK:
            attributes = node.attributes
            name, said, around = "", place, link
            if attributes:
                get = attributes.get
                key = get("id")
                signs = (tag, get("class"), key, get("role"))
                found = placed.get(signs) or place_of(signs)
                name, said = found[0], found[1] | place
                if tag == "a":
                    href = get("href")
                    if href is not None:
                        around = len(links)
                        links.append(Anchor(i, href, get("title") or "", get("rel")))
                elif tag == "img" and key is None:
                    page.images.append((i, get("alt") or "", link))
                elif key is not None or not _DULL.issuperset(attributes):
                    _read_body(page, i, tag, attributes, link)
            elif tag in _PLACED:
                said |= place_of((tag, None, None, None))[1]
            if said & _CRUMBS:
                page.crumbs.append(i)
            if tag == "h1":
                page.heads.append(i)
            add_tag(tag)
            add_parent(up)
            add_name(name)
            add_place(said)
            add_end(i + 1)
            if manner == _BLOCK:
                line_box = -1
            if not said & _PASSED_BY or place & _PASSED_BY or said & _CRUMBS or not _is_idle(node, said):
                child = node.first_child
            if child is not None and i < MAX_NODES:
                open_elements.append((node, up, place, box, link))
                if manner == _BLOCK:
                    box = i
                up, place, link, node = i, said & INHERITED, around, child
                i += 1
                continue
            i += 1
        elif manner == _HIDDEN:
            if tag == "svg" and (label := node.attributes.get("aria-label")):
                page.images.append((i, label, link))
                add_tag("img")
                add_parent(up)
                add_name("")
                add_place(place)
                i += 1
                add_end(i)
            _read_hidden(page, tag, node)
            if tag == "head":
                line_box = -1
        if i > MAX_NODES:
            break
        following = node.next
        while following is None and open_elements:
            ends[up] = i
            node, up, place, box, link = open_elements.pop()
            following = node.next
        node = following
    while open_elements:
        ends[up] = i
        _, up, *_ = open_elements.pop()
    ends[0] = i
    return lines


_INLINE, _BLOCK, _HIDDEN, _NOTHING = range(4)
_MANNERS = {
    **dict.fromkeys(_BLOCKS, _BLOCK),
    **dict.fromkeys(_SKIPPED, _HIDDEN),
    **dict.fromkeys(("-", "-comment", "-document", "-doctype", "-undef", "!doctype", "!--"), _NOTHING),
}
"""How an element of a tag is read; of any other tag, as part of a line."""


def _is_idle(node: LexborNode, said: int) -> bool:
    """Say whether a menu or a comment holds nothing that is read."""
    return node.css_first(_KEPT) is None and (bool(said & _COMMENTS) or len(node.css("a")) > FEW)


def _space(runs: list[tuple[int, str, int]]) -> None:
    """Let white space between elements part the words around it."""
    at, text, link = runs[-1]
    if text[-1] != " ":
        runs[-1] = (at, text + " ", link)


def _read_hidden(page: Outline, tag: str, node: LexborNode) -> None:
    """Take note of what is not shown: the document's head, JSON-LD."""
    if tag == "script":
        if node.attributes.get("type") == "application/ld+json":
            page.scripts.append(node.text()[:MAX_SCRIPT])
    elif tag == "title":
        page.title = page.title or node.text()
    elif tag == "head":
        for inner in node.iter():
            if inner.tag in ("title", "script"):
                _read_hidden(page, inner.tag, inner)
            elif inner.tag in ("meta", "link", "base"):
                _read_head(page, inner.tag, inner.attributes)


def _read_head(page: Outline, tag: str, attributes: dict[str, str | None]) -> None:
    """Take note of what the head says about the page."""
    if tag == "meta":
        content = attributes.get("content")
        for key in ("property", "name", "itemprop"):
            if content and (name := attributes.get(key)):
                page.metas.setdefault(name.strip().lower(), content)
    elif tag == "link":
        if (attributes.get("rel") or "").lower() == "canonical" and page.canonical is None:
            page.canonical = attributes.get("href")
    elif tag == "base" and page.base is None:
        page.base = attributes.get("href")


def _read_body(page: Outline, i: int, tag: str, attributes: dict[str, str | None], link: int) -> None:
    """Take note of what an element's attributes say."""
    if tag == "img":
        page.images.append((i, attributes.get("alt") or "", link))
    elif tag == "html":
        page.lang = attributes.get("lang") or attributes.get("xml:lang") or ""
    elif tag == "time":
        page.times.append((i, attributes.get("datetime") or ""))
    elif tag in ("meta", "link", "base"):
        _read_head(page, tag, attributes)
    if name := attributes.get("id"):
        page.ids.setdefault(name, i)
    if prop := attributes.get("itemprop"):
        page.props.append((i, prop.lower(), attributes.get("content") or attributes.get("datetime") or ""))
    if label := attributes.get("aria-label"):
        page.arias[i] = label
