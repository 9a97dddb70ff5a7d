"""A slip of one value or one column is told with the number that looks odd, and stops nothing.

The slips are those that an outsider tried on version 0.1, where thirty of fifty-two passed without
a word. Each is made in the tables of the ring, where every true number is known.
"""

from dataclasses import replace
from datetime import date

import numpy as np
import pandas as pd
import pytest
import shapely

from holdfast.records.checks import run_checks
from holdfast.records.place import PATHS
from holdfast.records.plausible import RULES
from holdfast.records.read import list_scenarios, look_at, read_scenario


@pytest.fixture(scope="module")
def true():
    return read_scenario("ring")


def told(tables):
    found = list(run_checks(RULES, tables, ()))
    assert not any(problem.stops for problem in found)
    return {problem.check: str(problem) for problem in found}


def with_column(table, column, change):
    """A slip that changes a column of a table; `change` takes and gives its values."""

    def slip(tables):
        frame = getattr(tables, table).copy()
        frame[column] = change(frame[column].copy())
        return replace(tables, **{table: frame})

    return slip


def with_cell(table, column, row, value):
    """A slip in one cell; `value` may be a function of the true one."""

    def change(cells):
        cells.iloc[row] = value(cells.iloc[row]) if callable(value) else value
        return cells

    return with_column(table, column, change)


def both(*slips):
    def slip(tables):
        for one in slips:
            tables = one(tables)
        return tables

    return slip


def settings(**changed):
    return lambda tables: replace(tables, settings=replace(tables.settings, **changed))


def insurgents(total):
    def slip(tables):
        found = replace(tables.settings.insurgents, total=total)
        return replace(tables, settings=replace(tables.settings, insurgents=found))

    return slip


def without_garrison(district):
    def slip(tables):
        kept = tables.strengths["district_id"] != district
        return replace(tables, strengths=tables.strengths[kept].reset_index(drop=True))

    return slip


def once_more(table, row, **cells):
    """A row a second time, with other cells."""

    def slip(tables):
        frame = getattr(tables, table)
        again = pd.concat([frame, frame.iloc[[row]].assign(**cells)], ignore_index=True)
        lines = (*tables.lines[table], 99)
        return replace(tables, **{table: again}, lines={**tables.lines, table: lines})

    return slip


def times(factor):
    return lambda cells: cells * factor


def years(n):
    return lambda days: days + pd.DateOffset(years=n)


def month_first(days):
    return days.map(lambda d: d.replace(month=d.day, day=d.month) if d.day <= 12 else d)


def hundredths(cells):
    return cells / 100


def tracker(total):
    return with_tracker(total_units=total)


def with_tracker(**changed):
    def slip(tables):
        trackers = dict(tables.settings.trackers)
        trackers["centres"] = replace(trackers["centres"], **changed)
        return replace(tables, settings=replace(tables.settings, trackers=trackers))

    return slip


def lake(tables):
    named = with_cell("districts", "name", 4, "Lake Ember")(tables)
    return with_cell("districts", "population", 4, 0)(named)


SLIPS = {
    "men in hundreds of thousands": (
        with_column("strengths", "paper", times(1000)),
        "the_army_fits_the_people",
        "600,000 men on the roll for 280,000 people, 2,143 for every 1,000",
    ),
    "men in thousands": (
        with_column("strengths", "paper", lambda men: (men // 1000).clip(lower=1)),
        "the_army_fits_the_people",
        "0.089 for every 1,000",
    ),
    "people in thousands": (
        with_column("districts", "population", lambda people: people // 1000),
        "the_army_fits_the_people",
        "600 men on the roll for 280 people",
    ),
    "one garrison x1000": (
        with_cell("strengths", "paper", 0, 60_000),
        "no_garrison_is_most_of_the_army",
        "Anvil, Eastring (R01)",
    ),
    "one garrison x10": (
        with_cell("strengths", "paper", 12, lambda men: 10 * men),
        "no_garrison_stands_out",
        "Check paper",
    ),
    "one population x1000": (
        with_cell("districts", "population", 2, 9_000_000),
        "garrisons_fit_their_people",
        "Cairn, Eastring (R03). The first has",
    ),
    "one population x1000, told by the others": (
        with_cell("districts", "population", 2, 9_000_000),
        "no_district_holds_most_people",
        "9,000,000 of 9,271,000 people",
    ),
    "insurgents in thousands": (
        insurgents(1),
        "the_insurgents_fit_the_army",
        "600 men on the roll (strengths.csv) and 1 insurgent",
    ),
    "insurgents x1000": (insurgents(150_000), "the_insurgents_fit_the_army", "250 for each man"),
    "a district without a garrison": (
        without_garrison("R06"),
        "every_district_has_a_garrison",
        "no men in strengths.csv",
    ),
    "people x1000 on the land": (
        with_column("districts", "population", times(10_000)),
        "people_fit_the_land",
        "More than 100,000 people on a km2",
    ),
    "area in hectares": (
        with_column("districts", "area_km2", times(100)),
        "areas_fit_the_distances",
        "not in hectares",
    ),
    "border in metres": (
        with_column("districts", "border_km", times(1000)),
        "borders_fit_the_distances",
        "goes up to 9.36e+04",
    ),
    "lengths of borders in metres": (
        with_column("links", "border_km", times(1000)),
        "borders_fit_the_distances",
        "The middle border_km in links.csv is 2e+04",
    ),
    "a district of another country": (
        with_cell("districts", "latitude", 4, 60.0),
        "no_district_lies_far_from_all_others",
        "(R05)",
    ),
    "decimals lost": (
        both(
            with_column("districts", "latitude", np.round),
            with_column("districts", "longitude", np.round),
        ),
        "coordinates_have_decimals",
        "All 12 districts",
    ),
    "a point used twice": (
        both(
            with_cell("districts", "latitude", 1, lambda _: 0.0),
            with_cell("districts", "latitude", 2, lambda _: 0.0),
            with_cell("districts", "longitude", 1, lambda _: 0.0),
            with_cell("districts", "longitude", 2, lambda _: 0.0),
        ),
        "no_two_districts_share_a_point",
        "(R02); Cairn",
    ),
    "reach of media / 100": (
        with_column("districts", "media_reach", hundredths),
        "shares_are_not_hundredths",
        "media_reach in districts.csv is 0.0063 at most",
    ),
    "turnout / 100": (
        with_column("districts", "turnout", hundredths),
        "shares_are_not_hundredths",
        "turnout",
    ),
    "one reach of media / 100": (
        with_cell("districts", "media_reach", 3, lambda share: share / 100),
        "no_reach_of_media_stands_out",
        "(R04)",
    ),
    "elders' ties reversed": (
        with_column("districts", "elder_ties", lambda ties: 1 - ties),
        "elders_lean_as_voters_do",
        "correlation 0.98",
    ),
    "a lake": (lake, "districts_are_land", "Lake Ember"),
    "a corps in capitals": (
        with_cell("districts", "corps", 2, "CORPS_EAST"),
        "no_two_names_read_alike",
        '"CORPS_EAST" (1) and "corps-east" (5) read alike',
    ),
    "a corps with a space": (
        with_column(
            "districts", "corps", lambda corps: corps.where(corps.index > 0, "corps -east")
        ),
        "no_two_names_read_alike",
        "read alike",
    ),
    "a corps misspelt": (
        with_cell("districts", "corps", 2, "corps-aest"),
        "groups_hold_more_than_a_misspelling",
        '"corps-aest"',
    ),
    "a region misspelt": (
        with_cell("districts", "region", 2, "Rign"),
        "groups_hold_more_than_a_misspelling",
        '"Rign"',
    ),
    "a district doubled": (
        once_more("districts", 2, district_id="R13"),
        "no_district_stands_twice",
        "Cairn, Eastring (R03); Cairn, Eastring (R13)",
    ),
    "a dated fact doubled": (
        once_more("calendar", 2, calendar_id="again"),
        "no_row_stands_twice_under_two_ids",
        "again",
    ),
    "the calendar a year early": (
        with_column("calendar", "date", years(-1)),
        "the_calendar_is_of_this_war",
        "from 2000-01-01 to 2000-03-01",
    ),
    "a dated fact two years late": (
        with_cell("calendar", "date", 15, pd.Timestamp("2003-02-01")),
        "the_calendar_is_of_this_war",
        "2003-02-01 on line 17",
    ),
    "captures a year early": (
        with_column("captures", "date", years(-1)),
        "the_record_is_of_this_war",
        "No row of record/captures.csv",
    ),
    "the war starts too late": (
        settings(start=date(2001, 2, 20)),
        "the_record_is_of_this_war",
        "lie outside the war",
    ),
    "end a year late": (
        settings(end=date(2002, 3, 1)),
        "the_war_ends_with_what_is_known",
        "365 days after the last day",
    ),
    "end in 2199": (
        settings(end=date(2199, 3, 1)),
        "the_war_ends_with_what_is_known",
        "2199",
    ),
    "captures known a year later": (
        both(
            with_column("captures", "known_on", lambda days: days),
            lambda t: with_column("captures", "known_on", lambda _: years(1)(t.captures["date"]))(
                t
            ),
        ),
        "news_is_not_a_year_old",
        "13 rows known on the same day of another year",
    ),
    "days and months swapped": (
        with_column("calendar", "date", month_first),
        "days_are_not_months",
        "the other way round",
    ),
    "a lag of hours in days": (
        with_tracker(lag_days=60.0),
        "trackers_tell_within_the_war",
        "lag_days 60 in scenario.toml, and the war lasts 59 days",
    ),
    "a tenfold garrison among two": (
        with_cell("strengths", "paper", 14, lambda men: 10 * men),
        "no_garrison_stands_out",
        "has 780 men of army at base; the next has 60",
    ),
    "longitudes of the wrong sign": (
        with_column("districts", "longitude", lambda degrees: -degrees),
        "seats_lie_in_their_shapes",
        "12 seats lie far outside the shape",
    ),
    "one seat two degrees north": (
        with_cell("districts", "latitude", 3, lambda degrees: degrees + 2),
        "seats_lie_in_their_shapes",
        "One seat lies far outside",
    ),
    "a thousand million districts": (
        tracker(1_000_000_000),
        "trackers_count_what_is_there",
        "total_units 1,000,000,000",
    ),
}


def test_every_rule_is_shown_by_a_slip():
    assert {rule for _, rule, _ in SLIPS.values()} == {rule.name for rule in RULES}


def test_every_rule_says_in_a_sentence_what_is_usual():
    assert all(rule.says.endswith(".") for rule in RULES)


@pytest.mark.parametrize("name", SLIPS)
def test_a_slip_is_told_with_its_number(true, name):
    slip, rule, words = SLIPS[name]
    found = told(slip(true))
    assert words in found.get(rule, ""), found
    for line in found.values():  # each is one short line of whole sentences that names its file
        assert "\n" not in line
        assert len(line) < 420
        assert line.endswith((".", "?")), line
        assert any(file in line for file in (*PATHS.values(), "scenario.toml"))


@pytest.mark.parametrize("name", list_scenarios())
def test_nothing_looks_odd_in_a_bundled_scenario(name):
    assert told(read_scenario(name)) == {}


def test_an_odd_number_does_not_stop_a_scenario_from_being_read(ring):
    ring.change("strengths.csv", lambda row: row["district_id"] == "R01", paper="60000")
    assert {p.stops for p in look_at(ring.folder)[1]} == {False}
    assert read_scenario(ring.folder).strengths["paper"].max() == 60_000


def test_a_seat_across_180_degrees_from_the_corner_of_its_shape_lies_in_it(true):
    """Longitude 180 and -180 are one line: a map moved onto it is no more odd than before."""
    across = true.districts.assign(longitude=(true.districts["longitude"] - 40 + 180) % 360 - 180)
    east, west = across["longitude"].max(), across["longitude"].min()
    assert east > 170
    assert west < -170
    moved = [
        feature | {"geometry": shapely.geometry.mapping(_moved(feature["geometry"], -40.0))}
        for feature in true.cells["features"]
    ]
    tables = replace(true, districts=across, cells=true.cells | {"features": moved})
    assert "seats_lie_in_their_shapes" not in told(tables)


def _moved(geometry, degrees):
    return shapely.transform(shapely.geometry.shape(geometry), lambda xy: xy + [degrees, 0.0])


@pytest.mark.parametrize(
    ("written", "name"),
    [
        ("Coast", "Coastt"),
        ("Coast", "Coast Province"),
        ("Coast", "C\u043east"),
        ("Coast", "Coest"),
        ("Coast", "Coasta"),
        ("A & B", "A and B"),
        ("Saint Mary", "St Mary"),
        ("Saint Mary", "St. Mary's"),
        ("Saint Mary", "Saint Marry"),
    ],
)
@pytest.mark.parametrize("rows", [1, 2])
def test_a_province_that_is_written_in_two_ways_is_told(true, written, name, rows):
    provinces = [name] * rows + [written] * (len(true.districts) - rows)
    words = " ".join(told(with_column("districts", "province", lambda _: provinces)(true)).values())
    assert f'"{name}"' in words
    assert f'"{written}"' in words


@pytest.mark.parametrize(
    ("one", "other"),
    [("North Harbour", "South Harbour"), ("I Corps", "II Corps"), ("Zone 1", "Zone 2")],
)
def test_neighbours_that_are_told_apart_by_a_word_are_no_misspelling(true, one, other):
    provinces = [one] + [other] * (len(true.districts) - 1)
    words = " ".join(told(with_column("districts", "province", lambda _: provinces)(true)).values())
    assert "misspelling" not in words
    assert "read alike" not in words
