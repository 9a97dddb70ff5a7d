"""The record stands beside the observables row by row, and disputed numbers stay apart."""

import numpy as np
import pandas as pd
import pytest

from holdfast.observe import as_counted, record_series

# Two members, five days: D1 falls on day 1; in the second war D2 falls on day 3 as well.
ONE = [[0, 0, 0, 0], [0, 1, 0, 0], [0, 1, 0, 0], [0, 1, 0, 0], [0, 1, 0, 0]]
TWO = [*ONE[:3], [0, 1, 1, 0], [0, 1, 1, 0]]


def control(*rows) -> pd.DataFrame:
    columns = ["date", "tracker", "measure", "since", "value_low", "value_high"]
    columns += ["total_units", "stance"]
    frame = pd.DataFrame(rows, columns=columns)
    frame["date"], frame["since"] = pd.to_datetime(frame["date"]), pd.to_datetime(frame["since"])
    frame["control_id"] = [f"t{i}" for i in range(len(frame))]
    return frame


def test_disputed_numbers_keep_rows_of_their_own(watcher):
    told = control(
        ["2021-05-03", "aan", "held", None, 233, 233, 421, "derived"],
        ["2021-05-03", "aan", "held", None, 226, 226, 421, "derived"],
        ["2021-05-03", "aan", "held", None, 250, np.nan, 421, "claims"],
    )
    series = record_series(told, {"aan": watcher()})
    assert series["low"].tolist() == [233, 226, 250]
    assert series["stance"].tolist() == ["derived", "derived", "claims"]


def test_a_measure_the_model_does_not_count_is_kept_and_not_compared(look, watcher):
    told = control(["2021-05-03", "aan", "share_of_territory", None, 85, 85, 100, "claims"])
    series = record_series(told, {"aan": watcher()})
    assert series["variable"].tolist() == [""]
    assert np.isnan(as_counted(look([ONE], {"aan": watcher()}), series)).all()


def test_a_row_of_an_undeclared_tracker_is_refused(watcher):
    told = control(["2021-05-03", "apw", "held", None, 1, 1, 4, "asserts"])
    with pytest.raises(ValueError, match="no such tracker: apw"):
        record_series(told, {"aan": watcher()})


def test_comparing_is_subtraction(look, watcher):
    told = control(["2021-05-05", "aan", "held", None, 2, 2, 4, "asserts"])
    series = record_series(told, {"aan": watcher()})
    counted = as_counted(look([ONE, TWO], {"aan": watcher()}), series)
    assert (counted - series["low"].to_numpy()).values.tolist() == [[-1], [0]]


def test_a_count_is_carried_to_the_denominator_of_its_row(look, watcher):
    told = control(
        ["2021-05-05", "aan", "held", None, 2, 2, 8, "asserts"],
        ["2021-05-05", "aan", "share", None, 25, 25, 100, "asserts"],
    )
    series = record_series(told, {"aan": watcher()})
    assert as_counted(look([ONE], {"aan": watcher()}), series).values.tolist() == [[2, 25]]


def test_a_cumulative_count_since_a_day_leaves_out_what_came_before(look, watcher):
    told = control(
        ["2021-05-05", "aan", "captured_cumulative", "2021-05-01", 2, 2, 4, "asserts"],
        ["2021-05-05", "aan", "captured_cumulative", "2021-05-03", 1, 1, 4, "asserts"],
        ["2021-05-05", "aan", "captured_cumulative", "2021-04-12", 9, 9, 4, "asserts"],
    )
    series = record_series(told, {"aan": watcher()})
    counted = as_counted(look([TWO], {"aan": watcher()}), series).values[0]
    assert counted[:2].tolist() == [2, 1]
    assert np.isnan(counted[2])


def test_a_day_outside_the_war_is_not_compared(look, watcher):
    told = control(["2018-10-31", "aan", "held", None, 50, 50, 4, "asserts"])
    series = record_series(told, {"aan": watcher()})
    assert np.isnan(as_counted(look([ONE], {"aan": watcher()}), series)).all()
