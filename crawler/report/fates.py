"""What states and reasons are called in the report: in the words of somebody who does not know the program. Pure."""

from crawler.model import Reason, State

STATES = {
    State.FETCHED: "fetched",
    State.REDIRECTED: "leads to another address",
    State.BEYOND: "deeper than the crawl went",
    State.FAILED: "asked for, but no page came",
    State.EXCLUDED: "never asked for",
    State.PENDING: "still waiting",
    State.LEASED: "still waiting",
}

REASONS = {
    Reason.DEPTH: "",
    Reason.ALIAS: "counted at the address it leads to",
    Reason.NOT_FOLLOWED: "stands only in blocks or places that were not followed",
    Reason.OUT_OF_SCOPE: "out of scope",
    Reason.LIMIT: "left out by the limit for a site",
    Reason.ROBOTS: "the site asks crawlers to stay away (robots.txt)",
    Reason.ROBOTS_UNREACHABLE: "whether crawlers may come could not be read (robots.txt)",
    Reason.PRIVATE_ADDRESS: "lies in a private network",
    Reason.SCHEME: "is no web address (not http or https)",
    Reason.BAD_URL: "is no valid address",
    Reason.TRAP: "looks like endless generated pages",
    Reason.REDIRECT_LOOP: "redirects lead in a circle",
    Reason.TOO_MANY_REDIRECTS: "too many redirects in a row",
    Reason.HTTP_400: "the server calls the request bad (400)",
    Reason.HTTP_401: "asks for a password (401)",
    Reason.HTTP_403: "access refused (403)",
    Reason.HTTP_404: "page not found (404)",
    Reason.HTTP_410: "page removed (410)",
    Reason.HTTP_429: "too many requests, says the server (429)",
    Reason.HTTP_451: "withheld for legal reasons (451)",
    Reason.HTTP_4XX: "refused by the server (4xx)",
    Reason.HTTP_5XX: "error of the server (5xx)",
    Reason.HTTP_OTHER: "an answer without a page",
    Reason.TIMEOUT: "no complete answer in time",
    Reason.DNS: "the host's name leads nowhere",
    Reason.CONNECT: "no connection to the host",
    Reason.TLS: "no trusted encryption",
    Reason.RESET: "the connection broke",
    Reason.PROTOCOL: "the answer breaks the rules of the web (HTTP)",
    Reason.TOO_LARGE: "too large",
    Reason.NOT_HTML: "no web page (not HTML)",
    Reason.BAD_ENCODING: "cannot be decoded",
    Reason.EXTRACT_TIMEOUT: "took too long to read",
    Reason.EXTRACT_CRASH: "could not be read",
}


def state_said(state: str) -> str:
    """Return what a state is called; itself, if a newer program wrote it."""
    return STATES.get(State(state), state) if state in set(State) else state


def reason_said(reason: str | None) -> str:
    """Return what a reason is called; itself, if a newer program wrote it."""
    return REASONS[Reason(reason)] if reason in set(Reason) else reason or ""
