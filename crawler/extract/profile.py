"""Site profiles: a family's own selectors, tried before general evidence.

A profile applies where the host matches one of its patterns or the page holds one of its markers. Only then
is the page parsed a second time, by parsel (CSS and XPath).
"""

import re
import tomllib
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from typing import TYPE_CHECKING

from crawler.errors import UsageError
from crawler.model import Kind

if TYPE_CHECKING:
    from parsel import Selector

MAX_PROFILED = 2_000_000
"""Characters of a page a profile is applied to; larger pages are left to general evidence."""

_KEYS = {"hosts", "markers", "blocks", "fields"}
_BLOCK_KEYS = {"select", "label", "links", "kind"}
FIELDS = ("title", "published", "site_name", "author", "views", "likes")
"""Fields a profile may name a selector for."""


@dataclass(frozen=True, slots=True)
class BlockRule:
    """Where a family keeps a block."""

    select: str
    links: str
    label: str | None = None
    kind: Kind | None = None
    """None: the label decides."""


@dataclass(frozen=True, slots=True)
class Profile:
    """One site family's selectors."""

    name: str
    hosts: tuple[str, ...] = ()
    """Host patterns; `*` matches any characters."""
    markers: tuple[str, ...] = ()
    """Texts that only this family's pages hold."""
    blocks: tuple[BlockRule, ...] = ()
    fields: dict[str, str] = field(default_factory=dict)

    def applies(self, host: str, html: str) -> bool:
        """Say whether the profile is for this page."""
        return any(fnmatchcase(host, p) for p in self.hosts) or any(m in html for m in self.markers)


@dataclass(frozen=True, slots=True)
class Found:
    """What a profile reads from a page: blocks as (kind, label, link attributes), and field texts."""

    blocks: list[tuple[Kind | None, str | None, str, list[dict[str, str]]]]
    fields: dict[str, str]


def load_profile(text: str, name: str) -> Profile:
    """Return the profile a TOML text describes, its selectors tried.

    Args:
        text: The file's text.
        name: The file's name, for messages.

    Raises:
        UsageError: The text is no TOML, or a key or selector in it is wrong.
    """
    profile = read_profile(text, name)
    for n, rule in enumerate(profile.blocks):
        for part, selector in (("select", rule.select), ("links", rule.links), ("label", rule.label)):
            if selector is not None:
                _try(selector, name, f"blocks[{n}].{part}")
    for key, selector in profile.fields.items():
        _try(selector, name, f"fields.{key}")
    return profile


def read_profile(text: str, name: str) -> Profile:
    """Return the profile a TOML text describes, without trying its selectors: that takes parsel, 130 ms to import.

    Raises:
        UsageError: The text is no TOML, or a key in it is wrong.
    """
    try:
        table = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise UsageError(f"{name}: not a TOML file: {error}") from error
    for key in table:
        if key not in _KEYS:
            raise UsageError(f"{name}: {key}: unknown key; a profile has {', '.join(sorted(_KEYS))}")
    hosts, markers = (
        _texts(table.get("hosts", []), name, "hosts"),
        _texts(table.get("markers", []), name, "markers"),
    )
    if not any((*hosts, *markers)):
        raise UsageError(
            f"{name}: hosts: a profile needs a host pattern or a marker that says where it applies"
        )
    rules = table.get("blocks", [])
    if not isinstance(rules, list) or not all(isinstance(rule, dict) for rule in rules):
        raise UsageError(f"{name}: blocks: write each block as [[blocks]]")
    selectors = table.get("fields", {})
    if not isinstance(selectors, dict):
        raise UsageError(f"{name}: fields: write a table of selectors")
    for key, selector in selectors.items():
        if key not in FIELDS:
            raise UsageError(f"{name}: fields.{key}: unknown field; it may be {', '.join(FIELDS)}")
        _check(selector, name, f"fields.{key}")
    blocks = tuple(_rule(rule, name, f"blocks[{n}]") for n, rule in enumerate(rules))
    return Profile(name, hosts, markers, blocks, dict(selectors))


def _texts(value: object, name: str, key: str) -> tuple[str, ...]:
    if not isinstance(value, list) or not all(isinstance(v, str) and v for v in value):
        raise UsageError(f"{name}: {key}: must be a list of texts, not {value!r}")
    return tuple(value)


def _rule(rule: dict[str, object], name: str, key: str) -> BlockRule:
    for part in rule:
        if part not in _BLOCK_KEYS:
            raise UsageError(
                f"{name}: {key}.{part}: unknown key; a block has {', '.join(sorted(_BLOCK_KEYS))}"
            )
    select = _check(rule.get("select"), name, f"{key}.select")
    links = _check(rule.get("links", "a"), name, f"{key}.links")
    label = _check(rule["label"], name, f"{key}.label") if "label" in rule else None
    kind = rule.get("kind")
    if kind is not None and kind not in set(Kind):
        raise UsageError(f"{name}: {key}.kind: {kind!r} is none of {', '.join(Kind)}")
    return BlockRule(select, links, label, Kind(str(kind)) if kind is not None else None)


def _check(selector: object, name: str, key: str) -> str:
    if not isinstance(selector, str) or not selector:
        raise UsageError(f"{name}: {key}: must be a CSS or XPath selector, not {selector!r}")
    return selector


def _try(selector: str, name: str, key: str) -> None:
    from parsel import Selector

    try:
        _select(Selector("<html></html>"), selector)
    except (ValueError, SyntaxError, RuntimeError) as error:  # what cssselect and lxml raise
        raise UsageError(f"{name}: {key}: {selector!r} is no CSS or XPath selector: {error}") from error


def _select(root: "Selector", selector: str) -> list["Selector"]:
    """Return what a selector finds; XPath begins with a slash or a parenthesis, or is `.` or begins with `./`."""
    return list(root.xpath(selector) if re.match(r"\.?/|\(|\.\Z", selector) else root.css(selector))


def _text(nodes: list["Selector"]) -> str:
    return " ".join(" ".join(nodes[0].xpath("string()").getall()).split()) if nodes else ""


def read_with(profile: Profile, html: str) -> Found | None:
    """Return what a profile's selectors find on a page; None if the page is too large or cannot be read."""
    if len(html) > MAX_PROFILED:
        return None
    from parsel import Selector

    return read_from(profile, Selector(html.replace("\0", ""), type="html"))


def read_from(profile: Profile, root: "Selector") -> Found:
    """Return what a profile's selectors find on a parsed page."""
    blocks = []
    for rule in profile.blocks:
        for node in _select(root, rule.select):
            label = _text(_select(node, rule.label)) if rule.label else ""
            links = [_link(a) for a in _select(node, rule.links)]
            links = [link for link in links if link["href"]]
            if links:
                blocks.append((rule.kind, label or None, rule.select, links))
    fields = {
        key: text for key, selector in profile.fields.items() if (text := _text(_select(root, selector)))
    }
    return Found(blocks, fields)


def _link(a: "Selector") -> dict[str, str]:
    attributes = a.attrib
    alt = a.css("img::attr(alt)").get() or ""
    return {
        "href": attributes.get("href", ""),
        "text": _text([a]),
        "alt": " ".join(alt.split()),
        "title": " ".join(attributes.get("title", "").split()),
        "rel": attributes.get("rel", ""),
    }
