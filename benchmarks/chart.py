"""Charts of what a page costs, as SVG: plain, readable in print, on light and dark grounds and by a screen reader."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from html import escape

_WIDTH, _LEFT, _RIGHT, _TOP, _ROW, _BAR = 720, 190, 150, 64, 34, 22
_PANEL, _PLOT_LEFT, _PLOT_RIGHT, _PLOT_TOP, _PLOT = 352, 44, 88, 104, 150
"""Width of a panel; its margins left and right; where its plot begins, and how high that is."""
_APART = 15
"""Least pixels between two names of lines."""
_FONT = "font-family='system-ui, -apple-system, Segoe UI, Helvetica, Arial, sans-serif'"
_STYLE = """<style>
.ground { fill: #fff } .ink { fill: #1a1a1a } .quiet { fill: #4a4a4a }
.own { fill: #1f4e79 } .other { fill: #7b8794 }
.axis { stroke: #4a4a4a } .grid { stroke: #d5d9de } path { fill: none; stroke-width: 2.5 }
path.own { fill: none; stroke: #1f4e79 } path.other { fill: none; stroke: #7b8794 } .dashed { stroke-dasharray: 6 4 }
@media (prefers-color-scheme: dark) {
.ground { fill: #14181d } .ink { fill: #f0f2f4 } .quiet { fill: #b8bec6 }
.own { fill: #6fb1ec } .other { fill: #8f9aa6 }
.axis { stroke: #b8bec6 } .grid { stroke: #343b44 } path.own { stroke: #6fb1ec } path.other { stroke: #8f9aa6 }
}
</style>"""


@dataclass(frozen=True, slots=True)
class Panel:
    """One panel of lines over the same numbers of pages."""

    title: str
    unit: str
    digits: int
    """Of the values' fractions."""
    lines: dict[str, Sequence[tuple[float, float]]]
    """Points by name, from left to right; the first line stands out."""


def bars(title: str, note: str, rows: list[tuple[str, float, str]], own: str) -> str:
    """Return a chart with one bar a row.

    Args:
        title: What the bars show, with the unit.
        note: How it was measured, in one line.
        rows: Name, value and what is written behind the bar, from the top down.
        own: The name whose bar stands out.
    """
    most = max(value for _, value, _ in rows)
    height = _TOP + _ROW * len(rows) + 34
    drawing = []
    for row, (name, value, text) in enumerate(rows):
        y, long = _TOP + _ROW * row, (_WIDTH - _LEFT - _RIGHT) * value / most
        fill, weight = ("own", "600") if name == own else ("other", "400")
        middle = y + _BAR / 2 + 5
        style = f"font-size='14' font-weight='{weight}' class='ink'"
        drawing += [
            f"<text x='{_LEFT - 12}' y='{middle:.0f}' text-anchor='end' {style}>{escape(name)}</text>",
            f"<rect x='{_LEFT}' y='{y}' width='{long:.1f}' height='{_BAR}' class='{fill}'/>",
            f"<text x='{_LEFT + long + 8:.1f}' y='{middle:.0f}' {style}>{escape(text)}</text>",
        ]
    drawing.append(f"<line x1='{_LEFT}' y1='{_TOP - 6}' x2='{_LEFT}' y2='{height - 34}' class='axis'/>")
    spoken = "; ".join(f"{name}: {text}" for name, _, text in rows)
    return _framed(title, spoken, note, height, drawing)


def panels(title: str, note: str, shown: Sequence[Panel]) -> str:
    """Return a chart with panels of lines side by side, over a logarithmic axis.

    Args:
        title: What the panels show.
        note: How it was measured, in one line.
        shown: Two panels.
    """
    height = _PLOT_TOP + _PLOT + 64
    drawing = [line for place, panel in enumerate(shown) for line in _panel(panel, 8 + _PANEL * place)]
    spoken = ". ".join(
        f"{panel.title}: "
        + "; ".join(
            f"{name}: " + ", ".join(f"{y:.{panel.digits}f} {panel.unit} at {x:,.0f}" for x, y in points)
            for name, points in panel.lines.items()
        )
        for panel in shown
    )
    return _framed(title, spoken, note, height, drawing)


def _panel(panel: Panel, left: int) -> list[str]:
    points = [point for line in panel.lines.values() for point in line]
    sizes, step = sorted({x for x, _ in points}), _step(max(y for _, y in points))
    top = step * math.ceil(max(y for _, y in points) / step)
    bottom, start, wide = _PLOT_TOP + _PLOT, left + _PLOT_LEFT, _PANEL - _PLOT_LEFT - _PLOT_RIGHT
    span = math.log(sizes[-1] / sizes[0]) or 1.0

    def at(x: float, y: float) -> tuple[float, float]:
        return start + wide * math.log(x / sizes[0]) / span, bottom - _PLOT * y / top

    small = "font-size='12' class='quiet'"
    drawn = [
        f"<text x='{left + 8}' y='{_PLOT_TOP - 22}' font-size='14' class='ink'>{escape(panel.title)}</text>"
    ]
    for tick in range(round(top / step) + 1):
        y = at(sizes[0], tick * step)[1]
        drawn += [
            f"<line x1='{start}' y1='{y:.1f}' x2='{start + wide}' y2='{y:.1f}' class='{'grid' if tick else 'axis'}'/>",
            f"<text x='{start - 8}' y='{y + 4:.1f}' text-anchor='end' {small}>{tick * step:g}</text>",
        ]
    drawn += [
        f"<text x='{at(size, 0)[0]:.1f}' y='{bottom + 18}' text-anchor='middle' {small}>{size:,.0f}</text>"
        for size in sizes
    ]
    ends = []
    for number, (name, line) in reversed(list(enumerate(panel.lines.items()))):
        places, look = [at(*point) for point in line], ("own", "other", "other dashed")[number]
        way = " L".join(f"{x:.1f} {y:.1f}" for x, y in places)
        drawn.append(f"<path d='M{way}' class='{look}'/>")
        drawn += [f"<circle cx='{x:.1f}' cy='{y:.1f}' r='3.5' class='{look}'/>" for x, y in places]
        ends.append(
            (places[-1][1], f"{name} {line[-1][1]:.{panel.digits}f}", "600" if number == 0 else "400")
        )
    below = -math.inf
    for y, text, weight in sorted(ends):
        below = max(y, below + _APART)
        drawn.append(
            f"<text x='{start + wide + 10}' y='{below + 4:.1f}' font-size='13' font-weight='{weight}' class='ink'>"
            f"{escape(text)}</text>"
        )
    return drawn


def _step(most: float) -> float:
    """Return the distance of ticks that makes two to five of them: 1, 2 or 5 times a power of ten."""
    power = 10 ** math.floor(math.log10(most))
    return next(size for size in (power / 2, power, 2 * power, 5 * power) if most / size <= 5)


def _framed(title: str, spoken: str, note: str, height: int, drawing: list[str]) -> str:
    """Return a whole drawing: title and note, and the same for those who hear it."""
    lines = [
        f"<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 {_WIDTH} {height}' width='{_WIDTH}'"
        f" height='{height}' role='img' aria-labelledby='title desc' {_FONT}>",
        f"<title id='title'>{escape(title)}</title>",
        f"<desc id='desc'>{escape(spoken)}. {escape(note)}</desc>",
        _STYLE,
        f"<rect width='{_WIDTH}' height='{height}' class='ground'/>",
        f"<text x='16' y='32' font-size='18' font-weight='600' class='ink'>{escape(title)}</text>",
        *drawing,
        f"<text x='16' y='{height - 14}' font-size='12' class='quiet'>{escape(note)}</text>",
        "</svg>",
    ]
    return "\n".join(lines) + "\n"
