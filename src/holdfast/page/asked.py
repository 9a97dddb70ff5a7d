"""What a page asks for, read at the door: its form here, its meaning by who knows the scenario."""

from __future__ import annotations

import json
import math
import re
from collections.abc import Callable, Mapping
from typing import Any, NoReturn

SESSION = r"[A-Za-z0-9_-]{1,64}"
SETS = ("default", "prior")
LARGEST = 1e15
"""Beyond it whole numbers are no longer exact as floating-point numbers, and none is asked for."""


class Unreadable(ValueError):
    """A body that is no JSON object."""


def read_asked(body: bytes) -> tuple[str, dict[str, Any]]:
    """The session and what it asks for; raises `Unreadable`, or ValueError with words."""
    asked = _object(body)
    unknown = sorted(set(asked) - {"session", *_FORMS})
    if unknown:
        raise ValueError(f"unknown key '{unknown[0][:80]}'; known: session, {', '.join(_FORMS)}")
    session = asked.pop("session", None)
    if not isinstance(session, str) or not re.fullmatch(SESSION, session):
        raise ValueError("session: give 1 to 64 letters, digits, _ or - that name your tab")
    for key, value in asked.items():
        fits, allowed = _FORMS[key]
        if not fits(value):
            raise ValueError(f"{key}: give {allowed}")
    return session, asked


def _object(body: bytes) -> dict[str, Any]:
    try:
        values = json.loads(body.decode(), parse_constant=_refuse, parse_float=_finite)
        json.dumps(values, ensure_ascii=False).encode()  # half a character cannot be sent back
    except RecursionError:
        raise Unreadable("the body is nested too deeply") from None
    except ValueError as wrong:
        raise Unreadable(f"the body is not JSON: {wrong}") from None
    if not isinstance(values, dict):
        raise Unreadable("the body is not a JSON object")
    return values


def _refuse(constant: str) -> NoReturn:
    raise ValueError(f"{constant} is no number")


def _finite(text: str) -> int | float:
    """JSON has one kind of number, so 3.0 is as whole as 3."""
    value = float(text)
    if not math.isfinite(value):
        _refuse(text)
    return int(value) if value.is_integer() else value


def _is_number(value: Any) -> bool:
    """Whether it is one, and not so large that arithmetic fails with it."""
    number = isinstance(value, int | float) and not isinstance(value, bool)
    return number and abs(value) <= LARGEST


def _is_whole(value: Any) -> bool:
    return _is_number(value) and isinstance(value, int)


def _is_strengths(value: Any) -> bool:
    return isinstance(value, Mapping) and all(map(_is_number, value.values()))


def _is_series(value: Any) -> bool:
    return isinstance(value, Mapping) and all(map(_is_knots, value.values()))


def _is_knots(value: Any) -> bool:
    return isinstance(value, list) and all(
        isinstance(knot, list) and len(knot) == 2 and all(map(_is_number, knot)) for knot in value
    )


_FORMS: dict[str, tuple[Callable[[Any], bool], str]] = {
    "members": (_is_whole, "a whole number"),
    "seed": (_is_whole, "a whole number"),
    "strengths": (_is_strengths, "an object of explanations and numbers"),
    "series": (_is_series, "an object of series, each a list of pairs of day and level"),
    "set": (lambda value: value in SETS, f"one of {', '.join(SETS)}"),
}
