"""Values of the default set that are allowed and look like a slip."""

from __future__ import annotations

from dataclasses import replace

from holdfast.records.place import odd
from holdfast.records.problems import Problem
from holdfast.records.tables import Tables
from holdfast.study.catalogue import catalogue, parameters
from holdfast.study.draws import with_scenario_priors

ALMOST_ALL = 5e-4
"""Share of a prior beyond either end of what is usual: the middle 99.9% lie within."""

MOST = 5  # values that are named
NEARLY_ALL = 0.75
"""Share of the parameters from which on a set seems meant to name them all."""


def odd_parameters(tables: Tables) -> list[Problem]:
    """Values that lie outside almost all of their prior, and a set that has lost a few rows."""
    known = with_scenario_priors(parameters(catalogue().values()), tables.priors)
    far = []
    for line, name, value in zip(
        tables.lines["parameters"],
        tables.parameters["parameter"],
        tables.parameters["value"],
        strict=True,
    ):
        if name not in known or value == 0:  # 0 is nothing of it, and often meant
            continue
        prior = known[name].prior
        low, high = (float(prior.quantile(u)) for u in (ALMOST_ALL, 1 - ALMOST_ALL))
        if not low <= value <= high:
            far.append(f"{name} {value:g} on line {line} ({low:.3g} to {high:.3g})")
    found = []
    if far:
        more = f"; and {len(far) - MOST:,} more" if len(far) > MOST else ""
        says = f"Far outside what its prior holds likely: {'; '.join(far[:MOST])}{more}."
        found.append(f"{says} Check value in parameters.csv.")
    named = set(tables.parameters["parameter"]) & set(known)
    if NEARLY_ALL * len(known) <= len(named) < len(known):
        left = sorted(set(known) - named)
        says = (
            f"parameters.csv names {len(named):,} of {len(known):,} parameters; the others are at"
        )
        more = f" and {len(left) - MOST:,} more" if len(left) > MOST else ""
        first = ", ".join(left[:MOST])
        found.append(f"{says} the middle of their priors: {first}{more}. Were rows lost?")
    return [replace(odd("parameters", words), check=odd_parameters.__name__) for words in found]
