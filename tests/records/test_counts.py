"""A number that can be read in two ways is refused with both; one way is read by a stated rule."""

import pytest

from holdfast.records.cast import Fault, cast
from holdfast.records.columns import integer, number
from holdfast.records.counts import Unclear, read_count, read_degrees
from holdfast.records.places import read_places

THIN, NARROW, HARD = "\u2009", "\u202f", "\u00a0"


@pytest.mark.parametrize(
    ("cell", "value"),
    [
        ("12000", 12000),
        ("0", 0),
        ("+7", 7),
        ("12.0", 12),
        ("12000.000", 12000),
        ("1e3", 1000),
        ("12 000", 12000),
        (f"12{HARD}000", 12000),
        (f"12{NARROW}000", 12000),
        (f"1{THIN}234{THIN}567", 1234567),
        ("12'000", 12000),
        ("12\u2019000", 12000),
        ("1.234.567", 1234567),
        ("1,234,567", 1234567),
        ("1,234.5", 1234.5),
        ("1.234,5", 1234.5),
        ("1.234,567", 1234.567),
        ("12,34,567", 1234567),
        ("12,5", 12.5),
        ("0.125", 0.125),
        ("90.5", 90.5),
        ("12 000,5", 12000.5),
    ],
)
@pytest.mark.parametrize("parted", [",", ";"])
def test_a_number_that_can_be_read_in_one_way_is_read(cell, value, parted):
    assert read_count(cell, parted) == value


@pytest.mark.parametrize("parted", [",", ";", "\t", ""])
@pytest.mark.parametrize(
    ("cell", "both"),
    [
        ("12.000", "12 or 12000"),
        ("1.234", "1.234 or 1234"),
        ("999.990", "999.990 or 999990"),
        ("-1.000", "-1 or -1000"),
    ],
)
def test_a_point_before_three_digits_is_refused_with_both_readings(cell, both, parted):
    with pytest.raises(Unclear) as caught:
        read_count(cell, parted)
    assert caught.value.says == f"can be {both}"
    assert f"write {both}" in caught.value.cure


def test_a_comma_before_three_digits_parts_thousands_only_where_commas_part_cells():
    assert read_count("12,500", ",") == 12500
    for parted in (";", "\t", "|", ""):
        with pytest.raises(Unclear, match="can be 12.500 or 12500"):
            read_count("12,500", parted)


@pytest.mark.parametrize(
    ("cell", "said"),
    [
        ("45%", "percentage"),
        ("(12)", "12 or minus 12"),
        ("1.20E+05", "rounded by a spreadsheet"),
        ("\u0661\u0662", "digits 0 to 9"),
        ("\uff11\uff12", "digits 0 to 9"),
        ("many", "no count"),
        ("nan", "no count"),
        ("inf", "no count"),
        ("1_000", "no count"),
        ("1.2.3", "no count"),
        ("12.34.567", "no count"),
        ("1234.567.890", "no count"),
        ("1 2", "no count"),
        ("12 00", "no count"),
        ("12-15", "no count"),
        ("1e400", "no count"),
        ("12k", "no count"),
        ("", "no count"),
    ],
)
def test_what_is_no_plain_number_is_refused(cell, said):
    with pytest.raises(Unclear, match=said):
        read_count(cell, ";")


def test_the_reading_of_other_digits_is_offered():
    with pytest.raises(Unclear) as caught:
        read_count("\u0661\u0662\u0660\u0660\u0660")
    assert "12000" in caught.value.cure


@pytest.mark.parametrize(
    ("cell", "value"),
    [
        ("34.500", 34.5),
        ("34,500", 34.5),
        ("-10,15", -10.15),
        ("\u22125", -5),
        ("5e-05", 5e-05),
        ("34.052.235", None),
        ("1234", None),
        ("34\u00b030'N", None),
        ("nan", None),
    ],
)
def test_degrees_have_no_thousands(cell, value):
    assert read_degrees(cell) == value


@pytest.mark.parametrize(
    "column",
    [integer("paper", "men", ""), number("value_low", "units", ""), number("low", "see unit", "")],
)
@pytest.mark.parametrize("cell", ["12.000", "12,000"])
def test_a_scenario_table_refuses_a_count_in_two_ways_with_both(column, cell):
    with pytest.raises(Fault) as caught:
        cast(cell, column)
    assert "12000" in caught.value.says
    assert "write 12" in caught.value.cure


@pytest.mark.parametrize(
    ("cell", "unit"),
    [
        ("34.500", "degrees north"),
        ("0.125", "share"),
        ("1.234", "km"),
        ("0.125", "see unit"),
        ("12.5", "units"),
    ],
)
def test_measures_and_shares_may_have_three_decimals(cell, unit):
    assert cast(cell, number("x", unit, "")) == float(cell)


@pytest.mark.parametrize("cell", ["12 000", "12'000", "\u0661\u0662\u0660\u0660\u0660"])
def test_a_scenario_table_says_what_to_write_for_a_count(cell):
    with pytest.raises(Fault) as caught:
        cast(cell, integer("paper", "men", ""))
    assert caught.value.cure == "write 12000"


@pytest.mark.parametrize(
    ("cell", "both"),
    [("90,00", "90 or 9000"), ("9,0000", "9 or 90000"), ("12,50", "12.50 or 1250"),
     ("9,0", "9 or 90"), ("90000,0", "90000 or 900000"), ("-90,00", "-90 or -9000"),
     ("1234,567", "1234.567 or 1234567")],
)  # fmt: skip
def test_a_comma_out_of_its_place_is_refused_where_commas_part_cells(cell, both):
    with pytest.raises(Unclear) as caught:
        read_count(cell, ",")
    assert caught.value.says == f"can be {both}"


@pytest.mark.parametrize(
    ("cell", "value"), [("90,00", 90), ("12,50", 12.5), ("1234,5678", 1234.5678)]
)
def test_a_comma_is_the_decimal_one_where_semicolons_part_cells(cell, value):
    assert read_count(cell, ";") == value


def test_people_that_are_not_whole_are_told(tmp_path):
    (tmp_path / "p.csv").write_text("district,population\nAnvil,90000.5\nBirch,9000\n")
    words = [said.words for said in read_places(tmp_path / "p.csv").said]
    assert any("1 number of people not whole: 90,000.5 (line 2)" in line for line in words)
