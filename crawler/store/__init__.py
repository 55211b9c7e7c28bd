"""crawl.db: the frontier and the facts of one crawl, in one SQLite file; the only SQL.

`Store` is what the engine writes through: lease → acknowledge. `read` is what exports and statistics
read through, from a connection of their own, so that a running crawl can be looked at.
"""

from crawler.store.file import DATABASE, LOCK, hold, is_held
from crawler.store.reader import Reader, one_moment, read
from crawler.store.relink import Spool, Stored
from crawler.store.salvage import read_salvaged
from crawler.store.writer import Acknowledged, HostRow, Store, open_store

__all__ = [
    "DATABASE",
    "LOCK",
    "Acknowledged",
    "HostRow",
    "Reader",
    "Spool",
    "Store",
    "Stored",
    "hold",
    "is_held",
    "one_moment",
    "open_store",
    "read",
    "read_salvaged",
]
