"""CPU of extraction beside lexbor's bare parse of the same page: what fields, blocks and text cost.

python benchmarks/extraction.py [FOLDER] [--pages 200] [--rounds 3]

Without a folder the pages are generated: stories of the sample network in its three markups, at about 10, 40 and
80 KB, the larger ones with the scripts, menus, cards and comments that news pages carry. With one, its NAME.html and
NAME.html.gz are read, at the URLs that NAME.json gives ("url"), if it is there. Each page is read once a round, so that
nothing is remembered of it but what an earlier page of its site would leave in the caches; of the rounds the fastest
counts.
"""

import argparse
import gzip
import json
import statistics
import time
from collections.abc import Callable
from pathlib import Path

from selectolax.lexbor import LexborHTMLParser

from crawler.demo import generate
from crawler.extract import extract
from crawler.extract.charset import decode

Body = tuple[bytes, str]
"""A page's bytes and its URL."""

_SCRIPT = (
    "<script>var queue=queue||[];queue.push({slot:%d,zone:'story',sizes:[[300,250]],lazy:true});</script>\n"
)
_CARD = """<article class="card card--story post-{n} hentry"><div class="card__media"><a href="{url}" \
class="card__link" tabindex="-1"><img class="lazy" src="data:," data-src="/img/{n}.jpg" alt=""></a></div>
<div class="card__body"><span class="card__label"><a href="/topic/{n}/">Topic</a></span><h3 class="card__title"><a \
href="{url}">{title}</a></h3><p class="card__teaser">{teaser}</p><time datetime="2025-04-12T08:00">\
12 April</time></div></article>
"""
_COMMENT = """<li class="comment even depth-1" id="comment-{n}"><div class="comment-body"><div \
class="comment-author vcard"><img class="avatar" src="/avatar/{n}.png" alt=""><b class="fn">Reader {n}</b></div>
<p>{text}</p><a class="comment-reply-link" href="#comment-{n}">Reply</a></div></li>
"""


def generated(kilobytes: int, pages: int) -> list[Body]:
    """Return pages of about a size; the same numbers give the same pages."""
    network = generate(kilobytes, sites=6, articles=max(pages * 2, 400), faults=False)
    made = []
    for article in range(pages):
        html = network.answer(network.url_of(article)).body.decode()
        made.append(
            (filled(html, article, kilobytes * 1000, network.story).encode(), network.url_of(article))
        )
    return made


def filled(html: str, article: int, size: int, story: Callable) -> str:
    """Return a page with what news pages carry besides, up to a size."""
    if len(html) >= size:
        return html
    head, body, cards, talk = [], [], [], []
    length = len(html)
    for n in range(10_000):
        other = story((article * 31 + n * 7) % 400)
        text = " ".join(other.paragraphs)
        piece, place = {
            0: (_SCRIPT % n, head),
            1: (f"<p>{text[:420]}</p>\n", body),
            2: (_CARD.format(n=n, url=other.url, title=other.title, teaser=text[:90]), cards),
            3: (_COMMENT.format(n=n, text=text[:200]), talk),
        }[n % 4]
        place.append(piece)
        length += len(piece)
        if length >= size:
            break
    html = html.replace("</head>", "".join(head) + "</head>")
    html = html.replace("</p>\n</div>", "</p>\n" + "".join(body) + "</div>", 1)
    more = f"<section class='more'><h2>Latest</h2>{''.join(cards)}</section>"
    return html.replace("</body>", f"{more}<ol class='comment-list'>{''.join(talk)}</ol></body>")


def read(folder: Path) -> list[Body]:
    """Return the pages of a folder."""
    made = []
    for path in sorted([*folder.glob("*.html"), *folder.glob("*.html.gz")]):
        label = path.with_name(path.name.partition(".html")[0] + ".json")
        url = (
            json.loads(label.read_text("utf-8"))["url"] if label.exists() else f"http://a.example/{path.name}"
        )
        made.append((gzip.decompress(path.read_bytes()) if path.suffix == ".gz" else path.read_bytes(), url))
    return made


def _cpu_ms(work: Callable[[], object]) -> float:
    start = time.process_time_ns()
    work()
    return (time.process_time_ns() - start) / 1e6


def measure(pages: list[Body], rounds: int) -> list[tuple[float, float]]:
    """Return for each page the milliseconds of CPU of the bare parse and of the extraction."""
    best = [(1e9, 1e9)] * len(pages)
    for _ in range(rounds):
        for n, (body, url) in enumerate(pages):
            html = decode(body, {})[0]
            parse = _cpu_ms(lambda html=html: LexborHTMLParser(html))
            whole = _cpu_ms(lambda body=body, url=url: extract(body, url, {}))
            best[n] = (min(best[n][0], parse), min(best[n][1], whole))
    return best


def show(name: str, pages: list[Body], rounds: int) -> None:
    """Print one line for a set of pages."""
    times = measure(pages, rounds)
    parse, whole = ([t[k] for t in times] for k in (0, 1))
    ratios = sorted(w / p for p, w in times)

    def figures(values: list[float]) -> str:
        return f"{statistics.median(values):6.2f} {sorted(values)[int(0.9 * len(values))]:6.2f}"

    size = statistics.median(len(body) for body, _ in pages) / 1000
    print(
        f"{name:<12} {len(pages):>5} {size:>6.1f}   {figures(parse)}   {figures(whole)}   {figures(ratios)}"
    )


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("folder", nargs="?", type=Path)
    parser.add_argument("--pages", type=int, default=200, help="generated pages of each size")
    parser.add_argument("--rounds", type=int, default=3)
    options = parser.parse_args()
    extract(b"<p>The vocabulary is read once.</p>", "http://a.example/", {})
    print("pages               KB   parse, ms p90   extract ms p90   ratio    p90   (medians)")
    if options.folder is not None:
        pages = read(options.folder)
        if not pages:
            parser.error(f"no pages in {options.folder}")
        show(options.folder.name, pages, options.rounds)
        return
    for kilobytes in (10, 40, 80):
        show(f"{kilobytes} KB", generated(kilobytes, options.pages), options.rounds)


if __name__ == "__main__":
    main()
