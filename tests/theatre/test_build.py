"""Tables become arrays without losing a man, a border or a road home."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from holdfast.theatre.build import build, great_circle_km, make_posts
from holdfast.vocabulary.words import Branch, index


def strengths(*rows):
    return pd.DataFrame(rows, columns=["district_id", "branch", "role", "paper"])


def built(scenario, **changed):
    """Theatre of a scenario some of whose tables are changed."""
    names = ("districts", "links", "strengths", "calendar", "settings")
    return build(*(changed.get(name, getattr(scenario.tables, name)) for name in names))[0]


# ------------------------------------------------------------------------ posts


@given(paper=st.integers(1, 3000), size=st.integers(1, 40))
def test_a_strength_is_split_evenly_into_the_fewest_posts(paper, size):
    posts = make_posts(strengths(("A", "army", "base", paper)), company=size, checkpoint=7)
    assert posts["paper"].sum() == paper
    assert len(posts) == int(np.ceil(paper / size))
    assert posts["paper"].max() <= size
    assert posts["paper"].max() - posts["paper"].min() <= 1


def test_bases_are_made_of_companies_and_the_rest_of_checkpoints():
    rows = strengths(("A", "army", "base", 80), ("A", "police", "checkpoint", 80))
    posts = make_posts(rows, company=40, checkpoint=20)
    assert posts.groupby("branch")["paper"].apply(list).to_dict() == {
        "army": [40, 40],
        "police": [20, 20, 20, 20],
    }


def test_every_post_has_a_name_of_its_own(scenario):
    sizes = scenario.tables.settings.posts
    posts = make_posts(scenario.tables.strengths, sizes.company, sizes.checkpoint)
    assert posts["post_id"].is_unique
    assert len(set(np.asarray(scenario.theatre.post_key).tolist())) == len(posts)


def test_each_district_has_on_its_roll_what_the_table_says(scenario):
    th, table = scenario.theatre, scenario.tables.strengths
    ids = scenario.names.districts
    for row, branch in enumerate(Branch):
        mine = np.asarray(th.branch) == row
        got = np.bincount(np.asarray(th.home)[mine], np.asarray(th.paper)[mine], minlength=len(ids))
        wanted = table[table["branch"] == branch].groupby("district_id")["paper"].sum()
        assert (got == wanted.reindex(ids, fill_value=0)).all()


def test_mobile_companies_are_the_commandos_of_their_corps(scenario):
    th = scenario.theatre
    corps, mobile = np.asarray(th.corps), np.asarray(th.mobile)
    commando = np.flatnonzero(np.asarray(th.branch) == index(Branch.COMMANDO))
    assert sorted(mobile[mobile >= 0].tolist()) == commando.tolist()
    for c, row in enumerate(mobile):
        assert (corps[np.asarray(th.home)[row[row >= 0]]] == c).all()


# ------------------------------------------------------------------------ the road home


def test_rural_posts_pull_back_to_the_capital_of_their_province(scenario):
    th, names = scenario.theatre, scenario.names
    capital_of = {names.province_of[d]: d for d in np.flatnonzero(np.asarray(th.capital)).tolist()}
    for d in np.flatnonzero(np.asarray(th.capital) == 0):
        assert int(th.garrison_of[d]) == capital_of[names.province_of[d]]


# Where the corps had their seats is known from elsewhere than the tables of strength
# [sigar-2021-07, Afghan order of battle].
SEATS = {
    "corps-203": "Gardez",
    "corps-205": "Kandahar",
    "corps-207": "Hirat",
    "corps-209": "Mazar-e-Sharif",
    "corps-215": "Lashkargah",
    "corps-217": "Kunduz",
}


def test_capitals_pull_back_to_the_seat_of_their_corps_and_seats_to_kabul(afghanistan):
    th, names = afghanistan.theatre, afghanistan.names
    kabul = int(th.national_capital)
    assert names.district_names[kabul] == "Kabul"
    assert int(th.garrison_of[kabul]) == kabul
    for d in np.flatnonzero(np.asarray(th.capital)):
        seat = SEATS.get(names.corps[int(th.corps[d])])
        town = names.district_names[int(th.garrison_of[d])]
        if seat is not None:
            assert town == ("Kabul" if names.district_names[d] == seat else seat)


def test_every_road_of_retreat_ends_in_the_national_capital(scenario):
    town = np.asarray(scenario.theatre.garrison_of)
    place = np.arange(len(town))
    for _ in range(3):  # to the province, to the corps, to the nation
        place = town[place]
    assert (place == int(scenario.theatre.national_capital)).all()


def test_a_province_without_a_capital_pulls_back_to_the_national_capital(ring):
    districts = ring.tables.districts.assign(
        capital=lambda t: t["capital"].where(t["district_id"] != "R07", 0)
    )
    town = np.asarray(built(ring, districts=districts).garrison_of)
    assert (town == 0).all()


# ------------------------------------------------------------------------ borders


def test_ties_of_a_district_sum_to_one(scenario):
    tie = np.asarray(scenario.theatre.tie, float)
    np.testing.assert_allclose(tie.sum(1), 1, atol=1e-6)
    assert (tie >= 0).all()


def test_contacts_are_the_links_of_the_table_both_ways(scenario):
    row = {name: k for k, name in enumerate(scenario.names.districts)}
    links = scenario.tables.links
    wanted = {
        (row[a], row[b]) for a, b in zip(links["district_a"], links["district_b"], strict=True)
    }
    wanted |= {(b, a) for a, b in wanted}
    th = scenario.theatre
    near = np.asarray(th.tie) > 0
    a = np.broadcast_to(np.arange(len(row))[:, None], near.shape)[near]
    assert set(zip(a.tolist(), np.asarray(th.neighbour)[near].tolist(), strict=True)) == wanted


def test_a_tie_is_the_share_of_the_border(ring):
    links = ring.tables.links.copy()
    ends = links["district_a"] + links["district_b"]
    links.loc[ends == "R01R02", "border_km"] = 60.0  # against 20 to R12
    links.loc[ends == "R02R03", "border_km"] = np.nan  # unknown: a kilometre
    th = built(ring, links=links)
    tie_to = lambda a, b: float(th.tie[a][np.asarray(th.neighbour[a]) == b].sum())  # noqa: E731
    assert tie_to(0, 1) == pytest.approx(60 / 80)
    assert tie_to(0, 11) == pytest.approx(20 / 80)
    assert tie_to(1, 2) == pytest.approx(1 / 61)
    assert tie_to(2, 3) == pytest.approx(20 / 21)


def test_a_district_that_touches_none_has_ties_to_none(ring):
    th = built(ring, links=ring.tables.links.iloc[:0])
    assert (np.asarray(th.tie) == 0).all()
    assert (np.asarray(th.neighbour) == np.arange(12)[:, None]).all()


# ------------------------------------------------------------------------ distances


def test_distances_are_those_of_a_sphere():
    towns = np.asarray([[0.0, 0.0, 90.0, 0.0, 1.0], [0.0, 90.0, 0.0, 180.0, 0.0]])
    km = great_circle_km(*towns)
    quarter = 6371.0 * np.pi / 2
    assert km[0] == pytest.approx([0, quarter, quarter, 2 * quarter, quarter / 90])
    assert km == pytest.approx(km.T)


def test_distances_between_known_towns_are_those_of_the_atlas():
    """London to New York is 5,570 km; Paris to Tokyo 9,712 km."""
    latitude = np.asarray([51.5074, 40.7128, 48.8566, 35.6762])
    longitude = np.asarray([-0.1278, -74.0060, 2.3522, 139.6503])
    km = great_circle_km(latitude, longitude)
    assert km[0, 1] == pytest.approx(5570, rel=2e-3)
    assert km[2, 3] == pytest.approx(9712, rel=2e-3)


def test_the_garrison_is_as_far_as_the_map_says(ring):
    """The seats of the ring lie on a circle of half a degree about a point of the equator."""
    th = ring.theatre
    degree = 6371.0 * np.pi / 180
    chord = degree * np.sin(np.radians(15))  # 30 degrees apart on a circle of half a degree
    assert float(th.garrison_km[1]) == pytest.approx(chord, rel=1e-2)
    assert float(th.garrison_km[6]) == pytest.approx(degree, rel=1e-3)  # across the circle
    assert float(th.garrison_km[0]) == 0


def test_supply_flies_from_the_nearest_seat(ring):
    """R01 and R07 are seats; R04 and R10 lie midway on the circle."""
    km = np.asarray(ring.theatre.air_km)
    assert km[0] == km[6] == 0
    assert km[3] == pytest.approx(6371.0 * np.pi / 180 / np.sqrt(2), rel=1e-3)
    assert km.argsort()[-2:].tolist() in ([3, 9], [9, 3])


# ------------------------------------------------------------------------ land and people


def test_unknown_numbers_stand_at_the_mean_and_unknown_borders_far_away(ring):
    districts = ring.tables.districts.copy()
    for column in ("turnout", "elder_ties", "media_reach", "border_km", "border_value"):
        districts.loc[districts["district_id"] == "R04", column] = np.nan
    th = built(ring, districts=districts)
    assert float(th.legitimacy[3]) == float(th.elder_proxy[3]) == 0
    known = districts["media_reach"].drop(3).mean()
    assert float(th.media_reach[3]) == pytest.approx(known)
    assert float(th.border_km[3]) >= 1000
    assert float(th.border_value[3]) == 0


def test_a_proxy_that_is_the_same_everywhere_says_nothing(ring):
    th = built(ring, districts=ring.tables.districts.assign(turnout=0.4, elder_ties=np.nan))
    assert (np.asarray(th.legitimacy) == 0).all()
    assert (np.asarray(th.elder_proxy) == 0).all()


def test_insurgents_run_first_where_the_state_was_weak_and_capitals_last(ring):
    proxy = np.asarray(ring.theatre.contest_proxy)
    weakest = ring.tables.districts["state_presence"].argmin()
    assert proxy.argmax() == weakest
    assert set(proxy.argsort()[:2].tolist()) == {0, 6}


def test_about_33_centres_were_held_on_the_first_day(afghanistan):
    """The count of the tracker; 19 likely at .9, 25 possible at .6, the others at .003."""
    assert float(afghanistan.theatre.held_chance.sum()) == pytest.approx(33, abs=1)


def test_a_possible_centre_is_held_in_six_wars_of_ten(ring):
    chances = np.asarray(ring.theatre.held_chance)
    assert chances[9] == pytest.approx(0.6)
    assert chances.argmax() == 9


# ------------------------------------------------------------------------ the whole


def test_the_arrays_of_a_theatre_fit_each_other(scenario):
    th, names = scenario.theatre, scenario.names
    n, n_posts = len(names.districts), len(th.paper)
    assert names.days == len(
        pd.date_range(scenario.tables.settings.start, scenario.tables.settings.end)
    )
    for field in ("province", "corps", "garrison_of", "home"):
        top = {"province": len(names.provinces), "corps": len(names.corps)}.get(field, n)
        x = np.asarray(getattr(th, field))
        assert x.shape == ((n_posts,) if field == "home" else (n,))
        assert (x >= 0).all()
        assert (x < top).all()
    assert np.asarray(th.province_sizes).sum() == np.asarray(th.corps_sizes).sum() == n
    assert [names.provinces[p] for p in np.asarray(th.province)] == list(names.province_of)
    for field, x in zip(th._fields, th, strict=True):
        if field != "calendar":
            assert np.isfinite(np.asarray(x, float)).all(), field
