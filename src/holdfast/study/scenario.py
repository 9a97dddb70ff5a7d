"""A scenario at hand: its tables checked, its theatre built."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from os import PathLike
from pathlib import Path

import jax.numpy as jnp
import numpy as np

from holdfast.records.check_record import HIGHEST_LEVEL
from holdfast.records.confusion import FILE as CONFUSION
from holdfast.records.confusion import read_confusion
from holdfast.records.problems import Problem, ScenarioError, nearest
from holdfast.records.read import find_scenario, look_at
from holdfast.records.tables import Tables, cut_at, in_order
from holdfast.study.catalogue import catalogue, parameters
from holdfast.study.errors import CallError
from holdfast.study.limits import beyond_limits
from holdfast.theatre.build import build
from holdfast.vocabulary.priors import PRIORS
from holdfast.vocabulary.types import MOST_MEN_IN_A_POST, Calendar, Names, Theatre
from holdfast.vocabulary.words import CalendarKind as Kind


@dataclass(frozen=True)
class Scenario:
    """Tables, in the order of their keys, theatre and names of one war."""

    tables: Tables
    theatre: Theatre
    names: Names


def load(name_or_path: str | PathLike[str] = "afghanistan-2021") -> Scenario:
    """Read, check and build a scenario by name or folder; raises ScenarioError with all problems.

    >>> load("ring").names.districts[:2]
    ('R01', 'R02')
    """
    tables, problems = check(find_scenario(name_or_path))
    if problems or tables is None:
        raise ScenarioError(problems)
    return _built(tables)


def _built(tables: Tables) -> Scenario:
    tables = in_order(tables)
    theatre, names = build(
        tables.districts, tables.links, tables.strengths, tables.calendar, tables.settings
    )
    return Scenario(tables, theatre, names)


def known_at(scenario: Scenario, day: date) -> Scenario:
    """The scenario as it could be known on a day: neither record nor calendar says more.

    A series of the calendar keeps its last level, or goes on to one that was announced.
    """
    return _built(cut_at(scenario.tables, day))


def check(folder: Path) -> tuple[Tables | None, tuple[Problem, ...]]:
    """Tables of a folder and everything wrong with them, names of parameters too."""
    tables, problems = look_at(folder)
    if tables is None:
        return None, problems
    confusion, found = read_confusion(folder)
    credited = () if confusion is None else confusion.columns
    found += tuple(
        _unknown_mechanism(CONFUSION, name) for name in credited if name not in catalogue()
    )
    return tables, (
        *problems,
        *found,
        *_unknown_names(tables),
        *beyond_limits(tables),
        *_posts_too_large(tables),
    )


def _posts_too_large(tables: Tables) -> list[Problem]:
    allowed = f"1 to {MOST_MEN_IN_A_POST} men"
    cure = f"a larger garrison is several posts: give {MOST_MEN_IN_A_POST} or less"
    return [
        Problem(
            "scenario.toml", "is no size of a post", allowed, cure, column=f"posts.{name}",
            value=str(size),
        )
        for name, size in vars(tables.settings.posts).items()
        if not 1 <= size <= MOST_MEN_IN_A_POST
    ]  # fmt: skip


def _unknown_names(tables: Tables) -> list[Problem]:
    known = parameters(catalogue().values())
    found = []
    for table, file in (("parameters", "parameters.csv"), ("priors", "priors.csv")):
        for line, name in zip(
            tables.lines[table], getattr(tables, table)["parameter"], strict=True
        ):
            if name not in known:
                found.append(
                    Problem(
                        file, "is no parameter of the program", "owner.parameter, as listed by"
                        " `holdfast mechanisms`", nearest(name, known), line=line,
                        column="parameter", value=name,
                    )
                )  # fmt: skip
    for line, name in zip(tables.lines["priors"], tables.priors["distribution"], strict=True):
        if name not in PRIORS:
            found.append(
                Problem(
                    "priors.csv", "is no distribution", ", ".join(PRIORS), nearest(name, PRIORS),
                    line=line, column="distribution", value=name,
                )
            )  # fmt: skip
    unknown = (name for name in tables.settings.mechanisms if name not in catalogue())
    return found + [_unknown_mechanism("scenario.toml", name, "mechanisms") for name in unknown]


def _unknown_mechanism(file: str, name: str, column: str | None = None) -> Problem:
    known = catalogue()
    cure = nearest(name, known)
    return Problem(file, "is no mechanism", ", ".join(known), cure, column=column, value=name)


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
        raise CallError(f"calendar.{kind}", value, "none", "events can only be struck out")
    return {name: jnp.full_like(getattr(calendar, name), jnp.inf) for name in EVENTS[Kind(kind)]}


def _knots(kind: str, value: str, start: date) -> np.ndarray:
    """A constant level, or levels on dates, as [knots, 2] of day and level."""
    allowed = (
        f"a level of at least 0 and at most {HIGHEST_LEVEL:g}, or DATE:LEVEL;DATE:LEVEL"
        " with dates that go up"
    )
    cure = f"for example --set calendar.{kind}=1 or --set calendar.{kind}={start}:1"
    refused = CallError(f"calendar.{kind}", value, allowed, cure)
    parts = [part.rpartition(":") for part in value.split(";")]
    day = lambda text: (date.fromisoformat(text) - start).days  # noqa: E731
    try:
        knots = np.array(
            [(day(on) if on or len(parts) > 1 else 0, float(level)) for on, _, level in parts]
        )
    except ValueError as e:
        raise refused from e
    days, levels = knots.T
    fit = ((levels >= 0) & (levels <= HIGHEST_LEVEL)).all()  # nan is neither
    if not (fit and (np.diff(days) > 0).all()):
        raise refused
    return knots


def padded(knots: np.ndarray, rows: int) -> np.ndarray:
    """The same course in at least so many knots: a course of the same length needs no compiling."""
    more = np.arange(1, rows - len(knots) + 1)
    return np.vstack([knots, *([knots[-1, 0] + day, knots[-1, 1]] for day in more)])
