"""A report as sentences, tables and charts, before it is HTML or Markdown. Pure data.

A chart holds its numbers only: what it looks like is `charts.py`'s business, and each is shown as a table as well.
"""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class PageLink:
    """A page, by its headline, with its address."""

    title: str | None
    url: str
    bar: float | None = None
    """Length of a bar under it, from 0 to 1: a chart within a table, so that names wrap and pages break."""
    story: str | None = None
    """Id of its story, if the numbers beside it are the story's: the map then opens there, not at the page."""


@dataclass(frozen=True, slots=True)
class When:
    """A moment, ISO 8601, shown as people write it."""

    iso: str


@dataclass(frozen=True, slots=True)
class Decimal:
    """A number with as many decimals as its neighbours in a column."""

    value: float
    places: int = 2


@dataclass(frozen=True, slots=True)
class Share:
    """A part of a whole, from 0 to 1, shown in percent."""

    value: float


@dataclass(frozen=True, slots=True)
class Code:
    """A command or query to copy."""

    text: str


Cell = str | int | float | None | PageLink | When | Decimal | Share | Code


@dataclass(frozen=True, slots=True)
class OnMap:
    """A place of the map: what its address says after the `#`."""

    text: str
    place: str


@dataclass(frozen=True, slots=True)
class Finding:
    """A sentence with figures, and how to see what it rests on."""

    text: str
    evidence: tuple[str, ...] = ()
    """Commands; DIR stands for the crawl's directory."""
    on_map: tuple[OnMap, ...] = ()


@dataclass(frozen=True, slots=True)
class Headline:
    """A finding in short, and the section that tells the rest."""

    text: str
    section: str


@dataclass(frozen=True, slots=True)
class Table:
    """Rows under a head."""

    caption: str
    head: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]
    folded: bool = False
    """Whether it opens on demand."""
    evidence: tuple[str, ...] = ()
    """Commands, as of a finding."""
    on_map: tuple[OnMap, ...] = ()
    colour: str = ""
    """Name of a colour in the style sheet, of bars and shades."""
    shaded: bool = False
    """Whether numbers stand on a ground that is the stronger the greater they are: a matrix."""
    note: str = ""
    """A sentence on how to read it."""


@dataclass(frozen=True, slots=True)
class Heat:
    """A matrix of numbers, the darker the more."""

    title: str
    description: str
    rows: tuple[str, ...]
    columns: tuple[str, ...]
    values: tuple[tuple[int, ...], ...]
    colour: str
    """Name of a colour in the style sheet."""
    corner: str = ""
    """What rows and columns are, for the table."""


@dataclass(frozen=True, slots=True)
class Bars:
    """A number for each of some things; and of it, if there is an inner one, a part."""

    title: str
    description: str
    rows: tuple[tuple[str, int, int | None], ...]
    """Label, number, part."""
    colour: str
    unit: str
    what: str
    """What the labels are, for the table."""
    part: str = ""
    """What the part is."""


@dataclass(frozen=True, slots=True)
class Appearance:
    """A thing that a site has at some time."""

    site: str
    after: float
    """Minutes after the first."""
    at: str
    """ISO 8601, as the page has it."""


@dataclass(frozen=True, slots=True)
class Timeline:
    """Which site had a thing when, after the first: a lane for each thing."""

    title: str
    description: str
    lanes: tuple[tuple[str, tuple[Appearance, ...]], ...]
    sites: tuple[str, ...] = ()
    """In the order of their colours; those beyond have none of their own."""


Part = Finding | Table | Heat | Bars | Timeline


@dataclass(frozen=True, slots=True)
class Section:
    """A part of the report under a heading."""

    key: str
    title: str
    intro: str
    parts: tuple[Part, ...]


@dataclass(frozen=True, slots=True)
class Document:
    """A report."""

    title: str
    subtitle: str
    crawled: str
    """What was crawled, in a line."""
    summary: tuple[Headline, ...]
    """What would be news, first what would be most."""
    missing: str
    """What was not seen, in a line."""
    sections: tuple[Section, ...]
