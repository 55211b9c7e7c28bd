"""extract(): from the bytes of one answer to the page's fields and blocks."""

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import lru_cache
from importlib.resources import files

from msgspec import structs

from crawler.extract.blocks import MAX_ANCHOR, MAX_BLOCKS, MAX_LINKS, find_blocks
from crawler.extract.charset import decode
from crawler.extract.dates import iso_of
from crawler.extract.entries import Targets, bad_address
from crawler.extract.fields import MAX_FIELD, article_fields
from crawler.extract.lexicon import Lexicon, read_lexicon
from crawler.extract.outline import outline
from crawler.extract.profile import Found, Profile, read_profile, read_with
from crawler.model import Article, Block, Kind, Link, Page, Reason
from crawler.url import canonicalise, host_of


@dataclass(frozen=True, slots=True)
class Rules:
    """What extraction goes by: the vocabulary, and site profiles in order of precedence."""

    lexicon: Lexicon
    profiles: tuple[Profile, ...] = ()


@lru_cache(maxsize=1)
def shipped_rules() -> Rules:
    """Return the lexicon and site profiles that come with the program."""
    shipped = files("crawler.defaults")
    lexicon = read_lexicon(tomllib.loads(shipped.joinpath("lexicon.toml").read_text("utf-8")))
    sites = sorted(shipped.joinpath("sites").iterdir(), key=lambda f: f.name)
    profiles = [read_profile(f.read_text("utf-8"), f.name) for f in sites if f.name.endswith(".toml")]
    return Rules(lexicon, tuple(profiles))


def extract(body: bytes, url: str, headers: Mapping[str, str], rules: Rules | None = None) -> Page:
    """Return what a page says: its article's fields and its blocks. No bytes make it raise.

    Args:
        body: The decoded content, at most as long as the fetcher's `max_bytes`.
        url: The canonical URL it was fetched from.
        headers: The answer's headers; only Content-Type is read.
        rules: Vocabulary and profiles; None means the shipped ones.
    """
    rules = rules or shipped_rules()
    html, charset = decode(body, headers)
    page = outline(html, rules.lexicon)
    targets = Targets(page, rules.lexicon, url)
    found = find_blocks(page, rules.lexicon, targets)
    blocks, uncertain = list(found.blocks), found.uncertain
    article = article_fields(page, url, found.taken)
    profile = next((p for p in rules.profiles if p.applies(host_of(url), html)), None)
    if profile is not None and (selected := read_with(profile, html)) is not None:
        blocks = _merged(_profiled(selected, profile, rules.lexicon, targets), blocks)
        # A profile says all there is to say about its pages.
        article, uncertain = _filled(article, selected), ()
    return Page(url, article, tuple(blocks), charset, uncertain)


def _profiled(found: Found, profile: Profile, lexicon: Lexicon, targets: Targets) -> list[Block]:
    blocks = []
    for kind, label, select, attributes in found.blocks:
        match = lexicon.match(label) if label else None
        if kind is None and match is not None and match.kind is None:
            continue
        links: dict[str, Link] = {}
        for a in attributes:
            target = canonicalise(a["href"].strip(), targets.base)
            if target is Reason.SCHEME or len(links) >= MAX_LINKS:
                continue
            refused = Reason.BAD_URL if target is Reason.BAD_URL else None
            address = bad_address(a["href"].strip()) if refused else str(target)
            anchor = (a["text"] or a["alt"] or a["title"])[:MAX_ANCHOR]
            known = links.get(address)
            if known is None:
                links[address] = Link(address, anchor, len(links) + 1, a["rel"] or None, refused)
            elif not known.anchor or (lexicon.is_more(known.anchor) and a["text"]):
                links[address] = structs.replace(known, anchor=anchor)
        if links:
            decided = kind or (match.kind if match else None) or Kind.OTHER
            evidence = (
                f'profile {profile.name}: {select}, heading "{label or ""}"; {len(links)} article links'
            )
            blocks.append(Block(decided, label, evidence, tuple(links.values())))
    return blocks


def _merged(profiled: list[Block], general: list[Block]) -> list[Block]:
    """Return the profile's blocks, and of the others those that list something else."""
    kept = []
    for block in general:
        urls = {link.url for link in block.links}
        if not any(len(urls & {link.url for link in p.links}) * 2 >= len(urls) for p in profiled):
            kept.append(block)
    return (profiled + kept)[:MAX_BLOCKS]


def _filled(article: Article, found: Found) -> Article:
    """Return the article with the profile's fields, where its selectors found any."""
    values: dict[str, str | int | None] = {}
    for key, text in found.fields.items():
        if key in ("views", "likes"):
            digits = re.sub(r"[^0-9]", "", text)[:12]
            if digits:
                values[key] = int(digits)
        elif key == "published":
            if iso := iso_of(text):
                values["published"] = iso
        else:
            values[key] = text[:MAX_FIELD]
    return replace(article, **values)  # type: ignore[arg-type]  # keys come from profile.FIELDS
