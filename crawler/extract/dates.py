"""Publication dates: from what pages write to ISO 8601, without guessing a day, a year or an offset."""

import re
from collections.abc import Iterator
from datetime import date, datetime

from crawler.extract.lexicon import folded

_ISO = re.compile(
    r"((?:19|20)\d\d)-?(\d\d)-?(\d\d)(?:[T ]+(\d\d):?(\d\d)(?::?(\d\d)(?:[.,]\d+)?)?\s*(Z|[+-]\d\d:?(?:\d\d)?)?)?",
    re.IGNORECASE,
)
_YEAR = r"((?:19|20|25)\d\d)"
_WORD = r"([^\W\d_][^\s\d,;:/()\[\]|–—-]{1,20})"
"""A word with its combining marks, which the regular expressions' \\w does not know for letters."""
_CLOCK = (
    r"(?:[\s,，T|·•\-–—@à/]*(?:(?:at|um|às|as|ore|kl|pukul|в|о|об|saat|alle|a las|lúc|à|klo|ora|"
    r"오전|上午|午前|(오후|下午|午後))\.?\s*)?"
    r"(\d{1,2})\s*[:：時时h.]\s*(\d{2})(?!\d)(?:[:：分]\s*(\d{2}))?\s*(am|pm|a\.m\.|p\.m\.)?)?"
)
_OF = r"(?:de |di |del |of |d'|da )?"
_PATTERNS = tuple(
    (re.compile(r"(?<!\d)(?<!\d[./-])" + pattern + _CLOCK, re.IGNORECASE), order)
    for pattern, order in (
        (
            _YEAR + r"\s*(?:[-/.]|年|년|\s(?=\d+\s*/))\s*(\d{1,2})\s*(?:[-/.]|月|월)\s*"
            r"(\d\d?)(?=\D|\Z|\d\d:\d\d)\s*(?:日|일)?\.?"
            r"(?:\s*[(（][^)）]{1,4}[)）])?",
            "ymd",
        ),
        (r"(\d{1,2})\s*(?P<by>[-/.])\s*(\d{1,2})\s*(?P=by)\s*" + _YEAR + r"(?!\d)", "d-my"),
        (r"(\d{1,2})\s+th(?:án)?g\s+(\d{1,2}),?\s+(?:năm\s+)?" + _YEAR + r"(?!\d)", "dmy"),
        (
            rf"(\d{{1,2}})(?:st|nd|rd|th|\.|º|er|ος|η)?(?:\s+|-|(?<=\.))\s*{_OF}(?:ב)?{_WORD}(?:/[^\s\d/]+)?[.,]*"
            rf"(?:\s+|-)\s*{_OF}{_YEAR}(?!\d)",
            "dmy",
        ),
        (rf"{_WORD}\s+(\d{{1,2}})(?:st|nd|rd|th)?,?\s+{_YEAR}(?!\d)", "mdy"),
        (rf"{_YEAR}\.?\s+(?:m\.\s+)?{_WORD}\s+(\d{{1,2}})(?!\d)", "ymd"),
    )
)
_TELLING = re.compile(r"(?:19|20|25)\d\d")
"""What a text with a date holds: looked for first, at a tenth of the cost."""
_ERAS = re.compile(r"(令和|平成|民國|民国)\s*(\d{1,3}|元)\s*年")
_ERA_STARTS = {"令和": 2018, "平成": 1988, "民國": 1911, "民国": 1911}
_BUDDHIST = 543
"""Years the Thai calendar is ahead; its 25xx is a Gregorian 19xx or 20xx."""
_DIGITS = str.maketrans(
    "٠١٢٣٤٥٦٧٨٩۰۱۲۳۴۵۶۷۸۹०१२३४५६७८९০১২৩৪৫৬৭৮৯๐๑๒๓๔๕๖๗๘๙0123456789",
    "0123456789" * 6,
    "\u200e\u200f\u202a\u202c",
)
_TWO_WORDS = (
    ("كانون الثاني", "يناير"),
    ("كانون الأول", "ديسمبر"),
    ("تشرين الأول", "أكتوبر"),
    ("تشرين الثاني", "نوفمبر"),
)
_MONTHS = (
    "jan ene gen janv ianu янв яну січ sty oca led сту يناير جانفي tammi sausi ιαν ינואר जन জানু มกราคม ม.ค",
    "feb fév fev fevr févr фев лют lut şub únor úno febb فبراير شباط فيفري helmi vasar φεβ פברואר फर ফেব্রু กุมภาพันธ์ ก.พ",
    "mar mär maa мар бер mart břez mac märz már مارس آذار maalis kovo μαρ μάρ מרץ מרס मार्च মার্চ "
    "มีนาคม มี.ค mach",
    "apr abr avr апр кві kwi nis dub ápr أبريل ابريل نيسان أفريل huhti balan απρ אפריל अप्र এপ্রি เมษายน เม.ย",
    "may mai mei mag mayo май мая тра maj máj květ mayıs مايو أيار ايار ماي "
    "touko gegu μαΐ μαι μάι מאי मई মে พฤษภาคม พ.ค",
    "jun juin giu июн юни чер cze haz červen června iun jún يونيو حزيران جوان kesä birž ιουν ιούν יוני जून জুন "
    "มิถุนายน มิ.ย",
    "jul juil lug июл юли лип lip tem červenec července iul júl يوليو تموز جويلية heinä liep ιουλ ιούλ יולי जुल জুলা "
    "กรกฎาคม ก.ค",
    "aug ago aoû août авг сер sie ağu srp agu أغسطس اغسطس آب أوت elo rugpj αυγ αύγ אוגוסט अग আগ สิงหาคม ส.ค ogos",
    "sep set sept сен вер wrz eyl září سبتمبر أيلول ايلول syys rugsė σεπ ספטמבר सित সেপ্টে กันยายน ก.ย szept",
    "oct okt out ott окт жов paź eki říj أكتوبر اكتوبر loka spal οκτ אוקטובר अक्टू अक्तू অক্টো ตุลาคม ต.ค",
    "nov noi ноя ное лис kas listopad نوفمبر marras lapk νοε νοέ נובמבר नव নভে พฤศจิกายน พ.ย",
    "dec dez dic déc дек гру gru ara pros des dis ديسمبر joulu gruod δεκ דצמבר दिस ডিসে ธันวาคม ธ.ค",
)
"""How the names of the months begin, in the languages of the lexicon and their neighbours."""
_STARTS = {folded(word): n for n, words in enumerate(_MONTHS, 1) for word in words.split()}


def iso_of(text: str) -> str | None:
    """Return the first date in a text as ISO 8601, with hour and offset where they are written."""
    return next((iso for _, _, iso in _dates(text)), None)


def written_dates(text: str) -> list[tuple[int, str, str]]:
    """Return the dates in a line, in its order: where each begins, as it is written, and as ISO 8601."""
    found = [
        (at, " ".join(raw.split()).strip(" ,|-–—·•"), iso) for at, raw, iso in _dates(text, stamps=False)
    ]
    return sorted(found)


def _dates(text: str, *, stamps: bool = True) -> Iterator[tuple[int, str, str]]:
    """Yield the dates of a text: start, as written, as ISO 8601; first, if asked for, those in ISO's own form."""
    plain = text if text.isascii() else _plain(text)
    if stamps:
        for stamp in _ISO.finditer(plain):
            if found := _stamp(stamp):
                yield stamp.start(), stamp[0], found
    if not _TELLING.search(plain):
        return
    for pattern, order in _PATTERNS:
        for match in pattern.finditer(plain):
            # Era and two-word month were rewritten: then only the whole text is as written.
            written = text[match.start() : match.end()] if len(plain) == len(text) else text
            if found := _day(dict(zip(order, match.groups(), strict=False)), match.groups()[-5:]):
                yield match.start(), written, found


def _plain(text: str) -> str:
    """Return a text with the digits, eras and two-word months of other scripts as the patterns know them."""
    text = text.translate(_DIGITS)
    for words, word in _TWO_WORDS:
        text = text.replace(words, word)
    return _ERAS.sub(lambda m: f"{_ERA_STARTS[m[1]] + (1 if m[2] == '元' else int(m[2]))}年", text)


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


def _day(parts: dict[str, str], clock: tuple[str | None, ...]) -> str | None:
    month = int(parts["m"]) if parts["m"].isdigit() else _month(parts["m"])
    day, year = int(parts["d"]), int(parts["y"])
    if year >= 2500:
        year -= _BUDDHIST
    if month > 12 >= day and parts["m"].isdigit():
        month, day = day, month  # 03/25/2021: only Americans can mean this
    try:
        whole = date(year, month, day)
        late, hour, minute, second, half = clock
        if hour is None:
            return whole.isoformat()
        hours = int(hour) % 12 + 12 * (half[0] in "pP") if half else int(hour) + 12 * (late is not None)
        moment = datetime(year, month, day, hours, int(minute or 0), int(second or 0))
    except ValueError:
        return None
    return moment.isoformat()


def _month(word: str) -> int:
    word = folded(word)
    return max(((len(s), n) for s, n in _STARTS.items() if word.startswith(s)), default=(0, 0))[1]
