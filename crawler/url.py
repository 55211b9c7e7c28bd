"""URL identity: canonical form, host and site. Pure.

Parsing, IDNA and dot segments are the WHATWG URL standard's, by the ada library: the same answers as
browsers give. On top of that come only the two rules of page identity: no fragment, no tracking parameters.
"""

import re
from functools import lru_cache

import ada_url

from crawler.model import Reason

MAX_LENGTH = 8192
"""Characters in a canonical URL; what browsers and servers commonly accept (RFC 9110 asks for 8,000)."""

_TRACKING = re.compile(
    r"(?:utm_\w*|fbclid|gclid|dclid|gbraid|wbraid|msclkid|yclid|mc_cid|mc_eid|igshid|twclid|ttclid|_ga|_gl)\Z",
    re.IGNORECASE,
)
_UNSHOWN = re.compile("[\x00-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")
_DIGITS = re.compile(r"[0-9]+")
_IPV4 = re.compile(r"[0-9]+(?:\.[0-9]+){3}\Z")


def canonicalise(address: str, base: str | None = None) -> str | Reason:
    """Return the canonical URL of an address as written in a page or on the command line.

    Fragment, credentials, default port, an empty query and tracking parameters are dropped, the host is lower-cased
    and IDNA-encoded, dot segments are resolved; path case, query order and trailing slash are kept.
    The function is idempotent.

    Args:
        address: Absolute or relative URL, in any spelling a browser accepts.
        base: Canonical URL that a relative address is resolved against; None if there is none.

    Returns:
        The canonical URL, or `Reason.BAD_URL` where the WHATWG parser fails or the result exceeds
        `MAX_LENGTH`, or `Reason.SCHEME` where it is neither http nor https.
    """
    if len(address) > 4 * MAX_LENGTH:
        return Reason.BAD_URL
    # Lone surrogates cannot be handed to the parser; browsers read them as U+FFFD.
    text = address if address.isascii() else address.encode("utf-8", "replace").decode()
    try:
        href: str = ada_url.normalize_url(text) if base is None else ada_url.join_url(base, text)
    except ValueError:
        return Reason.BAD_URL
    if not href.startswith(("http://", "https://")):
        return Reason.SCHEME
    href = href.partition("#")[0]
    if "@" in href and "@" in host_of(href):
        href = ada_url.replace_url(href, username="", password="")
    path, mark, query = href.partition("?")
    if mark and not query:
        href = path
    if query:
        kept = [p for p in query.split("&") if not _TRACKING.match(p.partition("=")[0])]
        if len(kept) != query.count("&") + 1:
            href = f"{path}?{'&'.join(kept)}" if kept else path
    return href if len(href) <= MAX_LENGTH else Reason.BAD_URL


def shown(address: str) -> str:
    """Return an address that is no URL as every file and terminal can show it: it names a page in the exports.

    Control characters, and what XML cannot hold, become U+FFFD.
    """
    return _UNSHOWN.sub("\ufffd", address)


def host_of(url: str) -> str:
    """Return the host of a canonical URL: the name, with the port if it is not the default."""
    start = url.index("://") + 3
    return url[start : url.index("/", start)]


def scheme_of(url: str) -> str:
    """Return the scheme of a canonical URL: `http` or `https`."""
    return url[: url.index(":")]


@lru_cache(maxsize=1)
def _suffixes():  # type: ignore[no-untyped-def]  # the library has no types
    from publicsuffixlist import PublicSuffixList  # 60 ms: only where sites are asked for

    return PublicSuffixList(accept_unknown=False)


@lru_cache(maxsize=65536)
def site_of(host: str) -> str:
    """Return the registrable domain of a host by the Public Suffix List.

    Where there is none (an IP address, `localhost`, a suffix the list does not know) it is the host itself.
    """
    name = host.partition(":")[0] if not host.startswith("[") else host
    if name.startswith("[") or _IPV4.match(name):
        return host
    domain = _suffixes().privatesuffix(name.rstrip("."))
    return domain if domain else host


def domain_of(host: str) -> str:
    """Return a host's site; under a suffix that the list does not know, its last two labels.

    That is the list's own default rule: not good enough to call hosts one site, but to count who makes them up.
    """
    site = site_of(host)
    name = host.partition(":")[0].rstrip(".")
    if site != host or host.startswith("[") or _IPV4.match(name):
        return site
    return ".".join(name.split(".")[-2:])


def shape_of(url: str) -> str:
    """Return a canonical URL with its numbers and names blotted out: equal for pages of one template."""
    host, _, rest = url.partition("://")[2].partition("/")
    path, _, query = rest.partition("?")
    parts = []
    for segment in path.split("/"):
        if segment.isalpha() or not segment:
            parts.append(segment)
        elif _DIGITS.search(segment):
            parts.append("0" + segment[segment.rfind(".") :] if "." in segment else "0")
        else:
            name, dot, ending = segment.rpartition(".")
            slug = segment.count("-") + segment.count("_") >= 3
            parts.append("-" if slug else f"*.{ending}" if dot and name else segment)
    keys = "&".join(sorted(pair.partition("=")[0] for pair in query.split("&"))) if query else ""
    return f"{host}/{'/'.join(parts)}?{keys}"


def reversed_host(host: str) -> str:
    """Return the host with its labels in reverse order (`com.example.www:8080`): sites sort together."""
    if host.startswith("["):
        return host
    name, colon, port = host.partition(":")
    if _IPV4.match(name):
        return host
    return ".".join(reversed(name.split("."))) + colon + port
