"""The grammar of the command line: what is given once, what may be repeated, and what was given."""

from __future__ import annotations

import argparse
import re
from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import Any


class WrongCall(ValueError):
    """A call that is refused before anything heavy is loaded, in sentences."""


class Parser(argparse.ArgumentParser):
    """Options are written in full, one with a single value is given once, and `given` of what was
    read are the options of the call, in order."""

    def __init__(self, *args: Any, **named: Any) -> None:
        """As that of argparse."""
        super().__init__(*args, **named | {"allow_abbrev": False})
        for name, action in (
            (None, _Once),
            ("store", _Once),
            ("append", _Each),
            ("store_true", _Flag),
        ):
            self.register("action", name, action)
        self.register("type", Path, _path)
        self.set_defaults(given=())


def _path(text: str) -> Path:
    """A path that was given: an empty one, which Path takes for this folder, is refused."""
    if not text.strip():
        raise argparse.ArgumentTypeError("the path is empty; give one, or . for this folder")
    return Path(text)


class _Once(argparse.Action):
    def __call__(
        self,
        parser: argparse.ArgumentParser,
        namespace: argparse.Namespace,
        values: Any,
        option_string: str | None = None,
    ) -> None:
        if option_string is not None:
            if option_string in namespace.given:
                raise argparse.ArgumentError(self, "is given twice; give it once")
            namespace.given = (*namespace.given, option_string)
        setattr(namespace, self.dest, values)


class _Each(argparse.Action):
    def __call__(
        self,
        parser: argparse.ArgumentParser,
        namespace: argparse.Namespace,
        values: Any,
        option_string: str | None = None,
    ) -> None:
        if option_string is not None:
            namespace.given = (*namespace.given, option_string)
        setattr(namespace, self.dest, [*getattr(namespace, self.dest), values])


class _Flag(argparse.Action):
    def __init__(
        self, option_strings: Sequence[str], dest: str, help: str | None = None, **named: Any
    ) -> None:
        super().__init__(option_strings, dest, nargs=0, default=False, help=help)

    def __call__(
        self,
        parser: argparse.ArgumentParser,
        namespace: argparse.Namespace,
        values: Any,
        option_string: str | None = None,
    ) -> None:
        if option_string is not None:
            namespace.given = (*namespace.given, option_string)
        setattr(namespace, self.dest, True)


def day(text: str) -> date:
    """A date of the command line."""
    try:
        return date.fromisoformat(text)
    except ValueError as e:
        raise argparse.ArgumentTypeError(f"'{text}' is not a date such as 2021-07-31") from e


def whole(text: str) -> int:
    """A whole number of the command line, which 1e3 is too; 1.000 might be one or a thousand.

    >>> whole("1e3")
    1000
    """
    if re.fullmatch(r"\s*\d+(\.\d+)?[eE]\+?\d{1,2}\s*", text) and float(text).is_integer():
        return int(float(text))
    try:
        return int(text)
    except ValueError as e:
        raise argparse.ArgumentTypeError(f"'{text}' is not a whole number such as 1000") from e
