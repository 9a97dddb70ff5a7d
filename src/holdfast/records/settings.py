"""`scenario.toml`: what a scenario is called, when it runs, and how it is counted and split."""

import re
import tomllib
from collections.abc import Mapping
from dataclasses import MISSING, fields
from datetime import date, datetime
from pathlib import Path
from typing import Any

from holdfast.records.files import Unreadable, read_text
from holdfast.records.names import OF_KEYS, is_key
from holdfast.records.problems import Problem, nearest
from holdfast.vocabulary.settings import Insurgents, PostSizes, Settings, Span, Splits, Tracker

FILE = "scenario.toml"
LONGEST_TEXT = 2000
WAYS = ("centre", "countryside")
UNITS = ("all", "capitals", "districts")


class _Bad(Exception):
    """A value of the wrong kind: what is wrong and what is allowed."""


def read_settings(folder: Path) -> tuple[Settings | None, tuple[Problem, ...]]:
    """Read the settings, None if they have problems."""
    try:
        text = read_text(folder, FILE)
        found = tomllib.loads(text)
    except Unreadable as error:
        return None, (error.problem,)
    except (tomllib.TOMLDecodeError, RecursionError, ValueError) as error:
        line = re.search(r"at line (\d+)", str(error))
        says, cure = f"is not TOML ({error})", "check the syntax of this line"
        where = int(line.group(1)) if line else None
        return None, (Problem(FILE, says, "TOML", cure, where, check="files"),)
    reader = _Reader(text)
    settings = reader.settings(found)
    return (None if reader.problems else settings), tuple(reader.problems)


class _Reader:
    """Builds the settings and collects what is wrong on the way."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.problems: list[Problem] = []

    def settings(self, found: dict[str, Any]) -> Settings | None:
        trackers = self.table(found.pop("trackers", {}), "trackers")
        for key in trackers:
            if not is_key(key):
                says, cure = "is no id", "name the table anew, and the tracker in control.csv"
                self.report(f"trackers.{key}", None, says, OF_KEYS, cure, key)
        parts = {
            "insurgents": self.build(Insurgents, found.pop("insurgents", None), "insurgents"),
            "posts": self.build(PostSizes, found.pop("posts", {}), "posts"),
            "splits": self.build(Splits, found.pop("splits", {}), "splits"),
            "trackers": {
                key: self.build(Tracker, tracker, f"trackers.{key}")
                for key, tracker in trackers.items()
            },
        }
        return self.build(Settings, found, "", parts)

    def table(self, found: Any, table: str) -> dict[str, Any]:
        if isinstance(found, dict):
            return found
        self.report(table, None, "is not a table", f"[{table}] and its keys", "add the table")
        return {}

    def build(self, kind: type, found: Any, table: str, parts: Mapping[str, Any] | None = None):
        """Return `kind` made from the keys of a table, None if one of them is wrong."""
        before, values = len(self.problems), dict(parts or {})
        found = self.table(found, table)
        known = {field.name: field for field in fields(kind) if field.name not in values}
        for key in found:
            if key not in known:
                says = "is not a key of this table"
                self.report(table, key, says, ", ".join(known) or "none", nearest(key, known))
        for name, field in known.items():
            if name in found:
                try:
                    values[name] = _CASTS[name](found[name])
                except _Bad as bad:
                    says, allowed = bad.args
                    self.report(table, name, says, allowed, "change the value", found[name])
            elif field.default is MISSING:
                self.report(table, name, "is missing", "every key without a default", "add it")
        return kind(**values) if len(self.problems) == before else None

    def report(
        self, table: str, key: str | None, says: str, allowed: str, cure: str, value: object = None
    ) -> None:
        column = ".".join(part for part in (table, key) if part)
        line = line_of(self.text, table, key)
        shown = None if value is None else str(value)
        self.problems.append(Problem(FILE, says, allowed, cure, line, column, shown, "settings"))


def line_of(text: str, table: str, key: str | None) -> int | None:
    """Return the line that a key, or failing that its table, stands on."""
    here, opened = "", None
    for number, line in enumerate(text.splitlines(), 1):
        head = re.match(r"\s*\[\s*([^\]]+?)\s*\]", line)
        if head:
            here = head.group(1)
            opened = number if here == table else opened
        elif here == table and key and re.match(rf"\s*[\"']?{re.escape(key)}[\"']?\s*=", line):
            return number
    return opened


def _text(value: Any) -> str:
    if not isinstance(value, str) or not value.strip() or not value.isprintable():
        raise _Bad("is not a line of text", "text in quotes")
    if len(value) > LONGEST_TEXT:
        raise _Bad("is too long", f"up to {LONGEST_TEXT:,} characters")
    return value


def _name(value: Any) -> str:
    if not isinstance(value, str) or not is_key(value):
        raise _Bad("cannot name a scenario", OF_KEYS)
    return value


def _day(value: Any) -> date:
    if not isinstance(value, date) or isinstance(value, datetime):
        raise _Bad("is not a day", "a day as 2021-07-31, without quotes")
    if not 1800 <= value.year < 2200:
        raise _Bad("is too far away", "years 1800 to 2199")
    return value


def _whole(value: Any) -> int:
    if not isinstance(value, int) or isinstance(value, bool) or not 0 < value < 10**10:
        raise _Bad("is not a whole number above 0", "1, 2, 3 ...")
    return value


def _number(low: float, high: float):
    def cast(value: Any) -> float:
        plain = isinstance(value, int | float) and not isinstance(value, bool)
        if not plain or not low <= value <= high:  # nan is not
            raise _Bad("is not a number in range", f"a number from {low} to {high}")
        return float(value)

    return cast


def _word(words: tuple[str, ...]):
    def cast(value: Any) -> str:
        if value not in words:
            raise _Bad("is not a word of this key", "one of " + ", ".join(words))
        return value

    return cast


def _list(of: Any):
    def cast(value: Any) -> tuple[Any, ...]:
        if not isinstance(value, list):
            raise _Bad("is not a list", "a list in square brackets")
        return tuple(of(item) for item in value)

    return cast


def _span(value: Any) -> Span:
    if not isinstance(value, dict) or set(value) != {"from", "to"}:
        raise _Bad("is not a span", "{ from = 2021-05-01, to = 2021-07-14 }")
    return Span(_day(value["from"]), _day(value["to"]))


def _mechanisms(value: Any) -> tuple[str, ...]:
    if value == []:
        raise _Bad("names no mechanism", "a list of names; all are in use without this key")
    return _list(_text)(value)


_CASTS = {
    "name": _name,
    **dict.fromkeys(("title", "summary", "definition", "source_id"), _text),
    **dict.fromkeys(("national_capital", "default_parameters"), _text),
    **dict.fromkeys(("start", "end"), _day),
    **dict.fromkeys(("total", "total_low", "total_high", "total_units"), _whole),
    **dict.fromkeys(("company", "checkpoint"), _whole),
    "mechanisms": _mechanisms,
    "islands": _list(_text),
    **dict.fromkeys(("calibration", "scoring"), _span),
    **dict.fromkeys(("threshold", "contested_above"), _number(0.0, 1.0)),
    "dt": _number(1e-3, 1.0),
    "lag_days": _number(0.0, 3650.0),
    "counts": _word(WAYS),
    "units": _word(UNITS),
    "origins": _list(_day),
}
