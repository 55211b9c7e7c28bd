"""The language of a page: what it declares, else what its script or its commonest words make certain."""

import re

from crawler.extract.outline import Outline

SAMPLE = 2_000
"""Characters looked at."""
CERTAIN = 0.08
"""Part of the words that must be function words of one language; running text has 0.2 to 0.4."""

_TAG = re.compile(r"([A-Za-z]{2,3})(?:[-_][A-Za-z0-9]{2,8})*\s*\Z")
_SCRIPTS = (
    ("ko", re.compile("[\uac00-\ud7af]")),
    ("ja", re.compile("[\u3040-\u30ff]")),
    ("zh", re.compile("[\u4e00-\u9fff]")),
    ("th", re.compile("[\u0e01-\u0e5b]")),
)
_WORDS = {
    "en": "the of and to in is that for was with his are this",
    "es": "el la de que y los las del en una por con para",
    "pt": "o a de que e do da em os um uma não para com",
    "fr": "le la les des et en une du est que dans pour qui",
    "de": "der die das und den ist von mit nicht ein eine auf für",
    "it": "il di che la e per un una del della con sono non",
    "nl": "de het een van en in is dat op te voor met niet",
    "pl": "w i na z do się nie że to jest o od po",
    "tr": "ve bir bu için da de ile olarak çok olan daha",
    "id": "yang dan di dari untuk dengan pada ini itu tidak",
    "cs": "a v se na je že to s z do o který ve",
    "vi": "và của là có các trong được cho một không",
    "ru": "и в не на что с по как это для из",
    "uk": "і в не на що з та як це для із",
    "sw": "ya na wa kwa ni katika la za cha kuwa",
}
_SETS = {lang: frozenset(words.split()) for lang, words in _WORDS.items()}


def language(page: Outline, text: str) -> str | None:
    """Return the page's language as a primary tag of BCP 47; None if nothing makes it certain."""
    for stated in (page.lang, page.metas.get("og:locale", ""), page.metas.get("content-language", "")):
        if (tag := _TAG.match(stated.strip())) is not None:
            return tag[1].lower()
    sample = text[:SAMPLE]
    for lang, script in _SCRIPTS:
        if len(script.findall(sample)) > len(sample) * (0.2 if lang != "ja" else 0.1) > 4:
            return lang
    words = re.findall(r"[^\W\d_]+", sample.lower())
    if len(words) < 20:
        return None
    ranked = sorted(
        ((sum(w in known for w in words) / len(words), lang) for lang, known in _SETS.items()), reverse=True
    )
    return ranked[0][1] if ranked[0][0] >= CERTAIN and ranked[0][0] > 1.5 * ranked[1][0] else None
