"""Which pages of a crawl carry the same article: taken from what is kept, or found, and kept if that may be."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

from crawler.errors import DamagedError, LockedError, StoreError, UsageError
from crawler.graph.likeness import signature
from crawler.graph.stories import find_stories
from crawler.model import Facts, Membership
from crawler.store import Reader, Store, hold, one_moment, open_store, read, read_salvaged


@dataclass(frozen=True, slots=True)
class Copies:
    """What a search for stories brought."""

    members: tuple[Membership, ...]
    """The pages of all stories that several pages carry, by story."""
    signatures: dict[str, tuple[int, bytes]]
    """Signatures that were not kept before, each with the characters of the text it is of, by URL."""


def find_copies(reader: Reader) -> Copies:
    """Find the stories in a crawl; of pages that were looked at before, the signatures are not made again."""
    kept, known, made = reader.signatures(), {}, {}
    for article in reader.texts():
        length, before = kept.get(article.url, (-1, b""))
        if length == len(article.text):
            known[article.url] = before
        else:
            known[article.url] = new = signature(article.text)
            made[article.url] = (len(article.text), new)
    members = [
        Membership(one.url, story.id, round(one.similarity, 4), one.because, one.url == story.earliest)
        for story in find_stories(reader.texts, known)
        for one in story.members
    ]
    return Copies(tuple(sorted(members, key=lambda one: (one.story, one.url))), made)


def keep_copies(store: Store, reader: Reader) -> None:
    """Find the stories in a crawl that this process holds, and keep them; what is kept and current stays."""
    if reader.facts().stories is None:
        found = find_copies(reader)
        store.keep_stories(found.members, found.signatures)


def facts_of(directory: Path, reader: Reader) -> Facts:
    """Return a crawl's facts with its stories.

    They are kept for the next time, unless another process holds the directory or it cannot be written.
    """
    facts = reader.facts()
    if facts.stories is not None:
        return facts
    found = find_copies(reader)
    try:
        with hold(directory), open_store(directory) as store:
            store.keep_stories(found.members, found.signatures)
    except (LockedError, StoreError, UsageError):
        pass  # a crawl that runs, a medium that is read only: the next export finds them anew
    return replace(facts, stories=lambda: iter(found.members))


def written(directory: Path, write: Callable[[Facts, Reader], Path]) -> tuple[Path, int | None]:
    """Write something of the crawl in a directory as of one moment: of a damaged one, what can be read.

    Args:
        directory: The crawl's.
        write: Writes it from facts, with their stories, and a reader; returns where to.

    Returns:
        The path, and how many URLs could be read; None if nothing is damaged.

    Raises:
        UsageError: The directory holds no crawl, or `write` cannot write.
        DamagedError: Nothing can be read.
        StoreError: The disk is full.
    """
    try:
        with read(directory) as reader, one_moment(reader):
            return write(facts_of(directory, reader), reader), None
    except DamagedError:
        with read_salvaged(directory) as reader:
            urls = sum(1 for _ in reader.nodes())
            return write(reader.facts(), reader), urls
