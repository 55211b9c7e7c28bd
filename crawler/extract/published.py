"""The day an article was published: what a reader sees beside the headline, else what the page states by machine."""

import re
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass, replace
from operator import attrgetter

from crawler.extract.dates import iso_of, written_dates
from crawler.extract.lexicon import Place, folded
from crawler.extract.linked import LinkedData
from crawler.extract.outline import Line, Outline
from crawler.extract.text import MainText

SHORT = 160
"""Characters of a text that states a date; longer ones are prose."""
PROSE = 60
"""Characters of a line of the text from which it tells of a day rather than dates itself."""
BESIDE = 6
"""Lines from the headline to the date that goes with it; a byline, a kicker and a summary may come between."""
ABOVE = 3.0
"""How much farther a line above the headline counts: today's date stands there as well."""

_at = attrgetter("at")
_IN_PATH = re.compile(r"/((?:19|20)\d\d)[-/]?(0[1-9]|1[0-2])[-/]?(0[1-9]|[12]\d|3[01])/")
_DIGIT = re.compile(r"[0-9\u0660-\u0669\u06f0-\u06f9\u0966-\u096f\u09e6-\u09ef\u0e50-\u0e59]")
_CHANGED = re.compile(
    "updat|modif|edited|revised|actualiz|atualiz|aggiorn|mis a jour|mise a jour|aktualis|geandert|^stand$|bijgewerkt|"
    "gewijzigd|обновл|изменен|оновл|змінен|zaktualiz|aktualiz|zmodyf|guncelle|تحديث|تعديل|روز رسان|عودכן|עודכן|עדכון|"
    "अपडेट|diperbarui|pembaruan|cap nhat|อัปเดต|อัพเดต|แก้ไข|수정|업데이트|최종|更新|编辑于|編集|修正|最終|"
    "ενημερω|τελευταια|frissit|modosit|uppdater|opdater|oppdater|paivit|ultima ora|последн"
)
"""Words before a date, folded, that say it is that of a change; such a date counts where there is no other."""
_METAS = (
    "article:published_time",
    "datepublished",
    "og:published_time",
    "og:article:published_time",
    "pubdate",
    "publishdate",
    "publish_date",
    "publish-date",
    "publication_date",
    "article.published",
    "article:published",
    "parsely-pub-date",
    "sailthru.date",
    "dc.date.issued",
    "dcterms.created",
    "dc.date",
    "dcterms.date",
    "date",
    "cxenseparse:recs:publishtime",
)


@dataclass(frozen=True, slots=True)
class _Shown:
    """A date that a reader sees."""

    changed: bool
    """It is the date of a change, or of something the text tells of."""
    distance: float
    """Lines from the headline."""
    raw: str
    iso: str


def published(
    page: Outline, linked: LinkedData, body: MainText | None, title: str | None, taken: bytearray, url: str
) -> tuple[str | None, str | None]:
    """Return the publication date as ISO 8601, and as it is written; None where the page shows and states none.

    Args:
        page: The outline.
        linked: What its JSON-LD says.
        body: Its main text; dates below it are others' (comments, footers).
        title: Its headline: the date beside it is the article's.
        taken: Nodes of blocks.
        url: Where it was fetched from; its path may name the day.
    """
    stated = [linked.published, *(page.metas.get(name, "") for name in _METAS)]
    stated += [content for _, prop, content in page.props if prop == "datepublished"]
    machine = next(((text, found) for text in stated if text and (found := iso_of(text))), None)
    seen = _seen(page, body, title, taken)
    if machine is not None:
        if seen is None or not _is_surer(seen, machine[1], page.lang):
            raw = seen.raw if seen is not None and seen.iso[:10] == machine[1][:10] else machine[0]
            return machine[1], raw
        return seen.iso, seen.raw
    if seen is not None and not seen.changed:
        return seen.iso, seen.raw
    limit = body.end if body else len(page.tags)
    times = (text for at, text in page.times if text and not taken[at] and at <= limit)
    iso = next((found for text in times if (found := iso_of(text))), None)
    if (
        iso is None
        and (day := _IN_PATH.search(url)) is not None
        and (found := iso_of("-".join(day.groups())))
    ):
        iso = found
    if iso is not None:
        return iso, seen.raw if seen is not None and seen.iso[:10] == iso[:10] else None
    if seen is not None:
        return seen.iso, seen.raw
    named = next(iter(written_dates(page.title)), None)
    return (named[2], named[1]) if named is not None else (None, None)


def _is_surer(seen: _Shown, machine: str, lang: str) -> bool:
    """Say whether what a reader sees outweighs another day that the page states by machine."""
    year, month, day = seen.iso[:4], seen.iso[5:7], seen.iso[8:10]
    same = {f"{year}-{month}-{day}"}
    if lang[:2].lower() in ("en", ""):
        same.add(f"{year}-{day}-{month}")  # 05/11 may be either
    return not seen.changed and seen.distance <= BESIDE and machine[:10] not in same


def _seen(page: Outline, body: MainText | None, title: str | None, taken: bytearray) -> _Shown | None:
    """Return the date nearest to the headline, above the text's end; one of a change only if there is no other."""
    limit = body.end if body else len(page.tags)
    headline, end = _headline(page, title, body), bisect_right(page.lines, limit, key=_at)
    below, above = headline, headline - 1
    changed = None
    while below < end or above >= 0:
        if below < end and (above < 0 or below - headline <= ABOVE * (headline - above)):
            n, distance = below, float(below - headline)
            below += 1
        else:
            n, distance = above, ABOVE * (headline - above)
            above -= 1
        line = page.lines[n]
        if not _DIGIT.search(line.text) or taken[line.at] or page.places[line.at] & Place.FOOTER:
            continue
        prose = (
            body is not None
            and line.at >= body.start
            and len(line.text) > (PROSE if line.text.isascii() else PROSE // 2)
        )
        for one in _dates_in(line, distance):
            if not one.changed and not prose:
                return one
            changed = changed or replace(one, changed=True)
    return changed


def _dates_in(line: Line, distance: float) -> Iterator[_Shown]:
    """Yield the dates in a line."""
    texts = [line.text]
    if len(line.text) > SHORT:
        texts = [text for _, text, _ in line.runs if len(text) <= SHORT] if len(line.runs) > 1 else []
    before = ""
    for text in texts:
        end = 0
        for at, raw, iso in written_dates(text):
            before += text[end:at]
            yield _Shown(_CHANGED.search(folded(before)) is not None, distance, raw, iso)
            before, end = "", at + len(raw)
        before += text[end:]


def _headline(page: Outline, title: str | None, body: MainText | None) -> int:
    """Return the line of the headline: the last that repeats it above the text, else the first of the text."""
    start = body.start if body else 0
    first = max(bisect_right(page.lines, start, key=_at) - 1, 0)
    if title:
        lines = page.lines[: first + 1]
        exact = [n for n, line in enumerate(lines) if line.text == title]
        if same := exact or [n for n, line in enumerate(lines) if title in line.text]:
            return same[-1]
    return first
