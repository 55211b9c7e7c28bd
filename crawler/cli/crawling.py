"""run, resume and demo. Heavy imports stand in the functions: `crawl --help` answers at once."""

import os
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from crawler.cli import show
from crawler.cli.options import configuration, flags
from crawler.config import Config, dump, load
from crawler.errors import UsageError

if TYPE_CHECKING:
    from crawler.summary import Summary

_EXIT = {"interrupted": 130, "terminated": 143}


def printing(function: Any) -> Any:
    """Add the options that say what is printed."""
    function = click.option("--json", "as_json", is_flag=True, help="Print one JSON object as the summary.")(
        function
    )
    function = click.option("--verbose", is_flag=True, help="Log each URL on stderr.")(function)
    return click.option("--quiet", is_flag=True, help="No progress on stderr.")(function)


@click.command()
@click.option("--seed", "seeds", multiple=True, metavar="URL", help="An article to begin at (repeatable).")
@click.option(
    "--seeds-file", type=click.Path(path_type=Path), help="A file with one seed a line; # begins a comment."
)
@click.option(
    "--output", type=click.Path(path_type=Path), help="Output directory; output/<seed host> unless named."
)
@click.option(
    "--config",
    "config_file",
    type=click.Path(path_type=Path),
    help="A configuration file instead of crawl.toml.",
)
@click.option("--fresh", is_flag=True, help="Delete the crawl in the output directory first.")
@click.option("--dry-run", is_flag=True, help="Print configuration and seeds, and fetch nothing.")
@configuration
@printing
def run(
    seeds: tuple[str, ...],
    seeds_file: Path | None,
    output: Path | None,
    config_file: Path | None,
    *,
    fresh: bool,
    dry_run: bool,
    quiet: bool,
    verbose: bool,
    as_json: bool,
    **values: Any,
) -> None:
    """Crawl from seeds along link blocks; run again, it goes on where it stands (the default command)."""
    from crawler.crawl import crawl, seeds_of
    from crawler.url import host_of

    addresses = [*seeds, *(_read_seeds(seeds_file) if seeds_file else [])]
    config = load(files=_files(config_file), environment=os.environ, flags=flags(values))
    urls = seeds_of(addresses)
    directory = output or Path("output") / host_of(urls[0]).replace(":", "_").strip("[]")
    if dry_run:
        _dry_run(urls, config, directory, as_json=as_json)
        return
    _log(verbose=verbose)
    _finish(crawl(urls, config, directory, fresh=fresh, quiet=quiet), as_json=as_json)


@click.command()
@click.argument("directory", type=click.Path(path_type=Path))
@configuration
@printing
def resume(directory: Path, *, quiet: bool, verbose: bool, as_json: bool, **values: Any) -> None:
    """Go on with the crawl in DIRECTORY; options change its limits and manners."""
    from crawler.crawl import crawl, resumed

    seeds, config = resumed(directory, flags(values), dict(os.environ))
    _log(verbose=verbose)
    _finish(crawl(seeds, config, directory, quiet=quiet), as_json=as_json)


@click.command()
@click.argument("directory", type=click.Path(path_type=Path))
@configuration
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object as the summary.")
def reextract(directory: Path, *, as_json: bool, **values: Any) -> None:
    """Read the stored pages in DIRECTORY anew, with what the pages of each host have in common.

    Nothing is fetched. Blocks, links, frontier and graph change together or not at all; run twice, the second
    changes nothing. URLs that come into reach wait for `crawl resume`.
    """
    from crawler.crawl import resumed
    from crawler.reextract import reextract as read_anew

    seeds, config = resumed(directory, flags(values), dict(os.environ))
    show.reread(read_anew(directory, seeds, config), as_json=as_json)


@click.command()
@click.option("--output", type=click.Path(path_type=Path), default=Path("output/demo"), show_default=True)
@configuration
@printing
def demo(output: Path, *, quiet: bool, verbose: bool, as_json: bool, **values: Any) -> None:
    """Serve a bundled network of three farm sites on loopback, and crawl it for real."""
    from crawler.demo import crawl_demo

    _log(verbose=verbose)
    given = {"delay": "0.02", **flags(values)}
    _finish(crawl_demo(output, given, dict(os.environ), quiet=quiet), as_json=as_json)


def _files(config_file: Path | None) -> list[Path]:
    if config_file is not None:
        return [config_file]
    found = Path("crawl.toml")
    return [found] if found.exists() else []


def _read_seeds(path: Path) -> list[str]:
    try:
        lines = path.read_text("utf-8").splitlines()
    except OSError as error:
        raise UsageError(f"{path}: cannot be read ({error.strerror})") from None
    except UnicodeDecodeError:
        raise UsageError(f"{path}: is not UTF-8 text") from None
    return [line.strip() for line in lines if line.strip() and not line.lstrip().startswith("#")]


def _dry_run(urls: tuple[str, ...], config: Config, directory: Path, *, as_json: bool) -> None:
    """Show what would be done. A seed is always in scope; robots.txt and the network are not asked."""
    import json

    from crawler.crawl import reach_of

    reach_of(urls, config)  # a bad pattern shows here
    document = {
        "output": str(directory),
        "exists": (directory / "crawl.db").exists(),
        "seeds": [{"url": url, "state": "pending", "depth": 0} for url in urls],
        "config": json.loads(dump(config)),
    }
    if as_json:
        show.emit(document)
        return
    click.echo(f"output: {directory}{' (holds a crawl: it would go on)' if document['exists'] else ''}")
    for url in urls:
        click.echo(f"seed:   {show.visible(url)} (pending, depth 0)")
    for section, entries in json.loads(dump(config)).items():
        click.echo(f"[{section}]")
        for key, value in entries.items():
            click.echo(f"{key} = {'none' if value is None else json.dumps(value)}")


def _log(*, verbose: bool) -> None:
    if verbose:
        import logging

        logging.basicConfig(level=logging.INFO, format="%(asctime)s %(message)s")
        logging.getLogger("crawler").setLevel(logging.DEBUG)


def _finish(done: "Summary", *, as_json: bool) -> None:
    show.summary(done, as_json=as_json)
    if done.outcome in _EXIT:
        raise click.exceptions.Exit(_EXIT[done.outcome])
