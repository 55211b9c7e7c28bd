"""The command line: a command parses, calls one public function, prints. No rule lives here."""

import sys
from typing import Any

import click
from click_default_group import DefaultGroup

from crawler import __version__
from crawler.cli.crawling import demo, reextract, resume, run
from crawler.cli.evidence import path, why
from crawler.cli.page import inspect
from crawler.cli.picture import draw_map
from crawler.cli.probing import probe
from crawler.cli.reporting import write_up
from crawler.cli.results import retry, stats, write
from crawler.cli.watching import watch
from crawler.errors import CrawlError


@click.group(
    cls=DefaultGroup,
    default="run",
    default_if_no_args=False,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
)
@click.version_option(__version__, prog_name="crawl")
def commands() -> None:
    """Map how a content farm knits its stories and sister sites together.

    `crawl --seed URL --depth 2` crawls along the Related, Ranking and Recommendation blocks of an article
    and writes a graph that Gephi opens laid out, coloured and labelled. `crawl demo` shows it at work.
    """


for command in (
    run,
    resume,
    retry,
    reextract,
    demo,
    inspect,
    probe,
    stats,
    watch,
    why,
    path,
    write,
    draw_map,
    write_up,
):
    commands.add_command(command)


def main(arguments: list[str] | None = None) -> None:
    """Run the command; what ends it becomes one line on stderr and an exit code."""
    given = sys.argv[1:] if arguments is None else arguments
    debug = "--debug" in given
    given = [argument for argument in given if argument != "--debug"]
    try:
        # Not standalone, click returns the code of an early exit, and None otherwise.
        sys.exit(commands.main(given, prog_name="crawl", standalone_mode=False))
    except click.ClickException as error:
        _say(error.format_message())
        sys.exit(error.exit_code)
    except (click.Abort, KeyboardInterrupt):
        _say("interrupted; nothing stored is lost, the same command goes on")
        sys.exit(130)
    except BrokenPipeError:
        # The reader of our output has gone (`crawl stats … | head`): nothing to say to it.
        sys.stderr.close()
        sys.exit(0)
    except CrawlError as error:
        if debug:
            raise
        _say(str(error))
        sys.exit(error.exit_code)
    except OSError as error:
        if debug:
            raise
        _say(f"{error.filename or 'the system'}: {error.strerror or error}; run with --debug for the details")
        sys.exit(2)
    except Exception as error:  # the edge: one line to a user, a traceback with --debug
        if debug:
            raise
        _say(
            f"a bug in this program: {type(error).__name__}: {error}; please report it with the output of --debug"
        )
        sys.exit(1)


def _say(text: Any) -> None:
    from crawler.cli.show import visible

    sys.stderr.write(f"crawl: {visible(str(text))}\n")
