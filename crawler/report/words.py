"""How the report speaks: numbers, headlines and commands in sentences. Pure.

Headlines are foreign: control characters and those that turn the direction of a text about are left out, what is
written from right to left is isolated, and what is long is cut. Escaping is the templates' business.
"""

import re
import shlex
import unicodedata
from datetime import datetime, timedelta
from urllib.parse import urlencode

MOST_CHARACTERS = 140

_CONTROL = re.compile(
    "[\x00-\x1f\x7f-\x9f\u200b\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff\ud800-\udfff\ufffe\uffff]"
)
_SPACE = re.compile(r"\s+")


def clean(text: str, most: int = MOST_CHARACTERS) -> str:
    """Return a foreign text on one line, without what could disturb it, cut to a number of characters."""
    text = _CONTROL.sub("", _SPACE.sub(" ", text)).strip()
    return text if len(text) <= most else f"{text[: most - 1].rstrip()}…"


def isolated(text: str) -> str:
    """Return a text that does not turn its surroundings about: in isolates (UAX 9) if it is written from the right."""
    if any(unicodedata.bidirectional(char) in {"R", "AL", "AN"} for char in text):
        return f"\u2068{text}\u2069"
    return text


def quoted(title: str | None, url: str) -> str:
    """Return a headline in quotation marks; without one, the address."""
    text = clean(title or "")
    return f"“{isolated(text)}”" if text else clean(url)


def many(count: int, one: str, several: str | None = None) -> str:
    """Return a number with its noun."""
    return f"{number(count)} {one if count == 1 else several or one + 's'}"


def number(count: float) -> str:
    """Return a number with its thousands apart."""
    return f"{count:,}"


def percent(share: float) -> str:
    """Return a share in percent: whole ones from 10 on."""
    return f"{share:.0%}" if share >= 0.0995 or share == 0 else f"{share:.1%}"


def listed(things: list[str]) -> str:
    """Return things in a row, with “and” before the last."""
    return " and ".join(filter(None, (", ".join(things[:-1]), things[-1]))) if things else "none"


def chance(p: float) -> str:
    """Return how often chance gives as much."""
    return "p < 0.001" if p < 0.001 else f"p = {p:.2g}"


def span(minutes: float) -> str:
    """Return a time that passed, as exactly as it matters: up to two days in hours and minutes."""
    for unit, length in (("years", 525_600), ("days", 1440)):
        if minutes >= 2 * length:
            return f"{minutes / length:.0f} {unit}"
    hours, left = divmod(round(minutes), 60)
    return " ".join(filter(None, (f"{hours} h" if hours else "", f"{left} min" if left or not hours else "")))


_MONTHS = ("January", "February", "March", "April", "May", "June", "July", "August", "September", "October",
           "November", "December")  # fmt: skip


def when(iso: str, letters: int | None = None) -> str:
    """Return a date as people write it, to the minute; as it is, if it is none.

    Args:
        iso: The date, ISO 8601.
        letters: Of the month; None means all.
    """
    try:
        at = datetime.fromisoformat(iso)
    except ValueError:
        return clean(iso)
    day = f"{at.day} {_MONTHS[at.month - 1][:letters]} {at.year}"
    if len(iso) <= len("2025-04-12"):
        return day
    return f"{day}, {at:%H:%M}{_zone(at.utcoffset())}"


def _zone(offset: timedelta | None) -> str:
    if offset is None:
        return ""
    minutes = round(offset.total_seconds() / 60)
    hours, left = divmod(abs(minutes), 60)
    return f" UTC{'-' if minutes < 0 else '+'}{hours:02}:{left:02}" if minutes else " UTC"


def stamp(iso: str | None) -> str:
    """Return a time of the crawl for the eye."""
    return when(iso) if iso else "not recorded"


def period(begin: str | None, end: str | None) -> str:
    """Return two times for the eye: as one, if they fall in the same minute."""
    return stamp(begin) if end and stamp(begin) == stamp(end) else f"{stamp(begin)} to {stamp(end)}"


def why(a: str, b: str) -> str:
    """Return the command that lists the links from A to B."""
    return f"crawl why DIR {shlex.quote(a)} {shlex.quote(b)}"


def way(url: str) -> str:
    """Return the command that shows how a page was come by."""
    return f"crawl path DIR {shlex.quote(url)}"


def sql(query: str) -> str:
    """Return the command that asks the database."""
    # In double quotes SQL reads better, where nothing in it means something to a shell.
    given = shlex.quote(query) if re.search(r'["$`\\!]', query) else f'"{query}"'
    return f"sqlite3 -header DIR/crawl.db {given}"


def literal(text: str) -> str:
    """Return a text as SQL writes it."""
    return "'" + text.replace("'", "''") + "'"


def on_map(**said: str) -> str:
    """Return what the map's address says after the `#` to open at a place: as `web/src/state.ts` reads it."""
    return urlencode(said)
