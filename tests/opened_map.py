"""A map open in a browser, for the tests of it."""

import json
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any


@dataclass
class Opened:
    """A map or report in a browser, with all that went wrong and all that it asked for."""

    page: Any
    troubles: list[str] = field(default_factory=list)
    requests: list[str] = field(default_factory=list)

    def text(self, selector: str) -> str:
        return str(self.page.inner_text(selector))

    def choose(self, query: str) -> None:
        """Search, and take the first suggestion."""
        self.page.fill("#search", query)
        self.page.wait_for_selector("#suggestions li[aria-selected=true]")
        self.page.press("#search", "Enter")

    def counts(self) -> list[int]:
        """Return the numbers of the line of counts, of nodes and of edges shown."""
        parts = self.text("#counts").replace(",", "").split(" · ")
        return [int(part.split()[0]) for part in parts]


Open = Callable[..., Opened]


def data_of(path: Path) -> dict[str, Any]:
    """Return the document in a map."""
    found = re.search(
        r'<script type="application/json" id="data">(.*?)</script>', path.read_text("utf-8"), re.DOTALL
    )
    assert found
    document: dict[str, Any] = json.loads(found[1])
    return document
