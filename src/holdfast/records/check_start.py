"""Checks of what a war begins with: dice of its own for each place, and a state that stands."""

from collections.abc import Iterator

from holdfast.records.place import at_row, of_table, rows_where
from holdfast.records.problems import Problem
from holdfast.records.tables import Tables
from holdfast.vocabulary.address import of_one_address
from holdfast.vocabulary.words import COLLAPSE_SHARE


def nothing_shares_its_dice(tables: Tables) -> Iterator[Problem]:
    """No two districts, provinces or appointments have ids that stand for the same dice."""
    chiefs = tables.calendar["kind"] == "appointment"
    for table, column, rows in (
        ("districts", "district_id", tables.districts["district_id"]),
        ("districts", "province", tables.districts["province"]),
        ("calendar", "calendar_id", tables.calendar.loc[chiefs, "calendar_id"]),
    ):
        for first, *others in of_one_address(rows):
            for name in others:
                row = rows_where(getattr(tables, table)[column] == name)[0]
                says = f"has the checksum (CRC-32) of {first!r}, so both would draw the same dice"
                allowed, cure = "ids with checksums of their own", "rename one of the two"
                yield at_row(tables, table, row, column, says, allowed, cure)


def the_state_stands_on_the_first_day(tables: Tables) -> Iterator[Problem]:
    """On the first day the state holds the national capital and more than a third of capitals."""
    districts = tables.districts
    seats, open_ = districts["capital"] == 1, districts["held_at_start"] != "no"
    seat = districts["district_id"] == tables.settings.national_capital
    for row in rows_where(seat & open_):
        says = "is said of the national capital: a war whose state has lost its seat is over"
        cure = "write no, or name the seat that the state still holds as national_capital"
        yield at_row(tables, "districts", row, "held_at_start", says, "no", cure)
    lost, n = len(rows_where(seats & open_)), len(rows_where(seats))
    if lost and lost >= COLLAPSE_SHARE * n:
        says = f"gives {lost} of {n} capitals of provinces to insurgents on the first day"
        allowed = f"fewer than {COLLAPSE_SHARE:.0%} of them: with so many lost the state is gone"
        yield of_table("districts", says, allowed, "begin earlier, or write no where it held out")
