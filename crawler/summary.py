"""What a crawl came to: totals over states, reasons, depths, kinds and sites."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from crawler.model import State
from crawler.store import DATABASE, Reader


@dataclass(frozen=True, slots=True)
class Summary:
    """What a crawl came to, ready to be printed or written as JSON."""

    directory: str
    outcome: str
    """`done`, `interrupted`, `terminated`, `max_pages` or `max_time`."""
    seeds: tuple[str, ...]
    states: dict[str, int]
    reasons: dict[str, int]
    """Of failed and excluded URLs."""
    depths: tuple[dict[str, Any], ...]
    kinds: dict[str, dict[str, int]]
    sites: tuple[dict[str, Any], ...]
    elapsed_s: float
    files: tuple[str, ...]


def states_of(reader: Reader) -> dict[str, int]:
    """Return how many URLs stand in each state."""
    states: dict[str, int] = {}
    for state, _, count in reader.table("states"):
        states[str(state)] = states.get(str(state), 0) + int(str(count))
    return states


def summary_of(
    reader: Reader, directory: Path, outcome: str, elapsed_s: float, files: Sequence[str] = ()
) -> Summary:
    """Sum a crawl up."""
    reasons: dict[str, int] = {}
    for state, reason, count in reader.table("states"):
        if state in (State.FAILED, State.EXCLUDED):
            reasons[str(reason)] = reasons.get(str(reason), 0) + int(str(count))
    columns = ("depth", "known", "fetched", "redirected", "failed", "excluded", "beyond", "queued")
    return Summary(
        str(directory),
        outcome,
        reader.receipt().seeds,
        states_of(reader),
        reasons,
        tuple(dict(zip(columns, row, strict=True)) for row in reader.table("depths")),
        {
            str(kind): {"blocks": int(str(blocks)), "links": int(str(links)), "targets": int(str(targets))}
            for kind, blocks, links, targets in reader.table("kinds")
        },
        tuple(
            dict(zip(("site", "hosts", "known", "fetched"), row, strict=True))
            for row in reader.table("sites")
        ),
        round(elapsed_s, 2),
        (str(directory / DATABASE), *files),
    )
