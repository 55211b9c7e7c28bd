"""Views and likes that a page shows: a number beside a word for them, or in an element named so."""

import re
from collections.abc import Sequence
from itertools import pairwise

from crawler.extract.outline import Line, Outline

MAX_COUNT = 10**12
"""Views or likes above this are no count."""
MAX_BARE = 12
"""Characters of a number that stands alone."""

_NUMBER = r"([0-9](?:[0-9 ,.']*[0-9])?)(?![0-9]*[-/:年.])"
_VIEW_WORDS = (
    *("views", "view", "hits", "page views", "pageviews", "reads", "clicks", "click"),
    *(
        "阅读",
        "閱讀",
        "浏览",
        "瀏覽",
        "点击",
        "點擊",
        "点阅",
        "點閱",
        "人气",
        "人氣",
        "閲覧",
        "アクセス",
        "조회수",
        "조회",
    ),
    *(
        "просмотров",
        "просмотры",
        "просмотра",
        "просмотр",
        "прочитано",
        "прочитали",
        "переглядів",
        "перегляди",
    ),
    *(
        "visitas",
        "vistas",
        "lecturas",
        "visualizações",
        "visualizaciones",
        "visualizzazioni",
        "visualizzato",
        "letture",
    ),
    *(
        "leituras",
        "vues",
        "lectures",
        "aufrufe",
        "gelesen",
        "klicks",
        "bekeken",
        "wyświetleń",
        "wyświetlenia",
        "odsłon",
    ),
    *(
        "odsłony",
        "okunma",
        "okunma sayısı",
        "lượt xem",
        "dilihat",
        "dibaca",
        "προβολές",
        "مشاهدات",
        "المشاهدات",
        "بازدید",
    ),
)
_VIEW_UNITS = (
    *(
        "views",
        "hits",
        "reads",
        "次阅读",
        "次浏览",
        "次点击",
        "次点阅",
        "просмотр",
        "перегляд",
        "vues",
        "visitas",
    ),
    *(
        "lecturas",
        "visualiza",
        "letture",
        "aufrufe",
        "lượt xem",
        "kali dilihat",
        "مشاهدة",
        "بازدید",
        "wyświetle",
        "odsłon",
    ),
)
_LIKE_WORDS = (
    *(
        "verygood",
        "very good",
        "good",
        "likes",
        "like",
        "digg",
        "dig",
        "点赞",
        "點讚",
        "赞",
        "讚",
        "顶",
        "顶一下",
        "推",
        "很好",
    ),
    *(
        "いいね",
        "좋아요",
        "нравится",
        "отлично",
        "очень хорошо",
        "дуже добре",
        "me gusta",
        "muy bien",
        "muy bueno",
        "bravo",
    ),
    *(
        "j'aime",
        "j’aime",
        "très bien",
        "gefällt mir",
        "sehr gut",
        "gosto",
        "muito bom",
        "muito boa",
        "curtidas",
        "mi piace",
    ),
    *(
        "molto bene",
        "beğen",
        "beğeni",
        "çok iyi",
        "lubię to",
        "bardzo dobre",
        "heel goed",
        "vind ik leuk",
        "أعجبني",
        "thích",
    ),
)
_LIKE_UNITS = ("very ?good", "likes", "赞", "人点赞", "curtidas")
_LIKES_NAME = re.compile(
    "digg_?(?:num|top|count|good)|like[-_]?(?:num|count|s)|zan[-_]?num|praise|ding[-_]?(?:num|count)"
    "|good[-_]?num|vote[-_]?up"
)


def _pattern(words: Sequence[str], units: Sequence[str]) -> re.Pattern[str]:
    """Return what finds a number after one of some words, or before one of some units."""
    before = "|".join(sorted(map(re.escape, words), key=len, reverse=True))
    return re.compile(
        rf"(?<![^\W_])(?:{before})(?:量|数|數|次数|次數)?\s*[!！]?[\s:：(（\[]*{_NUMBER}"
        rf"|(?<![0-9\-/:.])([0-9][0-9,.]*)\s*\)?\s*(?:{'|'.join(units)})",
        re.IGNORECASE,
    )


_IS_LIKE = re.compile(rf"\W*(?:{'|'.join(map(re.escape, _LIKE_WORDS))})\W*", re.IGNORECASE)
_VIEWS = _pattern(_VIEW_WORDS, _VIEW_UNITS)
_LIKES = _pattern(_LIKE_WORDS, _LIKE_UNITS)


def views(texts: Sequence[str]) -> int | None:
    """Return the number of views that one of some short lines states."""
    return _count(_VIEWS, _with_words(_VIEW_WORDS, texts))


def likes(page: Outline, lines: Sequence[Line]) -> int | None:
    """Return the number beside a word for likes, else one that stands alone in an element named so."""
    found = _count(_LIKES, _with_words(_LIKE_WORDS, [line.text for line in lines]))
    if found is not None:
        return found
    for line in lines:
        for at, text, _ in line.runs:
            if (digits := _bare(text)) and _LIKES_NAME.search(page.names[page.parents[at]]):
                return int(digits)
    for before, line in pairwise(page.lines):
        if len(line.text) <= MAX_BARE and (digits := _bare(line.text)) and _IS_LIKE.fullmatch(before.text):
            return int(digits)
    return None


def _bare(text: str) -> str:
    """Return the digits of a number that stands alone, in brackets or without; empty if there is anything else."""
    digits = text.strip(" \n\t()（）[]")
    return digits if digits.isdecimal() and len(digits) <= MAX_BARE else ""


def is_count(text: str) -> bool:
    """Say whether a short line states views or likes."""
    return any(
        pattern.search(line)
        for pattern, words in ((_LIKES, _LIKE_WORDS), (_VIEWS, _VIEW_WORDS))
        for line in _with_words(words, [text])
    )


def _with_words(words: Sequence[str], lines: Sequence[str]) -> list[str]:
    """Return the lines that hold one of some words: looked for first, at a tenth of the patterns' cost."""
    text = "\n".join(lines).lower()
    held = [word for word in words if word in text]
    return [line for line in lines if any(word in line.lower() for word in held)] if held else []


def _count(pattern: re.Pattern[str], lines: Sequence[str]) -> int | None:
    for line in lines:
        if (found := pattern.search(line)) is not None:
            digits = re.sub(r"[^0-9]", "", found[1] or found[2])
            if digits and int(digits[:20]) < MAX_COUNT:
                return int(digits[:20])
    return None
