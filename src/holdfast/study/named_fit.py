"""A fit named in a call: of which scenario it is, and what is told where it is used for another."""

from __future__ import annotations

import json
from os import PathLike
from pathlib import Path

from holdfast.records.read import find_scenario
from holdfast.study.draws import SETS
from holdfast.study.errors import Refused
from holdfast.study.scenario import Scenario, where_from

MANIFEST = "fit.json"


def scenario_of(fit: str | PathLike[str]) -> str:
    """Name or folder of the scenario that a fit was made of; refused where it does not say."""
    found = _said(fit)
    if found is None:
        raise Refused(
            f"{fit} does not say of which scenario it is a fit: it has no readable"
            f" {MANIFEST}. Name the scenario in the call."
        )
    return found[0]


def check_is_of(fit: str | PathLike[str], named: str | None) -> None:
    """Refuse a scenario named beside a fit that was made of another."""
    of = scenario_of(fit) if named is not None else ""
    if named is not None and not find_scenario(named).samefile(find_scenario(of)):
        raise Refused(
            f"{fit} is a fit of {Path(of).name} and knows that record alone. Leave {named}"
            f" away, or name a fit of {named}."
        )


def carried_over(scenario: Scenario, which: str) -> str:
    """What is told of a parameter set that is the fit of another scenario; empty for any other."""
    other = other_than(scenario, which)
    if other is None:
        return ""
    name = scenario.names.scenario
    if not other:
        return f"{which} does not say of which scenario it is a fit; its draws are used for {name}."
    if other == where_from(scenario):
        return f"{name} has changed since {which} was fitted: these draws know it as it was then."
    return f"These are draws of a fit of {Path(other).name}, carried over to {name}."


def other_than(scenario: Scenario, which: str) -> str | None:
    """The scenario of a fit that is not of this one as it is now, empty if the fit does not say;
    None for a fit of this one and for sets that are no fit."""
    if which in SETS:
        return None
    of, fingerprint = _said(which) or ("", "")
    return None if fingerprint == scenario.tables.fingerprint else of


def _said(fit: str | PathLike[str]) -> tuple[str, str] | None:
    """Scenario and fingerprint, as the manifest of a fit has them."""
    path = Path(fit) / MANIFEST
    try:
        found = json.loads(path.read_bytes()) if path.is_file() else None
    except (ValueError, RecursionError):
        return None
    of, fingerprint = (
        found.get(k) if isinstance(found, dict) else None for k in ("scenario", "fingerprint")
    )
    return (of, fingerprint) if isinstance(of, str) and isinstance(fingerprint, str) else None
