"""What is told of a call that can be carried out and may not be what was meant."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from holdfast.study.catalogue import parameters
from holdfast.study.changed_calendar import odd_levels, of_calendar, struck_too_late
from holdfast.study.draws import with_scenario_priors
from holdfast.study.named_fit import carried_over
from holdfast.study.scenario import Scenario

if TYPE_CHECKING:
    from holdfast.study.simulate import War

ENDS = 1e-4
"""Share of a prior beyond which, at either end, a value is called far out. Judgement."""


def remarks(war: War) -> list[str]:
    """Sentences that do not stop a war; none for most."""
    return [
        *beyond_the_end(war.scenario, war.request.until),
        *_of_the_set(war),
        *_of_the_calendar(war),
        *_far_out(war),
    ]


def beyond_the_end(scenario: Scenario, until: date | None) -> list[str]:
    """What is told of a last day after that of the scenario."""
    settings = scenario.tables.settings
    if until is None or until <= settings.end:
        return []
    return [
        f"{until} is after {settings.end}, where calendar and record of"
        f" {settings.name} end: what follows is the model alone."
    ]


def _of_the_set(war: War) -> list[str]:
    said = carried_over(war.scenario, war.request.parameters)
    return [said] if said else []


def _of_the_calendar(war: War) -> list[str]:
    tables, changes = war.scenario.tables, of_calendar(war.request.changes)
    until = war.request.until or tables.settings.end
    events = zip(tables.calendar["kind"], tables.calendar["date"].dt.date, strict=True)
    return [
        *odd_levels(changes, tables.settings.start),
        *struck_too_late(changes, events, until),
    ]


def _far_out(war: War) -> list[str]:
    known = with_scenario_priors(parameters(war.mechanisms), war.scenario.tables.priors)
    said = []
    for name, value in war.fixed.items():
        prior, unit = known[name].prior, known[name].unit
        low, high = float(prior.quantile(ENDS)), float(prior.quantile(1 - ENDS))
        if value and unit != "share" and not low <= value <= high:
            said.append(
                f"{name}={value:g} lies far outside its prior, which goes from {low:.3g} to"
                f" {high:.3g}. Is it meant? It is in units of {unit}."
            )
    return said
