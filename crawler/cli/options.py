"""Options: one for each configuration key, made from the same table as the files and the environment."""

from collections.abc import Callable
from typing import Any, TypeVar

import click

from crawler.config import describe, hints, keys

F = TypeVar("F", bound=Callable[..., Any])


def configuration(function: F) -> F:
    """Add an option for each configuration key; each comes as `config_<key>` or is None."""
    for key in reversed(list(keys())):
        hint = str(hints(key))
        name, parameter = f"--{key.replace('_', '-')}", f"config_{key}"
        if "'bool'" in hint or "bool" in hint.split("[")[1][:6]:
            option = click.option(name, parameter, is_flag=True, default=None, help=describe(key))
        elif key in ("include", "exclude", "connect_to"):
            option = click.option(name, parameter, multiple=True, metavar="TEXT", help=describe(key))
        else:
            option = click.option(name, parameter, default=None, metavar=_metavar(key), help=describe(key))
        function = option(function)
    return function


def flags(values: dict[str, Any]) -> dict[str, object]:
    """Take the configuration options out of a command's values, by key."""
    return {
        name.removeprefix("config_"): list(value) if isinstance(value, tuple) else value
        for name, value in values.items()
        if name.startswith("config_") and value not in (None, ())
    }


def _metavar(key: str) -> str:
    return {
        "follow": "KINDS",
        "exports": "NAMES",
        "scope": "any|site|host",
        "proxy": "URL",
        "profile": "FILE",
        "contact": "TEXT",
        "user_agent": "TEXT",
    }.get(key, "N")
