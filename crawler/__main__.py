"""python -m crawler, and the `crawl` command."""

from crawler.cli import main

__all__ = ["main"]

if __name__ == "__main__":
    main()
