"""Default configuration, lexicon and site profiles; shipped in the wheel as `crawler.defaults`."""
