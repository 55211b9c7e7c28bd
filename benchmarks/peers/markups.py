"""The farm's three markups as precompiled XPath, one selection a block for the markup at hand, for peers on lxml."""

from lxml import etree

KINDS = ("related", "ranking", "recommendation")
_PATHS = {
    "harbourpost": (
        "//div[@class='otherlink']//a",
        "//ul[@class='rank']//a",
        "//p[@class='pick']/a",
        "//div[@id='text']/p",
    ),
    "dailylantern": (
        *(f"/html/body/main/section[{n}]//a[@class='t']" for n in (1, 2, 3)),
        "//div[@class='entry']/p",
    ),
    "metroledger": (*(f"//table[@class='box'][{n}]//a" for n in (1, 2, 3)), "//div[@class='body']/p"),
}


def _compiled(path):
    # A smart string would keep its page's whole tree as long as it is kept.
    return etree.XPath(path, smart_strings=False)


_COMPILED = {name: tuple(map(_compiled, paths)) for name, paths in _PATHS.items()}
_TITLE, _STRING = _compiled("string(//h1)"), _compiled("string()")


def read(url, root):
    """Return the title, the text and the edges of a page, given its URL and its tree."""
    scheme, _, host, _ = url.split("/", 3)
    origin = f"{scheme}//{host}"
    *blocks, text = next(paths for name, paths in _COMPILED.items() if host.startswith(f"www.{name}"))
    edges = []
    for kind, block in zip(KINDS, blocks, strict=True):
        for position, a in enumerate(block(root), 1):
            href = a.get("href")
            edges.append((url, kind, position, origin + href if href[0] == "/" else href, a.text))
    return _TITLE(root), "\n".join(map(_STRING, text(root))), edges
