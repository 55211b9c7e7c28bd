"""Made-up facts for tests of exports: a small crawl, and strings that break careless writers."""

from hypothesis import strategies as st

from crawler.model import CrossLink, Facts, Kind, Node, Receipt, State

RECEIPT = Receipt(("http://a.example/0",), "2025-04-12T00:00:00Z", None, "1--2", '{"a": "--"}')


def node(url: str, title: str | None = None, state: State = State.FETCHED) -> Node:
    host = url.split("/")[2]
    return Node(
        url, host, host, 0, state, None, 200, 1, None, title, None, None, None, None, 9, "2025", "2025"
    )


def link(
    source: str, target: str, anchor: str = "x", kind: Kind = Kind.RELATED, position: int = 1
) -> CrossLink:
    return CrossLink(source, target, kind, "Related", position, anchor, None, "2025-04-12T00:00:00Z")


def facts_of(nodes: list[Node], links: list[CrossLink]) -> Facts:
    return Facts(lambda: iter(nodes), lambda: iter(links), RECEIPT)


A, B, C = (f"http://{name}.example/story?x=1&y=2" for name in "abc")
PLAIN = facts_of([node(A, "A"), node(B, "B"), node(C, "C", State.BEYOND)],
                 [link(A, A), link(A, B), link(A, B, "y", Kind.RANKING, 3), link(B, A), link(B, C)])  # fmt: skip

TITLES = [
    "</script><script>document.title = 'taken'</script>",
    "<!--<script>",
    "<img src=x onerror=\"document.title = 'taken'\">",
    "\"'`><svg onload=document.title='taken'>",
    "${document.title = 'taken'} {{constructor.constructor('document.title=1')()}}",
    "&lt;script&gt;document.title = 'taken'&lt;/script&gt; &amp; &#60;",
    "مرحبا \u202eevil\u202c שלום",
    "👩‍👩‍👧 🌊 𝔘𝔫𝔦 \u2028 \u2029",
    "half \ud800 of a pair, bell\x07 null\x00",
    '=HYPERLINK("http://evil.example")',
    "__proto__",
    "constructor",
    "words " * 1666 + "end.",
    "x" * 10_000,
]
"""What pages may call themselves, to take over what shows it."""

hostile = st.text(st.characters(), max_size=40) | st.sampled_from(
    [
        "]]>",
        "<script>",
        "&#1;",
        "=1+1",
        "@x",
        "'=1",
        "\x00a",
        "\ud800",
        "\ufffe",
        "\r\n",
        " \u2028",
        "--",
        "\x1b[2J",
    ]
)


def printable(text: str) -> str:
    return "".join(
        c for c in text if c in "\t\n\r" or " " <= c <= "\ud7ff" or "\ue000" <= c <= "\ufffd" or c > "\uffff"
    )
