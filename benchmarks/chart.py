"""A bar chart of what a page costs each crawler, as SVG: plain, readable in print and by a screen reader."""

from html import escape

_WIDTH, _LEFT, _RIGHT, _TOP, _ROW, _BAR = 720, 190, 150, 64, 34, 22
_FONT = "font-family='system-ui, -apple-system, Segoe UI, Helvetica, Arial, sans-serif'"
_OWN, _OTHER, _INK, _QUIET = "#1f4e79", "#7b8794", "#1a1a1a", "#4a4a4a"


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
    spoken = "; ".join(f"{name}: {text}" for name, _, text in rows)
    lines = [
        f"<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 {_WIDTH} {height}' width='{_WIDTH}'"
        f" height='{height}' role='img' aria-labelledby='title desc' {_FONT}>",
        f"<title id='title'>{escape(title)}</title>",
        f"<desc id='desc'>{escape(spoken)}. {escape(note)}</desc>",
        f"<rect width='{_WIDTH}' height='{height}' fill='#ffffff'/>",
        f"<text x='16' y='32' font-size='18' font-weight='600' fill='{_INK}'>{escape(title)}</text>",
    ]
    for row, (name, value, text) in enumerate(rows):
        y, long = _TOP + _ROW * row, (_WIDTH - _LEFT - _RIGHT) * value / most
        fill, weight = (_OWN, "600") if name == own else (_OTHER, "400")
        middle = y + _BAR / 2 + 5
        style = f"font-size='14' font-weight='{weight}' fill='{_INK}'"
        lines += [
            f"<text x='{_LEFT - 12}' y='{middle:.0f}' text-anchor='end' {style}>{escape(name)}</text>",
            f"<rect x='{_LEFT}' y='{y}' width='{long:.1f}' height='{_BAR}' fill='{fill}'/>",
            f"<text x='{_LEFT + long + 8:.1f}' y='{middle:.0f}' {style}>{escape(text)}</text>",
        ]
    lines += [
        f"<line x1='{_LEFT}' y1='{_TOP - 6}' x2='{_LEFT}' y2='{height - 34}' stroke='{_QUIET}'/>",
        f"<text x='16' y='{height - 14}' font-size='12' fill='{_QUIET}'>{escape(note)}</text>",
        "</svg>",
    ]
    return "\n".join(lines) + "\n"
