"""The summary fits a terminal and states what the observables say."""

import re

import pytest

from holdfast.report import summary_text


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
    assert line(said, "parameters") == "parameters: hand-chosen; 200 soldiers present"


def test_districts_held_are_those_of_the_wars_by_hand(said):
    # Day 3 ends with 2, 2, 1, 1 held: median 1.5; day 5 with 2, 2, 3, 4: half lie from 2 to 4.
    assert line(said, "2021-05-01") == "2021-05-01 0 0-1 0-1 - 0 0-0 0-0 -"
    assert line(said, "2021-05-05").startswith("2021-05-05 2 2-4 2-4 ")


def test_the_record_stands_beside_with_its_range_and_verdict(said):
    assert "2 in" in line(said, "2021-05-03")
    # Two sources, 0 and 1; the claim of 4 is not counted among them.
    assert "0-1 OUT" in line(said, "2021-05-05")


def test_at_least_is_an_open_end(said):
    assert line(said, "2021-05-05").endswith("1+ in")


def test_each_tracker_is_told_how_many_of_its_rows_lie_inside(said):
    assert line(said, "The watcher") == "The watcher 2 of 4"
    assert line(said, "Seats") == "Seats 1 of 1"


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


def test_districts_are_in_the_order_of_their_median_day(said):
    after = said[said.index("Districts by median day") :]
    assert re.findall(r"(North|South|East|Seat), [PQ] +(\S+)", after) == [
        ("North", "2021-05-02"),
        ("South", "2021-05-03"),
        ("East", "2021-05-05"),
    ]
    assert "1 district falls in fewer than half of the wars." in said


def test_a_collapse_is_the_capital_or_two_thirds_of_the_capitals(said):
    flat = " ".join(said.split())
    assert "in 1 of 4 wars (25%); in half of those by 2021-05-04." in flat
