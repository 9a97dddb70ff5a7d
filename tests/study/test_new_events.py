"""Events that their own file puts in another country do not happen in this one."""

from datetime import date

import numpy as np
import pytest

import dirty_files as dirty
from holdfast.records.events import Window
from holdfast.records.names import Finder
from holdfast.records.places import find_country
from holdfast.records.published import read_events
from holdfast.study.new.record import Place, located, with_kept

WINDOW = Window(date(2014, 1, 1), date(2014, 12, 31), (-140.1, -0.1, -138.4, 1.1))
EDGE = {"latitude": "-0.03"}  # 3 km south of the first district


def place(country=""):
    shapes = np.array(dirty.grid())
    middle = np.array([shape.centroid.coords[0] for shape in shapes])
    ids = [f"X{n}" for n in range(6)]
    finder = Finder(zip(ids, dirty.NAMES, dirty.PROVINCES, strict=True))
    asked = find_country(country) if country else None
    return Place(ids, dirty.NAMES, shapes, middle[:, 0], middle[:, 1], finder, asked)


def kept(tmp_path, *changes, country="", file=dirty.GED, row=dirty.GED_ROW):
    """Countries of the events that are kept, and what is said of countries."""
    events = read_events(dirty.events(tmp_path / "e.csv", file, row, *changes), WINDOW)
    rows, said = located(events, place(country))
    told = [one.words for one in said if "countr" in one.words]
    return list(rows["country_name"]), " ".join(told)


def test_an_event_across_the_border_is_left_out_with_its_dead(tmp_path):
    other = EDGE | {"country": "Otherland", "best": "400", "low": "300", "high": "500"}
    names, said = kept(tmp_path, other, {})
    assert names == ["Nowhere"]
    assert "1 event of another country, by its own column (Otherland)" in said
    assert "with 400 dead (300 to 500)" in said


def test_without_a_country_that_is_told_most_events_in_the_map_say_it(tmp_path):
    other = {"country": "Otherland", "best": "1", "low": "1", "high": "1"}
    names, said = kept(tmp_path, other, {}, {}, EDGE | {"country": ""})
    assert names == ["Nowhere", "Nowhere", ""]
    assert "1 event of another country, by its own column (Otherland), with 1 dead" in said


@pytest.mark.parametrize(
    ("asked", "theirs"),
    [
        ("Yemen", "Yemen (North Yemen)"),
        ("COD", "DR Congo (Zaire)"),
        ("MM", "Myanmar (Burma)"),
        ("Syria", "Syrian Arab Republic"),
        ("CIV", "Ivory Coast"),
        ("PSE", "Israel"),
        ("Chad", "CHAD"),
        ("Chad", "Tchad or what else a file may call it"),
    ],
)
def test_the_country_that_was_asked_for_is_known_by_all_its_names(tmp_path, asked, theirs):
    home = {"country": theirs}
    names, said = kept(tmp_path, home, home, EDGE | {"country": "Kenya"}, country=asked)
    assert names == [theirs, theirs]
    assert "(Kenya)" in said


def test_the_country_that_was_asked_for_goes_before_the_most(tmp_path):
    home, other = {"country": "Chad"}, {"country": "Niger"}
    names, said = kept(tmp_path, other, other, home, country="TCD")
    assert names == ["Chad"]
    assert "2 events of another country" in said


def test_acled_without_names_is_held_to_its_number_of_the_country(tmp_path):
    header = [name for name in dirty.ACLED if name != "country"]
    row = {name: cell for name, cell in dirty.ACLED_ROW.items() if name != "country"}
    names, said = kept(
        tmp_path, {"iso": "148"}, EDGE | {"iso": "404"}, country="Chad", file=header, row=row
    )
    assert names == ["148"]
    assert "1 event of another country, by its own column (404), with 4 dead" in said


def test_a_map_of_two_countries_keeps_the_events_of_both(tmp_path):
    names, said = kept(tmp_path, *[{"country": "Iraq"}] * 6, *[{"country": "Syria"}] * 5)
    assert len(names) == 11
    assert "name 2 countries, and all are kept: Iraq (6), Syria (5)" in said


def test_a_file_that_names_no_country_is_read_as_before(tmp_path):
    assert kept(tmp_path, {"country": ""}, EDGE | {"country": ""}) == (["", ""], "")


def test_the_line_of_what_was_read_counts_what_is_kept(tmp_path):
    other = EDGE | {"country": "Otherland"}
    file = dirty.events(tmp_path / "e.csv", dirty.GED, dirty.GED_ROW, other, {}, {})
    events = read_events(file, WINDOW)
    rows, _ = located(events, place())
    read = with_kept(events.said, len(rows))[0].words
    assert read == "e.csv: UCDP GED, 3 events near map and in window, of 3; 2 kept"
