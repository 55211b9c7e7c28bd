"""The fields of an article: what the page says of itself and shows to its reader; missing is None."""

import re
from bisect import bisect_left
from operator import attrgetter

from crawler.extract.counts import is_count, likes, views
from crawler.extract.language import language
from crawler.extract.lexicon import OUTSIDE, folded
from crawler.extract.linked import LinkedData, read_linked_data
from crawler.extract.outline import Line, Outline
from crawler.extract.published import published
from crawler.extract.text import MAX_TEXT, main_text
from crawler.model import Article, Reason
from crawler.url import canonicalise

MAX_FIELD = 1_000
"""Characters of a title, name or date; headlines end at some 300."""
ALIKE = 0.6
"""Part of an `h1` that the document's title must repeat; the site's slogan shares less than half."""
MAX_HEADS = 50
"""`h1` elements that are looked at."""
SHORT = 160
"""Characters of a line that states a date or a count; longer ones are prose."""
MAX_NAME = 40
"""Characters of a site's name at the end of the document's title."""
MAX_CRUMBS = 20
"""Entries of a breadcrumb."""
MARKERS = 3
"""Lines like "Current:" that are looked at; a page has one, at its top."""

_at = attrgetter("at")
_ARROW = re.compile(r"\s*(?:>>|>|＞|»|›|→|::|\u2192)\s*")
_PREFIX = re.compile(r"\A[^:：>]{1,40}[:：]")
"""What a language we do not know says before the way from the home page."""
_LETTER = re.compile(r"[^\W\d_]")
_SLOGAN = re.compile(r"\s+[-–—|:·]\s+|\s*[|｜]\s*|:\s+")
"""What parts a site's name from its slogan."""
_BRAND = re.compile(r"\s+[-–—|·»]\s+|\s*[|｜]\s*")
_PAGES = re.compile(
    r"\s*[(（]\s*\d{1,3}\s*[/／]\s*\d{1,3}\s*(?:ページ|页|頁|pages?)?\s*[)）]\Z", re.IGNORECASE
)
"""Which page of several it is, behind a headline."""
_SEPARATORS = re.compile(r"\s+[-–—|·»«:]+\s*|\s*[|_–—｜»]+\s*|\s*-+\s+|\s+-+")
_DIGIT = re.compile(r"[0-9]")
_MARKER = re.compile(
    r"\W*(?:current(?: position| location)?|you are here|your position|location|position|home|当前位置|當前位置|"
    r"您的位置|您现在的位置|你的位置|现在的位置|位置|현재 위치|現在位置|вы здесь|estás aquí|sie sind hier)\s*[:：>»›/]",
    re.IGNORECASE,
)


def article_fields(page: Outline, url: str, taken: bytearray) -> Article:
    """Return the fields of the article on a page; `taken` marks the nodes of its blocks."""
    linked = read_linked_data(page.scripts)
    document_title = _clean(page.title)
    title = _title(page, linked, document_title, taken)
    body = main_text(page, taken)
    counted = [
        line
        for line in page.lines
        if not taken[line.at] and len(line.text) <= SHORT and _DIGIT.search(line.text)
    ]
    day, raw = published(page, linked, body, title, taken, url)
    paragraphs = [p for p in body.paragraphs if p != title and not _is_note(p, raw)] if body else []
    text = "\n".join(paragraphs)[:MAX_TEXT] or None
    canonical = canonicalise(page.canonical, url) if page.canonical else None
    return Article(
        title=title,
        published=day,
        published_raw=raw[:MAX_FIELD] if raw else None,
        site_name=_site_name(page, linked, document_title, title),
        breadcrumb=_breadcrumb(page, linked, taken),
        author=_author(page, linked),
        views=views([line.text for line in counted]),
        likes=likes(page, counted),
        lang=language(page, f"{title or ''} {text or ''}"),
        text=text,
        canonical_hint=None if isinstance(canonical, Reason) else canonical,
        images=body.images if body else 0,
    )


def _clean(text: str) -> str:
    return " ".join(text.split())[: 4 * MAX_FIELD]


def _same(a: str, b: str) -> bool:
    return folded(a) == folded(b)


def _title(page: Outline, linked: LinkedData, document_title: str, taken: bytearray) -> str | None:
    title = _headline(page, linked, document_title, taken)
    return title and (_PAGES.sub("", title) or title)


def _headline(page: Outline, linked: LinkedData, document_title: str, taken: bytearray) -> str | None:
    """Return the headline: the `h1` the document's title repeats, else the line it begins with, else itself."""
    shared = _clean(page.metas.get("og:title", ""))
    stated = [t for t in (shared, document_title, linked.headline) if t]
    heads = _heads(page, taken)
    if len(heads) == 1 and (
        heads[0] in stated
        or (not shared and len(heads[0]) > MAX_NAME and document_title.startswith(heads[0]))
    ):
        return heads[0][:MAX_FIELD]
    # Where the site's name is the h1, the headline is the line that og:title repeats.
    unlike = not any(_likeness(_grams(head), _grams(shared)) >= ALIKE for head in heads)
    if shared and unlike and any(line.text == shared for line in page.lines):
        return shared[:MAX_FIELD]
    known = [_grams(t) for t in stated]
    likeness = {h: max((_likeness(_grams(h), g) for g in known), default=0.0) for h in heads}
    if heads and max(likeness.values()) >= ALIKE:
        return max(heads, key=lambda h: likeness[h])[:MAX_FIELD]
    start = folded(document_title)
    lines = [line.text for line in page.lines if len(line.runs) <= 8 and not page.places[line.at] & OUTSIDE]
    repeated = [t for t in lines if 4 <= len(t) <= MAX_FIELD and folded(t) and folded(t) in start]
    if repeated and len(longest := max(repeated, key=len)) >= 0.4 * len(start):
        return longest
    if heads and (len(heads) == 1 or not stated) and len(heads[0]) > 10:
        return heads[0][:MAX_FIELD]
    if not stated:
        return None
    best = stated[0]
    name = _clean(page.metas.get("og:site_name", ""))
    parts = _SEPARATORS.split(best)
    if len(parts) > 1 and (_same(parts[-1], name) or best is document_title):
        best = best[: best.rindex(parts[-1])].rstrip(" -–—|·»«:_｜") or best
    return best[:MAX_FIELD]


def _grams(text: str) -> set[str]:
    """Return a text's pairs of letters: titles in any script can be compared by them."""
    text = folded(text)[:MAX_FIELD]
    return {text[n : n + 2] for n in range(len(text) - 1)}


def _likeness(head: set[str], stated: set[str]) -> float:
    """Return the part of a heading a stated title repeats; a heading of half its length or less is part of it."""
    return len(head & stated) / max(len(head), len(stated) / 2, 1)


def _heads(page: Outline, taken: bytearray) -> list[str]:
    """Return the texts of the `h1` elements, blocks apart."""
    texts = []
    for owner in [n for n in page.heads if not taken[n]][:MAX_HEADS]:
        end, parts = page.ends[owner], []
        # From the line before, which may have begun above the heading.
        for line in page.lines[max(bisect_left(page.lines, owner, key=_at) - 1, 0) :]:
            if line.at >= end:
                break
            parts += [text for at, text, _ in line.runs if owner <= at < end]
            parts.append(" " if owner <= line.at else "")
        if text := _clean("".join(parts)):
            texts.append(text)
    return texts


def _site_name(page: Outline, linked: LinkedData, document_title: str, title: str | None) -> str | None:
    stated = _clean(page.metas.get("og:site_name", "")) or _clean(page.metas.get("application-name", ""))
    if stated:
        return (_SLOGAN.split(stated)[0] or stated)[:MAX_FIELD]
    if linked.publisher and "://" not in linked.publisher:
        return linked.publisher[:MAX_FIELD]
    if title and len(document_title) > len(title):
        before, _, rest = document_title.partition(title)
        if rest and re.match(r"\s*[-–—|·»:_｜,]", rest):
            parts = [part for part in _SEPARATORS.split(f" {rest} ") if part.strip(" ,")]
            name = parts[-1].rpartition(",")[2] if parts else ""
            return name.strip(" -–—|·»«:_｜,")[:MAX_FIELD] or None
        if before and not rest and (named := re.fullmatch(r"(.{2,60}?)\s*[-–—|·»:_｜]\s*", before)):
            return named[1][:MAX_FIELD]
    if title and len(parts := _BRAND.split(document_title)) > 1:
        # The document's title says it in other words than the headline: its end is the site's if the page shows it.
        name = parts[-1].strip()
        shown = any(name in line.text for line in page.lines) or any(name in alt for _, alt, _ in page.images)
        if 2 <= len(name) <= MAX_NAME and folded(name) not in folded(title) and "://" not in name and shown:
            return name
    return None


def _breadcrumb(page: Outline, linked: LinkedData, taken: bytearray) -> tuple[str, ...] | None:
    labelled = [node for node, label in page.arias.items() if "breadcrumb" in label.lower()]
    for node in sorted({*page.crumbs, *labelled})[:MAX_CRUMBS]:
        crumbs = _crumbs(page, node, page.ends[node])
        if crumbs:
            return crumbs
    for line in page.lines:
        if not taken[line.at] and (crumbs := _crumbs_in(page, line)):
            return crumbs
    for line in [ln for ln in page.lines if _MARKER.match(ln.runs[0][1][:60])][:MARKERS]:
        if not taken[line.at]:
            node = line.box
            for _ in range(3):
                if len(_crumbs(page, line.at, page.ends[node]) or ()) >= 2:
                    break
                above = page.parents[node]
                if (
                    sum(
                        len(r[1])
                        for other in page.lines
                        if above <= other.at < page.ends[above]
                        for r in other.runs
                    )
                    > 400
                ):
                    break
                node = above
            if crumbs := _crumbs(page, line.at, page.ends[node]):
                return crumbs
    return tuple(linked.breadcrumb[:MAX_CRUMBS]) or None


def _crumbs_in(page: Outline, line: Line) -> tuple[str, ...] | None:
    """Return the links of a line in which nothing but arrows stands between them ("Home > News > Text")."""
    if not line.linked or not _ARROW.search(line.text):
        return None
    between = "".join([text for _, text, link in line.runs if link < 0])
    marked = _MARKER.match(between)
    links = dict.fromkeys(link for _, _, link in line.runs if link >= 0)
    texts = [page.links[link].text for link in links if page.links[link].text]
    arrows = _ARROW.findall(between[marked.end() :] if marked else between)
    if not 0 < len(texts) <= MAX_CRUMBS or not len(texts) - 1 <= len(arrows) <= len(texts) + 1:
        return None
    trail = between[marked.end() :] if marked else _PREFIX.sub("", between)
    last = _ARROW.split(trail)[-1]  # the page itself, or "Text", without a link
    bare = not _LETTER.search(_ARROW.sub("", trail[: len(trail) - len(last)]))
    return tuple(texts) if arrows and bare and (marked or len(texts) >= 2) else None


def _crumbs(page: Outline, start: int, end: int) -> tuple[str, ...] | None:
    texts = [a.text for a in page.links if start <= a.at < end and a.text]
    return tuple(texts) if 0 < len(texts) <= MAX_CRUMBS and max(map(len, texts)) <= 80 else None


def _author(page: Outline, linked: LinkedData) -> str | None:
    linked_names = [a.text for a in page.links if "author" in (a.rel or "") and a.text]
    for name in (linked.author, page.metas.get("author", ""), *linked_names[:1]):
        name = _clean(name)
        if name and "://" not in name and len(name) <= 200:
            return name
    return None


def _is_note(paragraph: str, raw: str | None) -> bool:
    """Say whether a paragraph is the article's date, count or button, not its text."""
    if len(paragraph) > 80 or not _DIGIT.search(paragraph):
        return False
    if raw and raw in paragraph:
        return True
    return is_count(paragraph)
