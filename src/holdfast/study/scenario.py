"""A scenario at hand: its tables checked, its theatre built."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from os import PathLike
from pathlib import Path

import jax.numpy as jnp
import numpy as np

from holdfast.records.problems import Problem, ScenarioError, nearest
from holdfast.records.read import find_scenario, look_at
from holdfast.records.tables import Tables
from holdfast.study.catalogue import catalogue, parameters
from holdfast.study.errors import CallError
from holdfast.theatre.build import build
from holdfast.vocabulary.priors import PRIORS
from holdfast.vocabulary.types import MOST_MEN_IN_A_POST, Calendar, Names, Theatre
from holdfast.vocabulary.words import CalendarKind as Kind


@dataclass(frozen=True)
class Scenario:
    """Tables, theatre and names of one war."""

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
    theatre, names = build(
        tables.districts, tables.links, tables.strengths, tables.calendar, tables.settings
    )
    return Scenario(tables, theatre, names)


def check(folder: Path) -> tuple[Tables | None, tuple[Problem, ...]]:
    """Tables of a folder and everything wrong with them, names of parameters too."""
    tables, problems = look_at(folder)
    if tables is None:
        return None, problems
    return tables, (*problems, *_unknown_names(tables), *_posts_too_large(tables))


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
    for name in tables.settings.mechanisms:
        if name not in catalogue():
            found.append(
                Problem(
                    "scenario.toml", "is no mechanism", ", ".join(catalogue()),
                    nearest(name, catalogue()), column="mechanisms", value=name,
                )
            )  # fmt: skip
    return found


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


def change_calendar(theatre: Theatre, changes: Mapping[str, str]) -> Theatre:
    """The theatre in a world whose calendar differs.

    A series (ally_presence, air_support, pay_arrears) is set to a constant; events of a kind
    are struck out with `none`.
    """
    calendar = theatre.calendar
    for kind, value in changes.items():
        calendar = calendar._replace(**_changed(calendar, kind, value))
    return theatre._replace(calendar=calendar)


def _changed(calendar: Calendar, kind: str, value: str) -> dict[str, jnp.ndarray]:
    words = [str(k) for k in (*SERIES, *EVENTS)]
    if kind not in words:
        raise CallError("calendar kind", kind, ", ".join(words), nearest(kind, words))
    if kind in SERIES:
        try:
            level = float(value)
        except ValueError:
            level = np.nan
        if not np.isfinite(level) or level < 0:
            raise CallError(
                f"calendar.{kind}", value, "a number of at least 0", "give a constant level"
            )
        changed = {SERIES[Kind(kind)]: jnp.asarray([[0.0, level]], jnp.float32)}
        if kind == Kind.PAY_ARREARS:
            changed["pay_here"] = jnp.zeros_like(calendar.pay_here)
        return changed
    if value != "none":
        raise CallError(f"calendar.{kind}", value, "none", "events can only be struck out")
    return {name: jnp.full_like(getattr(calendar, name), jnp.inf) for name in EVENTS[Kind(kind)]}


def at_end(scenario: Scenario, days: int) -> Names:
    """Names of the scenario's rows for a war of so many days."""
    return replace(scenario.names, days=days)
