"""Crawl a content farm along its link blocks and map how it cross-links its stories."""

__version__ = "0.1.0"
