"""Every named check finds the fault it is named for, and none in the bundled scenarios."""

import json

import pytest

from holdfast.records.checks import CHECKS
from holdfast.records.problems import ScenarioError
from holdfast.records.read import find_scenario, list_scenarios, look_at, read_scenario


def first(_row):
    return True


def is_(**cells):
    return lambda row: all(row[column] == cell for column, cell in cells.items())


def without_a_shape(ring):
    cells = json.loads((ring.folder / "cells.geojson").read_text())
    del cells["features"][3]
    (ring.folder / "cells.geojson").write_text(json.dumps(cells))
    return "districts.csv", 5


def cut_off(ring):
    ring.drop("links.csv", lambda row: "R06" in (row["district_a"], row["district_b"]))
    return "districts.csv", 7


def late_series(ring):
    ring.drop("calendar.csv", is_(calendar_id="presence-1"))
    return "calendar.csv", None


def capital_without_base(ring):
    for branch in ("police", "army"):
        ring.change("strengths.csv", is_(district_id="R07", branch=branch), role="checkpoint")
    return "districts.csv", 8


def seat_elsewhere(ring):
    ring.change("districts.csv", is_(district_id="R03"), latitude="10")
    return "links.csv", 4


def second_capital(ring):
    ring.change("districts.csv", is_(district_id="R02"), capital="1")
    return "districts.csv", None


def too_many_districts(ring):
    header, *body = ring.rows("districts.csv")
    more = [[f"X{k}", *body[1][1:]] for k in range(10_000)]
    ring.write("districts.csv", [header, *body, *more])
    return "districts.csv", None


def twins(ring):
    """Two districts whose ids have one CRC-32, as words of a dictionary do."""
    for path in (*ring.folder.glob("*.csv"), *ring.folder.glob("*/*.csv"),
                 ring.folder / "cells.geojson"):  # fmt: skip
        text = path.read_text(encoding="utf-8")
        path.write_text(text.replace("R03", "plumless").replace("R05", "buckeroo"), "utf-8")
    return "districts.csv", 4


def spoiled(file, where, **cells):
    """A fault that is one changed row."""
    return lambda ring: (file, ring.change(file, where, **cells))


def retold(old, new):
    """A fault that is one changed line of the settings."""

    def plant(ring):
        ring.replace("scenario.toml", old, new)
        text = (ring.folder / "scenario.toml").read_text()
        return "scenario.toml", text[: text.index(new)].count("\n") + 1

    return plant


def unknown_island(ring):
    ring.replace("scenario.toml", "dt = 1.0", 'dt = 1.0\nislands = ["R99"]')
    return "scenario.toml", 7


def other_package(ring):
    ring.replace("datapackage.json", '"yearmonth"', '"string"')
    return "datapackage.json", None


FAULTS = {
    "no_row_stands_twice": lambda ring: ("links.csv", ring.repeat("links.csv", 4)),
    "references_exist": spoiled("record/captures.csv", first, district_id="R99"),
    "nothing_refers_to_itself": spoiled(
        "record/counts.csv", is_(count_id="n02"), counts_as_one_with="n02"
    ),
    "settings_name_known_sources": retold('source_id = "made-up"', 'source_id = "made-op"'),
    "places_exist": spoiled("calendar.csv", is_(place="Westring"), place="Westrong"),
    "trackers_are_defined": spoiled("record/control.csv", first, tracker="centers"),
    "package_is_current": other_package,
    "links_are_in_order": spoiled("links.csv", first, district_a="R02", district_b="R01"),
    "seats_are_where_links_say": seat_elsewhere,
    "every_province_has_one_capital": second_capital,
    "the_national_capital_is_a_capital": retold('capital = "R01"', 'capital = "R02"'),
    "capitals_have_a_base": capital_without_base,
    "the_map_hangs_together": cut_off,
    "islands_are_districts": unknown_island,
    "the_map_is_not_too_large": too_many_districts,
    "the_army_can_be_counted": spoiled("strengths.csv", first, paper="300000000"),
    "towns_hold_no_more_than_all": spoiled("districts.csv", first, urban_population="90001"),
    "shapes_match_districts": without_a_shape,
    "the_window_is_in_order": retold("end = 2001-03-01", "end = 2000-03-01"),
    "steps_divide_a_day": retold("dt = 1.0", "dt = 0.3"),
    "the_default_set_is_the_one_that_is_read": retold('"parameters.csv"', '"mine.csv"'),
    "splits_lie_in_the_window": retold("origins = [2001-01-15", "origins = [2000-12-31"),
    "insurgents_lie_in_their_range": retold("total = 150", "total = 250"),
    "trackers_of_countryside_have_thresholds": retold("threshold = 0.5", "threshold = 0.05"),
    "calendar_values_fit_their_kind": spoiled(
        "calendar.csv", is_(calendar_id="presence-1"), value="1.5"
    ),
    "series_have_one_value_a_day": spoiled(
        "calendar.csv", is_(calendar_id="pay-2"), date="2001-01-01"
    ),
    "series_begin_by_the_first_day": late_series,
    "nothing_is_known_before_it_happened": spoiled(
        "record/counts.csv", is_(count_id="n03"), known_on="2001-01-18"
    ),
    "intervals_are_in_order": spoiled(
        "record/status.csv", is_(district_id="R09"), capture_by="2001-01-01"
    ),
    "low_is_not_above_high": spoiled("record/counts.csv", is_(count_id="n01"), low="26"),
    "counts_fit_their_total": spoiled("record/control.csv", first, value_high="13"),
    "disputes_name_what_they_dispute": spoiled(
        "record/counts.csv", is_(count_id="n05"), counts_as_one_with=""
    ),
    "status_agrees_with_captures": spoiled(
        "record/status.csv", is_(district_id="R04"), n_captures="1"
    ),
    "claims_name_districts_that_are_there": spoiled(
        "record/claims.csv", first, districts="province=Nowhere"
    ),
    "nothing_shares_its_dice": twins,
    "the_state_stands_on_the_first_day": spoiled(
        "districts.csv", is_(district_id="R01"), held_at_start="possible"
    ),
}


def test_every_check_has_a_planted_fault():
    assert list(FAULTS) == [check.name for check in CHECKS]


def test_every_check_says_in_a_sentence_what_it_holds_to_be_true():
    assert all(check.says.endswith(".") for check in CHECKS)


@pytest.mark.parametrize("name", FAULTS)
def test_a_planted_fault_is_found_by_its_check_at_its_line(ring, name):
    file, line = FAULTS[name](ring)
    _, problems = look_at(ring.folder)
    found = [p for p in problems if p.check == name]
    assert found, [str(p) for p in problems]
    assert any((p.file, p.line) == (file, line) for p in found), [str(p) for p in found]
    assert all(p.allowed and p.cure and p.says for p in problems if p.stops)


@pytest.mark.parametrize("name", list_scenarios())
def test_a_bundled_scenario_has_no_problem(name):
    tables, problems = look_at(find_scenario(name))
    assert problems == ()
    assert tables.settings.name == name


def test_a_description_that_is_out_of_date_does_not_stop_a_run(ring):
    other_package(ring)
    assert [p.check for p in look_at(ring.folder)[1]] == ["package_is_current"]
    assert read_scenario(ring.folder).settings.name == "ring"


def test_all_problems_of_a_folder_are_told_at_once(ring):
    ring.change("districts.csv", first, population="-3")
    ring.change("record/counts.csv", first, stance="assert")
    ring.replace("scenario.toml", "total = 150", "total = 250")
    with pytest.raises(ScenarioError) as caught:
        read_scenario(ring.folder)
    told = str(caught.value).splitlines()
    assert len(told) == 3
    assert told[0] == (
        "districts.csv line 2, population: '-3' is below 0; "
        "allowed: a whole number of at least 0; cure: check the sign and the unit"
    )
    assert "'assert' is not a word of this column" in told[1]
    assert "did you mean 'asserts'?" in told[1]
    assert told[2].startswith("scenario.toml line 11, insurgents.total: '250' is outside")


def test_an_unknown_source_is_answered_with_the_nearest(ring):
    ring.change("record/captures.csv", first, source_id="made-upp")
    _, problems = look_at(ring.folder)
    assert [p.cure for p in problems] == ["did you mean 'made-up'?"]


def test_a_table_that_cannot_be_read_does_not_drown_its_cause(ring):
    ring.change("districts.csv", first, latitude="north")
    _, problems = look_at(ring.folder)
    assert [p.column for p in problems] == ["latitude"]


def test_an_island_is_no_fault_once_it_is_named(ring):
    cut_off(ring)
    ring.replace("scenario.toml", "dt = 1.0", 'dt = 1.0\nislands = ["R06"]')
    assert look_at(ring.folder)[1] == ()


@pytest.mark.parametrize(
    ("table", "pen", "line"),
    [
        ("districts.csv", {"province": ("Eastring", "plumless", "Westring", "buckeroo")}, 2),
        ("calendar.csv", {"calendar_id": ("appoint", "plumless", "gone", "buckeroo")}, None),
    ],
)
def test_provinces_and_appointments_have_dice_of_their_own_too(ring, table, pen, line):
    ((column, (a, as_a, b, as_b)),) = pen.items()
    for path in (*ring.folder.glob("*.csv"), *ring.folder.glob("*/*.csv")):
        header, *body = ring.rows(str(path.relative_to(ring.folder)))
        body = [[{a: as_a, b: as_b}.get(cell, cell) for cell in row] for row in body]
        ring.write(str(path.relative_to(ring.folder)), [header, *body])
    found = [p for p in look_at(ring.folder)[1] if p.check == "nothing_shares_its_dice"]
    if line is None:  # only one of the two is an appointment, and no other fact has dice
        assert found == []
        ring.change(table, is_(calendar_id="buckeroo"), kind="appointment")
        found = [p for p in look_at(ring.folder)[1] if p.check == "nothing_shares_its_dice"]
    assert [(p.file, p.column) for p in found] == [(table, column)]
    assert line is None or found[0].line == line


def test_two_thirds_of_the_capitals_cannot_be_lost_before_the_war_begins(ring):
    for capital in ("R03", "R05"):
        ring.change("districts.csv", is_(district_id=capital), province=f"Of {capital}",
                    capital="1", held_at_start="likely")  # fmt: skip
    ring.change("districts.csv", is_(district_id="R07"), held_at_start="unlikely")
    found = [str(p) for p in look_at(ring.folder)[1] if "the_state" in p.check]
    assert len(found) == 1
    assert "gives 3 of 4 capitals of provinces to insurgents on the first day" in found[0]
    ring.change("districts.csv", is_(district_id="R07"), held_at_start="no")
    assert not [p for p in look_at(ring.folder)[1] if "the_state" in p.check]
