"""The record of each bundled war agrees with itself, and with what the study of other wars asks."""

import importlib.util
import tomllib
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import xarray as xr

from holdfast.records.read import read_scenario

STUDY = Path(__file__).parents[2] / "studies" / "other-wars"
FACTS = tomllib.loads((STUDY / "facts.toml").read_text("utf-8"))
ENDS = ("earliest", "date", "latest")


@pytest.fixture(scope="module")
def study():
    """What the study asks of wars; its file is no part of the package."""
    spec = importlib.util.spec_from_file_location("asked", STUDY / "asked.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="module", params=list(FACTS))
def war(request):
    return read_scenario(request.param)


def as_told(war, end):
    """The record as if it were one simulated war, every event on one end of its interval."""
    days = pd.date_range(war.settings.start, war.settings.end)
    ids = list(war.districts["district_id"])
    start = (war.districts["held_at_start"] == "likely").to_numpy()
    held = np.tile(start, (len(days), 1))
    first = np.full(len(ids), np.inf)
    for event in war.captures.sort_values("date").to_dict("records"):
        unit = ids.index(event["district_id"])
        held[days >= event[end], unit] = event["event"] == "captured"
        if event["event"] == "captured" and event["date"] >= days[0]:
            first[unit] = min(first[unit], (event[end] - days[0]).days)
    return xr.Dataset(
        {
            "held": (("member", "day", "district"), held[None]),
            "first_fall": (("member", "district"), first[None]),
        },
        {"day": days, "district": ids},
    )


def met(study, observed, facts):
    """Facts that are so, those about men apart: no table has the men day by day."""
    return [bool(study.asked(observed, f)[0]) for f in facts if f["kind"] != "gone"]


@pytest.mark.parametrize("end", ENDS)
def test_the_record_told_as_a_war_has_every_fact_that_wars_are_asked_for(study, war, end):
    told, facts = as_told(war, end), FACTS[war.settings.name]
    assert all(met(study, told, facts["facts"]))
    for collapse in facts["collapses"]:
        lost = study.collapsed(told, war.settings.national_capital, collapse["by"])
        assert bool(lost[0]) == collapse["happened"]


def test_a_war_in_which_nothing_falls_lacks_facts(study, war):
    nothing = as_told(war, "date")
    nothing["held"] = xr.zeros_like(nothing["held"])
    assert not all(met(study, nothing, FACTS[war.settings.name]["facts"]))


@pytest.mark.parametrize("end", ENDS)
def test_counts_of_units_held_are_those_of_the_captures(study, war, end):
    told, n = as_told(war, end), len(war.control)
    counted = np.array([study.counted(told, day)[0] for day in war.control["date"]])
    low, high = (war.control[c].to_numpy() for c in ("value_low", "value_high"))
    assert ((low <= counted) & (counted <= high)).sum() == n
