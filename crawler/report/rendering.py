"""A report as one HTML file, as Markdown or as JSON. All say the same.

The HTML needs no script and no network, and its content security policy allows neither: one style sheet, known by
its hash. Templates escape what they are given; only the style sheet, our own, is trusted.
"""

import base64
import hashlib
import re
from dataclasses import asdict, fields, is_dataclass
from functools import cache
from math import ceil, sqrt
from typing import TYPE_CHECKING, Any

from crawler.report.charts import Drawing, draw_bars, draw_heat, draw_timeline
from crawler.report.document import (
    Bars,
    Code,
    Decimal,
    Document,
    Finding,
    Heat,
    PageLink,
    Part,
    Share,
    Table,
    Timeline,
    When,
)
from crawler.report.findings import Findings
from crawler.report.telling import tell
from crawler.report.words import clean, isolated, number, on_map, percent, when

if TYPE_CHECKING:
    from jinja2 import Environment

FORMATS = {"html": "report.html", "md": "report.md", "json": "report.json"}
"""Formats, with the name each has in the output directory."""

_MARKED = re.compile(r"([\\`*_{}\[\]<>#|~$&!])")


def render(found: Findings, fmt: str, beside: str | None = None) -> str:
    """Return a report as text.

    Args:
        found: The findings.
        fmt: One of `FORMATS`.
        beside: Name of the map, if it stands in the same directory.
    """
    document = tell(found)
    if fmt == "json":
        return _json(found, document)
    style = _style()
    policy = f"default-src 'none'; style-src '{_hash(style)}'; base-uri 'none'; form-action 'none'"
    environment = _environment()
    from markupsafe import Markup

    return environment.get_template(f"report.{fmt}.j2").render(
        document=document,
        titles={section.key: section.title for section in document.sections},
        beside=beside,
        style=Markup(style),  # noqa: S704  # our own file
        policy=policy,
    )


def _hash(style: str) -> str:
    return "sha256-" + base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()


def _style() -> str:
    from importlib.resources import files

    return "\n" + (files("crawler.report") / "templates" / "report.css").read_text("utf-8")


@cache
def _environment() -> "Environment":
    from jinja2 import Environment, PackageLoader, StrictUndefined

    environment = Environment(
        loader=PackageLoader("crawler.report"),
        autoescape=lambda name: name is None or not name.endswith(".md.j2"),  # noqa: S701  # Markdown: `md` escapes
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters |= {
        "drawing": drawing,
        "kind": lambda part: type(part).__name__.lower(),
        "cell": cell,
        "headline": lambda link: isolated(clean(link.title or "")) or "(no headline)",
        "is_web": lambda url: url.startswith(("http://", "https://")),
        "numeric": numeric,
        "shade": shade,
        "on_map": lambda link: (
            on_map(level="page", node=link.url)
            if link.story is None
            else on_map(level="story", node=link.story)
        ),
        "is_date": lambda value: when(value.iso) != clean(value.iso),
        "md": marked,
        "code": lambda command: clean(command, 100_000).replace("`", "%60"),
    }
    return environment


def numeric(table: Table) -> list[bool]:
    """Return of each column whether it holds numbers, which stand to the right."""
    if not table.rows:
        return [False for _ in table.head]
    return [
        all(value is None or isinstance(value, int | float | Share | Decimal) for value in column)
        for column in zip(*table.rows, strict=True)
    ]


def shade(value: object, table: Table) -> int:
    """Return how strong a number's ground is, from 0 to 10: by the square root, as in a chart."""
    most = max((one for row in table.rows for one in row if isinstance(one, int)), default=0)
    return ceil(10 * sqrt(value / most)) if isinstance(value, int) and value > 0 else 0


def drawing(part: Part) -> Drawing:
    """Return a chart's drawing."""
    match part:
        case Heat():
            return draw_heat(part)
        case Bars():
            return draw_bars(part)
        case Timeline():
            return draw_timeline(part)
    raise TypeError(f"a {type(part).__name__} is no chart")


def cell(value: object) -> str:
    """Return what stands in a cell, in plain text."""
    match value:
        case None:
            return "–"
        case Share():
            return percent(value.value)
        case Decimal():
            return f"{value.value:.{value.places}f}"
        case When():
            return when(value.iso, 3)
        case Code():
            return value.text
        case bool() | str():
            return str(value)
        case int():
            return number(value)
        case float():
            return f"{value:,.4g}"
        case PageLink():
            return f"{isolated(clean(value.title or '')) or '(no headline)'} {value.url}"
    return str(value)


def marked(text: str) -> str:
    """Return a text so that Markdown shows it as it is: escaped, on one line."""
    return _MARKED.sub(r"\\\1", " ".join(text.split())).replace("\\<", "&lt;").replace("\\&", "&amp;")


def _json(found: Findings, document: Document) -> str:
    import json

    told = {
        "title": document.title,
        "subtitle": document.subtitle,
        "crawled": document.crawled,
        "summary": [one.text for one in document.summary],
        "missing": document.missing,
        "sections": [
            {
                "key": section.key,
                "title": section.title,
                "intro": section.intro,
                "findings": [asdict(part) for part in section.parts if isinstance(part, Finding)],
                "tables": [_table(part) for part in section.parts if not isinstance(part, Finding)],
            }
            for section in document.sections
        ],
        "figures": _plain(found),
    }
    return json.dumps(told, ensure_ascii=True, indent=1) + "\n"


def _table(part: Part) -> dict[str, Any]:
    table = part if isinstance(part, Table) else drawing(part).numbers
    return {
        "caption": table.caption,
        "note": table.note,
        "evidence": table.evidence,
        "on_map": _plain(table.on_map),
        "head": table.head,
        "rows": [[_plain(one) for one in row] for row in table.rows],
    }


def _plain(value: Any) -> Any:
    """Return a value as JSON has it: dataclasses as objects, shares as numbers."""
    if isinstance(value, Share | Decimal):
        return value.value
    if isinstance(value, Code):
        return value.text
    if isinstance(value, When):
        return value.iso
    if is_dataclass(value) and not isinstance(value, type):
        return {one.name: _plain(getattr(value, one.name)) for one in fields(value)}
    if isinstance(value, tuple) and hasattr(value, "_asdict"):
        return {name: _plain(one) for name, one in value._asdict().items()}
    if isinstance(value, tuple | list):
        return [_plain(one) for one in value]
    if isinstance(value, dict):
        return {str(key): _plain(one) for key, one in value.items()}
    return value
