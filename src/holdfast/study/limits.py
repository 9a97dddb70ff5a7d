"""How far a parameter may go: inside its limits the engine has been tried, beyond them it was not.

A parameter may lie up to so many standard deviations of its general prior from the middle of it,
on the side of 0 that the prior allows; a share lies from 0 to 1. A strength may always be 0.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from math import exp, isfinite, log, sqrt
from typing import Any

import numpy as np

from holdfast.records.problems import Problem
from holdfast.records.tables import Tables
from holdfast.study.catalogue import catalogue, parameters
from holdfast.study.errors import CallError
from holdfast.vocabulary.priors import (
    PRIORS,
    Beta,
    HalfNormal,
    LogNormal,
    LogUniform,
    Normal,
    Prior,
    Uniform,
)
from holdfast.vocabulary.types import Mechanism, Parameter

FAR = 20.0
"""Standard deviations of a prior: tests/engine/test_extremes.py fights wars there."""

ALMOST_ALL = 1e-6
"""Share of a scenario's own prior that may lie beyond a limit, at either end."""

LARGEST_SPREAD = 5.0
"""Of the default set, in standard deviations of the prior: beyond it all draws lie at its ends."""


def limits(name: str, parameter: Parameter) -> tuple[float, float]:
    """Least and largest value of a parameter, `owner.name`.

    >>> limits("ground.ghosts", parameters([])["ground.ghosts"])
    (0.0, 1.0)
    """
    low, high = parameter.within or _limits(parameter.prior)
    return (min(low, 0.0) if name.endswith(".strength") else low), high


def _limits(prior: Prior) -> tuple[float, float]:
    match prior:
        case Normal(mean, sd):
            return mean - FAR * sd, mean + FAR * sd
        case HalfNormal(sd):
            return 0.0, FAR * sd
        case LogNormal(median, sd):
            return 0.0, median * exp(FAR * sd)
        case LogUniform(low, high):
            reach = FAR * log(high / low) / sqrt(12)
            return sqrt(low * high) * exp(-reach), sqrt(low * high) * exp(reach)
        case Uniform(low, high):
            return low, high
        case Beta():
            return 0.0, 1.0
    raise TypeError(f"no limits are known for {prior}")


def check_values(chosen: Iterable[Mechanism], drawn: Mapping[str, Any], where: str) -> None:
    """Refuse values beyond their limits, {owner: {parameter: [members]}}."""
    for name, parameter in parameters(chosen).items():
        owner, short = name.split(".", 1)
        low, high = limits(name, parameter)
        values = np.asarray(drawn[owner][short], float)
        wrong = ~((values >= np.float32(low)) & (values <= np.float32(high)))
        if wrong.any():
            value = float(values[wrong][0])
            cure = "it is in units of " + parameter.unit
            if parameter.unit == "share" and 1 < value <= 100:
                cure = f"write {value / 100:g} for {value:g}%"
            raise CallError(f"{where} {name}", f"{value:g}", _span(low, high), cure)


def _span(low: float, high: float) -> str:
    return f"a number from {low:g} to {high:g}"


def beyond_limits(tables: Tables) -> list[Problem]:
    """What a scenario's own priors and default set say that no engine can be run with."""
    known, found = parameters(catalogue().values()), []
    for name, line, row in _rows(tables, "priors"):
        if name in known and row["distribution"] in PRIORS:
            low, high = limits(name, known[name])
            wrong = _wrong_with(row["distribution"], row["a"], row["b"], low, high)
            if wrong:
                column, says, allowed = wrong
                value = f"{row['distribution']} {row['a']:g} {row['b']:g}"
                cure = "check the numbers and the unit"
                found.append(Problem("priors.csv", says, allowed, cure, line, column, value))
    for name, line, row in _rows(tables, "parameters"):
        low, high = limits(name, known[name]) if name in known else (-np.inf, np.inf)
        if not low <= row["value"] <= high:
            says, cure = f"cannot be {name}", "check the unit"
            value = f"{row['value']:g}"
            found.append(
                Problem("parameters.csv", says, _span(low, high), cure, line, "value", value)
            )
        if row["spread"] > LARGEST_SPREAD:
            says, allowed = "is too wide", f"at most {LARGEST_SPREAD:g}"
            cure, value = "give it in standard deviations of the prior", f"{row['spread']:g}"
            found.append(Problem("parameters.csv", says, allowed, cure, line, "spread", value))
    return found


def _rows(tables: Tables, table: str) -> Iterable[tuple[str, int, dict[str, Any]]]:
    rows = getattr(tables, table).to_dict("records")
    for line, row in zip(tables.lines[table], rows, strict=True):
        yield row["parameter"], line, row


ORDER = {
    "normal": (lambda a, b: b > 0, "a the mean, b a standard deviation above 0"),
    "halfnormal": (lambda a, b: a > 0, "a a standard deviation above 0"),
    "lognormal": (lambda a, b: a > 0 and b > 0, "a a median and b a standard deviation above 0"),
    "loguniform": (lambda a, b: 0 < a < b, "a and b above 0, a below b"),
    "uniform": (lambda a, b: a < b, "a below b"),
    "beta": (lambda a, b: a > 0 and b > 0, "a and b above 0"),
    "fixed": (lambda a, b: True, "a the value"),
}
"""What the numbers of a family must be, and in words."""


def _wrong_with(
    family: str, a: float, b: float, low: float, high: float
) -> tuple[str, str, str] | None:
    """Column, fault and what is allowed, of a prior that cannot be drawn from or goes too far."""
    fits, allowed = ORDER[family]
    if not fits(a, b):
        return "distribution", "is no such distribution", f"{family}: {allowed}"
    with np.errstate(over="ignore"):
        ends = [float(PRIORS[family](a, b).quantile(u)) for u in (ALMOST_ALL, 1 - ALMOST_ALL)]
    if not all(isfinite(x) and low <= x <= high for x in ends):
        says = f"gives values from {ends[0]:g} to {ends[1]:g}"
        return "distribution", says, f"a prior of values from {low:g} to {high:g}"
    return None
