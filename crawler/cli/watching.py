"""watch: a running crawl in the browser."""

from pathlib import Path

import click


@click.command()
@click.argument("directory", type=click.Path(path_type=Path))
@click.option("--open", "open_browser", is_flag=True, help="Open the page in the browser.")
def watch(directory: Path, *, open_browser: bool) -> None:
    """Show a running crawl in the browser: its progress, and the map as it grows.

    The page is served on this machine only, under an address with a random token, and ends with the crawl.
    """
    import asyncio

    from crawler.watch import watch as serve

    def say(address: str) -> None:
        click.echo(address)
        if open_browser:
            click.launch(address)

    asyncio.run(serve(directory, say))
