"""inspect: one page as the crawler sees it."""

import asyncio
import os
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import click

from crawler.cli import show
from crawler.cli.options import configuration, flags
from crawler.config import Config, load
from crawler.errors import CrawlError, UsageError
from crawler.model import Page, Reason
from crawler.url import canonicalise


@click.command()
@click.argument("pages", nargs=-1, metavar="FILE|URL…")
@click.option(
    "--url", help="The address the FILE was saved from; relative links and the page's own rest on it."
)
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object a page.")
@click.option(
    "--suggest-profile", is_flag=True, help="Print a starting profile that reads what was found, instead."
)
@configuration
def inspect(
    pages: tuple[str, ...], url: str | None, *, as_json: bool, suggest_profile: bool, **values: Any
) -> None:
    """Show one page as the crawler sees it: fields, and blocks with their evidence.

    FILE|URL may be many with --json (JSON Lines), or `-` for a list on standard input.
    """
    from crawler.extract import extract, rules_with
    from crawler.extract.suggest import suggest_profile as suggested

    if not pages:
        raise UsageError("nothing to inspect: name a saved page or a URL")
    names = list(_names(pages))
    if len(names) > 1 and not as_json:
        raise UsageError("more than one page: add --json for one line each")
    config = load(files=(), environment=os.environ, flags=flags(values))
    path = config.extract.profile
    rules = rules_with([(read_file(path).decode("utf-8", "replace"), path)] if path else [])
    for name in names:
        body, address, headers = _load(name, url, config)
        page = extract(body, address, headers, rules)
        if suggest_profile:
            sys.stdout.write(suggested(page, body, headers))
        elif as_json:
            show.emit(document(page))
        else:
            _print(page)


def document(page: Page) -> dict[str, Any]:
    """Return a page as the JSON object that `inspect --json` prints."""
    article = page.article
    return {
        "url": page.url,
        "title": article.title,
        "published": article.published,
        "published_raw": article.published_raw,
        "site_name": article.site_name,
        "breadcrumb": None if article.breadcrumb is None else list(article.breadcrumb),
        "author": article.author,
        "views": article.views,
        "likes": article.likes,
        "lang": article.lang,
        "text": article.text,
        "canonical_hint": article.canonical_hint,
        "images": article.images,
        "charset": page.charset,
        "blocks": [
            {
                "kind": block.kind,
                "label": block.label,
                "evidence": block.evidence,
                "confidence": block.confidence,
                "links": [
                    {"url": link.url, "anchor": link.anchor, "position": link.position, "rel": link.rel}
                    for link in block.links
                ],
            }
            for block in page.blocks
        ],
    }


def _names(pages: tuple[str, ...]) -> Iterator[str]:
    for name in pages:
        if name == "-":
            yield from (line.strip() for line in sys.stdin if line.strip())
        else:
            yield name


def read_file(name: str) -> bytes:
    """Return a file's bytes, unpacked if it is gzip.

    Raises:
        UsageError: It cannot be read, or is damaged.
    """
    try:
        body = Path(name).read_bytes()
    except OSError as error:
        raise UsageError(f"{name}: cannot be read ({error.strerror})") from None
    if body[:2] == b"\x1f\x8b":
        import gzip

        try:
            return gzip.decompress(body)
        except (OSError, EOFError) as error:
            raise UsageError(f"{name}: is a damaged gzip file ({error})") from None
    return body


def _load(name: str, url: str | None, config: Config) -> tuple[bytes, str, dict[str, str]]:
    """Return the bytes, the address and the headers of a saved page or of one on the web."""
    if name.startswith(("http://", "https://")):
        return _fetched(name, config)
    body = read_file(name)
    address = canonicalise(url or Path(name).absolute().as_uri().replace("file:///", "http://localhost/", 1))
    if isinstance(address, Reason):
        raise UsageError(f"--url {url}: not an http(s) URL")
    return body, address, {}


def _fetched(address: str, config: Config) -> tuple[bytes, str, dict[str, str]]:
    from crawler.fetch import open_fetcher

    url = canonicalise(address)
    if isinstance(url, Reason):
        raise UsageError(f"{address}: not an http(s) URL")

    async def get() -> tuple[bytes, str, dict[str, str]]:
        target: str = url
        async with open_fetcher(config.fetch, 1) as fetcher:
            for _ in range(10):
                fetched = await fetcher.get(target)
                if fetched.location is None:
                    break
                target = fetched.location
            if fetched.body is None:
                trouble = fetched.error or fetched.reason or "too many redirects"
                raise _UnreachableError(f"{target}: could not be fetched ({trouble})")
            return fetched.body, target, dict(fetched.headers)

    return asyncio.run(get())


class _UnreachableError(CrawlError):
    """The page to inspect could not be fetched."""

    exit_code = 3


def _print(page: Page) -> None:
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    console = Console(highlight=False)
    fields = Table(show_header=False, box=None, pad_edge=False)
    fields.add_column(style="bold")
    fields.add_column(overflow="fold")
    found = document(page)
    for name, value in found.items():
        if name == "blocks":
            continue
        if name == "text" and value is not None:
            value = f"{len(value):,} characters: {value[:160]}…" if len(value) > 160 else value
        if name == "breadcrumb" and value is not None:
            value = " > ".join(value)
        fields.add_row(
            name, Text("–" if value is None else show.visible(str(value)), style="" if value else "dim")
        )
    console.print(fields)
    if not page.blocks:
        console.print("\nNo block found.")
    for block in page.blocks:
        console.print()
        title = f"{block.kind}: {show.visible(block.label or '(no heading)')}"
        console.print(Text(f"{title}  (confidence {block.confidence:.2f})", style="bold cyan"))
        console.print(Text(f"evidence: {show.visible(block.evidence)}", style="dim"))
        for link in block.links:
            console.print(Text(f"{link.position:3}. {show.visible(link.anchor)}"))
            console.print(Text(f"     {show.visible(link.url)}", style="dim"))
