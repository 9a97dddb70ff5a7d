"""The summary fits a terminal and states what the observables say."""

import re
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from holdfast.observe import as_counted
from holdfast.report import Fault, summary_text


@pytest.fixture
def said(wars, about, record):
    return summary_text(wars(), about, record)


def line(said: str, start: str) -> str:
    """The line that begins so, with its runs of blanks made one."""
    found = [" ".join(line.split()) for line in said.splitlines()]
    return next(line for line in found if line.startswith(start))


def test_no_line_is_wider_than_a_terminal(said):
    assert max(map(len, said.splitlines())) <= 80


def test_long_names_do_not_widen_it(wars, about, record):
    said = summary_text(wars(("A place with a name " * 6,) * 4), about, record)
    assert max(map(len, said.splitlines())) <= 80


def test_it_says_which_wars_and_which_parameters(said):
    assert line(said, "4 wars") == "4 wars, 2021-05-01 to 2021-05-05, seed 7, in 1.2 s"
    assert line(said, "parameters") == "parameters: hand-chosen"
    assert line(said, "200") == "200 soldiers present, of 300 on the roll: the rest are ghosts"


def test_districts_held_are_those_of_the_wars_by_hand(said):
    # Day 3 ends with 2, 2, 1, 1 held: median 1.5; day 5 with 2, 2, 3, 4: half lie from 2 to 4.
    assert line(said, "2021-05-01") == "2021-05-01 0 0-1 0-1 25% - 0 0-0 0-0 -"
    # A band from 2 to 4 of four districts is half of the country wide.
    assert line(said, "2021-05-05").startswith("2021-05-05 2 2-4 2-4 50% ")
    assert (
        line(said, "On the last") == "On the last day: 90% band 2 to 4, 50% of all districts wide."
    )


def test_the_record_stands_beside_with_its_range_and_verdict(said):
    assert "2 in" in line(said, "2021-05-03")
    # Two sources, 0 and 1; the claim of 4 is not counted among them.
    assert "0-1 OUT" in line(said, "2021-05-05")


def test_at_least_is_an_open_end_and_no_hit(said):
    assert line(said, "2021-05-05").endswith(" 1+")
    assert "Seats" not in said[said.index("CRPS, less is") :]
    flat = " ".join(said.split())
    assert "1 row says only 'at least' or 'at most'" in flat
    assert "so none is counted as a hit: the wars agree with 1." in flat


def test_each_tracker_is_told_its_hits_with_their_width_and_a_score(said):
    # Of 2, 0 and 1 the first lies inside; bands of 1, 2 and 2 of four districts are 42% wide. Of
    # the two that a count came before (2), |2 - 0| and |2 - 1| are 1.5 in the mean. The wars, 2, 2,
    # 3 and 4, are 2.75 and 1.75 away and 0.875 apart: 2.75 - 0.4375 and 1.75 - 0.4375.
    assert line(said, "The watcher") == "The watcher 1 of 3 42% 1.8 1.5"


def test_a_count_out_of_another_total_is_in_by_one_rule_in_the_table_and_in_the_score(
    wars, about, record
):
    # Of five units, the wars' 2 to 4 of 4 on the last day are 2.5 to 5: a count of 2 of 5 is out.
    series = record.series.copy()
    at = series["control_id"] == "t2"
    series.loc[at, ["low", "high", "total_units"]] = [2, 2, 5]
    series = series.loc[~series["control_id"].isin(["t3", "t4"])].reset_index(drop=True)
    counted = as_counted(wars(), series)
    said = summary_text(
        wars(), about, replace(record, series=series, counted=counted, crps=np.zeros(len(series)))
    )
    table = said[said.index("In insurgent") : said.index("On the last day")]
    assert line(table, "2021-05-05").startswith("2021-05-05 2 2-4 2-4 50% 2 OUT ")
    assert len(re.findall(r"\d in\b", table)) == 1
    assert line(said, "The watcher").startswith("The watcher 1 of 2 ")
    assert "as a share: 2 of 5." in " ".join(table.split())


def test_where_sources_differ_the_table_tells_how_many_are_in(wars, about, record):
    series = record.series.copy()
    series.loc[series["control_id"] == "t3", ["low", "high"]] = [3, 3]
    said = summary_text(wars(), about, replace(record, series=series))
    assert " 0-3 1 of 2 in " in line(said, "2021-05-05")  # of 0 and 3, beside 2 to 4
    assert line(said, "The watcher").startswith("The watcher 2 of 3 ")


def test_a_claim_is_shown_and_not_scored(said):
    told = line(said, "The watcher, shown")
    assert told == "The watcher, shown and not scored: 4 of 4 on 2021-05-05; the wars 2 to 4."


def test_rows_that_were_fitted_to_are_marked_and_counted(wars, about, record):
    said = summary_text(wars(), replace(about, fitted_rows=frozenset({"t1", "t4"})), record)
    assert "2 in*" in line(said, "2021-05-03")
    assert "OUT*" not in line(said, "2021-05-05")  # of that day only the claim was used
    assert line(said, "The watcher *") == "The watcher * 1 of 3 42% 1.8 1.5"
    assert "the set was fitted to 1 of these 3 rows" in " ".join(said.split())


def test_without_a_fit_no_row_is_marked(said):
    assert "*" not in said.replace("* in sample).", "")
    assert "The set was fitted to no row of this record." in said


def test_what_others_counted_after_the_first_tracker_is_told(wars, about, record):
    later = replace(record, series=record.series.assign(
        tracker=["watch", "other", "other", "other", "seats"], tracker_title="Others"))  # fmt: skip
    said = summary_text(wars(), about, later)
    after = said[said.index("Counts of others after 2021-05-03") :]
    assert line(after, "2021-05-05") == "2021-05-05 Others 0 OUT 2 2-4"


def test_a_band_as_wide_as_the_country_is_told_to_be_so(wars, about, record):
    wide = wars().copy(deep=True)
    wide["districts_held"].loc[{"tracker": "watch"}] = np.array([0, 2, 3, 4])[:, None]
    said = summary_text(wide, about, record)
    assert "90% band 0 to 4, 100% of all districts wide" in said


def test_soldiers_are_said_to_have_no_total_beside_them(wars, about, record):
    assert "has no total of the whole war" in summary_text(wars(), about, record)
    total = record.counts.assign(
        what=["killed", "x", "x"], level="nation",
        **{"from": pd.Timestamp("2021-05-01"), "to": pd.Timestamp("2021-05-05")},
    )  # fmt: skip
    said = summary_text(wars(), about, replace(record, counts=total))
    assert line(said, "The record's totals") == (
        "The record's totals of the whole war: 22 were killed (A paper, asserts)."
    )


def test_what_is_known_to_be_wrong_is_told_with_its_study(wars, about, record, said):
    assert "Nothing is known of how well the model does on this war." in said
    faults = (Fault("It is wrong by 7.", "studies/one"),)
    told = summary_text(wars(), replace(about, faults=faults), record)
    assert "It is wrong by 7. [studies/one]" in told
    assert "Nothing is known" not in told


def test_a_fit_that_does_not_make_its_war_is_warned_of_at_the_top(wars, about, record):
    warned = replace(about, warning="The fitted model does not make this war.")
    told = summary_text(wars(), warned, record)
    assert told.index("does not make this war") < told.index("In insurgent hands")


def test_doors_are_shares_of_those_who_left(said):
    # 60, 70, 80, 90 of 100 each.
    assert line(said, "surrendered") == "surrendered to the pledge 75 (60-90) 75% (60-90%)"
    assert line(said, "killed in fighting") == "killed in fighting 6 (5-8)"


def test_killing_the_surrendered_is_called_a_war_crime(said):
    assert line(said, "killed after").startswith("killed after surrender, a war crime 2 (2-2)")


def test_manners_stand_beside_the_known_ones_of_the_record(said):
    # Abandoned: 1 of 2, 1 of 2, 2 of 3, 1 of 4 first falls; 2 of the 3 captures of known manner.
    assert line(said, "abandoned") == "abandoned 50% (25-67%) 67% (2 of 3)"
    assert "does not say how 2 of 5 fell" in said


def test_districts_are_in_the_order_of_their_median_day_with_the_day_of_the_record(said):
    after = said[said.index("Districts by median") : said.index("First by the record")]
    found = re.findall(r"(North|South|East|Seat), [PQ] +(\S+) .* (\S+)$", after, re.MULTILINE)
    assert found == [
        ("North", "2021-05-02", "2021-05-02"),
        ("South", "2021-05-03", "2021-05-02"),
        ("East", "2021-05-05", "2021-05-02"),
    ]
    assert "1 district falls in fewer than half of the wars." in said


def test_a_district_lost_before_the_war_is_held_and_does_not_never_fall(wars, about, record):
    lost = wars().copy(deep=True)
    lost["held_at_start"].loc[{"district": "B"}] = 1  # North, the first in the record
    said = summary_text(lost, about, record)
    assert line(said, "North, P") == "North, P held from the first day 2021-05-02"
    assert "never to never" not in line(said, "North, P")
    assert "1 district falls in fewer than half of the wars." in said  # the Seat
    assert "1 district is held from the first day." in said


def test_those_that_fell_first_by_the_record_stand_beside(said):
    after = said[said.index("First by the record") :]
    assert re.findall(r"(North|South|East|Seat), [PQ]", after) == ["North", "South", "East"]


def test_a_collapse_is_the_capital_or_two_thirds_of_the_capitals(said):
    flat = " ".join(said.split())
    # Wilson's interval of 1 in 4: 0.0456 to 0.6994.
    assert "in 1 of 4 wars (25%; with other dice 5% to 70%), of wars under this set;" in flat
    assert "in half of those by 2021-05-04." in flat


def test_a_collapse_under_a_set_searched_for_it_is_no_chance(wars, about, record):
    said = summary_text(wars(), replace(about, chosen_for_it=True), record)
    assert "under a set that was searched to be like the record: no chance" in " ".join(
        said.split()
    )
