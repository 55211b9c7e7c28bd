"""Templates: what the pages of one host have in common settles what one page alone leaves open. Pure.

The pages of a host come from one template, so a block stands in the same container on each. A list that has no
heading here has one there; a list too short to be sure of here is a plain block there; and a list that is the
same on every page, and whose targets no block ever names as stories, is a menu. Rules are learnt from blocks
as one page gives them, never from blocks already settled: learning again from the same pages changes nothing.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace

from crawler.model import Block, Kind, Page
from crawler.url import host_of, shape_of

MIN_PAGES = 8
"""Pages of a host from which it is learnt: with fewer, a list that is the same on all of them may be chance."""
MAX_PAGES = 200
"""Pages of a host that are looked at: shares of 200 are known to within a few per cent."""
_MOST = 0.8
"""Share from which something holds for the template: a few pages are always broken or of another template."""
_OFTEN = 0.5
"""Share of sightings that must stand by themselves, for the rest to stand with them."""

Sign = tuple[str, str | None]
"""A block's container path and its label."""


@dataclass(frozen=True, slots=True)
class Named:
    """What a block is called on other pages."""

    kind: Kind
    label: str | None
    pages: int
    """On how many."""


@dataclass(frozen=True, slots=True)
class Template:
    """What was learnt of one host."""

    pages: int
    """Pages it was learnt from."""
    names: Mapping[str, Named] = field(default_factory=dict)
    """By container path: what lists without a heading are called elsewhere."""
    stands: Mapping[Sign, Named] = field(default_factory=dict)
    """Blocks that are sure on most pages: where one is not, it stands all the same."""
    menus: Mapping[Sign, int] = field(default_factory=dict)
    """Lists that are the same on nearly every page and lead to no story; on how many pages."""


@dataclass(slots=True)
class _Seen:
    """The sightings of one sign."""

    pages: int = 0
    sure: int = 0
    kinds: Counter[Kind] = field(default_factory=Counter)
    targets: Counter[str] = field(default_factory=Counter)
    listed: int = 0
    """Targets over all sightings."""


def learn(pages: Iterable[Page]) -> Template:
    """Learn the template of one host from its pages.

    Args:
        pages: As extraction gives them, unsettled; in any order, which makes no difference.
    """
    seen: defaultdict[Sign, _Seen] = defaultdict(_Seen)
    shapes: Counter[str] = Counter()
    stories: Counter[str] = Counter()
    count, host = 0, ""
    for page in pages:
        count += 1
        host = host_of(page.url)
        shapes[shape_of(page.url)] += 1
        stories.update({link.url for block in page.blocks if block.label for link in block.links})
        for sign, block, sure in _sightings(page):
            one = seen[sign]
            one.pages += 1
            one.sure += sure
            one.kinds[block.kind] += 1
            one.targets.update(link.url for link in block.links)
            one.listed += len(block.links)
    if count < MIN_PAGES:
        return Template(count)
    usual = {shape for shape, pages_of in shapes.items() if pages_of >= 0.05 * count}
    menus = {
        sign: one.pages
        for sign, one in seen.items()
        if _is_site_wide(one, count) and _leads_nowhere(sign, one, seen, usual, host)
    }
    return Template(count, _names(seen, menus), _stands(seen, menus), menus)


def settle(page: Page, template: Template) -> Page:
    """Return a page with its blocks settled by the template of its host."""
    labels = {block.label for block in page.blocks if block.label}
    blocks: list[Block] = []
    for sign, block, sure in _in_order(page):
        if sign in template.menus:
            continue
        named = template.names.get(block.path) if block.label is None else None
        if named is not None and named.label not in labels:
            reason = f'the same container is headed "{named.label}" on {named.pages} pages of this host'
            blocks.append(_settled(block, named, reason))
        elif sure:
            blocks.append(block)
        elif sign in template.stands:
            known = template.stands[sign]
            blocks.append(
                _settled(block, known, f"the same list is sure on {known.pages} pages of this host")
            )
    return replace(page, blocks=tuple(blocks), uncertain=())


def _settled(block: Block, named: Named, reason: str) -> Block:
    return replace(block, kind=named.kind, label=named.label, evidence=f"{block.evidence}; {reason}")


def _in_order(page: Page) -> Iterator[tuple[Sign, Block, bool]]:
    """Yield blocks and uncertain lists in reading order, with whether they are sure."""
    waiting = list(page.uncertain)
    for number, block in enumerate(page.blocks):
        while waiting and waiting[0][0] <= number:
            yield (waiting[0][1].path, waiting[0][1].label), waiting.pop(0)[1], False
        yield (block.path, block.label), block, True
    for _, block in waiting:
        yield (block.path, block.label), block, False


def _sightings(page: Page) -> Iterator[tuple[Sign, Block, bool]]:
    """Yield each sign once a page: a list rendered twice is one sighting."""
    met: set[Sign] = set()
    for sign, block, sure in _in_order(page):
        if block.path and sign not in met:
            met.add(sign)
            yield sign, block, sure


def _is_site_wide(one: _Seen, pages: int) -> bool:
    """Say whether a list is there, and the same, on nearly every page."""
    if one.pages < _MOST * pages or not one.listed:
        return False
    constant = sum(count for count in one.targets.values() if count >= _MOST * one.pages)
    return constant >= _MOST * one.listed


def _leads_nowhere(sign: Sign, one: _Seen, seen: Mapping[Sign, _Seen], usual: set[str], host: str) -> bool:
    """Say whether a site-wide list leads to sections rather than stories.

    Its targets have addresses unlike those of the host's pages, and no list that changes from page to page
    names them. A heading that says a kind is believed unless all targets are of this host.
    """
    targets = [target for target, count in one.targets.items() if count >= _MOST * one.pages]
    own = [target for target in targets if host_of(target) == host]
    unlike = [target for target in own if shape_of(target) not in usual]
    if len(unlike) < _MOST * len(targets):
        return False
    others = (
        other.targets for key, other in seen.items() if key != sign and len(other.targets) > 2 * len(targets)
    )
    return not any(target in named for named in others for target in unlike)


def _names(seen: Mapping[Sign, _Seen], menus: Mapping[Sign, int]) -> dict[str, Named]:
    """Return what lists without a heading are called where the same container has one."""
    by_path: defaultdict[str, list[tuple[str, _Seen]]] = defaultdict(list)
    for (path, label), one in seen.items():
        if label is not None and (path, label) not in menus:
            by_path[path].append((label, one))
    names = {}
    for path, labelled in by_path.items():
        # Widgets share containers: one label must be all that the container is ever called.
        label, one = max(labelled, key=lambda pair: (pair[1].pages, pair[0]))
        total = sum(other.pages for _, other in labelled)
        if one.pages >= MIN_PAGES // 2 and one.pages >= _MOST * total and one.sure:
            names[path] = Named(_kind(one), label, one.pages)
    return names


def _stands(seen: Mapping[Sign, _Seen], menus: Mapping[Sign, int]) -> dict[Sign, Named]:
    return {
        sign: Named(_kind(one), sign[1], one.sure)
        for sign, one in seen.items()
        if sign not in menus and one.sure >= MIN_PAGES // 2 and one.sure >= _OFTEN * one.pages
    }


def _kind(one: _Seen) -> Kind:
    return max(one.kinds, key=lambda kind: (one.kinds[kind], kind))
