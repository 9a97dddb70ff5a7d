"""Checks of the districts, their contacts, garrisons and shapes."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import replace

import numpy as np

from holdfast.records.geojson import FILE
from holdfast.records.place import at_row, at_rows, in_settings, of_table, rows_where
from holdfast.records.problems import MOST_OF_A_KIND, Near, Problem, nearest
from holdfast.records.tables import Tables

EARTH_KM = 6371.0  # mean radius
MOST_DISTRICTS = 10_000  # kept with all their distances in memory
MOST_POSTS = 5_000_000  # of 40 men at most, who may all stand in one district: below 2**31 men
NEAR_KM, NEAR_SHARE = 10.0, 0.2  # by how much a link may differ from its seats


def links_are_in_order(tables: Tables) -> Iterator[Problem]:
    """A link joins two districts, and names the one that sorts first as district_a."""
    links = tables.links
    wrong = links["district_a"] >= links["district_b"]
    says, allowed = "does not sort after district_a", "the later of two different ids"
    cure = "swap the two, or take the link out if both are the same"
    yield from at_rows(tables, "links", wrong, "district_b", says, allowed, cure)


def seats_are_where_links_say(tables: Tables) -> Iterator[Problem]:
    """The distance of a link is about that of the two points on the globe."""
    links = tables.links
    columns = tables.districts[["district_id", "latitude", "longitude"]]
    points = {key: (lat, lon) for key, lat, lon in columns.itertuples(index=False)}
    nowhere = (np.nan, np.nan)
    a, b = (
        np.radians([points.get(key, nowhere) for key in links[end]]).reshape(-1, 2)
        for end in ("district_a", "district_b")
    )
    km, said = _distance(a, b), links["seat_km"].to_numpy(float)
    with np.errstate(invalid="ignore"):
        wrong = np.abs(km - said) > NEAR_KM + NEAR_SHARE * said  # not where an end is unknown
    found = rows_where(wrong)
    for row in found[:MOST_OF_A_KIND]:
        says, cure = f"but the points lie {km[row]:.1f} km apart", "check both coordinates"
        allowed = f"{km[row]:.1f} give or take {NEAR_KM:g} km and a fifth"
        yield at_row(tables, "links", row, "seat_km", says, allowed, cure)
    if (more := len(found) - MOST_OF_A_KIND) > 0:
        says = "but the points lie elsewhere"
        yield replace(of_table("links", says, "", ""), column="seat_km", more=more)


def every_province_has_one_capital(tables: Tables) -> Iterator[Problem]:
    """Each province has exactly one district that is its capital."""
    columns = tables.districts[["province", "capital"]].itertuples(index=False)
    capitals = Counter(province for province, capital in columns if capital)
    for province in sorted(set(tables.districts["province"])):
        if capitals[province] != 1:
            says = f"province {province!r} has {capitals[province]} capitals"
            yield of_table(
                "districts", says, "one for each province", "set capital to 1 in one row"
            )


def the_national_capital_is_a_capital(tables: Tables) -> Iterator[Problem]:
    """The national capital is a district that is also the capital of its province."""
    wanted = tables.settings.national_capital
    districts = tables.districts
    capitals = districts.loc[districts["capital"] == 1, "district_id"]
    if wanted not in set(capitals):
        allowed = "the id of a district with capital 1"
        cure = nearest(wanted, capitals) if len(capitals) else "set a capital"
        yield in_settings(tables, "national_capital", wanted, "is not a capital", allowed, cure)


def capitals_have_a_base(tables: Tables) -> Iterator[Problem]:
    """Every capital has men in a base."""
    strengths = tables.strengths
    with_base = set(strengths.loc[strengths["role"] == "base", "district_id"])
    districts = tables.districts
    without = (districts["capital"] == 1) & ~districts["district_id"].isin(list(with_base))
    says, allowed = "has no base", "a row of role base in strengths.csv"
    cure = "add its garrison to strengths.csv"
    yield from at_rows(tables, "districts", without, "district_id", says, allowed, cure)


def the_map_hangs_together(tables: Tables) -> Iterator[Problem]:
    """Every district can be reached from the national capital or from a named island."""
    near: dict[str, set[str]] = {key: set() for key in tables.districts["district_id"]}
    for a, b in tables.links[["district_a", "district_b"]].itertuples(index=False):
        near.setdefault(a, set()).add(b)
        near.setdefault(b, set()).add(a)
    to_visit = [tables.settings.national_capital, *tables.settings.islands]
    reached: set[str] = set()
    while to_visit:
        here = to_visit.pop()
        if here not in reached:
            reached.add(here)
            to_visit += near.get(here, ())
    apart = ~tables.districts["district_id"].isin(list(reached))
    says, allowed = "cannot be reached from the capital", "a map that hangs together"
    cure = "add its links, or name one of its part in islands of scenario.toml"
    yield from at_rows(tables, "districts", apart, "district_id", says, allowed, cure)


def islands_are_districts(tables: Tables) -> Iterator[Problem]:
    """Every island that the settings name is a district."""
    known = set(tables.districts["district_id"])
    near = Near(known)
    for island in tables.settings.islands:
        if island not in known:
            cure = near(island, "give the id of a district, or take it out")
            allowed = "ids of districts.csv"
            yield in_settings(tables, "islands", island, "is no district", allowed, cure)


def the_map_is_not_too_large(tables: Tables) -> Iterator[Problem]:
    """There are no more districts than the distances between all of them can be kept of."""
    n = len(tables.districts)
    if n > MOST_DISTRICTS:
        cure = "take larger districts"
        yield of_table("districts", f"has {n} rows", f"up to {MOST_DISTRICTS:,}", cure)


def the_army_can_be_counted(tables: Tables) -> Iterator[Problem]:
    """There are no more posts than a scenario can hold, so that no count of men overflows."""
    sizes = tables.settings.posts
    strengths = tables.strengths
    size = np.where(strengths["role"] == "base", sizes.company, sizes.checkpoint)
    posts = np.ceil(strengths["paper"].to_numpy(float) / size)
    if posts.sum() > MOST_POSTS:
        row = int(posts.argmax())
        says = f"is the most of {posts.sum():,.0f} posts in all"
        allowed = f"up to {MOST_POSTS:,} posts, {MOST_POSTS * sizes.company:,} men in companies"
        cure = "check the unit: paper counts men"
        yield at_row(tables, "strengths", row, "paper", says, allowed, cure)


def towns_hold_no_more_than_all(tables: Tables) -> Iterator[Problem]:
    """The urban population is part of the population."""
    districts = tables.districts
    over = districts["urban_population"] > districts["population"]
    says, allowed = "is above the population", "at most the population"
    yield from at_rows(
        tables, "districts", over, "urban_population", says, allowed, "check both numbers"
    )


def shapes_match_districts(tables: Tables) -> Iterator[Problem]:
    """Every shape is of a district or the outline; only newer districts may lack a shape."""
    if tables.cells is None:
        return
    features = tables.cells["features"]
    drawn = Counter(feature["properties"].get("district_id") for feature in features)
    known = set(tables.districts["district_id"])
    allowed, cure = "one shape for each district, and one outline", "make the shapes anew"
    near = Near(known)
    for district in (d for d in drawn if d is not None):
        if district not in known:
            says, otherwise = "has a shape but is no district", "take its shape out"
            yield Problem(FILE, says, allowed, near(district, otherwise), value=district)
        elif drawn[district] > 1:
            yield Problem(FILE, "has two shapes", allowed, cure, value=district)
    if drawn[None] != 1:
        yield Problem(FILE, f"has {drawn[None]} outlines", allowed, cure)
    lacking = ~tables.districts["district_id"].isin(list(drawn))
    whole = tables.districts["parent_district_id"] == ""
    lacks = lacking & whole
    yield from at_rows(tables, "districts", lacks, "district_id", "has no shape", allowed, cure)


def _distance(p: np.ndarray, q: np.ndarray) -> np.ndarray:
    """Return the great-circle distances in km of points in radians, [point, (lat, lon)]."""
    lat, lon = (q - p).T
    h = np.sin(lat / 2) ** 2 + np.cos(p[:, 0]) * np.cos(q[:, 0]) * np.sin(lon / 2) ** 2
    return 2 * EARTH_KM * np.arcsin(np.sqrt(np.minimum(h, 1.0)))
