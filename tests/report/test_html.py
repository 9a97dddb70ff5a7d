"""The page stands alone, tells the numbers of the wars, and trusts no name."""

import json
import re
import shutil
import subprocess

import numpy as np
import pandas as pd
import pytest
import xarray as xr

from holdfast.records.read import find_scenario, look_at
from holdfast.report import Record, report_html
from holdfast.report.shapes import draw_map

HOSTILE = "</script><script>document.title='broken'</script>"
BROWSER = shutil.which("chromium")


def square(key: str, west: float) -> dict:
    ring = [[west, 30], [west + 1, 30], [west + 1, 31], [west, 31], [west, 30]]
    shape = {"type": "Polygon", "coordinates": [ring]}
    return {"type": "Feature", "properties": {"district_id": key}, "geometry": shape}


# D has no shape; X is a shape of no district.
CELLS = {"features": [square("A", 60), square("B", 61), square("C", 62), square("X", 80)]}


@pytest.fixture
def page(wars, about, record):
    def page(cells=CELLS, **how):
        return report_html(wars(**how), about, record, cells)

    return page


def told(page: str) -> dict:
    return json.loads(re.search(r'id="data">(.*?)</script>', page, re.DOTALL)[1])


def test_nothing_is_loaded_from_anywhere(page):
    html = page()
    assert not re.search(r"https?:|url\(|@import|\bsrc=|\bhref=|fetch\(|XMLHttp|\bimport\b", html)
    assert "default-src 'none'" in html


def test_a_hostile_name_stays_a_name(page):
    html = page(names=(HOSTILE, "North", "South", "East"))
    assert HOSTILE not in html
    assert told(html)["districts"][0]["name"] == HOSTILE
    assert "innerHTML" not in html


def test_a_name_that_looks_like_a_gap_of_the_template_is_left_alone(page):
    html = page(names=("{{script}}", "North", "South", "East"))
    assert told(html)["districts"][0]["name"] == "{{script}}"


def test_it_says_that_it_is_simulated_and_by_which_run(page):
    html = page()
    assert "Simulated, run tiny-1" in html
    run = told(html)["run"]
    assert (run["id"], run["version"], run["seed"]) == ("tiny-1", "0.1.0", 7)
    assert (run["members"], run["collapsed"], run["parameters"]) == (4, 1, "hand-chosen")


def test_a_district_without_a_shape_is_there_without_a_path(page):
    districts = {d["id"]: d for d in told(page())["districts"]}
    assert len(districts) == 4
    assert districts["D"]["path"] is None
    assert districts["C"]["path"]


def test_a_scenario_without_a_map_has_a_report(page):
    values = told(page(cells=None))
    assert values["map"] is None
    assert all(d["path"] is None for d in values["districts"])


def test_chances_by_week_are_shares_of_the_wars(page):
    values = told(page())
    assert values["weeks"] == [0, 4]
    north = values["districts"][1]
    # Falls at 1, 2, 2 and 2 days: one of four wars by the end of the first day, then all.
    assert north["fallen"] == [25, 100]
    assert (north["chance"], north["span"]) == (100, [0, 1, 1])
    assert north["manners"] == [50, 25, 25, 0]
    seat = values["districts"][0]
    assert (seat["chance"], seat["span"]) == (25, [3, None, None])


def test_the_record_stands_beside_each_curve(page):
    watch = told(page())["curves"][0]
    assert watch["bands"][2][-1] == 2.5
    assert [(p["day"], p["low"], p["hollow"]) for p in watch["points"]] == [
        (2, 2, False),
        (4, 0, False),
        (4, 1, False),
        (4, 4, True),  # a claim
    ]


def test_at_least_has_an_open_end(page):
    point = told(page())["capitals"]["points"][0]
    assert (point["low"], point["high"]) == (1, None)
    assert point["says"].startswith("1 or more of 1")


def test_reasons_are_means_over_the_districts_that_fell(page):
    assert told(page())["why"] == [["pledge", 2, 2, 2], ["fear", 1, 1, 1]]


def test_the_pledge_shows_what_followed_and_who_denies_it(page):
    html = page()
    after = told(html)["afterwards"]
    assert [(a["count"], a["stance"]) for a in after] == [
        ("22", "asserts"),
        ("no number", "denies"),
    ]
    assert "war crime" in html


def test_borders_run_only_where_provinces_meet_or_end():
    provinces = {"A": "P", "B": "P", "C": "Q"}
    drawn = draw_map(CELLS, provinces)
    moves = [list(map(int, re.findall(r"-?\d+", part))) for part in drawn.borders.split("M")[1:]]
    ups = set()
    for line in moves:
        x, y = line[:2]
        for dx, dy in zip(line[2::2], line[3::2], strict=True):
            if dx == 0:
                ups.add(x)
            x, y = x + dx, y + dy
    assert ups == {0, 667, 1000}  # the two ends and the border of C; not that of A with B


def test_neighbours_keep_one_border_when_rounded():
    drawn = draw_map(CELLS, {"A": "P", "B": "P"})
    assert drawn.paths["A"].startswith("M0 ")
    assert drawn.paths["B"].startswith("M500 ")
    assert drawn.marks["A"][0] == pytest.approx(250, abs=1)


def real(cells, districts) -> xr.Dataset:
    """The real theatre's districts with made-up wars of 107 days."""
    dice, n, members, days = np.random.default_rng(1), len(districts), 20, 107
    fall = np.where(dice.random((members, n)) < 0.7, dice.integers(1, days, (members, n)), np.inf)
    day = np.arange(1, days + 1)
    held = (fall[:, None, :] <= day[:, None]).astype(np.uint8)
    mdt, three = ("member", "day", "tracker"), ("member", "day", "district")
    counted = held.sum(-1)[..., None] * np.ones(10)
    return xr.Dataset(
        {
            "held": (three, held),
            "serving": (three, held + 20),
            "first_fall": (("member", "district"), fall),
            "held_at_start": (("member", "district"), np.zeros((members, n))),
            "manner_of_fall": (("member", "district"), np.where(np.isfinite(fall), 1, -1)),
            "fates": (("member", "day", "fate"), np.ones((members, days, 7)) * day[:, None]),
            "capitals_held": (("member", "day"), held[..., :34].sum(-1)),
            "why": (("member", "district", "mechanism"), dice.random((members, n, 16))),
            **dict.fromkeys(("districts_held", "captured", "contested"), (mdt, counted)),
        },
        {
            "day": pd.date_range("2021-05-01", periods=days),
            "district": districts["district_id"].to_numpy(str),
            "name": ("district", districts["name"].to_numpy(str)),
            "province": ("district", districts["province"].to_numpy(str)),
            "capital": ("district", np.arange(n) < 34),
            "fate": FATES,
            "mechanism": [f"reason_{i}" for i in range(16)],
            "tracker": TRACKERS,
            "tracker_title": ("tracker", TRACKERS),
            "n_units": ("tracker", [n] * 10),
            "total_units": ("tracker", [n] * 10),
        },
        {"title": "Made up on a real map"},
    )


FATES = [
    "surrendered",
    "deserted",
    "abroad",
    "killed",
    "killed_after_surrender",
    "returned",
    "withdrew",
]
TRACKERS = [f"tracker_{i}" for i in range(10)]


def test_the_report_of_the_real_theatre_is_under_a_megabyte(about, record):
    tables, _ = look_at(find_scenario("afghanistan-2021"))
    wars = real(tables.cells, tables.districts)
    told = np.resize(TRACKERS, len(tables.control))
    series = tables.control.assign(
        tracker=told, variable="districts_held", tracker_title=told, low=1.0, high=2.0
    )
    nothing = xr.DataArray(np.full((20, len(series)), np.nan), dims=("member", "row"))
    full = Record(series, nothing, tables.captures, tables.counts)
    html = report_html(wars, about_of(about, "AF0101"), full, tables.cells)
    assert len(html.encode()) < 1_000_000
    assert html.count('"path":"M') == 399


def about_of(about, capital):
    return type(about)(**{**vars(about), "national_capital": capital})


@pytest.mark.slow
@pytest.mark.skipif(BROWSER is None, reason="no chromium here")
def test_a_browser_draws_it(page, tmp_path):
    file = tmp_path / "report.html"
    file.write_text(page(names=(HOSTILE, "North", "South", "East")), encoding="utf-8")
    call = [BROWSER, "--headless", "--no-sandbox", "--disable-gpu", "--dump-dom"]
    call += ["--disable-background-networking", "--disable-component-update"]
    call += [f"--user-data-dir={tmp_path / 'profile'}", file.as_uri()]
    drawn = subprocess.run(call, capture_output=True, text=True, timeout=60, check=False).stdout
    assert 'data-ready="yes"' in drawn
    assert drawn.count('fill-rule="evenodd"') == 3
    assert "1 of 4 districts have no shape and are counted but not drawn: East (Q, 50%)." in drawn
    assert "<title>Simulated: A tiny war</title>" in drawn
    body = drawn[drawn.index('<table id="districts">') :]
    assert body.count("<tr>") + body.count("<tr ") >= 5
