"""Charts as rectangles, marks and labels: geometry only, drawn by a template as SVG. Pure.

Across, everything is in percent of the width, and down, in pixels: so a chart fits a telephone and a page of paper
with letters of the same size. Colours are classes of the style sheet, light and dark; shades are opacities.
"""

from collections import Counter
from dataclasses import dataclass
from math import log10, sqrt

from crawler.report.document import Bars, Heat, Table, Timeline
from crawler.report.words import number, span

_SHORT = 15
"""Characters of a label on a narrow screen."""
_LONG = 34


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
    """A moment on a lane, with a letter in it."""

    x: float
    y: float
    css: str
    letter: str
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


def letter(place: int) -> str:
    """Return the letter of a row: A to Z, then AA, AB and so on."""
    return (letter(place // 26 - 1) if place > 25 else "") + chr(65 + place % 26)


def draw_heat(heat: Heat) -> Drawing:
    """Draw a matrix: the shade goes by the square root, for counts are spread over orders of magnitude."""
    greatest = max((value for row in heat.values for value in row), default=0)
    gutter, top, tall = (30.0, 24.0, 28.0) if heat.lettered else (9.0, 20.0, 16.0)
    wide = (100 - gutter) / max(len(heat.columns), 1)
    rects, labels = [], []
    for column, name in enumerate(heat.columns):
        shown = letter(column) if heat.lettered else name
        css = "" if heat.lettered or column % 3 == 0 else "wide"
        labels.append(Label(round(gutter + wide * (column + 0.5), 3), top - 8, shown, "middle", css))
    for row, name in enumerate(heat.rows):
        y = top + tall * row
        text = f"{letter(row)} {name}" if heat.lettered else name
        labels.append(Label(0, y + tall / 2 + 4, _cut(text, _LONG), short=_cut(text, _SHORT)))
        for column, value in enumerate(heat.values[row]):
            shade = sqrt(value / greatest) if greatest else 0.0
            x = round(gutter + wide * column, 3)
            hint = f"{name} → {heat.columns[column]}: {number(value)}"
            opacity = round(0.08 + 0.77 * shade, 3) if value else 0.0
            css = heat.colour if value else "nought"
            rects.append(Rect(x, y, round(wide, 3), tall, css, opacity if value else 1, hint))
            if heat.lettered and value and len(heat.columns) <= 12:
                small = "" if len(heat.columns) <= 4 else "wide"
                labels.append(
                    Label(
                        round(x + wide / 2, 3),
                        y + tall / 2 + 4,
                        number(value),
                        "middle",
                        f"value {small}".strip(),
                    )
                )
    caption = (
        f"The stronger the colour, the more; strongest: {number(greatest)}. Rows: {heat.corner.split(' ')[0]}, "
        + (f"columns: {heat.corner.split(' ')[2]}." if heat.corner.count(" ") > 1 else "")
    )
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
    gutter, tall = (0.0, 38.0) if bars.long_labels else (18.0, 24.0)
    room = 100 - gutter - 14
    rects, labels = [], []
    for row, (name, value, part) in enumerate(bars.rows):
        y = tall * row
        height = 14.0
        if bars.long_labels:
            labels.append(Label(0, y + 12, _cut(name, 100), short=_cut(name, 46)))
            y += 17
        else:
            labels.append(Label(gutter, y + 13, name, "end", dx=-8))
            y += 2
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


_TICKS = ((1, "1 min"), (10, "10 min"), (60, "1 h"), (1440, "1 day"), (10_080, "1 week"), (43_200, "30 days"),
          (525_600, "1 year"), (5_256_000, "10 years"))  # fmt: skip
_COLOURS = 12
"""Sites told apart by colour; all are by their letters."""
_APART = 3.4
"""Percent between two marks of a lane, or the second goes below."""


def draw_timeline(timeline: Timeline) -> Drawing:
    """Draw lanes of marks, a letter for each site; time goes by its logarithm, for copies take minutes or years."""
    often = Counter(
        one.site for _, seen in timeline.lanes for one in {one.site: one for one in seen}.values()
    )
    letters = {
        site: place for place, (site, _) in enumerate(sorted(often.items(), key=lambda o: (-o[1], o[0])))
    }
    longest = max((one.after for _, seen in timeline.lanes for one in seen), default=0.0)
    reach = log10(1 + max(longest, 60.0))
    top = 22.0

    def across(minutes: float) -> float:
        return round(2 + 95 * log10(1 + minutes) / reach, 3)

    labels, marks, lines = [Label(2, 12, "first", "middle", "axis")], list[Mark](), list[Line]()
    ticks = [(minutes, name) for minutes, name in _TICKS if minutes <= max(longest, 60.0)]
    y = top
    for name, seen in timeline.lanes:
        labels.append(Label(0, y + 12, _cut(name, 100), short=_cut(name, 46)))
        y += 32
        lines.append((0, y, 100, y))
        taken: list[float] = []
        for one in sorted(seen, key=lambda one: one.after):
            x = across(one.after)
            row = next((n for n, last in enumerate(taken) if x - last >= _APART), len(taken))
            taken[row : row + 1] = [x]
            place = letters[one.site]
            css = f"s{place}" if place < _COLOURS else "more"
            said = "first" if not one.after else f"{span(one.after)} later"
            marks.append(Mark(x, y + 20 * row, css, letter(place), f"{one.site}: {one.at} ({said})"))
        y += 20 * max(len(taken) - 1, 0) + 18
    for place, (minutes, name) in enumerate(ticks):
        x = across(minutes)
        lines.insert(0, (x, top - 6, x, y))
        labels.append(Label(x, 12, name, "middle", "axis" if place % 2 else "axis wide"))
    caption = "Sites: " + ", ".join(f"{letter(place)} {site}" for site, place in letters.items()) + "."
    rows = [(name, one.site, one.at, span(one.after)) for name, seen in timeline.lanes for one in seen]
    numbers = Table(
        timeline.title, ("story", "site", "published", "after the first"), tuple(rows), folded=True
    )
    return Drawing(
        timeline.title,
        timeline.description,
        caption,
        y,
        (),
        tuple(labels),
        tuple(lines),
        tuple(marks),
        numbers,
    )


def _cut(text: str, most: int) -> str:
    return text if len(text) <= most else f"{text[: most - 1]}…"
