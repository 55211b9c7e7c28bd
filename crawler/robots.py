"""robots.txt: rules from an answer, and the verdict on a URL (RFC 9309). Pure; parsing is protego's."""

from dataclasses import dataclass

from protego import Protego

from crawler.model import Fetched, Reason

MAX_BYTES = 512_000
"""What is parsed of a robots.txt; RFC 9309, section 2.5 asks for at least 500 KiB."""

MAX_AGE_S = 86_400.0
"""How long rules may be used (RFC 9309, section 2.4)."""

MAX_REDIRECTS = 5
"""Redirects followed from /robots.txt, across hosts too (RFC 9309, section 2.3.1.2)."""

_NAMED = (Reason.PRIVATE_ADDRESS, Reason.DNS, Reason.CONNECT, Reason.TLS)


@dataclass(frozen=True, slots=True)
class Rules:
    """What one host's robots.txt says to this crawler."""

    refused: Reason | None = None
    """Why nothing may be fetched from the host; None if that is for the rules to say."""
    parsed: Protego | None = None
    """None if everything is allowed."""
    crawl_delay_s: float | None = None

    def verdict(self, url: str, token: str) -> Reason | None:
        """Return why the URL may not be fetched, or None if it may.

        Args:
            url: Canonical URL on this host.
            token: The crawler's product token.
        """
        if self.refused is not None:
            return self.refused
        if self.parsed is not None and not self.parsed.can_fetch(url, token):
            return Reason.ROBOTS
        return None


ALLOW_ALL = Rules()


def product_token(user_agent: str) -> str:
    """Return the name that robots.txt groups are matched with: the User-Agent up to its version."""
    return user_agent.partition("/")[0].strip()


def rules(answer: Fetched, token: str) -> Rules:
    """Return the rules that an answer to /robots.txt makes.

    A 2xx answer is parsed; other 4xx than 429 allow everything (section 2.3.1.3); 429, 5xx and no
    answer disallow everything for now (section 2.3.1.4), with the trouble's own name where it has one.

    Args:
        answer: The answer, after redirects; its body may be longer than `MAX_BYTES`.
        token: The crawler's product token.
    """
    status = answer.status
    if answer.reason in _NAMED:
        return Rules(refused=answer.reason)
    if status is not None and 400 <= status < 500 and status != 429:
        return ALLOW_ALL
    if answer.reason is Reason.REDIRECT_LOOP or answer.location is not None:
        return ALLOW_ALL  # more redirects than must be followed: unavailable (section 2.3.1.2)
    if answer.body is None:
        return Rules(refused=Reason.ROBOTS_UNREACHABLE)
    text = answer.body[:MAX_BYTES].decode("utf-8-sig", "replace")
    if text.lstrip()[:1] == "<":
        return ALLOW_ALL  # an HTML page in place of rules holds none
    parsed = Protego.parse(text)
    delay = parsed.crawl_delay(token)
    return Rules(parsed=parsed, crawl_delay_s=float(delay) if delay is not None else None)
