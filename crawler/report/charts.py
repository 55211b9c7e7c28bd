"""Charts as rectangles, marks and labels: geometry only, drawn by a template as SVG. Pure.

Across, everything is in percent of the width, and down, in pixels: so a chart fits a telephone and a page of paper
with letters of the same size. Colours are classes of the style sheet, light and dark; shades are opacities.
"""

from collections.abc import Callable
from dataclasses import dataclass
from math import log10, sqrt
from textwrap import wrap

from crawler.report.document import Bars, Heat, Table, Timeline, When
from crawler.report.words import number, span, when

Line = tuple[float, float, float, float]
"""From x, y to x, y."""


@dataclass(frozen=True, slots=True)
class Rect:
    """A cell or bar."""

    x: float
    y: float
    width: float
    height: float
    css: str
    opacity: float
    hint: str = ""


@dataclass(frozen=True, slots=True)
class Label:
    """A text; on narrow screens a shorter one."""

    x: float
    y: float
    text: str
    anchor: str = "start"
    css: str = ""
    short: str | None = None
    dx: int = 0


@dataclass(frozen=True, slots=True)
class Mark:
    """A moment on a lane."""

    x: float
    y: float
    css: str
    hint: str


@dataclass(frozen=True, slots=True)
class Drawing:
    """A chart, ready to be drawn, and its numbers as a table."""

    title: str
    description: str
    caption: str
    height: float
    rects: tuple[Rect, ...]
    labels: tuple[Label, ...]
    lines: tuple[Line, ...]
    marks: tuple[Mark, ...]
    numbers: Table


def draw_heat(heat: Heat) -> Drawing:
    """Draw a matrix: the shade goes by the square root, for counts are spread over orders of magnitude."""
    greatest = max((value for row in heat.values for value in row), default=0)
    gutter, top, tall = 9.0, 20.0, 16.0
    wide = (100 - gutter) / max(len(heat.columns), 1)
    rects, labels = [], []
    for column, name in enumerate(heat.columns):
        css = "" if column % 3 == 0 else "wide"
        labels.append(Label(round(gutter + wide * (column + 0.5), 3), top - 8, name, "middle", css))
    for row, name in enumerate(heat.rows):
        y = top + tall * row
        labels.append(Label(0, y + tall / 2 + 4, name))
        for column, value in enumerate(heat.values[row]):
            shade = sqrt(value / greatest) if greatest else 0.0
            hint = f"{name}, {heat.columns[column]}: {number(value)}"
            opacity = round(0.08 + 0.77 * shade, 3) if value else 1
            css = heat.colour if value else "nought"
            rects.append(Rect(round(gutter + wide * column, 3), y, round(wide, 3), tall, css, opacity, hint))
    caption = f"The stronger the colour, the more; at most {number(greatest)}."
    numbers = Table(
        heat.title,
        (heat.corner, *heat.columns),
        tuple((name, *row) for name, row in zip(heat.rows, heat.values, strict=True)),
        folded=True,
    )
    return Drawing(
        heat.title,
        heat.description,
        caption,
        top + tall * len(heat.rows),
        tuple(rects),
        tuple(labels),
        (),
        (),
        numbers,
    )


def draw_bars(bars: Bars) -> Drawing:
    """Draw a number for each thing, and within it its part."""
    greatest = max((value for _, value, _ in bars.rows), default=0) or 1
    parted = any(part is not None for _, _, part in bars.rows)
    gutter, tall, height = 20.0, 24.0, 14.0
    room = 100 - gutter - 20
    rects, labels = [], []
    for row, (name, value, part) in enumerate(bars.rows):
        y = tall * row + 2
        labels.append(Label(gutter, y + 11, name, "end", dx=-8))
        width = round(room * value / greatest, 3)
        hint = f"{name}: {number(value)} {bars.unit}"
        rects.append(Rect(gutter, y, width, height, bars.colour, 0.35 if parted else 0.85, hint))
        said = number(value)
        if part is not None:
            inner = round(room * part / greatest, 3)
            rects.append(
                Rect(gutter, y + 3, inner, height - 6, bars.colour, 1, f"{hint}; {bars.part}: {number(part)}")
            )
            said += f" ({number(part)})"
        labels.append(Label(gutter + width, y + 11, said, css="value", dx=6))
    caption = bars.unit[:1].upper() + bars.unit[1:]
    caption += f"; inner bar and in brackets: {bars.part}." if parted else "."
    head = (bars.what, bars.unit, bars.part) if parted else (bars.what, bars.unit)
    numbers = Table(bars.title, head, tuple(row if parted else row[:2] for row in bars.rows), folded=True)
    return Drawing(
        bars.title,
        bars.description,
        caption,
        tall * len(bars.rows) + 2,
        tuple(rects),
        tuple(labels),
        (),
        (),
        numbers,
    )


_HOUR, _DAY = 60, 1440
_TICKS = ((1, "1 min"), (5, "5 min"), (15, "15 min"), (30, "30 min"), (_HOUR, "1 h"), (2 * _HOUR, "2 h"),
          (3 * _HOUR, "3 h"), (6 * _HOUR, "6 h"), (12 * _HOUR, "12 h"), (_DAY, "1 day"), (2 * _DAY, "2 days"),
          (4 * _DAY, "4 days"), (7 * _DAY, "1 week"), (14 * _DAY, "2 weeks"), (30 * _DAY, "30 days"),
          (90 * _DAY, "90 days"), (182 * _DAY, "6 months"), (365 * _DAY, "1 year"), (1826 * _DAY, "5 years"),
          (3652 * _DAY, "10 years"), (36_524 * _DAY, "100 years"))  # fmt: skip
_TICKS_APART, _TICKS_APART_NARROW = 8.0, 15.0
"""Percent between two ticks, on a wide screen and on a narrow one."""
COLOURS = 12
"""Sites told apart by colour, as on the map; all are by their names."""
_NAME, _NAME_NARROW = 34, 21
"""Characters of a site's name beside its mark."""
_LINE = 50
"""Characters of a line on a narrow screen."""
_WIDTH = 40.0
"""Percent that a mark takes with its name, on a narrow screen: what is nearer goes below."""


def draw_timeline(timeline: Timeline) -> Drawing:
    """Draw lanes of marks, each with its site; time goes by its logarithm, for copies take minutes or years."""
    colour = {site: f"s{place}" for place, site in enumerate(timeline.sites[:COLOURS])}
    longest = max((one.after for _, seen in timeline.lanes for one in seen), default=0.0)
    end = next((minutes for minutes, _ in _TICKS if minutes >= max(longest, _HOUR)), longest)
    top = 22.0

    def across(minutes: float) -> float:
        return round(2 + 93 * log10(1 + minutes) / log10(1 + end), 3)

    labels, marks, lines = [Label(0, 12, "first", css="axis")], list[Mark](), list[Line]()
    y = top
    for name, seen in timeline.lanes:
        # On a narrow screen a headline takes two lines.
        narrow = wrap(name, _LINE) or [""]
        y += 14 * (len(narrow[:2]) - 1)
        labels.append(Label(0, y + 14, _cut(name, 100), short=_cut(" ".join(narrow[1:]) or name, _LINE)))
        if narrow[1:]:
            labels.append(Label(0, y, "", short=narrow[0]))
        y += 34
        lines.append((0, y, 100, y))
        taken: list[tuple[float, float]] = []
        for one in sorted(seen, key=lambda one: one.after):
            x = across(one.after)
            # Names stand on the side that has room.
            right = x < 50
            begin = x if right else x - _WIDTH
            row = next((n for n, (_, last) in enumerate(taken) if begin >= last), len(taken))
            taken[row : row + 1] = [(begin, begin + _WIDTH)]
            said = "first" if not one.after else f"{span(one.after)} later"
            marks.append(
                Mark(x, y + 20 * row, colour.get(one.site, "more"), f"{one.site}: {when(one.at)} ({said})")
            )
            labels.append(
                Label(x, y + 20 * row + 4, _cut(one.site, _NAME), "start" if right else "end", "name",
                      _cut(one.site, _NAME_NARROW), 9 if right else -9)
            )  # fmt: skip
        y += 20 * max(len(taken) - 1, 0) + 20
    for x, name, css in _ticks(end, across):
        lines.insert(0, (x, top - 6, x, y))
        labels.append(Label(x, 12, name, "middle", css))
    rows = [(name, one.site, When(one.at), span(one.after)) for name, seen in timeline.lanes for one in seen]
    numbers = Table(
        timeline.title, ("story", "site", "published", "after the first"), tuple(rows), folded=True
    )
    return Drawing(
        timeline.title,
        timeline.description,
        "Time after the first page, on a logarithmic scale: equal steps to the right multiply it.",
        y,
        (),
        tuple(labels),
        tuple(lines),
        tuple(marks),
        numbers,
    )


def _ticks(end: float, across: Callable[[float], float]) -> list[tuple[float, str, str]]:
    """Return the axis's ticks, from the last to the first: place, name and class."""
    found: list[tuple[float, str, str]] = []
    last = narrow = 200.0
    for minutes, name in reversed(_TICKS):
        x = across(minutes)
        if minutes > end or last - x < _TICKS_APART or x < _TICKS_APART:
            continue
        wide = narrow - x < _TICKS_APART_NARROW or x < _TICKS_APART_NARROW
        found.append((x, name, "axis wide" if wide else "axis"))
        last, narrow = x, narrow if wide else x
    return found


def _cut(text: str, most: int) -> str:
    return text if len(text) <= most else f"{text[: most - 1]}…"
