"""Dates, names, events and tables of others are read as they are meant, or refused in words."""

import time
from datetime import date

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import dirty_files as dirty
from holdfast.records.dates import read_days
from holdfast.records.events import Window
from holdfast.records.names import Finder, NotFound, cleaned, folded
from holdfast.records.outside import read_outside
from holdfast.records.places import find_country, read_places
from holdfast.records.problems import ScenarioError
from holdfast.records.published import read_events
from holdfast.records.said import About
from holdfast.records.told_tables import read_captures, read_control, read_garrisons

TENTH = date(2014, 6, 10)
WINDOW = Window(date(2014, 1, 1), date(2014, 12, 31), (-140.1, -0.1, -138.4, 1.1))
FUZZ = settings(max_examples=60, deadline=None, derandomize=True,
                suppress_health_check=[HealthCheck.function_scoped_fixture])  # fmt: skip


def finder():
    rows = zip([f"X{n}" for n in range(6)], dirty.NAMES, dirty.PROVINCES, strict=True)
    return Finder(rows, {"X0": ["Anvil town"]})


def told(call, *given, **more):
    with pytest.raises(ScenarioError) as caught:
        call(*given, **more)
    assert all(problem.cure for problem in caught.value.problems)
    return str(caught.value)


def words(found, about):
    return " ".join(one.words for one in found.said if one.about is about)


# days


@pytest.mark.parametrize(
    "cell",
    ["2014-06-10", "2014/06/10", "20140610", "2014-06-10 00:00:00.000", "2014-06-10T12:30:00Z",
     "10 June 2014", "10 Jun 2014", "10-Jun-2014", "June 10, 2014", "10th June 2014"],
)  # fmt: skip
def test_a_day_is_read_however_publishers_write_it(cell):
    assert read_days([cell], [2], "f.csv", "date") == ([TENTH], [], "")


def test_a_day_that_may_be_read_in_two_ways_is_refused_and_names_the_option():
    days, problems, _ = read_days(["10/06/2014"], [7], "f.csv", "date")
    assert days == [None]
    assert "f.csv line 7, date: '10/06/2014' may be day or month first" in str(problems[0])
    assert "--dates dmy" in str(problems[0])


@pytest.mark.parametrize(("order", "day"), [("dmy", TENTH), ("mdy", date(2014, 10, 6))])
def test_the_order_that_is_told_settles_it(order, day):
    assert read_days(["10/06/2014"], [2], "f.csv", "date", order)[0] == [day]


def test_another_cell_of_the_column_settles_the_order_and_that_is_said():
    days, problems, read = read_days(["10/06/2014", "25/06/2014"], [2, 3], "f.csv", "date")
    assert (days[0], problems, read) == (TENTH, [], "day first, as 25/06/2014 shows")
    days, _, read = read_days(["06/10/2014", "06/25/2014"], [2, 3], "f.csv", "date")
    assert (days[0], read) == (TENTH, "month first, as 06/25/2014 shows")


def test_a_column_in_both_orders_is_refused():
    _, problems, _ = read_days(["25/06/2014", "06/25/2014"], [2, 3], "f.csv", "date")
    assert "day first here but the month first in line 3" in str(problems[0])


@pytest.mark.parametrize(
    "cell",
    ["41800", "2014-02-30", "32 June 2014", "10 Juin 2014", "10/06/14", "1/1/1", "0001-01-01",
     "9999-01-01", "٢٠١٤-٠٦-١٠", "soon"],
)  # fmt: skip
def test_what_is_no_day_is_refused(cell):
    assert read_days([cell], [2], "f.csv", "date", "dmy")[1]


@pytest.mark.parametrize(
    ("cell", "cure"),
    [
        ("1393-03-20", "Solar Hijri"),
        ("1435-08-12", "Hijri"),
        ("2557-06-10", "Buddhist"),
        ("0025-06-10", "the year 25 cannot be meant"),
        ("10 Juin 2014", "'Juin' is no month"),
        ("10 \u0438\u044e\u043d\u044f 2014", "no month in English"),
        ("10-Feb-14", "two digits"),
        ("10/06/14", "two digits"),
        ("41800", "a spreadsheet wrote its own number"),
    ],
)
def test_a_day_that_is_not_read_says_why(cell, cure):
    _, problems, _ = read_days([cell], [2], "f.csv", "date", "dmy")
    assert cure in problems[0].cure


# names


def test_a_name_without_its_spaces_is_found_and_told(tmp_path):
    joined = Finder([("X0", "OldHarbourTown", "Upper"), ("X1", "Birch", "Upper")])
    assert joined.find("Old Harbour Town") == joined.find("Old Harbour Town, Upper") == "X0"
    assert joined.spelt("Old Harbour Town") == "OldHarbourTown, Upper"
    assert joined.spelt("Birch") == joined.spelt("X1") == joined.spelt("nothing") == ""
    path = dirty.rows(tmp_path / "c.csv", "date,place", "2014-06-10,Old Harbour Town")
    assert "'Old Harbour Town' is 'OldHarbourTown, Upper'" in words(
        read_captures(path, joined), About.MENDED
    )
    two = Finder([("X0", "AlBab", "Upper"), ("X1", "Alba B", "Lower")])
    with pytest.raises(NotFound):
        two.find("Al Bab")
    assert two.find("Al Bab", "Upper") == "X0"


def test_an_id_that_lost_its_nought_is_answered_with_the_id():
    numbered = Finder([(f"{n:02d}", name, "Upper") for n, name in enumerate(dirty.NAMES, 1)])
    with pytest.raises(NotFound) as caught:
        numbered.find("4")
    assert "'04' (Delta, Upper) may be meant" in caught.value.cure


def test_names_are_found_by_how_they_read():
    assert folded("Sar-e Pol") == folded("SAR E  POL")
    assert folded("كابل") == folded("کابل")
    assert cleaned("\u2067کابل\u2069 ") == "کابل"
    assert finder().find("ANVIL") == finder().find("anvil town") == finder().find("x0") == "X0"


def test_a_name_that_is_nearly_right_is_refused_with_those_near_it():
    with pytest.raises(NotFound) as caught:
        finder().find("Anvill")
    assert "Anvil, Upper" in caught.value.cure


def test_a_name_of_two_districts_needs_its_province():
    both = Finder([("X0", "Baharak", "Upper"), ("X3", "Baharak", "Lower")])
    with pytest.raises(NotFound, match="name of 2 districts"):
        both.find("Baharak")
    assert both.find("Baharak", "Lower") == both.find("Baharak, Lower") == "X3"
    with pytest.raises(NotFound):
        both.find("Baharak", "Middle")


@pytest.mark.parametrize("title", ["Inlet (R09)", "inlet (r09), Westring", "R09"])
def test_a_district_is_found_by_the_title_that_the_program_prints(title):
    assert (
        Finder([("R09", "Inlet", "Westring"), ("R08", "Juniper", "Eastring")]).find(title) == "R09"
    )


@pytest.mark.parametrize(
    "title", ["Inlet, Eastring", "Inlet (Eastring)", "Inlet (R09), Eastring", "Juniper (R09)"]
)
def test_a_name_that_is_right_in_a_wrong_province_is_told_its_own(title):
    with pytest.raises(NotFound) as caught:
        Finder([("R09", "Inlet", "Westring"), ("R08", "Juniper", "Eastring")]).find(title)
    assert caught.value.instead == "Inlet (R09) lies in Westring"


def test_a_country_is_found_by_code_or_name_and_a_misspelt_one_is_refused():
    assert find_country("TCD") == find_country("td") == find_country("Chad")
    assert "did you mean" in told(find_country, "Chadd")


# tables


@pytest.mark.parametrize("parted", [",", ";", "\t", "|"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
def test_a_table_is_read_whatever_parts_its_cells_and_encodes_it(tmp_path, parted, encoding):
    lines = [line.replace(",", parted) for line in ("Name,Total Pop", "Évreux,5")]
    path = dirty.rows(tmp_path / "t.csv", *lines, encoding=encoding, end="\r\n")
    found = read_outside(path, {"name": ("name",), "men": ("total_pop",)}, ["name"])
    assert found.rows.to_dict("list") == {"name": ["Évreux"], "men": ["5"]}
    assert ("cp1252" in words(found, About.ASSUMED)) == (encoding == "cp1252")


def test_a_number_parted_by_a_comma_that_shifts_the_row_is_refused(tmp_path):
    path = dirty.rows(tmp_path / "t.csv", "district,men", "Anvil,200", "Birch,12,500")
    assert "t.csv line 3: has 3 cells" in told(read_garrisons, path, finder())


def test_a_problem_names_the_line_even_after_a_cell_of_two_lines(tmp_path):
    path = dirty.rows(tmp_path / "t.csv", "district,men,note", 'Anvil,5,"a', 'b"', "Birch,x,")
    assert "t.csv line 4, men: 'x' is no count" in told(read_garrisons, path, finder())


def test_captures_get_intervals_and_days_of_knowledge(tmp_path):
    path = dirty.rows(
        tmp_path / "c.csv", "date,place,event,how", "2014-06-10,Anvil,,",
        "11 June 2014,X1,retaken,",
        "2014-06-10,Anvil town,,", "2014-06-12,cairn,captured,negotiated",
    )  # fmt: skip
    found = read_captures(path, finder())
    assert list(found.rows["district_id"]) == ["X0", "X1", "X2"]
    assert list(found.rows["event"]) == ["captured", "recaptured", "captured"]
    first = found.rows.iloc[0]
    assert (first["earliest"], first["latest"]) == (date(2014, 6, 9), date(2014, 6, 11))
    assert first["known_on"] == date(2014, 6, 11)
    assert "1 capture given twice" in words(found, About.LEFT_OUT)


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("2014-06-10,Anvill,,", "near are Anvil, Upper"),
        ("10/06/2014,Anvil,,", "--dates dmy"),
        (",Anvil,,", "is empty"),
        ("2014-06-10,Anvil,captred,", "did you mean 'captured'"),
        ("2014-06-10,Anvil,,asault", "did you mean 'assault'"),
    ],
)
def test_a_capture_that_is_wrong_is_refused_with_its_line(tmp_path, line, said):
    path = dirty.rows(tmp_path / "c.csv", "date,place,event,how", line)
    message = told(read_captures, path, finder())
    assert "c.csv line 2" in message
    assert said in message


def test_a_control_series_is_of_the_districts_of_the_map_unless_it_says_otherwise(tmp_path):
    path = dirty.rows(tmp_path / "s.csv", "Date,Districts held", "2014-06-10,2", "2014-06-11,3")
    found = read_control(path, 6)
    assert list(found.rows["total"]) == [6, 6]
    assert list(found.rows["high"]) == [2, 3]
    path = dirty.rows(tmp_path / "s.csv", "date,held,total", "2014-06-10,7,6")
    assert "low, high, total in order" in told(read_control, path, 6)


def test_places_may_be_points_or_numbers_of_districts(tmp_path):
    assert len(read_places(dirty.towns(tmp_path / "p.csv")).points) == 6
    path = dirty.rows(tmp_path / "p.csv", "ADM2_PCODE,T_TL", 'X0,"12,500"')
    assert list(read_places(path).districts["population"]) == [12500]
    path = dirty.rows(tmp_path / "p.csv", "name,lat,lon,population", "Anvil,91,0,5")
    assert "p.csv line 2, lat" in told(read_places, path)
    path = dirty.rows(tmp_path / "p.csv", "name,lat", "Anvil,91")
    assert "neither places nor districts" in told(read_places, path)


# UCDP and ACLED


def ged(tmp_path, *changes):
    return dirty.events(tmp_path / "GEDEvent_v24_1.csv", dirty.GED, dirty.GED_ROW, *changes)


def acled(tmp_path, *changes):
    return dirty.events(tmp_path / "acled.csv", dirty.ACLED, dirty.ACLED_ROW, *changes)


def test_ged_is_read_as_published_and_cut_to_the_war(tmp_path):
    path = ged(
        tmp_path, {}, {"id": "1001"}, {"where_prec": "6"}, {"latitude": "40"}, {"latitude": ""},
        {"date_start": "2013-02-10 00:00:00.000", "date_end": "2013-02-11 00:00:00.000"},
        {"date_start": "2013-12-30 00:00:00.000", "date_end": "2014-01-02 00:00:00.000"},
    )  # fmt: skip
    found = read_events(path, WINDOW)
    assert found.publisher == "UCDP"
    assert list(found.rows["fine"]) == [True, False, True]
    assert list(found.rows["high"]) == [7, 7, 7]
    assert found.rows["first"].iloc[0] == date(2014, 2, 10)
    assert found.rows["known_on"].iloc[0] == date(2015, 6, 30)
    left_out = words(found, About.LEFT_OUT)
    assert "1 event given twice" in left_out
    assert "1 event without coordinates" in left_out


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"low": "9"}, "'9' is above the higher estimate"),
        ({"best": "many"}, "'many' is no count"),
        ({"best": "-2"}, "'-2' is no count"),
        ({"date_start": "10/06/2014", "date_end": "10/06/2014"}, "--dates dmy"),
        ({"date_end": "2014-02-01 00:00:00.000"}, "is before date_start"),
        ({"latitude": "-139.75", "longitude": "0.25"}, "changed about"),
        ({"latitude": "45"}, "no event near"),
    ],
)
def test_events_that_are_wrong_are_refused_with_their_line(tmp_path, change, said):
    assert said in told(read_events, ged(tmp_path, change), WINDOW)


def test_events_with_latitude_and_longitude_changed_about_are_refused(tmp_path):
    box = (34.9, 32.9, 36.6, 34.7)
    here = Window(WINDOW.first, WINDOW.last, box)
    path = ged(tmp_path, {"latitude": "35.5", "longitude": "33.5"})
    assert "changed about" in told(read_events, path, here)


def test_of_an_event_that_acled_has_changed_the_newest_row_counts(tmp_path):
    path = acled(
        tmp_path, {"event_id_cnty": "XYZ1"},
        {"event_id_cnty": "XYZ1", "fatalities": "9", "timestamp": "1800000000"},
    )  # fmt: skip
    found = read_events(path, WINDOW)
    assert list(found.rows["low"]) == [9]
    assert found.rows["high"].isna().all()


def test_acled_says_who_took_what_and_how_sure_its_day_is(tmp_path):
    path = acled(
        tmp_path,
        {"sub_event_type": "Non-state actor overtakes territory", "time_precision": "2"},
        {"sub_event_type": "Government regains territory"},
        {"sub_event_type": "Non-violent transfer of territory", "inter1": "State forces"},
        {"sub_event_type": "Non-violent transfer of territory"},
        {},
    )
    rows = read_events(path, WINDOW).rows
    assert list(rows["change"]) == ["captured", "recaptured", "recaptured", "captured", ""]
    assert list(rows["how"]) == ["assault", "assault", "unknown", "unknown", "unknown"]
    assert (rows["first"].iloc[0], rows["last"].iloc[0]) == (date(2014, 2, 4), date(2014, 2, 16))
    assert dirty.SECRET not in rows.to_csv()


def test_a_file_of_no_known_publisher_is_refused(tmp_path):
    path = dirty.rows(tmp_path / "e.csv", "when,where", "2014-06-10,Anvil")
    assert "UCDP GED or ACLED" in told(read_events, path, WINDOW)


def test_a_hundred_thousand_events_are_read_in_seconds(tmp_path):
    path = ged(tmp_path, {})
    header, row = path.read_text().splitlines()
    far = row.replace("-139.75", "12.5").replace("1001", "7")
    path.write_text("\n".join([header, *[far] * 100_000, row]) + "\n")
    began = time.perf_counter()
    assert len(read_events(path, WINDOW).rows) == 1
    assert time.perf_counter() - began < 30  # far above what it takes: it must not be minutes


@pytest.mark.parametrize("kind", ["ged", "acled", "captures", "garrisons", "control", "places"])
@FUZZ
@given(cut=st.integers(0, 1500), put=st.binary(max_size=8))
def test_a_spoilt_table_is_read_or_refused_but_never_breaks(tmp_path, kind, cut, put):
    path = tmp_path / "t.csv"
    if kind in ("ged", "acled"):
        path = ged(tmp_path, {}, {}) if kind == "ged" else acled(tmp_path, {}, {})
    elif kind == "places":
        dirty.towns(path)
    else:
        dirty.rows(path, "date,place,men,held", "2014-06-10,Anvil,5,1", "2014-06-11,Birch,6,2")
    text = path.read_bytes()
    path.write_bytes(text[:cut] + put + text[cut + len(put) :])
    call = {
        "ged": lambda: read_events(path, WINDOW), "acled": lambda: read_events(path, WINDOW),
        "captures": lambda: read_captures(path, finder()), "places": lambda: read_places(path),
        "garrisons": lambda: read_garrisons(path, finder()),
        "control": lambda: read_control(path, 6),
    }[kind]  # fmt: skip
    try:
        call()
    except ScenarioError as error:
        assert str(error)  # noqa: PT017
