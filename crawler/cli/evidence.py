"""why and path: what an edge rests on, and how a page was come by."""

import json
import shlex
import shutil
import sys
import textwrap
from collections.abc import Iterator
from dataclasses import asdict
from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from crawler.cli import show

if TYPE_CHECKING:
    from crawler.model import Reason, State
    from crawler.store.evidence import Evidence, SeenLink
    from crawler.store.naming import Named
    from crawler.store.way import Step, Way

_SHOWN = 50
"""Links that are printed, unless --limit says another number."""
_MAX_WIDTH = 100

_directory = click.argument("directory", type=click.Path(path_type=Path))


@click.command()
@_directory
@click.argument("a")
@click.argument("b")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object, with all links.")
@click.option(
    "--limit", type=click.IntRange(min=1), metavar="N", help=f"Show the first N links ({_SHOWN}; JSON: all)."
)
def why(directory: Path, a: str, b: str, *, as_json: bool, limit: int | None) -> None:
    """Show every link behind the edge from A to B: block, position, anchor, time, stored bytes.

    A and B are each a URL in any spelling (with or without scheme), the beginning of URLs (`news.example/2024/*`),
    a host, a site, or a story's id.
    """
    from crawler.store import DATABASE, one_moment, read
    from crawler.store.evidence import why as evidence_of

    with read(directory) as reader, one_moment(reader):
        found = evidence_of(reader, a, b)
        if as_json:
            _emit_evidence(found, limit)
        else:
            _print_evidence(found, limit or _SHOWN, directory / DATABASE)


@click.command()
@_directory
@click.argument("url")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
def path(directory: Path, url: str, *, as_json: bool) -> None:
    """Show the shortest followed way from a seed to a page: `seed > related 3 > ranking 1`."""
    from crawler.store import one_moment, read
    from crawler.store.way import way_to

    with read(directory) as reader, one_moment(reader):
        way = way_to(reader, url)
    if as_json:
        show.emit({"summary": summary_of(way), **asdict(way)})
    else:
        _print_way(way)


# -- why


def _emit_evidence(found: "Evidence", limit: int | None) -> None:
    """Print one JSON object, link by link: there may be millions."""
    head = {
        "from": _document(found.a),
        "to": _document(found.b),
        "count": found.count,
        "source_pages": found.source_pages,
        "target_pages": found.target_pages,
        "kinds": found.kinds,
        "back": found.back,
        "stories": None if found.stories is None else asdict(found.stories),
    }
    sys.stdout.write(json.dumps(head)[:-1] + ', "links": [')
    separator = "\n"
    for link in found.links(limit):
        sys.stdout.write(separator + json.dumps(asdict(link)))
        separator = ",\n"
    sys.stdout.write("\n]}\n" if separator != "\n" else "]}\n")


def _document(named: "Named") -> dict[str, Any]:
    return {
        "given": named.given,
        "naming": named.naming,
        "text": named.text,
        "pages": named.pages,
        "title": named.title,
        "alias": named.alias,
    }


def _print_evidence(found: "Evidence", limit: int, database: Path) -> None:
    if found.count:
        click.secho(f"{_plural(found.count, 'link')} from A to B", bold=True)
        click.echo()
    _print_named("A", found.a)
    _print_named("B", found.b)
    click.echo()
    shown, digest = 0, None
    for number, (_, links) in enumerate(groupby(found.links(limit), key=lambda link: link.source), 1):
        page = list(links)
        shown += len(page)
        digest = digest or page[0].body_hash
        _print_source(number, page)
    for line in _totals(found, shown):
        _print(line)
    if digest is not None:
        _print_retrieval(database, digest)


def _print_retrieval(database: Path, digest: str) -> None:
    """Print how a stored body is got at with common tools: evidence must not rest on this program."""
    click.echo()
    _print(
        "Each page is kept as it came, under its SHA-256 above. To get one (of the first, for example), and to see"
        " that it is the same:"
    )
    file = shlex.quote(show.visible(str(database)))
    query = f"SELECT writefile('page.zst', zstd) FROM bodies WHERE\n    hash LIKE '{digest[:32]}%'"  # noqa: S608
    click.echo(f'  sqlite3 -readonly {file} \\\n   "{query}"')
    click.echo("  zstd -d page.zst -o page.html; sha256sum page.html")


def _print_named(word: str, named: "Named") -> None:
    if named.naming == "page":
        if named.title:
            _print(named.title, f"{word:<3}", bold=True)
            word = ""
        _print_url(named.text, f"{word:<3}")
        if named.alias is not None:
            _print_url(named.alias, "   named as ", " (redirects there)")
        return
    count = f"{named.pages:,} URLs known" if named.pages != 1 else "1 URL known"
    what = {"prefix": "URLs that begin like this", "story": "story"}.get(named.naming, str(named.naming))
    _print(f"{named.text} ({what}: {count})", f"{word:<3}", bold=True)
    if named.title:
        _print(named.title, "   ")


def _print_source(number: int, links: "list[SeenLink]") -> None:
    first = links[0]
    margin = " " * (len(str(number)) + 2)
    _print(first.source_title or "(no title)", f"{number}. ", bold=True)
    _print_url(first.source, margin)
    depth = "no followed way from a seed" if first.source_depth is None else f"depth {first.source_depth}"
    status = "" if first.status is None else f", status {first.status}"
    _print(f"{depth}, fetched {_moment(first.fetched_at)}{status}", margin)
    if first.body_hash is not None:
        click.echo(f"{margin}sha256 {first.body_hash}")
    for _, entries in groupby(links, key=lambda link: link.block):
        _print_block(list(entries), margin)
    click.echo()


def _print_block(links: "list[SeenLink]", margin: str) -> None:
    first = links[0]
    click.echo()
    label = "without a heading" if first.label is None else f"“{first.label}”"
    _print(f"{first.kind} {label}, block {first.block} of the page", margin, fg="cyan")
    _print(f"because {first.evidence} (confidence {first.confidence:.2f})", margin, dim=True)
    for link in links:
        _print(f"“{link.anchor}”" if link.anchor else "(no text)", f"{margin}{link.position:>3}. ")
        inner = margin + " " * 5
        _print_url(link.target, f"{inner}→ ")
        inner += "  "
        if link.via is not None:
            _print_url(link.via, f"{inner}by way of ", " (redirects there)")
        if link.target_title is None:
            _print(_fate(link.target_state, link.target_reason), inner, dim=True)
        elif " ".join(link.target_title.split()) != " ".join(link.anchor.split()):
            _print(f"titled “{link.target_title}”", inner)
        if link.rel is not None:
            _print(f'rel="{link.rel}"', inner)


def _totals(found: "Evidence", shown: int) -> Iterator[str]:
    if found.count:
        kinds = ", ".join(f"{count:,} {kind}" for kind, count in found.kinds.items())
        sources, targets = _plural(found.source_pages, "page"), _plural(found.target_pages, "page")
        yield f"{_plural(found.count, 'link')} from A to B, on {sources}, to {targets}: {kinds}."
        if shown < found.count:
            yield (
                f"The first {shown:,} are shown; {found.count - shown:,} more with --limit {found.count} or --json."
            )
        yield f"The other way, from B to A: {_plural(found.back, 'link')}."
    else:
        a, b = found.a.text, found.b.text
        yield f"No link from {a} to {b}; {found.back:,} from B to A."
    yield from _stories(found)


def _stories(found: "Evidence") -> Iterator[str]:
    if found.stories is None:
        yield "Stories: not looked for in this crawl."
        return
    if found.a.naming == found.b.naming == "page":
        if not found.stories.shared:
            yield "Stories: the two pages do not carry the same one."
        for one in found.stories.examples:
            yield f"Stories: both pages carry {one.story} ({one.because})."
        return
    yield f"Stories with pages on both sides: {found.stories.shared:,}."
    for one in found.stories.examples:
        yield f"  {one.story}: {one.because}; {one.a} and {one.b}"


def _plural(count: int, word: str) -> str:
    return f"{count:,} {word}" if count == 1 else f"{count:,} {word}s"


# -- path


def summary_of(way: "Way") -> str:
    """Return a way in one line: `seed > related 3 > ranking 1`."""
    words = []
    for step in way.steps:
        if step.move == "link":
            words.append(f"{step.kind} {step.position}" if step.kind is not None else "…")
        else:
            words.append(str(step.move))
    if way.unfollowed is not None and words:
        words[-1] += " (not followed)"
    return " > ".join(words)


def _print_way(way: "Way") -> None:
    if way.steps:
        click.secho(summary_of(way), bold=True)
        click.echo()
    for step in way.steps:
        _print_step(step)
    if way.steps:
        click.echo()
    if way.depth is not None:
        rest = "" if way.state == "fetched" else f" The page was {_fate(way.state, way.reason)}."
        if way.redirected_to is not None:
            rest = f" It redirects to {way.redirected_to}."
        _print(f"Depth {way.depth}: no followed way is shorter.{rest}")
        return
    _print(f"No followed way leads to {way.url} ({_fate(way.state, way.reason)}).")
    if way.unfollowed is not None:
        _print(f"The nearest link that names it is shown; it is not followed: {way.unfollowed}.")
    elif not way.steps:
        _print("No stored link names it.")


def _print_step(step: "Step") -> None:
    margin = "   "
    number = "" if step.depth is None else str(step.depth)
    _print(step.title or f"({_fate(step.state, step.reason)})", f"{number:<3}", bold=step.title is not None)
    _print_url(step.url, margin)
    if step.move == "seed":
        _print("a seed of the crawl", margin, dim=True)
    elif step.move == "redirect":
        _print(f"by redirect, answered {_moment(step.seen)}; adds no depth", margin, dim=True)
    elif step.kind is None:
        _print("no followed way from a seed leads here", margin, dim=True)
    else:
        label = "a list without a heading" if step.label is None else f"“{step.label}”"
        _print(
            f"by {step.kind} {step.position} of {label} (block {step.block}): “{step.anchor}”",
            margin,
            fg="cyan",
        )
        rel = "" if step.rel is None else f', rel="{step.rel}"'
        _print(f"on the page above, fetched {_moment(step.seen)}{rel}", margin, dim=True)


# -- both


def _fate(state: "State", reason: "Reason | None") -> str:
    if state == "redirected":
        return "answered with a redirect"
    if state == "fetched":
        return "fetched, without a title"
    return f"not fetched: {state}" if reason is None else f"not fetched: {state}, {reason}"


def _moment(stamp: str | None) -> str:
    return "–" if stamp is None else stamp[:19].replace("T", " ") + " UTC"


def _print(text: str, margin: str = "", **style: Any) -> None:
    """Print text wrapped at the terminal's width, under its margin; long words, such as URLs, stay whole."""
    width = min(shutil.get_terminal_size().columns, _MAX_WIDTH)
    lines = textwrap.wrap(
        show.visible(text),
        max(width - len(margin), 20),
        break_long_words=False,
        break_on_hyphens=False,
    )
    for number, line in enumerate(lines or [""]):
        click.echo((" " * len(margin) if number else margin) + click.style(line, **style))


def _print_url(url: str, margin: str, after: str = "") -> None:
    """Print a URL on one line, so that it can be copied."""
    click.echo(margin + click.style(show.visible(url), underline=True) + after)
