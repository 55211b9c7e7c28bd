"""What a page's JSON-LD says of its article (schema.org)."""

import json
from collections.abc import Iterator
from dataclasses import dataclass, field

MAX_OBJECTS = 2_000
"""Objects looked at; descriptions of an article have a few dozen."""

_ARTICLE = (
    "Article",
    "NewsArticle",
    "BlogPosting",
    "ReportageNewsArticle",
    "Report",
    "TechArticle",
    "WebPage",
)


@dataclass(slots=True)
class LinkedData:
    """The fields found; empty where there are none."""

    headline: str = ""
    published: str = ""
    author: str = ""
    publisher: str = ""
    breadcrumb: list[str] = field(default_factory=list)


def read_linked_data(scripts: list[str]) -> LinkedData:
    """Return the article fields of a page's JSON-LD; what is not JSON is skipped."""
    found = LinkedData()
    for script in scripts:
        try:
            value: object = json.loads(script, strict=False)
        except (ValueError, RecursionError):
            continue
        for entry in _objects(value):
            _read(entry, found)
    return found


def _objects(value: object) -> Iterator[dict[str, object]]:
    waiting = [value]
    for _ in range(MAX_OBJECTS):
        if not waiting:
            return
        value = waiting.pop(0)
        if isinstance(value, list):
            waiting[:0] = value[:MAX_OBJECTS]
        elif isinstance(value, dict):
            yield value
            waiting.extend(
                v for k, v in value.items() if k in ("@graph", "mainEntity", "breadcrumb", "mainEntityOfPage")
            )


def _read(entry: dict[str, object], found: LinkedData) -> None:
    kind = entry.get("@type")
    kinds = [str(k) for k in kind] if isinstance(kind, list) else [str(kind)]
    if any(k in _ARTICLE or k.endswith("Article") for k in kinds):
        found.headline = found.headline or _text(entry.get("headline"))
        found.published = found.published or _text(entry.get("datePublished"))
        found.author = found.author or _names(entry.get("author"))
        found.publisher = found.publisher or _names(entry.get("publisher"))
    elif "BreadcrumbList" in kinds and not found.breadcrumb:
        crumbs = entry.get("itemListElement")
        for crumb in crumbs if isinstance(crumbs, list) else []:
            if isinstance(crumb, dict) and (name := _text(crumb.get("name")) or _names(crumb.get("item"))):
                found.breadcrumb.append(name)


def _text(value: object) -> str:
    return " ".join(value.split()) if isinstance(value, str) else ""


def _names(value: object) -> str:
    values = value if isinstance(value, list) else [value]
    names = [_text(v.get("name")) if isinstance(v, dict) else _text(v) for v in values]
    return ", ".join(name for name in names if name)
