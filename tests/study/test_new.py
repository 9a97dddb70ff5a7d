"""`holdfast new`: what people have becomes a scenario that passes its checks, or nothing does."""

import csv
import json

import numpy as np
import pandas as pd
import pytest
import shapely

import dirty_files as dirty
from holdfast.cli import main
from holdfast.records.read import read_scenario
from holdfast.study.new.ground import cells, great_circle, survey
from holdfast.study.new.men import Rule, spread
from holdfast.study.scenario import load

WAR = ["--start", "2014-01-01", "--end", "2014-06-30", "--defenders", "3000", "--insurgents", "600"]


@pytest.fixture
def here(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    dirty.write(dirty.plain(), tmp_path / "b.geojson")
    dirty.towns(tmp_path / "p.csv")
    return tmp_path


def call(capsys, *more, name="isle", land=("--boundaries", "b.geojson", "--places", "p.csv",
                                           "--capital", "Anvil"), war=tuple(WAR)):  # fmt: skip
    land = land[:-2] if "--capital" in more else land  # an option is given once
    status = main(["new", name, *land, *war, *map(str, more)])
    told = capsys.readouterr()
    return status, told.out, told.err


def table(path):
    with path.open(newline="", encoding="utf-8") as handle:
        return list(csv.DictReader(handle))


def flat(text):
    return " ".join(text.replace("\n  * ", " ; ").split())


def test_a_scenario_is_made_checked_and_told_in_eighty_columns(capsys, here):
    status, out, err = call(capsys)
    assert (status, err) == (0, "")
    assert "isle: 6 districts, all checks passed" in out
    assert max(map(len, out.splitlines())) <= 80
    for head in ("Read", "Assumed", "Missing"):
        assert f"{head}\n  * " in out
    scenario = load("isle")
    assert scenario.names.districts == tuple(f"X{n}" for n in range(6))
    assert scenario.tables.strengths["paper"].sum() == 3000
    assert main(["check", "isle"]) == 0


def test_the_readme_repeats_what_was_assumed_and_missing(capsys, here):
    _, out, _ = call(capsys)
    readme = flat((here / "isle" / "README.md").read_text())
    for line in flat(out.split("\n\n")[-3]).split(" ; ")[1:]:
        assert line in readme
    assert "40% police" in readme


def test_contacts_areas_and_seats_are_those_of_the_polygons(capsys, here):
    call(capsys)
    tables = read_scenario(here / "isle")
    links = {(row.district_a, row.district_b): row for row in tables.links.itertuples()}
    assert set(links) == {("X0", "X1"), ("X1", "X2"), ("X3", "X4"), ("X4", "X5"), ("X0", "X3"),
                          ("X1", "X4"), ("X2", "X5")}  # fmt: skip
    half_degree = great_circle(0.0, 0.0, 0.0, 0.5)
    assert links["X0", "X1"].border_km == pytest.approx(half_degree, abs=0.01)
    assert links["X0", "X1"].seat_km == pytest.approx(half_degree, abs=0.1)
    districts = tables.districts
    assert districts["area_km2"].iloc[0] == pytest.approx(half_degree**2, rel=0.01)
    assert districts["border_km"].iloc[1] == pytest.approx(half_degree / 2, rel=0.01)
    assert list(districts["capital"]) == [1, 0, 0, 1, 0, 0]
    assert set(districts["location_basis"]) == {"seat"}


def test_the_shapes_that_are_drawn_fit_together_and_have_an_outline(capsys, here):
    call(capsys)
    features = json.loads((here / "isle" / "cells.geojson").read_text())["features"]
    shapes = [shapely.geometry.shape(feature["geometry"]) for feature in features]
    assert features[-1]["properties"] == {"kind": "outline"}
    assert shapely.coverage_is_valid(shapes[:-1])
    assert shapes[-1].equals(shapely.union_all(shapes[:-1]))


def test_captures_become_record_status_control_and_the_first_day(capsys, here):
    dirty.rows(
        here / "c.csv", "date,place,event,how,source", "2013-12-01,Fjord,,,https://example.org/a",
        "2014-02-03,Birch,captured,assault,A paper", "2014-03-01,Birch,retaken,,A paper",
        "2014-04-01,Birch,,,", "2014-04-02,Cairn,,negotiated,",
    )  # fmt: skip
    status, _, err = call(capsys, "--captures", "c.csv")
    assert (status, err) == (0, "")
    tables = read_scenario(here / "isle")
    row = tables.status.set_index("district_id").loc["X1"]
    assert (row["n_captures"], row["n_recaptures"], row["how"]) == (2, 1, "assault")
    assert str(row["capture_after"].date()) == "2014-02-02"
    held = tables.districts.set_index("district_id")["held_at_start"]
    assert (held["X5"], held["X1"]) == ("likely", "no")
    assert list(tables.control["value_low"]) == [2, 1, 2, 3]
    assert tables.control["value_high"].isna().all()
    assert "https://example.org/a" in set(tables.sources["address"])


def test_a_control_series_becomes_a_tracker(capsys, here):
    dirty.rows(here / "s.csv", "date,held,total,tracker", "2014-02-01,2,6,The Watch",
               "2014-03-01,3,6,The Watch")  # fmt: skip
    status, _, err = call(capsys, "--control", "s.csv")
    assert (status, err) == (0, "")
    tables = read_scenario(here / "isle")
    assert tables.settings.trackers["the-watch"].title == "The Watch"
    assert list(tables.control["value_high"]) == [2, 3]


def test_a_table_of_garrisons_is_taken_as_it_is(capsys, here):
    dirty.rows(here / "g.csv", "place,men,branch", "Anvil,500,army", "Anvil,30,commando",
               "Delta,200,police", "Fjord,40,police")  # fmt: skip
    war = (*WAR[:4], *WAR[6:], "--strengths", "g.csv")
    status, out, err = call(capsys, war=war)
    assert (status, err) == (0, "")
    rows = {(r["district_id"], r["branch"], r["role"], r["paper"]) for r in
            table(here / "isle" / "strengths.csv")}  # fmt: skip
    assert rows == {("X0", "army", "base", "500"), ("X0", "commando", "base", "30"),
                    ("X3", "police", "base", "200"),
                    ("X5", "police", "checkpoint", "40")}  # fmt: skip
    assert "men of 3 districts: Birch, Cairn, Ember" in flat(out)
    dirty.rows(here / "g.csv", "place,men", "Anvil,500")
    status, _, err = call(capsys, name="other", war=war)
    assert status == 2
    assert "a base in every capital" in err


def test_deaths_of_ged_become_counts_that_no_fit_takes_for_soldiers(capsys, here):
    dirty.events(here / "e.csv", dirty.GED, dirty.GED_ROW, {}, {}, {"type_of_violence": "3"},
                 {"latitude": "1.02"}, {"latitude": "1.09"}, {"where_prec": "4"})  # fmt: skip
    status, out, err = call(capsys, "--events", "e.csv")
    assert (status, err) == (0, "")
    counts = read_scenario(here / "isle").counts
    assert sorted(zip(counts["place"], counts["low"], counts["high"], strict=True)) == [
        ("X0", 5, 7), ("X0", 10, 14), ("X3", 5, 7),
    ]  # fmt: skip
    assert counts["from"].isna().all()
    assert (counts["known_on"] > counts["date"]).all()
    assert flat(out).count("1 event outside every polygon") == 2
    assert "1 event outside every polygon, put into the nearest" in flat(out)
    assert "1 event located no finer than a province" in flat(out)


def test_acled_is_read_and_never_bundled(capsys, here):
    taken = {"sub_event_type": "Non-state actor overtakes territory"}
    dirty.events(
        here / "e.csv", dirty.ACLED, dirty.ACLED_ROW, taken,
        taken | {"event_date": "11 March 2014"},
        {"event_date": "12 March 2014", "sub_event_type": "Government regains territory"},
        taken | {"location": "A hamlet", "longitude": "-139.9"},
    )  # fmt: skip
    status, out, err = call(capsys, "--events", "e.csv")
    assert (status, err) == (0, "")
    assert out.count("ACLED's own terms govern") == 1
    folder = here / "isle"
    assert "may not be redistributed" in (folder / "README.md").read_text()
    text = "".join(path.read_text() for path in folder.rglob("*.*"))
    assert dirty.SECRET not in text
    assert "Undisclosed Source" not in text
    captures = read_scenario(folder).captures
    assert list(captures["event"]) == ["captured", "recaptured"]
    assert "1 event of changed control away from a district's seat" in flat(out)


@pytest.mark.slow
def test_a_country_alone_gives_people_seats_and_the_capital(capsys, here):
    shapes = dirty.grid(2, 2, west=1.2, south=42.4, step=0.3)
    names = ("South West", "South East", "North West", "North East")
    dirty.write(dirty.geoboundaries(names, "ADM1", "AND", shapes), here / "and.geojson")
    status, out, err = call(capsys, land=("--boundaries", "and.geojson"))
    assert (status, err) == (0, "")
    districts = read_scenario(here / "isle").districts
    assert set(districts["location_basis"]) <= {"geonames_seat", "polygon_point"}
    assert districts["population"].sum() == pytest.approx(77_006, rel=0.2)
    assert "the country is Andorra" in out
    sources = {row["source_id"]: row["note"] for row in table(here / "isle" / "sources.csv")}
    assert "CC BY 4.0" in sources["geonames"]


def test_provinces_come_from_a_second_file(capsys, here):
    dirty.write(dirty.geoboundaries(), here / "adm2.geojson")
    shapes = [shapely.union_all(dirty.grid()[:3]), shapely.union_all(dirty.grid()[3:])]
    dirty.write(dirty.geoboundaries(("Low", "High"), "ADM1", shapes=shapes), here / "adm1.geojson")
    land = ("--boundaries", "adm2.geojson", "--places", "p.csv", "--capital", "Anvil",
            "--provinces", "adm1.geojson")  # fmt: skip
    status, _, err = call(capsys, land=land)
    assert (status, err) == (0, "")
    assert list(read_scenario(here / "isle").districts["province"]) == ["Low"] * 3 + ["High"] * 3


def test_an_island_is_named_and_a_narrow_gap_is_bridged(capsys, here):
    shapes = dirty.grid()
    shapes[2] = shapely.transform(shapes[2], lambda xy: xy + [2.0, 0.0])
    shapes[5] = shapely.transform(shapes[5], lambda xy: xy + [0.01, 0.0])
    dirty.write(dirty.plain(shapes=shapes), here / "b.geojson")
    status, out, err = call(capsys)
    assert (status, err) == (0, "")
    tables = read_scenario(here / "isle")
    assert tables.settings.islands == ("X2",)
    row = tables.links.set_index(["district_a", "district_b"]).loc[("X4", "X5")]
    assert np.isnan(row["border_km"])
    assert "taken to touch across a gap: " in flat(out)


@pytest.mark.parametrize(
    ("more", "war", "said"),
    [
        ((), (), "--start DATE; --end DATE; --defenders N, or --strengths FILE; --insurgents N"),
        ((), (*WAR, "--strengths", "g.csv"), "one of the two"),
        ((), (*WAR[:6], "--insurgents", "5:6:7"), "N or N:LOW:HIGH"),
        ((), (*WAR[:2], "--end", "2013-01-01", *WAR[4:]), "days after --start"),
        ((), (*WAR[:4], "--defenders", "3", *WAR[6:]), "at least 4, two for each capital"),
        (("--dates", "dym"), tuple(WAR), "allowed: dmy or mdy"),
        (("--columns", "name"), tuple(WAR), "WHAT=COLUMN"),
        (("--captures", "nowhere.csv"), tuple(WAR), "is not there"),
        (("--country", "Atlantis"), tuple(WAR), "is no country"),
        (("--capital", "Anvik"), tuple(WAR), "near are Anvil, Upper"),
        (("--out", "deep/er/isle"), tuple(WAR), "make the folder around it first"),
        (("--out", "full"), tuple(WAR), "does not exist or is empty"),
    ],
)
def test_a_wrong_call_is_refused_in_words_and_writes_nothing(capsys, here, more, war, said):
    (here / "full").mkdir()
    (here / "full" / "mine.txt").write_text("keep me")
    before = sorted(path.name for path in here.rglob("*"))
    status, out, err = call(capsys, *more, war=war)
    assert (status, out) == (2, "")
    assert said in err
    assert sorted(path.name for path in here.rglob("*")) == before


def test_a_name_that_the_program_has_or_no_name_is_refused(capsys, here):
    assert call(capsys, name="ring")[0] == 2
    assert call(capsys, name="../x")[0] == 2


def test_without_people_it_says_how_to_give_them(capsys, here):
    status, _, err = call(capsys, land=("--boundaries", "b.geojson"))
    assert status == 2
    assert "--country CODE" in err
    assert "--places FILE" in err


def test_a_build_that_breaks_half_way_leaves_nothing(capsys, here, monkeypatch):
    monkeypatch.setattr("holdfast.study.new.write.write_package", lambda *_: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        call(capsys)
    assert sorted(path.name for path in here.iterdir()) == ["b.geojson", "p.csv"]


def test_the_rule_spreads_exactly_what_it_is_given():
    districts = pd.DataFrame({
        "district_id": [f"X{n}" for n in range(40)], "capital": [1, *[0] * 9] * 4,
        "population": np.linspace(1_000, 90_000, 40),
    })  # fmt: skip
    for total in (8, 57, 3_000, 300_699, 10**9):
        men, _ = spread(total, districts, "X0", ["X0", "X20"])
        assert men["paper"].sum() == total
        assert set(districts.loc[districts["capital"] == 1, "district_id"]) <= set(
            men.loc[men["role"] == "base", "district_id"]
        )
    of = men.groupby("branch")["paper"].sum() / 10**9
    assert of["police"] == pytest.approx(Rule().police, abs=1e-6)
    assert of["commando"] == pytest.approx(Rule().commando, abs=1e-6)
    head = men.loc[men["district_id"] == "X0", "paper"].sum() / 10**9
    assert head == pytest.approx(Rule().national_capital, abs=1e-6)
    far = men.loc[men["role"] == "checkpoint", "paper"].sum() / 10**9
    assert far == pytest.approx(Rule().countryside, abs=1e-6)


def test_the_survey_agrees_with_a_slow_one_on_random_cells():
    rng = np.random.default_rng(3)
    points = shapely.multipoints(rng.random((30, 2)) * [2, 1] + [10, 5])
    frame = shapely.box(10, 5, 12, 6)
    shapes = np.array([g.intersection(frame) for g in shapely.voronoi_polygons(points).geoms])
    shapes = shapely.coverage_clean(shapes[shapely.area(shapes) > 0])
    ground = survey(shapes, [str(n) for n in range(len(shapes))], "f")
    slow = {}
    for i, a in enumerate(shapes):
        for j in range(i + 1, len(shapes)):
            line = shapely.intersection(a.boundary, shapes[j].boundary)
            if line.length > 1e-9:
                slow[i, j] = sum(
                    great_circle(*p, *q)
                    for part in shapely.get_parts(shapely.line_merge(line))
                    for p, q in zip(part.coords, part.coords[1:], strict=False)
                )
    fast = {(a, b): km for a, b, km in ground.contacts.itertuples(index=False)}
    assert set(fast) == set(slow)
    assert all(fast[pair] == pytest.approx(slow[pair], rel=1e-6) for pair in slow)


def test_shapes_to_draw_stay_small_whatever_the_coast():
    rng = np.random.default_rng(4)
    turn = np.linspace(0, 2 * np.pi, 40_000)
    far = 0.4 + 0.002 * rng.standard_normal(40_000)
    coast = shapely.make_valid(shapely.Polygon(np.c_[far * np.cos(turn), far * np.sin(turn)]))
    squares = dirty.grid(2, 2, west=-0.5, south=-0.5)
    shapes = shapely.coverage_clean(np.array([square.intersection(coast) for square in squares]))
    assert shapely.get_num_coordinates(shapes).sum() > 35_000
    text, _ = cells(shapes, ["a", "b", "c", "d"])
    assert len(text) < 400_000
    drawn = [shapely.geometry.shape(f["geometry"]) for f in json.loads(text)["features"]]
    assert shapely.area(drawn[-1]) == pytest.approx(shapely.area(shapes).sum(), rel=0.02)


@pytest.mark.slow
def test_a_made_scenario_can_be_run(capsys, here):
    assert call(capsys)[0] == 0
    capsys.readouterr()
    assert main(["run", "isle", "--members", "2", "--until", "2014-01-20", "--out", "r"]) == 0
    assert (here / "r" / "report.html").exists()
