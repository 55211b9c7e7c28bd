"""The attributes of nodes and edges: one name, one type and one meaning in every export and in Python.

What is not known of a node is left out of it, never written as empty.
"""

from collections.abc import Mapping

from crawler.model import Kind, Level

Attributes = dict[str, str | int | float | bool]
Named = Mapping[str, tuple[str, str]]
"""Name → type (GraphML's: string, int, long, double, float, boolean) and meaning."""

_SEEN = {
    "first_seen": ("string", "When a link to it, or its own answer, was first seen: ISO 8601, UTC."),
    "fetched_at": ("string", "When it was last asked for: ISO 8601, UTC."),
}
_DEGREES: dict[str, tuple[str, str]] = {
    **{f"in_{kind}": ("int", f"Distinct nodes that link to it in a block of kind {kind}.") for kind in Kind},
    **{f"out_{kind}": ("int", f"Distinct nodes it links to in blocks of kind {kind}.") for kind in Kind},
    "indegree_net": (
        "int",
        "Nodes that link to it, where a site-wide block counts once a site, not once a page.",
    ),
    "pagerank": ("double", "PageRank over all edges, weighted by links."),
    **{f"pagerank_{kind}": ("double", f"PageRank over the edges of kind {kind}.") for kind in Kind},
    "hub": ("double", "Hub score (HITS); the largest is 1."),
    "authority": ("double", "Authority score (HITS); the largest is 1."),
    "betweenness": ("double", "Share of the shortest ways between other nodes that lead over it."),
    "core": ("int", "The largest k for which it is in the k-core, edges taken without direction."),
    "community": ("int", "Community by modularity, 1 for the largest."),
}
LOOKS = {
    "x": ("float", "Position."),
    "y": ("float", "Position."),
    "size": ("float", "Radius, 4 to 40, by the square root of indegree_net."),
    "r": ("int", "Colour: red, 0 to 255."),
    "g": ("int", "Colour: green."),
    "b": ("int", "Colour: blue."),
}
NODES: dict[Level, dict[str, tuple[str, str]]] = {
    Level.PAGE: {
        "label": ("string", "Its title, at most 80 characters, else its path."),
        "url": ("string", "Canonical URL."),
        "title": ("string", "Headline, without the site's suffix."),
        "host": ("string", "Name, with the port if it is not the default."),
        "site": ("string", "Registrable domain."),
        "state": ("string", "Where it ended; see States in the reference."),
        "reason": ("string", "Why it is not fetched; see Reasons in the reference."),
        "redirected_to": ("string", "The final page of an alias."),
        "published": ("string", "Date on the page: ISO 8601, with the offset if the page gives it."),
        **_SEEN,
        "lang": ("string", "Language."),
        "story": ("string", "Id of the story it carries."),
        "because": ("string", "What its part in the story rests on."),
        "depth": ("int", "Clicks from the nearest seed."),
        "status": ("int", "HTTP status of the last answer."),
        "attempts": ("int", "Requests for it."),
        "copies": ("int", "Other pages that carry the same story."),
        "similarity": ("double", "Likeness of its text to that of the story's earliest page, 0 to 1."),
        **_DEGREES,
        "views": ("long", "Views that the page shows."),
        "likes": ("long", "Likes that the page shows."),
        "bytes": ("long", "Size of the decoded body."),
        **LOOKS,
    },
    Level.STORY: {
        "label": ("string", "Its earliest headline, at most 80 characters."),
        "title": ("string", "Its earliest headline."),
        "earliest_url": ("string", "The page published, or else seen, first: a lead, not proof."),
        "site": ("string", "Site of that page."),
        "host": ("string", "Host of that page."),
        "state": ("string", "fetched, if one of its pages was; else that of the first."),
        "published": ("string", "Earliest date on one of its pages."),
        **_SEEN,
        "lang": ("string", "Language of the earliest page."),
        "depth": ("int", "Clicks from the nearest seed to the nearest of its pages."),
        "members": ("int", "Pages that carry it."),
        "sites": ("int", "Sites that carry it."),
        "headlines": ("int", "Different headlines it goes under."),
        **_DEGREES,
        **LOOKS,
    },
    Level.SITE: {
        "label": ("string", "The site."),
        "site": ("string", "Registrable domain."),
        "first_published": ("string", "Earliest date on one of its pages."),
        "last_published": ("string", "Latest date on one of its pages."),
        **_SEEN,
        "depth": ("int", "Clicks from the nearest seed to the nearest of its pages."),
        "hosts": ("int", "Hosts."),
        "pages": ("int", "URLs known of it."),
        "fetched": ("int", "Pages fetched."),
        "stories": ("int", "Different stories on its fetched pages."),
        "copied_share": ("double", "Share of its fetched pages whose story stands on another site, too."),
        "out_share": ("double", "Share of its links that lead to other sites."),
        "reciprocity": ("double", "Share of the sites it links to that link back."),
        **_DEGREES,
        **LOOKS,
    },
}
_PAIR = {
    "weight": ("double", "Number of links."),
    **{str(kind): ("int", f"Links in blocks of kind {kind}.") for kind in Kind},
    "best_position": ("int", "Position nearest to the top of a block, from 1."),
    "anchor": ("string", "The most used visible text."),
    "same_site": ("boolean", "Whether both ends are of one site."),
    "reciprocal": ("boolean", "Whether the target links back."),
    "first_seen": ("string", "When the first of its source pages was fetched: ISO 8601, UTC."),
    "last_seen": ("string", "When the last of its source pages was fetched."),
}
PAIRS: dict[Level, dict[str, tuple[str, str]]] = {
    Level.PAGE: _PAIR,
    Level.STORY: {
        **_PAIR,
        "source_pages": ("int", "Distinct pages the links stand on."),
        "target_pages": ("int", "Distinct pages they lead to."),
    },
    Level.SITE: {
        **_PAIR,
        "source_pages": ("int", "Distinct pages the links stand on."),
        "target_pages": ("int", "Distinct pages they lead to."),
    },
}
LINKS: dict[str, tuple[str, str]] = {
    "weight": ("double", "1."),
    "kind": ("string", "Kind of the block."),
    "block_label": ("string", "The block's visible heading."),
    "position": ("int", "Place in the block, from 1."),
    "anchor": ("string", "Visible text."),
    "rel": ("string", "The link's rel attribute."),
    "seen": ("string", "When the source was fetched: ISO 8601, UTC."),
    "r": ("int", "Colour, by kind: red, 0 to 255."),
    "g": ("int", "Colour: green."),
    "b": ("int", "Colour: blue."),
}
