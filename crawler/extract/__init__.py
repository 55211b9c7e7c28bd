"""Extraction: from one answer's bytes to the page's fields and blocks. Pure; a page never makes it raise."""

from collections.abc import Sequence

from crawler.extract.page import Rules, extract, shipped_rules
from crawler.extract.profile import Profile, load_profile

__all__ = ["Profile", "Rules", "extract", "load_profile", "rules_with", "shipped_rules"]


def rules_with(profiles: Sequence[tuple[str, str]]) -> Rules:
    """Return the shipped rules with more profiles, which are tried first.

    Args:
        profiles: Text and name (for messages) of each.

    Raises:
        UsageError: A profile is wrong.
    """
    shipped = shipped_rules()
    return Rules(shipped.lexicon, (*(load_profile(text, name) for text, name in profiles), *shipped.profiles))
