"""A starting profile from what general evidence found: selectors that were tried on the page before they are named."""

import json
import re
from collections.abc import Iterator
from itertools import chain

from parsel import Selector

from crawler.extract.charset import decode
from crawler.extract.profile import FIELDS, BlockRule, Profile, load_profile, read_from
from crawler.model import Block, Page, Reason
from crawler.url import canonicalise, host_of

_NAME = re.compile(r"[a-zA-Z_][a-zA-Z_-]*\Z")
"""Class names and ids that a template has on each page: none with a digit, none that CSS must escape."""
_MAX_NAMES, _MAX_PARENTS = 2, 4
_LINKS = ("a", "li a", "dd a", "h2 a, h3 a, h4 a, h5 a")


def suggest_profile(page: Page, body: bytes, headers: dict[str, str]) -> str:
    """Return a profile (TOML) that reads from this page what general evidence read.

    Each selector is the shortest of those tried that finds just what it is for; what none finds is named in a
    comment instead. A profile written so fits one page: look at a second one before it is used.

    Args:
        page: The page as it was extracted without a profile.
        body: The bytes it was extracted from.
        headers: The answer's headers.
    """
    html, _ = decode(body, headers)
    root = Selector(html.replace("\0", ""), type="html")
    lines = [
        "# Made from one page; try it on others: crawl inspect URL --profile FILE",
        f"hosts = [{json.dumps(host_of(page.url))}]",
    ]
    for block in page.blocks:
        rule = _rule_for(block, page, root)
        name = json.dumps(block.label or block.kind, ensure_ascii=False)
        if rule is None:
            lines += ["", f"# no selector found for the block {name}: {len(block.links)} links"]
            continue
        lines += ["", "[[blocks]]", f"select = {json.dumps(rule.select)}"]
        if rule.label is not None:
            lines.append(f"label = {json.dumps(rule.label)}")
        lines += [f"links = {json.dumps(rule.links)}", f'kind = "{block.kind}"']
    fields = {key: found for key in FIELDS if (found := _field_selector(key, page, root)) is not None}
    if fields:
        lines += ["", "[fields]", *(f"{key} = {json.dumps(found)}" for key, found in fields.items())]
    text = "\n".join(lines) + "\n"
    load_profile(text, "suggested profile")
    return text


def _rule_for(block: Block, page: Page, root: Selector) -> BlockRule | None:
    urls = [link.url for link in block.links]
    written = canonicalise(root.css("base::attr(href)").get(""), page.url)
    base = page.url if isinstance(written, Reason) else written
    for rule in chain(_in_a_container(block, base, root), _after_a_heading(block, root)):
        if _reads(rule, root, urls, block.label, base):
            return rule
    return None


def _in_a_container(block: Block, base: str, root: Selector) -> Iterator[BlockRule]:
    """Yield rules for an element that holds heading and links, the smallest element first."""
    urls = [link.url for link in block.links]
    holder = _holder(root, set(urls), base)
    if holder is None:
        return
    for container in (holder, *reversed(holder.xpath("ancestor::*"))):
        if container.root.tag in ("body", "html"):
            break
        labels = [None] if block.label is None else list(_labels(container, block.label))
        for select in _selectors(container):
            for links in _LINKS:
                yield from (BlockRule(select, links, label, block.kind) for label in labels)


def _after_a_heading(block: Block, root: Selector) -> Iterator[BlockRule]:
    """Yield rules for links in the element after a heading or its wrapper, or among the heading's siblings."""
    if block.label is None or '"' in block.label:
        return
    said = f'[normalize-space() = "{block.label}"]'
    for element in root.xpath("//body//*[normalize-space() = $label]", label=block.label):
        tag = element.root.tag
        after = "./ancestor-or-self::*[{}]/following-sibling::*[1]//{}".format
        steps = [after(up, a) for up in (1, 2, 3) for a in ("a", "h4//a", "h5//a")]
        steps.append(f"./following-sibling::*[preceding-sibling::{tag}[1]{said}]/descendant-or-self::a")
        yield from (BlockRule(f"//{tag}{said}", links, ".", block.kind) for links in steps)


def _holder(root: Selector, urls: set[str], base: str) -> Selector | None:
    """Return the smallest element that holds all links of a block."""
    best: Selector | None = None
    for a in root.css("a[href]"):
        if canonicalise(a.attrib["href"].strip(), base) not in urls:
            continue
        for element in reversed(a.xpath("ancestor::*")):
            held = {canonicalise(href.strip(), base) for href in element.css("a::attr(href)").getall()}
            if urls <= held:
                if best is None or len(held) < len(best.css("a")):
                    best = element
                break
    return best


def _reads(rule: BlockRule, root: Selector, urls: list[str], label: str | None, base: str) -> bool:
    """Say whether a rule finds this block, whole and alone."""
    found = read_from(Profile("tried", blocks=(rule,)), root)
    if len(found.blocks) != 1:
        return False
    _, text, _, links = found.blocks[0]
    targets = (canonicalise(link["href"].strip(), base) for link in links)
    return list(dict.fromkeys(t for t in targets if t is not Reason.SCHEME)) == urls and text == label


def _labels(container: Selector, label: str) -> Iterator[str]:
    """Yield selectors for the element within a container whose text is the label."""
    for element in container.xpath("descendant::*[normalize-space() = $label]", label=label):
        yield from _own(element)


def _own(element: Selector) -> Iterator[str]:
    """Yield selectors for an element by itself: id, class names, tag."""
    tag, attributes = element.root.tag, element.attrib
    if _NAME.match(key := attributes.get("id", "")):
        yield f"{tag}#{key}"
    names = [name for name in attributes.get("class", "").split() if _NAME.match(name)][:_MAX_NAMES]
    yield from (f"{tag}.{name}" for name in names)
    if len(names) > 1:
        yield f"{tag}." + ".".join(names)
    yield tag


def _selectors(element: Selector) -> Iterator[str]:
    """Yield selectors for an element, the shortest first: by itself, then by its place in its parents."""
    yield from _own(element)
    place = 1 + len(element.xpath(f"preceding-sibling::{element.root.tag}"))
    steps = f"{element.root.tag}:nth-of-type({place})"
    for above in list(reversed(element.xpath("ancestor::*")))[:_MAX_PARENTS]:
        for outer in _own(above):
            for own in _own(element):
                yield f"{outer} {own}"
            yield f"{outer} > {steps}"
        place = 1 + len(above.xpath(f"preceding-sibling::{above.root.tag}"))
        steps = f"{above.root.tag}:nth-of-type({place}) > {steps}"


def _field_selector(key: str, page: Page, root: Selector) -> str | None:
    """Return a selector whose first match holds a field's text."""
    article = page.article
    value = article.published_raw if key == "published" else getattr(article, key)
    if value is None:
        return None
    text = " ".join(str(value).split())
    # A number or a date stands among other words; a name or a title by itself.
    test = "contains(normalize-space(), $text) and string-length(normalize-space()) < 80"
    if key not in ("published", "views", "likes"):
        test = "normalize-space() = $text"
    for element in reversed(root.xpath(f"//body//*[{test}]", text=text)):
        for selector in _own(element):
            # A bare tag says little on another page, but for those there is one of.
            if selector.isalpha() and selector not in ("time", "address"):
                continue
            if root.css(selector)[0].root is element.root:
                return selector
    return None
