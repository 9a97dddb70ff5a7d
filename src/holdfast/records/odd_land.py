"""Rules of plausibility of the land and its people."""

import re
from collections import Counter
from collections.abc import Iterator

import numpy as np
import pandas as pd

from holdfast.records.place import called, numbers, odd, texts
from holdfast.records.problems import Problem
from holdfast.records.tables import Tables
from holdfast.records.water import looks_like_water

PEOPLE_A_KM2 = (0.01, 100_000.0)
"""Of a district. Old Dhaka had 101,693 people on a km2, Manila 42,858
(https://ranktopten.com/most-densely-populated-places-on-earth-69915,
http://factsbrigade.com/2020/12/23/17-most-densely-populated-places-on-earth/); emptier than one
person on 100 km2 is a desert that no army holds."""

MOST_PEOPLE = 0.5  # of all people, in one district that is not the national capital
FEW = 4  # districts from which on something can be said of them all
OTHER_UNIT = 30.0
"""Times that areas may differ from the squares of distances (in the wars of the program 0.7 to 1),
and lengths of borders from distances (0.7 to 0.8): hectares and metres lie beyond it."""

FARTHEST_BORDER_KM = 3000.0
"""No place is farther from the nearest border; 999 is written where there is none to flee over."""

FAR_KM, FAR_TIMES = 500.0, 8.0
"""A district is far from all others beyond this, and beyond so many times the middle distance."""

HUNDREDTH = 0.02  # the largest share of all districts, where shares may have been divided by 100
STANDS_OUT = 0.1  # of the next least
REVERSED = 0.4  # correlation of elders' ties with votes; in the wars of the program -0.5 to -1
SHARES = ("media_reach", "elder_ties", "turnout", "state_presence")
EARTH_KM = 6371.0
WATER = re.compile(
    r"\b(?:lake|lac|lago|laguna|lagoon|see|ozero|hamun|reservoir|water ?body|water bodies|"
    r"river|ocean|sea|buhayrat|bahr|daryacheh|danau)\b",
    re.IGNORECASE,
)


def people_fit_the_land(tables: Tables) -> Iterator[Problem]:
    """A district has up to 100,000 people on a km2, and one on 100 km2 at least."""
    districts, (low, high) = tables.districts, PEOPLE_A_KM2
    people = numbers(districts, "population")
    with np.errstate(divide="ignore", invalid="ignore"):
        density = people / numbers(districts, "area_km2")
    for wrong, says in (
        (density > high, f"more than {high:,.0f} people on a km2"),
        ((density < low) & (people > 0), f"fewer than {low:g} people on a km2"),
    ):
        if wrong.any():
            yield odd(
                "districts",
                f"{says.capitalize()}: {called(tables, wrong)}. Check population and area_km2 in"
                " districts.csv.",
            )


def no_district_holds_most_people(tables: Tables) -> Iterator[Problem]:
    """No district but the national capital has more than half of all people."""
    people = np.nan_to_num(numbers(tables.districts, "population"))
    most = (people > MOST_PEOPLE * people.sum()) & (people > 0)
    most &= texts(tables.districts, "district_id") != tables.settings.national_capital
    if len(people) >= FEW and most.any():
        yield odd(
            "districts",
            f"{people[most][0]:,.0f} of {people.sum():,.0f} people live in one district that is not"
            f" the national capital: {called(tables, most)}. Check population in districts.csv.",
        )


def areas_fit_the_distances(tables: Tables) -> Iterator[Problem]:
    """Areas are about the squares of the distances between neighbours."""
    area, apart = _middle(tables.districts, "area_km2"), _middle(tables.links, "seat_km")
    if area > 0 and apart > 0 and not 1 / OTHER_UNIT <= area / apart**2 <= OTHER_UNIT:
        yield odd(
            "districts",
            f"The middle district has area_km2 {area:,.4g} in districts.csv, but neighbours lie"
            f" {apart:,.3g} km apart. Is the area in km2, not in hectares or m2?",
        )


def borders_fit_the_distances(tables: Tables) -> Iterator[Problem]:
    """Lengths of borders and ways to a border are in km."""
    far = float(numbers(tables.districts, "border_km").max())
    border, apart = _middle(tables.links, "border_km"), _middle(tables.links, "seat_km")
    if border > 0 and apart > 0 and not 1 / OTHER_UNIT <= border / apart <= OTHER_UNIT:
        yield odd(
            "links",
            f"The middle border_km in links.csv is {border:,.4g}, but neighbours lie {apart:,.3g}"
            " km apart. Is it in km?",
        )
    if far > FARTHEST_BORDER_KM or 0 < far < 1:
        yield odd(
            "districts",
            f"border_km in districts.csv goes up to {far:,.4g}; it is in km from the seat to"
            " the nearest border, and nowhere more than some 2,000.",
        )


def no_district_lies_far_from_all_others(tables: Tables) -> Iterator[Problem]:
    """No district lies far from all others, as one of another country would."""
    from scipy.spatial import KDTree

    districts = tables.districts
    if len(districts) < FEW:
        return
    lat, lon = (np.radians(numbers(districts, c)) for c in ("latitude", "longitude"))
    points = np.stack([np.cos(lat) * np.cos(lon), np.cos(lat) * np.sin(lon), np.sin(lat)], 1)
    chord = KDTree(points).query(points, k=2)[0][:, 1]
    km = 2 * EARTH_KM * np.arcsin(np.minimum(chord / 2, 1))
    far = (km > FAR_KM) & (km > FAR_TIMES * np.median(km))
    far &= ~np.isin(texts(districts, "district_id"), tables.settings.islands)
    if far.any():
        yield odd(
            "districts",
            f"{km[far].min():,.0f} km and more from every other district: {called(tables, far)}."
            " Is it of another country, or are its latitude and longitude wrong?",
        )


def coordinates_have_decimals(tables: Tables) -> Iterator[Problem]:
    """Seats are not all at whole degrees."""
    points = np.stack([numbers(tables.districts, c) for c in ("latitude", "longitude")], 1)
    if len(points) >= FEW and (points == points.round()).all():
        yield odd(
            "districts",
            f"All {len(points):,} districts lie at whole degrees: the decimals of latitude and"
            " longitude in districts.csv seem to be lost. A degree is 111 km.",
        )


def no_two_districts_share_a_point(tables: Tables) -> Iterator[Problem]:
    """No two districts lie at one point, but for one that was carved from the other."""
    districts = tables.districts
    points = list(zip(districts["latitude"], districts["longitude"], strict=True))
    own = texts(districts, "location_basis") != "parent_point"
    own &= texts(districts, "parent_district_id") == ""
    there = Counter(point for point, alone in zip(points, own, strict=True) if alone)
    twice = own & np.array([there[point] > 1 for point in points], bool)
    if twice.any():
        yield odd("districts", f"Districts at one and the same point: {called(tables, twice)}.")


def shares_are_not_hundredths(tables: Tables) -> Iterator[Problem]:
    """Shares go from 0 to 1, not from 0 to 0.01."""
    for column in SHARES:
        known = numbers(tables.districts, column)
        known = known[~np.isnan(known)]
        if len(known) >= FEW and 0 < known.max() <= HUNDREDTH:
            yield odd(
                "districts",
                f"{column} in districts.csv is {known.max():g} at most. It is a share from 0 to 1:"
                " was it divided by 100 once too often?",
            )


def no_reach_of_media_stands_out(tables: Tables) -> Iterator[Problem]:
    """No district has less than a tenth of the reach of media of every other."""
    reach = numbers(tables.districts, "media_reach")
    least = np.sort(reach)[:2]
    if len(reach) >= FEW and 0 < least[0] < STANDS_OUT * least[1]:
        yield odd(
            "districts",
            f"{called(tables, reach == least[0])} has media_reach {least[0]:g} in districts.csv,"
            f" and every other district {least[1]:g} and more. Was it divided by 100?",
        )


def elders_lean_as_voters_do(tables: Tables) -> Iterator[Problem]:
    """Where elders are close to the insurgents, fewer vote and fewer polling stations open."""
    for other in ("turnout", "state_presence"):
        both = np.stack([numbers(tables.districts, c) for c in ("elder_ties", other)])
        both = both[:, ~np.isnan(both).any(0)]
        if both.shape[1] < 2 * FEW or (np.ptp(both, 1) == 0).any():
            continue
        r = float(np.corrcoef(both)[0, 1])
        if r > REVERSED:
            yield odd(
                "districts",
                f"elder_ties rises with {other} in districts.csv (correlation {r:.2f}): elders"
                " would be closest to the insurgents where most take part in the state. Is"
                " elder_ties 0 for no ties and 1 for the closest, not the other way round?",
            )
            return


def districts_are_land(tables: Tables) -> Iterator[Problem]:
    """No district is a lake or a sea."""
    districts = tables.districts
    people = numbers(districts, "population")
    with_men = list(set(tables.strengths["district_id"]))
    empty = ~(people > 0) | ~np.isin(texts(districts, "district_id"), with_men)
    names = texts(districts, "name")
    wet = empty & np.array([bool(WATER.search(n)) or looks_like_water(n) for n in names], bool)
    if wet.any():
        yield odd(
            "districts",
            f"Named like water, and without people or men: {called(tables, wet)}. A lake can fall"
            " like any district: take it out.",
        )
    nobody = (people == 0) & ~wet
    if nobody.any():
        yield odd("districts", f"Districts with a population of 0: {called(tables, nobody)}.")


def _middle(frame: pd.DataFrame, column: str) -> float:
    """The median of the numbers of a column that are known, NaN if there is none."""
    known = numbers(frame, column)
    known = known[~np.isnan(known)]
    return float(np.median(known)) if len(known) else float("nan")
