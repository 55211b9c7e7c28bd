"""Publication dates: from what pages write to ISO 8601, without guessing a day, a year or an offset."""

import re
from datetime import date, datetime

from crawler.extract.lexicon import folded

_ISO = re.compile(
    r"((?:19|20)\d\d)-?(\d\d)-?(\d\d)(?:[T ]+(\d\d):?(\d\d)(?::?(\d\d)(?:[.,]\d+)?)?\s*(Z|[+-]\d\d:?(?:\d\d)?)?)?",
    re.IGNORECASE,
)
_YEAR = r"((?:19|20)\d\d)"
_CLOCK = (
    r"(?:[\s,，T|·•\-–—@à]*(?:(?:at|um|às|ore|kl|pukul|в|о|saat|alle|a las)\.?\s*)?"
    r"(\d{1,2})\s*[:：時时h.]\s*(\d{2})(?:[:：分]\s*(\d{2}))?\s*(am|pm|a\.m\.|p\.m\.)?)?"
)
_YMD = re.compile(
    r"(?<!\d)" + _YEAR + r"\s*(?:[-/.]|年|년)\s*(\d{1,2})\s*(?:[-/.]|月|월)\s*(\d{1,2})(?!\d)\s*(?:日|일)?"
    r"(?:\s*[(（][^)）]{1,4}[)）])?" + _CLOCK,
    re.IGNORECASE,
)
_DMY = re.compile(
    r"(?<!\d)(\d{1,2})\s*([-/.])\s*(\d{1,2})\s*\2\s*" + _YEAR + r"(?!\d)" + _CLOCK, re.IGNORECASE
)
_NAMED = re.compile(
    r"(?<!\d)(\d{1,2})(?:st|nd|rd|th|\.|º)?\s*(?:de |di )?\s*([^\W\d_]{3,12})\.?,?\s*(?:de |di |del )?\s*"
    + _YEAR
    + r"(?!\d)"
    + _CLOCK,
    re.IGNORECASE,
)
_MDY = re.compile(
    r"([^\W\d_]{3,12})\.?\s+(\d{1,2})(?:st|nd|rd|th)?,?\s+" + _YEAR + r"(?!\d)" + _CLOCK, re.IGNORECASE
)
_MONTHS = (
    "jan ene gen янв січ sty oca led يناير",
    "feb fév fev fevr févr фев лют lut şub únor úno فبراير",
    "mar mär maa мар бер maj_ mart březn mac مارس",
    "apr abr avr апр кві kwi nis dub أبريل",
    "may mai mei mag mayo май мая тра maj květ mayıs مايو",
    "jun juin giu июн чер cze haz červn يونيو",
    "jul juil lug июл лип lip tem červenec července يوليو",
    "aug ago aoû août авг сер sie ağu srp agu أغسطس",
    "sep set sept сен вер wrz eyl září سبتمبر",
    "oct okt out ott окт жов paź eki ekim říj أكتوبر",
    "nov noi ноя лис kas listopadu نوفمبر",
    "dec dez dic déc дек гру gru ara pros des ديسمبر",
)
_STARTS = {word: n for n, words in enumerate(_MONTHS, 1) for word in words.split()}


def iso_of(text: str) -> str | None:
    """Return the first date in a text as ISO 8601, with hour and offset where they are written."""
    stamp = _ISO.search(text)
    if stamp is not None and (found := _stamp(stamp)):
        return found
    for pattern, order in ((_YMD, "ymd"), (_DMY, "d.my"), (_NAMED, "dmy"), (_MDY, "mdy")):
        for match in pattern.finditer(text):
            groups = [g for n, g in enumerate(match.groups()) if not (order == "d.my" and n == 1)]
            parts = dict(zip(order.replace(".", ""), groups, strict=False))
            if found := _day(parts, groups[3:]):
                return found
    return None


def raw_of(text: str) -> str | None:
    """Return the part of a line that writes a date; None if there is none."""
    for pattern in (_YMD, _DMY, _NAMED, _MDY):
        for match in pattern.finditer(text):
            if iso_of(match[0]) is not None:
                return " ".join(match[0].split()).strip(" ,|-–—·•")
    return None


def _stamp(match: re.Match[str]) -> str | None:
    year, month, day, hour, minute, second, offset = match.groups()
    try:
        whole = date(int(year), int(month), int(day)).isoformat()
        if hour is None:
            return whole if match[0][4:5] == "-" or len(match.string.strip()) == 8 else None
        moment = datetime.fromisoformat(f"{whole}T{hour}:{minute}:{second or '00'}")
        if offset:
            zone = "+00:00" if offset in "Zz" else (offset if len(offset) > 3 else f"{offset}:00")
            moment = datetime.fromisoformat(f"{moment.isoformat()}{zone}")
    except ValueError:
        return None
    return moment.isoformat()


def _day(parts: dict[str, str], clock: list[str]) -> str | None:
    month = int(parts["m"]) if parts["m"].isdigit() else _month(parts["m"])
    try:
        day = date(int(parts["y"]), month, int(parts["d"]))
        hour, minute, second, half = (*clock, None, None, None, None)[:4]
        if hour is None:
            return day.isoformat()
        hours = int(hour) % 12 + 12 * (half[0] in "pP") if half else int(hour)
        return datetime(day.year, day.month, day.day, hours, int(minute or 0), int(second or 0)).isoformat()
    except ValueError:
        return None


def _month(word: str) -> int:
    word = folded(word)
    return max(((len(s), n) for s, n in _STARTS.items() if word.startswith(s)), default=(0, 0))[1]
