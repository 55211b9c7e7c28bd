"""The outline of a page: its elements, lines and links in reading order, made in one pass over the tree.

Decisions about blocks and fields rest on this and never on the tree, so the logic is pure and the parser
replaceable. The tree is lexbor's: the one browsers build (WHATWG HTML, section 13.2).
"""

import re
from dataclasses import dataclass, field

from selectolax.lexbor import LexborHTMLParser, LexborNode

from crawler.extract.lexicon import INHERITED, Lexicon, Place

MAX_NODES = 400_000
"""Nodes read of one page; the rest is ignored. Ten times the largest page in the labelled set (about 40,000)."""
MAX_OPEN = 20_000
"""Elements open at once, from which a page is cut off; real pages have some hundreds, tags never ended included."""
_STRIDE = 16_384
"""Characters of a page without a bracket, from which one tag of twice as many is looked for."""
_LONG_TAG = re.compile(rf"(<[a-zA-Z][^\s<>/]{{0,50}})[^<>]{{{2 * _STRIDE},}}")
_TAG = re.compile(r"<(/?)(?!(?:area|base|br|col|embed|hr|img|input|link|meta|source|track|wbr)\b)[a-zA-Z]")
MAX_SCRIPT = 1_000_000
"""Characters of JSON-LD kept for the fields; more than that is no description of an article."""

_SKIPPED = frozenset(
    [
        "head",
        "title",
        "script",
        "style",
        "noscript",
        "template",
        "svg",
        "select",
        "option",
        "textarea",
        "iframe",
        "object",
        "canvas",
        "audio",
        "video",
        "math",
        "datalist",
    ]
)
_DULL = frozenset(("class", "style", "target"))
"""Attributes that are read elsewhere or not at all."""
_CRUMBS = int(Place.CRUMBS)
_PLACED = frozenset(("nav", "footer", "aside"))
_HEADINGS = frozenset(("h1", "h2", "h3", "h4", "h5", "h6"))
_BADGE = re.compile(
    r"\s*(?:(?:no|top)?\.?\s*[0-9]{1,3}[.、)]?"
    r"|[0-9]{1,4}[-/.][0-9]{1,2}(?:[-/.][0-9]{1,4})?|[0-9]{1,2}:[0-9]{2})\s*\Z",
    re.IGNORECASE,
)
LONG_LINE = 12
"""Characters from which a line in a link reads as a title, not as a kicker."""
_BLOCKS = frozenset(
    [
        "html",
        "body",
        "address",
        "article",
        "aside",
        "blockquote",
        "center",
        "dd",
        "details",
        "dialog",
        "dir",
        "div",
        "dl",
        "dt",
        "fieldset",
        "figcaption",
        "figure",
        "footer",
        "form",
        "h1",
        "h2",
        "h3",
        "h4",
        "h5",
        "h6",
        "header",
        "hgroup",
        "hr",
        "legend",
        "li",
        "main",
        "menu",
        "nav",
        "ol",
        "p",
        "pre",
        "search",
        "section",
        "summary",
        "table",
        "tbody",
        "td",
        "tfoot",
        "th",
        "thead",
        "tr",
        "ul",
        "caption",
        "br",
    ]
)


@dataclass(slots=True)
class Anchor:
    """An `a` element with an address."""

    at: int
    href: str
    title: str
    rel: str | None
    alt: str = ""
    text: str = ""


@dataclass(slots=True)
class Line:
    """What stands on one line if nothing is styled: text between block boundaries and `br` elements."""

    at: int
    box: int
    """The nearest block element around it."""
    runs: list[tuple[int, str, int]] = field(default_factory=list)
    """Node, text as written and link (-1 outside links) of each stretch of text."""
    text: str = ""
    """All of it, white space collapsed."""
    free: int = 0
    """Characters as written outside links."""
    linked: int = 0
    """Characters as written inside links."""

    @property
    def last(self) -> int:
        """The last node on the line."""
        return self.runs[-1][0]


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
    root = LexborHTMLParser(_bounded(html)).root
    if root is None:
        return page
    _walk(page, root, lexicon)
    page.heads = [n for n, tag in enumerate(page.tags) if tag == "h1"]
    page.crumbs = [n for n, place in enumerate(page.places) if place & _CRUMBS]
    _name_links(page)
    for _, alt, link in page.images:
        if link >= 0 and alt and not page.links[link].alt:
            page.links[link].alt = alt
    return page


def _bounded(html: str) -> str:
    """Return the page without what a parser takes quadratic time for, according to the standard.

    For each element the tree builder looks through all that are open (100,000 nested ones take ten seconds and
    more), and for each attribute through those its tag has already (200,000 take two minutes).
    """
    for at in range(0, len(html), _STRIDE):
        if html.find("<", at, at + _STRIDE) < 0 and html.find(">", at, at + _STRIDE) < 0:
            html = _LONG_TAG.sub(r"\1", html)
            break
    tags = html.count("<")
    if tags <= MAX_OPEN or tags - html.count("</") <= MAX_OPEN:
        return html
    depth = 0
    for tag in _TAG.finditer(html):
        depth += -1 if tag[1] else 1
        if depth > MAX_OPEN:
            return html[: tag.start()]
    return html


def _name_links(page: Outline) -> None:
    """Sum up each line, and give each link its visible title.

    That is the heading in it, else its first title-like line, else all its text. A numeral, date or hour that
    stands in an element of its own (a rank badge) is not part of a title.
    """
    pieces: dict[int, list[list[tuple[int, str]]]] = {}
    for line in page.lines:
        runs = line.runs
        if len(runs) == 1:
            at, text, link = runs[0]
            line.text = " ".join(text.split())
            if link < 0:
                line.free = len(text)
            else:
                line.linked = len(text)
                pieces.setdefault(link, []).append([(at, text)])
            continue
        line.text = " ".join("".join([text for _, text, _ in runs]).split())
        fresh: set[int] = set()
        for at, text, link in runs:
            if link < 0:
                line.free += len(text)
                continue
            line.linked += len(text)
            lines = pieces.setdefault(link, [])
            if link not in fresh:
                fresh.add(link)
                lines.append([])
            lines[-1].append((at, text))
    for link, lines in pieces.items():
        anchor = page.links[link]
        if len(lines) == 1 and len(lines[0]) == 1:
            anchor.text = " ".join(lines[0][0][1].split())
        else:
            anchor.text = _title_in(page, anchor.at, lines)


def _title_in(page: Outline, at: int, lines: list[list[tuple[int, str]]]) -> str:
    """Return the title among the lines of the link at a node."""
    runs = [run for line_runs in lines for run in line_runs]
    titled = [run for run in runs if _in_title(page, run[0], at)]
    if titled:
        return _joined(titled)
    shown = [
        text for line_runs in lines if (text := _joined([r for r in line_runs if not _BADGE.match(r[1])]))
    ]
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


def _walk(page: Outline, root: LexborNode, lexicon: Lexicon) -> None:
    """Fill the lists, one step a node; recursion would end at 1,000 nested elements.

    Node 0 stands for the document.
    """
    tags, parents, ends, names, places = page.tags, page.parents, page.ends, page.names, page.places
    tags.append("#document")
    names.append("")
    parents.append(0)
    places.append(0)
    ends.append(1)
    lines, manner_of = page.lines, _MANNERS.get
    placed = lexicon.placed
    place_of = lexicon.place
    open_elements: list[_Frame] = []
    line = _NO_LINE
    up, place, box, link = 0, 0, 0, -1
    node: LexborNode | None = root
    while node is not None:
        tag, child, i = node.tag or "-", None, len(tags)
        if tag == "-text":
            text = node.text_content
            if not text or text.isspace():
                if line.box == box:
                    _space(line)
            else:
                if line.box != box:
                    line = Line(i, box)
                    lines.append(line)
                line.runs.append((i, text, link))
                tags.append("")
                parents.append(up)
                names.append("")
                places.append(place)
                ends.append(i + 1)
        elif (manner := manner_of(tag, _INLINE)) <= _BLOCK:
            child = node.first_child
            if child is not None:
                open_elements.append((node, up, place, box, link))
            attributes = node.attributes
            name, said, around = "", 0, link
            if attributes:
                get = attributes.get
                signs = (tag, get("class"), get("id"), get("role"))
                name, said = placed.get(signs) or place_of(signs)
                if tag == "a" or not _DULL.issuperset(attributes):
                    around = _read_body(page, i, tag, attributes, link)
            elif tag in _PLACED:
                name, said = place_of((tag, None, None, None))
            said |= place
            tags.append(tag)
            parents.append(up)
            names.append(name)
            places.append(said)
            ends.append(i + 1)
            if manner == _BLOCK:
                line = _NO_LINE
                if child is not None:
                    box = i
            if child is not None and i < MAX_NODES:
                up, place, link, node = i, said & INHERITED, around, child
                continue
        elif manner == _HIDDEN:
            _read_hidden(page, tag, node)
            if tag == "head":
                line = _NO_LINE
        if i >= MAX_NODES:
            break
        following = node.next
        while following is None and open_elements:
            ends[up] = len(tags)
            node, up, place, box, link = open_elements.pop()
            following = node.next
        node = following
    while open_elements:
        ends[up] = len(tags)
        _, up, *_ = open_elements.pop()
    ends[0] = len(tags)


_INLINE, _BLOCK, _HIDDEN, _NOTHING = range(4)
_MANNERS = {
    **dict.fromkeys(_BLOCKS, _BLOCK),
    **dict.fromkeys(_SKIPPED, _HIDDEN),
    **dict.fromkeys(("-", "-comment", "-document", "-doctype", "-undef", "!doctype", "!--"), _NOTHING),
}
"""How an element of a tag is read; of any other tag, as part of a line."""
_NO_LINE = Line(0, -1)
"""Where no line is open: its box is no element's."""


def _space(line: Line) -> None:
    """Let white space between elements part the words around it."""
    at, text, link = line.runs[-1]
    if text[-1:] != " ":
        line.runs[-1] = (at, text + " ", link)


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


def _read_body(page: Outline, i: int, tag: str, attributes: dict[str, str | None], link: int) -> int:
    """Take note of an element's attributes; return the link its content belongs to."""
    if tag == "a":
        href = attributes.get("href")
        if href is not None:
            page.links.append(Anchor(i, href, attributes.get("title") or "", attributes.get("rel")))
            return len(page.links) - 1
    elif tag == "img":
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
    return link
