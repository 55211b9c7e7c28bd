"""Configuration: defaults < crawl.toml or --config < CRAWL_* environment < flags, validated once, on entry.

Defaults stand in `config/default.toml` only. Each floor is handed its own section, never the whole.
"""

import difflib
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from functools import cache
from importlib import resources
from pathlib import Path
from typing import Annotated, Any, Literal, get_type_hints

import msgspec
from msgspec import Meta

from crawler.errors import UsageError
from crawler.model import Kind

Count = Annotated[int, Meta(ge=1)]
Seconds = Annotated[float, Meta(ge=0)]


@dataclass(frozen=True, slots=True)
class CrawlSection:
    """How far the crawl goes, and what it leaves behind."""

    depth: Annotated[int, Meta(ge=0, description="Deepest level that is fetched, inclusive; a seed is 0.")]
    follow: Annotated[
        tuple[Kind, ...], Meta(description="Kinds of block whose links are followed, separated by commas.")
    ]
    max_position: Annotated[Count | None, Meta(description="Follow only the first K links of each block.")]
    max_pages: Annotated[Count | None, Meta(description="Stop, resumably, after this many fetched pages.")]
    max_time: Annotated[Seconds | None, Meta(description="Stop, resumably, after this many seconds.")]
    max_pages_per_site: Annotated[
        Count | None, Meta(description="Fetch at most this many pages of one site; the rest is `limit`.")
    ]
    exports: Annotated[
        tuple[Literal["graphml", "map", "report", "none"], ...],
        Meta(description="What is written at the end: graphml, map, report, separated by commas; or none."),
    ]


@dataclass(frozen=True, slots=True)
class ScopeSection:
    """Which targets may be fetched."""

    scope: Annotated[
        Literal["any", "site", "host"],
        Meta(description="Follow links to any site, the seeds' sites, or the seeds' hosts."),
    ]
    include: Annotated[
        tuple[str, ...], Meta(description="Only URLs in which this regular expression is found (repeatable).")
    ]
    exclude: Annotated[
        tuple[str, ...], Meta(description="No URL in which this regular expression is found (repeatable).")
    ]


@dataclass(frozen=True, slots=True)
class FetchSection:
    """How one URL is asked for."""

    timeout: Annotated[float, Meta(gt=0, description="Seconds one request may take in all.")]
    max_bytes: Annotated[Count, Meta(description="Largest body that is read, in decoded bytes.")]
    user_agent: Annotated[
        str, Meta(description="The User-Agent header; {version} and {contact} are filled in.")
    ]
    contact: Annotated[str, Meta(description="Whom a site's owner can write to: a URL or mail address.")]
    allow_private: Annotated[
        bool, Meta(description="Allow loopback, private and link-local addresses to be connected to.")
    ]
    insecure: Annotated[bool, Meta(description="Do not verify TLS certificates; recorded with the crawl.")]
    connect_to: Annotated[
        tuple[str, ...],
        Meta(
            description="Connect to ADDRESS:PORT for HOST:PORT, as curl does: HOST:PORT:ADDRESS:PORT (repeatable)."
        ),
    ]
    proxy: Annotated[str | None, Meta(description="HTTP proxy that all requests go through.")]


@dataclass(frozen=True, slots=True)
class PolitenessSection:
    """How much is asked of the hosts."""

    concurrency: Annotated[Count, Meta(description="Requests in flight over all hosts.")]
    per_host: Annotated[Count, Meta(description="Connections to one host at a time.")]
    delay: Annotated[Seconds, Meta(description="Least seconds between two requests to one host.")]
    max_crawl_delay: Annotated[Seconds, Meta(description="Cap on a robots.txt's Crawl-delay, in seconds.")]
    max_retry_after: Annotated[Seconds, Meta(description="Cap on what Retry-After may ask for, in seconds.")]
    attempts: Annotated[Count, Meta(description="Requests for one URL before a passing trouble is final.")]
    ignore_robots: Annotated[bool, Meta(description="Do not read robots.txt; recorded with the crawl.")]


@dataclass(frozen=True, slots=True)
class ExtractSection:
    """How pages are read."""

    profile: Annotated[str | None, Meta(description="A site profile (TOML) tried before the shipped ones.")]
    processes: Annotated[
        Count | None, Meta(description="Worker processes for extraction; none: one a core, at most 4.")
    ]
    extract_timeout: Annotated[float, Meta(gt=0, description="Seconds the extraction of one page may take.")]


@dataclass(frozen=True, slots=True)
class Config:
    """The effective configuration; stored with the crawl as JSON."""

    crawl: CrawlSection
    scope: ScopeSection
    fetch: FetchSection
    politeness: PolitenessSection
    extract: ExtractSection


_IDENTITY = ("scope", "include", "exclude", "follow")
"""Keys that may not change when a crawl goes on: they decide what its graph means."""


@cache
def sections() -> dict[str, type]:
    """Return the section classes by name."""
    return dict(get_type_hints(Config))


@cache
def keys() -> dict[str, str]:
    """Return each key with the name of its section; keys are unique over sections."""
    return {field.name: name for name, kind in sections().items() for field in fields(kind)}


@cache
def hints(key: str) -> Any:
    """Return the annotated type of a key, with its description."""
    return get_type_hints(sections()[keys()[key]], include_extras=True)[key]


def describe(key: str) -> str:
    """Return the one-line description of a key."""
    return next(str(meta.description) for meta in hints(key).__metadata__ if meta.description)


def load(
    *,
    files: Sequence[Path],
    environment: Mapping[str, str],
    flags: Mapping[str, object],
    base: str | None = None,
) -> Config:
    """Read and validate the configuration.

    Args:
        files: Configuration files, the later ones winning.
        environment: Environment variables; those named CRAWL_<KEY> count.
        flags: Values by key, as the command line gave them; None or an empty tuple means not given.
        base: A stored configuration (JSON) that stands in for the defaults; None for `default.toml`.

    Returns:
        The effective configuration.

    Raises:
        UsageError: A file cannot be read, a key is unknown, or a value has the wrong type or range.
    """
    values: dict[str, object] = {}
    sources: dict[str, str] = {}
    for key, value in _flatten(tomllib.loads(default_text()), "default.toml").items():
        values[key], sources[key] = value, "default.toml"
    if base is not None:
        values.update(_flatten(msgspec.json.decode(base), "the stored configuration"))
    for path in files:
        for key, value in _flatten(_read(path), str(path)).items():
            values[key], sources[key] = value, str(path)
    for name, text in environment.items():
        key = name.removeprefix("CRAWL_").lower()
        if name.startswith("CRAWL_"):
            _known(key, f"environment variable {name}", None)
            values[key], sources[key] = text, f"environment variable {name}"
    for key, value in flags.items():
        if value is not None and value != ():
            values[key], sources[key] = value, f"--{key.replace('_', '-')}"
    checked = {
        key: _convert(key, value, sources.get(key, "the stored configuration"))
        for key, value in values.items()
    }
    return Config(
        **{
            name: kind(**{field.name: checked[field.name] for field in fields(kind)})
            for name, kind in sections().items()
        }
    )


def default_text() -> str:
    """Return the text of `default.toml`."""
    return resources.files("crawler.defaults").joinpath("default.toml").read_text("utf-8")


def dump(config: Config) -> str:
    """Return the configuration as JSON, as it is stored with the crawl."""
    return msgspec.json.encode(config).decode()


def changes(old: str, new: Config) -> list[str]:
    """Name what differs between a stored crawl's configuration and a new one and may not.

    Limits and manners may differ; scope and followed kinds may not, nor may `--max-position` fall,
    since links already followed cannot be taken back.
    """
    stored = _flatten(msgspec.json.decode(old), "the stored configuration")
    given = _flatten(msgspec.json.decode(dump(new)), "the configuration")
    found = [
        f"{key} was {_show(stored[key])}, now {_show(given[key])}"
        for key in _IDENTITY
        if sorted(stored[key]) != sorted(given[key])
    ]
    before, after = stored["max_position"], given["max_position"]
    if after is not None and (before is None or after < before):
        found.append(f"max_position was {_show(before)}, now {_show(after)}")
    return found


def _show(value: object) -> str:
    if isinstance(value, list):
        return ",".join(map(str, value)) or "empty"
    return "none" if value is None else str(value)


def _read(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_text("utf-8"))
    except OSError as error:
        raise UsageError(f"{path}: cannot be read ({error.strerror})") from None
    except UnicodeDecodeError:
        raise UsageError(f"{path}: is not UTF-8 text") from None
    except tomllib.TOMLDecodeError as error:
        raise UsageError(f"{path}: is not valid TOML: {error}") from None


def _flatten(document: Mapping[str, Any], source: str) -> dict[str, Any]:
    flat: dict[str, Any] = {}
    for name, value in document.items():
        if not isinstance(value, Mapping):
            _known(name, source, None)
            raise UsageError(f"{source}: `{name}` stands outside a section; write it under [{keys()[name]}]")
        if name not in sections():
            raise UsageError(f"{source}: unknown section [{name}]{_nearest(name, list(sections()))}")
        for key, inner in value.items():
            _known(key, source, name)
            flat[key] = inner
    return flat


def _known(key: str, source: str, section: str | None) -> None:
    home = keys().get(key)
    if home is None:
        where = f"[{section}] " if section else ""
        raise UsageError(f"{source}: unknown key {where}`{key}`{_nearest(key, list(keys()))}")
    if section is not None and home != section:
        raise UsageError(f"{source}: `{key}` stands under [{section}]; it belongs under [{home}]")


def _nearest(word: str, known: list[str]) -> str:
    match = difflib.get_close_matches(word, known, n=1, cutoff=0.0)
    return f"; did you mean `{match[0]}`?" if match else ""


def _convert(key: str, value: object, source: str) -> object:
    """Return the value of one key in its type; text from environment and flags is parsed."""
    hint = hints(key)
    given = value
    if isinstance(value, str) and "tuple" in str(hint):
        value = [part.strip() for part in value.split(",") if part.strip()]
    elif value == "none":
        value = None
    try:
        return msgspec.convert(value, hint, strict=source.endswith(".toml"))
    except msgspec.ValidationError as error:
        text = str(error).partition(" - at ")[0]
        raise UsageError(f"{source}: {key} = {_show(given)}: {text[:1].lower()}{text[1:]}") from None
