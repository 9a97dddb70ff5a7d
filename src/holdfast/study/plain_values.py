"""What a caller writes plainly, as a name alone or a day as text, made what the program takes."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime
from numbers import Integral, Real

import numpy as np

from holdfast.study.errors import Refused


def as_names(what: str, given: str | Iterable[str]) -> tuple[str, ...]:
    """One name or several; a text is one name, not its letters.

    >>> as_names("without", "fear"), as_names("without", ["fear", "pledge"])
    (('fear',), ('fear', 'pledge'))
    """
    if isinstance(given, str):
        return (given,)
    names = tuple(given) if isinstance(given, Iterable) else (given,)
    if not all(isinstance(name, str) for name in names):
        raise Refused(f"{what}: {given!r} is no name of a mechanism, nor a list of such names.")
    return names


def as_day(what: str, given: object) -> date | None:
    """A day, written as `2021-07-31` or as a date; None stays None.

    >>> as_day("until", "2021-07-31")
    datetime.date(2021, 7, 31)
    """
    if isinstance(given, np.datetime64):
        given = str(given)[:10]
    if isinstance(given, datetime):
        return given.date()
    if given is None or isinstance(given, date):
        return given
    try:
        return date.fromisoformat(given) if isinstance(given, str) else _no_day(what, given)
    except ValueError:
        return _no_day(what, given)


def _no_day(what: str, given: object) -> date:
    raise Refused(f"{what}: '{given}' is not a date such as 2021-07-31.")


def as_whole(what: str, given: object) -> int:
    """A whole number, which 1e3 is too.

    >>> as_whole("members", 1e3)
    1000
    """
    if isinstance(given, Integral) and not isinstance(given, bool):
        return int(given)
    if isinstance(given, Real) and not isinstance(given, bool) and float(given).is_integer():
        return int(float(given))
    raise Refused(f"{what}: '{given}' is not a whole number such as 1000.")
