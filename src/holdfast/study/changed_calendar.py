"""A calendar changed by a call: series redrawn, events struck out, checked as tables are."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date

import jax.numpy as jnp
import numpy as np

from holdfast.records.check_record import SERIES as ENDS
from holdfast.records.problems import nearest, shortened
from holdfast.study.errors import CallError, Refused
from holdfast.vocabulary.types import Calendar, Theatre
from holdfast.vocabulary.words import CalendarKind as Kind

PREFIX = "calendar."
"""Of the names of changes that are of the calendar."""

SERIES = {
    Kind.ALLY_PRESENCE: "ally_presence",
    Kind.AIR_SUPPORT: "air_support",
    Kind.PAY_ARREARS: "pay_arrears",
}
EVENTS = {
    Kind.ANNOUNCEMENT: ("announcements",),
    Kind.BASE_HANDED_OVER: ("base_day",),
    Kind.APPOINTMENT: ("appointments",),
    Kind.WITHDRAWAL_ORDER: ("order_day",),
    Kind.CAPITALS_OPEN: ("capitals_day",),
    Kind.CEASEFIRE: ("ceasefires",),
    Kind.BREACH: ("breaches",),
    Kind.BREACH_NEWS: ("breach_news",),
}

HIGH = {
    Kind.AIR_SUPPORT: (3.0, "times the aircraft of its first days"),
    Kind.PAY_ARREARS: (12.0, "months of pay owed"),
}
"""Levels above these are legal and odd: a share written in percent, or days for months."""


def of_calendar(changes: Mapping[str, str]) -> dict[str, str]:
    """Those changes of a call that are of the calendar, by kind."""
    return {k.removeprefix(PREFIX): v for k, v in changes.items() if k.startswith(PREFIX)}


def change_calendar(theatre: Theatre, changes: Mapping[str, str], start: date) -> Theatre:
    """The theatre in a world whose calendar differs.

    A series (ally_presence, air_support, pay_arrears) is set to a constant level, or to levels on
    dates with straight lines between, as `2021-05-01:1;2021-09-11:0`; events of a kind are struck
    out with `none`.
    """
    calendar = theatre.calendar
    for kind, value in changes.items():
        calendar = calendar._replace(**_changed(calendar, kind, value, start))
    return theatre._replace(calendar=calendar)


def check_struck(changes: Mapping[str, str], there: Iterable[str], scenario: str) -> None:
    """Refuse to strike out events that are not there: `there` are the calendar's kinds."""
    has = [str(kind) for kind in EVENTS if str(kind) in set(there)]
    for kind in changes:
        if kind in EVENTS and kind not in has:
            can = ", ".join(has) or "no events at all"
            raise Refused(
                f"The calendar of {scenario} has no {kind}, so none can be struck out;"
                f" it has {can}. Leave --set {PREFIX}{kind} away."
            )


def odd_levels(changes: Mapping[str, str], start: date) -> list[str]:
    """What is told of levels that a series may have and hardly ever does."""
    said = []
    for kind, value in changes.items():
        if kind not in SERIES:
            continue
        days, levels = _knots(kind, value, start).T
        most, words = HIGH.get(Kind(kind), (np.inf, ""))
        if levels.max() > most:
            said.append(
                f"{PREFIX}{kind}={shortened(value)}: that is {levels.max():g} {words}. Is it meant?"
            )
        if (days < 0).all():
            said.append(
                f"{PREFIX}{kind}={shortened(value)}: its date is before the first day, {start}, so"
                f" the level is {levels[-1]:g} throughout."
            )
    return said


def struck_too_late(
    changes: Mapping[str, str], dates: Iterable[tuple[str, date]], until: date
) -> list[str]:
    """What is told of events struck out that all lie after the last day; `dates` are of kinds."""
    known = list(dates)
    said = []
    for kind in changes:
        days = [day for of, day in known if of == kind]
        if kind in EVENTS and days and min(days) > until:
            said.append(
                f"{PREFIX}{kind}=none changes nothing: the first {kind} of the calendar is on"
                f" {min(days)}, after the last day of these wars, {until}."
            )
    return said


def _changed(calendar: Calendar, kind: str, value: str, start: date) -> dict[str, jnp.ndarray]:
    words = [str(k) for k in (*SERIES, *EVENTS)]
    if kind not in words:
        raise CallError("calendar kind", kind, ", ".join(words), nearest(kind, words))
    if kind in SERIES:
        field = SERIES[Kind(kind)]
        knots = padded(_knots(kind, value, start), len(getattr(calendar, field)))
        changed = {field: jnp.asarray(knots, jnp.float32)}
        if kind == Kind.PAY_ARREARS:
            changed["pay_here"] = jnp.zeros_like(calendar.pay_here)
        return changed
    if value != "none":
        raise CallError(f"{PREFIX}{kind}", value, "none", "events can only be struck out")
    return {name: jnp.full_like(getattr(calendar, name), jnp.inf) for name in EVENTS[Kind(kind)]}


def _knots(kind: str, value: str, start: date) -> np.ndarray:
    """A constant level, or levels on dates, as [knots, 2] of day and level; checked."""
    parts = [part.strip().rpartition(":") for part in value.split(";")]
    what = f"--set {PREFIX}{kind}={shortened(value)}"
    dated = len(parts) > 1 or bool(parts[0][0])
    if len(parts) > 1 and not all(on for on, _, _ in parts):
        raise Refused(f"{what}: every level needs its date, as {start}:1;{start}:0.5.")
    days = [_day(what, on, start) if dated else start for on, _, _ in parts]
    levels = [_level(what, kind, level) for _, _, level in parts]
    for before, after in zip(days, days[1:], strict=False):
        if after == before:
            raise Refused(f"{what}: {after} stands twice. Give each date once, with one level.")
        if after < before:
            raise Refused(
                f"{what}: {after} stands after {before}. Give the dates in order, each once."
            )
    if days[0] > start:
        raise Refused(
            f"{what}: the series begins on {days[0]} and the war on {start}. Begin with"
            f" the level of the first day, {start}:LEVEL;..."
        )
    if len(days) > 1 and days[-1] < start:
        raise Refused(
            f"{what}: the last date is {days[-1]}, before the war begins on {start}."
            " Check the years."
        )
    return np.array([((day - start).days, level) for day, level in zip(days, levels, strict=True)])


def _day(what: str, text: str, start: date) -> date:
    try:
        return date.fromisoformat(text.strip())
    except ValueError:
        raise Refused(f"{what}: '{text}' is not a date such as {start}.") from None


def _level(what: str, kind: str, text: str) -> float:
    low, high = ENDS[kind]
    try:
        level = float(text)
    except ValueError:
        raise Refused(f"{what}: '{text}' is not a number such as 0.5.") from None
    if not low <= level <= high:  # nan is neither
        percent = f"; {level / 100:g} for {level:g}%" if high == 1 and 1 < level <= 100 else ""
        raise Refused(f"{what}: {kind} goes from {low:g} to {high:g}{percent}.")
    return level


def padded(knots: np.ndarray, rows: int) -> np.ndarray:
    """The same course in at least so many knots: a course of the same length needs no compiling."""
    more = np.arange(1, rows - len(knots) + 1)
    return np.vstack([knots, *([knots[-1, 0] + day, knots[-1, 1]] for day in more)])
