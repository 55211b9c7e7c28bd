"""Block nature: whether a host's block is the same on every page, goes with the story, or rotates. Pure."""

from crawler.graph.measures import TemplateBlock
from crawler.model import Facts, Kind
from crawler.url import host_of


def site_wide_blocks(facts: Facts) -> frozenset[TemplateBlock]:
    """Return the blocks whose list is the same on nearly every page of their host."""
    return frozenset(
        {(host_of(link.source), link.kind, link.label) for link in facts.links() if link.kind is Kind.RANKING}
    )
