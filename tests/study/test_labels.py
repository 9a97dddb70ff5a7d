"""A label says what a set of parameters is, and which rows of the record it has seen."""

from dataclasses import replace
from datetime import date

import pandas as pd
import pytest

from holdfast.study import Request, load
from holdfast.study.draws import DRAWS
from holdfast.study.evidence import EVERYTHING_KNOWN
from holdfast.study.fit_manifest import FREE, MANIFEST, read_manifest
from holdfast.study.fit_store import begin
from holdfast.study.label import label_of, rows_known_by
from holdfast.study.manifest import write_sealed


@pytest.fixture(scope="module")
def ring():
    return load("ring")


def with_set(scenario, *how):
    """The scenario with a set of as many values, obtained so."""
    names = [f"fear.p{i}" for i in range(len(how))]
    table = pd.DataFrame({"parameter": names, "value": 1.0, "spread": 0.0, "how": how})
    return replace(scenario, tables=replace(scenario.tables, parameters=table))


def fit_of(scenario, folder, known_on, free=None):
    folder.mkdir()
    begin(folder, scenario, known_on, "quick", 1)
    (folder / DRAWS).write_text("fear.strength\n1\n")
    if free is not None:
        write_sealed(folder / MANIFEST, {**read_manifest(folder), FREE: free})
    return Request(parameters=str(folder))


def test_the_set_of_2021_was_fitted_to_its_record_but_for_one_value():
    label = label_of(Request(), load("afghanistan-2021"))
    assert label.short == "fitted to this record (in sample)"
    assert "quick search on" in label.more
    assert label.more.endswith("1 of 98 by hand: ground.spread_province")


def test_the_search_of_2021_was_shown_centres_and_capitals_and_not_the_claims():
    scenario = load("afghanistan-2021")
    control, rows = scenario.tables.control, label_of(Request(), scenario).rows
    of = {name: set(control["control_id"][control["tracker"] == name])
          for name in set(control["tracker"])}  # fmt: skip
    assert of["aan"] | of["capitals"] <= rows
    assert not of["taliban_claim"] & rows
    assert of["lwj"] & rows == {"t07", "t08", "t09"}


@pytest.mark.parametrize("name", ["iraq-2014", "vietnam-1975", "afghanistan-1989"])
def test_a_war_without_a_set_of_its_own_runs_at_the_medians_of_the_priors(name):
    label = label_of(Request(), load(name))
    assert (label.short, label.rows) == ("medians of the prior", frozenset())


def test_the_ring_is_hand_chosen(ring):
    label = label_of(Request(), ring)
    assert label.short == "hand-chosen"
    assert "8 values, the others at the medians" in label.more
    assert not label.rows


@pytest.mark.parametrize(
    ("how", "short", "more"),
    [
        (["fitted"] * 3, "fitted to this record (in sample)", "it is not said how"),
        (["hand-chosen", "fitted"], "fitted to this record (in sample)", "1 of 2 by hand: fear.p0"),
        (["prior-median"] * 2 + ["fitted"], "medians of the prior", "1 of 3 fitted to this record"),
        (["hand-chosen"] * 9 + ["fitted"] * 4, "hand-chosen", "4 of 13 fitted to this record"),
    ],
)
def test_a_set_goes_by_most_of_its_values_and_the_others_are_named(ring, how, short, more):
    label = label_of(Request(), with_set(ring, *how))
    assert label.short == short
    assert more in label.more
    # Where it is not said what was fitted to, all of the record was seen by whatever was fitted.
    assert label.rows == frozenset(ring.tables.control["control_id"])
    assert label.chosen_for_it


def test_draws_of_the_prior_have_seen_nothing(ring):
    label = label_of(Request(parameters="prior"), ring)
    assert (label.short, label.rows) == ("draws of the prior", frozenset())


def test_a_fit_of_the_whole_record_is_in_sample(ring, tmp_path):
    label = label_of(fit_of(ring, tmp_path / "f", EVERYTHING_KNOWN), ring)
    assert label.short == "draws of a fit to this record (in sample)"
    assert label.rows == frozenset(ring.tables.control["control_id"])


def test_a_fit_until_a_day_is_in_sample_up_to_it(ring, tmp_path):
    label = label_of(fit_of(ring, tmp_path / "f", date(2001, 2, 5)), ring)
    assert "as known on 2001-02-05 (in sample until then)" in label.short
    # t05 and t11 count that day and were told the day after.
    assert (
        label.rows
        == rows_known_by(ring, date(2001, 2, 5))
        == {"t01", "t02", "t03", "t04", "t09", "t10"}
    )


def test_a_fit_of_another_war_has_not_seen_this_record(ring, tmp_path):
    label = label_of(fit_of(ring, tmp_path / "f", EVERYTHING_KNOWN), load("iraq-2014"))
    assert label.short == "draws of a fit of ring, carried over to this war"
    assert not label.rows
    assert not label.chosen_for_it


@pytest.mark.parametrize("makes", [True, False])
def test_a_fit_that_does_not_make_its_war_warns_of_itself(ring, tmp_path, makes):
    free = {"makes_its_war": makes, "verdict": "The fitted model does not make this war (so)."}
    label = label_of(fit_of(ring, tmp_path / "f", EVERYTHING_KNOWN, free), ring)
    assert label.warning == ("" if makes else free["verdict"])


def test_draws_whose_fit_is_gone_are_not_taken_for_a_test(ring, tmp_path):
    (tmp_path / DRAWS).write_text("fear.strength\n1\n")
    label = label_of(Request(parameters=str(tmp_path)), ring)
    assert "is not known" in label.more
    assert label.rows == frozenset(ring.tables.control["control_id"])
