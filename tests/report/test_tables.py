"""The table of an ensemble has a row a day and the quantiles of the wars."""

from holdfast.report import summary_csv


def test_the_table_has_a_row_a_day(wars):
    assert [str(day)[:10] for day in summary_csv(wars())["day"]] == [
        f"2021-05-0{i}" for i in range(1, 6)
    ]


def test_its_numbers_are_quantiles_over_the_wars(wars):
    last = summary_csv(wars()).iloc[-1]
    assert last["districts_held.watch.q50"] == 2.5
    assert last["capitals_held.q95"] == 1
    assert last["fates.surrendered.q25"] == 60


def test_what_a_tracker_does_not_count_has_no_column(wars):
    assert not [name for name in summary_csv(wars()).columns if name.startswith("contested")]
