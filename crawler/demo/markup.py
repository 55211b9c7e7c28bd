"""Three markups of the seed family's article page: a list template, card soup, and a table of the old days."""

from html import escape

from crawler.demo.network import KINDS, LABELS, Entry, Network, Story

_MENU = ("News", "Sport", "Culture", "Business", "Video")
_TAGS = ("council", "bridge", "rain", "budget", "festival", "museum")


def render(network: Network, article: int) -> str:
    """Return the HTML of an article."""
    story, site = network.story(article), network.site_of(article)
    blocks = {kind: network.entries(article, kind) for kind in KINDS}
    draw = (_lists, _cards, _tables)[site % 3]
    return draw(story, network.brands[site], blocks)


def _head(story: Story, brand: str) -> str:
    return (
        f'<!DOCTYPE html>\n<html lang="en"><head><meta charset="utf-8"><title>{escape(story.title)} -{brand}</title>\n'
        f'<meta name="viewport" content="width=device-width"><link rel="stylesheet" href="/skin/style.css"></head>\n'
    )


def _menu() -> str:
    return "".join(f'<li><a href="/{name.lower()}/">{name}</a></li>' for name in _MENU)


def _trail(section: str, story: Story, brand: str) -> str:
    return f'<a href="/">Home</a> &gt; <a href="{section}">News</a> &mdash; {escape(story.title)} -{brand}'


def _text(story: Story) -> str:
    return "\n".join(f"<p>{escape(paragraph)}</p>" for paragraph in story.paragraphs)


def _views(story: Story) -> str:
    return (
        f"View {story.views}" if story.views is not None else 'View<script src="/e/public/view.js"></script>'
    )


def _lists(story: Story, brand: str, blocks: dict[str, list[Entry]]) -> str:
    def items(kind: str) -> str:
        return "".join(
            f'<li><a href="{escape(entry.written)}" title="{escape(entry.anchor)}">{escape(entry.anchor)}</a></li>\n'
            for entry in blocks[kind]
        )

    picks = "".join(
        f'<p class="pick"><a href="{escape(entry.written)}">{escape(entry.anchor)}</a></p>\n'
        for entry in blocks["recommendation"]
    )
    tags = "".join(f'<a href="/tags/{tag}/">{tag}</a> ' for tag in _TAGS)
    return f"""{_head(story, brand)}<body>
<ul class="nav">{_menu()}</ul>
<div class="position">Current:{_trail("/news/", story, brand)}</div>
<div class="content"><h1>{escape(story.title)}</h1>
<div class="info"><span>{_views(story)}</span> <span>Date:{story.published}</span></div>
<div id="text">
{_text(story)}
</div>
<div class="diggit"><a href="javascript:digg(1)">veryGood! ({story.likes})</a></div>
<div class="otherlink"><h3>{LABELS["related"]}</h3><ul>
{items("related")}</ul></div></div>
<div class="side"><div class="box"><h3>{LABELS["ranking"]}</h3><ul class="rank">
{items("ranking")}</ul></div>
<div class="box"><h3>{LABELS["recommendation"]}</h3>
{picks}</div>
<div class="tags"><h3>Tags</h3>{tags}</div></div>
<div class="footer"><a href="/about/">About</a> <a href="/contact/">Contact</a> {brand}</div>
</body></html>"""


def _cards(story: Story, brand: str, blocks: dict[str, list[Entry]]) -> str:
    def cards(kind: str) -> str:
        return "".join(
            f'<div class="card"><a href="{escape(entry.written)}"><img src="/pic/{number}.jpg" alt=""></a>'
            f'<div class="card-body"><a class="t" href="{escape(entry.written)}">{escape(entry.anchor)}</a>'
            f'<a class="more" href="{escape(entry.written)}">Read more</a></div></div>\n'
            for number, entry in enumerate(blocks[kind])
        )

    sections = "".join(
        f'<section class="widget"><div class="widget-title">{LABELS[kind]}</div>\n{cards(kind)}</section>\n'
        for kind in KINDS
    )
    return f"""{_head(story, brand)}<body>
<header><nav><ul>{_menu()}</ul></nav></header>
<main><p class="crumbs">Current:{_trail("/stories/", story, brand)}</p>
<article><h1>{escape(story.title)}</h1>
<p class="meta">{_views(story)} &middot; Date:{story.published}</p>
<div class="entry">
{_text(story)}
</div>
<button class="like">veryGood! ({story.likes})</button></article>
{sections}</main>
<footer><p>Friends: <a href="http://partners.example/">Partners</a></p><a href="/privacy/">Privacy</a></footer>
</body></html>"""


def _tables(story: Story, brand: str, blocks: dict[str, list[Entry]]) -> str:
    def rows(kind: str) -> str:
        mark = "" if kind == "recommendation" else "<td>&bull;</td>"
        return "".join(
            f'<tr>{mark}<td><a href="{escape(entry.written)}">{escape(entry.anchor)}</a></td></tr>\n'
            for entry in blocks[kind]
        )

    boxes = "".join(
        f'<table class="box" width="100%"><tr><td colspan="2"><b>{LABELS[kind]}</b></td></tr>\n{rows(kind)}</table>\n'
        for kind in KINDS
    )
    menu = "".join(f'<td><a href="/{name.lower()}/">{name}</a></td>' for name in _MENU)
    return f"""{_head(story, brand)}<body>
<table class="top"><tr>{menu}</tr></table>
<table class="main"><tr><td>
<div>Current:{_trail("/list.php", story, brand)}</div>
<h1>{escape(story.title)}</h1>
<div align="center">{_views(story)} Date:{story.published}</div>
<div class="body">
{_text(story)}
</div>
<div align="center">veryGood! ({story.likes})</div>
{boxes}</td></tr></table>
<p align="center"><a href="/map.html">Site map</a> | {brand}</p>
</body></html>"""
