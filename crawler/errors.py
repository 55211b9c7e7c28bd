"""What ends a command: one exception for each exit code.

CrawlError (1)
 ├─ UsageError (2)      usage or configuration: the user's words are off
 ├─ NoSeedError (3)     no seed could be fetched
 ├─ StoreError (4)      the store is full or not ours
 │   └─ DamagedError (4) the store is damaged: what can be read of it may still be exported
 └─ LockedError (5)     another process holds the directory

A page's trouble is never an exception: it is a `Reason` (see `crawler.model`). Each message says what
is wrong, where, and what to do; only `cli` catches these.
"""


class CrawlError(Exception):
    """Ends the command with one line on stderr and this exit code."""

    exit_code = 1


class UsageError(CrawlError):
    """The command line, the environment or a configuration file is wrong."""

    exit_code = 2


class NoSeedError(CrawlError):
    """Not one seed could be fetched, so there is nothing to crawl."""

    exit_code = 3


class StoreError(CrawlError):
    """The store is damaged, full, of a newer version, or not a store of this program."""

    exit_code = 4


class DamagedError(StoreError):
    """The store's file is damaged, or no database at all."""


class LockedError(CrawlError):
    """Another process holds the output directory."""

    exit_code = 5
