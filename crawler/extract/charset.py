"""The encoding of a page, as browsers find it: WHATWG Encoding and HTML, section 13.2.3.2.

A byte order mark wins over the HTTP header, the header over the page's own `meta`. Only where all three are
silent is it guessed: valid UTF-8 is UTF-8, and charset-normalizer looks at the rest.
"""

import codecs
import re
from collections.abc import Mapping

import webencodings

PRESCAN = 4096
"""Bytes searched for a `meta`; the standard asks for at least 1,024, and old templates put scripts first."""
CHANCE = 60
"""Continuation bytes from which valid UTF-8 is no accident."""
SAMPLE = 32_768
"""Bytes the guess is made from: enough text in any language, and milliseconds of work."""

_BOMS = ((codecs.BOM_UTF8, "utf-8"), (codecs.BOM_UTF16_BE, "utf-16be"), (codecs.BOM_UTF16_LE, "utf-16le"))
_WIDER = {"gbk": "gb18030", "big5": "big5hkscs"}
"""Codecs that decode what the standard says of an encoding, where the library takes a narrower one."""
_HEADER = re.compile(r"charset\s*=\s*[\"']?\s*([^\s\"';,]+)", re.IGNORECASE)
_META = re.compile(rb"<meta\b[^>]*?charset\s*=\s*[\"']?\s*([^\s\"'/>;]+)", re.IGNORECASE)
_COMMENT = re.compile(rb"<!--.*?-->", re.DOTALL)


def decode(body: bytes, headers: Mapping[str, str]) -> tuple[str, str]:
    """Return a body's text and the WHATWG name of its encoding; broken sequences become U+FFFD."""
    for mark, name in _BOMS:
        if body.startswith(mark):
            return body[len(mark) :].decode(name, "replace"), name
    encoding = _declared(body, headers) or _guessed(body)
    codec = _WIDER.get(encoding.name)
    if codec is not None:
        return body.decode(codec, "replace"), encoding.name
    return encoding.codec_info.decode(body, "replace")[0], encoding.name


def _declared(body: bytes, headers: Mapping[str, str]) -> webencodings.Encoding | None:
    content_type = next((value for key, value in headers.items() if key.lower() == "content-type"), "")
    named = _HEADER.search(content_type)
    if named and (encoding := webencodings.lookup(named[1])):
        return encoding
    named_in_page = _META.search(_COMMENT.sub(b"", body[:PRESCAN]))
    if named_in_page is None:
        return None
    encoding = webencodings.lookup(named_in_page[1].decode("ascii", "replace"))
    if encoding is not None and encoding.name in ("utf-16be", "utf-16le"):
        return webencodings.UTF8  # a meta that could be read as ASCII is no UTF-16
    # Copied templates keep the meta of another encoding; text that is valid UTF-8 by chance is not this long.
    if encoding is not None and encoding is not webencodings.UTF8 and _is_utf8(body):
        return webencodings.UTF8
    return encoding


def _is_utf8(body: bytes) -> bool:
    try:
        text = body.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return len(body) - len(text) >= CHANCE


def _guessed(body: bytes) -> webencodings.Encoding:
    try:
        body.decode("utf-8")
        return webencodings.UTF8
    except UnicodeDecodeError:
        pass
    if b"\0" in body[:SAMPLE]:
        return webencodings.lookup("windows-1252")  # binary: any single-byte encoding will do
    from charset_normalizer import from_bytes  # 40 ms: only where nothing is declared

    best = from_bytes(body[:SAMPLE], steps=3, chunk_size=512).best()
    found = webencodings.lookup(best.encoding.replace("_", "-")) if best is not None else None
    return found or webencodings.lookup("windows-1252")
