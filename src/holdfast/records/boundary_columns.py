"""The columns by which publishers of boundaries say what a polygon is called."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from holdfast.records.problems import Problem, ScenarioError, nearest

ROLES = ("id", "name", "province", "region", "corps", "country")
LANGUAGES = ("en", "fr", "es", "pt")  # in this order, if a name stands in several
PLAIN = {
    "id": ("district_id", "id", "code", "pcode", "adm1_code", "iso_3166_2"),
    "name": ("district", "district_name", "name_en", "name", "nom", "nombre", "dist_name", "label"),
    "province": ("province", "province_name", "governorate", "state", "admin1", "adm1"),
    "region": ("region", "region_name"),
    "corps": ("corps",),
    "country": ("adm0_a3", "iso_a3", "iso3", "iso_a2", "iso2", "iso", "country", "country_code"),
}  # fmt: skip


@dataclass(frozen=True)
class Layout:
    """Who publishes a file of this layout, its column for each of ROLES, and the level.

    A column that is not there is "". `level` counts from 1, a country's first division; None if
    the columns do not say. `terms` is what the publisher asks of those who use the file.
    """

    publisher: str
    columns: Mapping[str, str]
    level: int | None = None
    terms: str = ""
    address: str = ""


def layout_of(
    columns: Iterable[str], told: Mapping[str, str], file: str, types: Iterable[str] = ()
) -> Layout:
    """The layout of a file with these columns; raises ScenarioError if none has the name.

    `told` names columns for some of ROLES and goes before everything. `types` are the words of a
    column shapeType, as ADM2.
    """
    theirs = [c for c in columns if c != "geometry"]
    low = {c.lower(): c for c in theirs}
    found = _geoboundaries(low, types) or _gadm(low) or _cod(low) or _plain(low)
    given = {role: _told(role, column, low, file) for role, column in told.items()}
    merged = {role: given.get(role, found.columns.get(role, "")) for role in ROLES}
    if not merged["name"]:
        cure = "say which column: --columns name=COLUMN,id=COLUMN,province=COLUMN"
        there = ", ".join(theirs[:15]) or "none"
        says = f"has no column of names among {there}"
        allowed = "geoBoundaries, GADM, OCHA COD-AB, or a column that is told"
        raise ScenarioError([Problem(file, says, allowed, cure, check="boundaries")])
    return Layout(found.publisher, merged, found.level, found.terms, found.address)


def _told(role: str, column: str, low: Mapping[str, str], file: str) -> str:
    if role not in ROLES:
        problem = Problem(
            "--columns", "is none of what a column can be", ", ".join(ROLES),
            nearest(role, ROLES), value=role, check="boundaries",
        )  # fmt: skip
        raise ScenarioError([problem])
    if column.lower() not in low:
        known = list(low.values()) or ["no column"]
        problem = Problem(
            file, "is not a column of it", ", ".join(known[:20]), nearest(column, known),
            value=column, check="boundaries",
        )  # fmt: skip
        raise ScenarioError([problem])
    return low[column.lower()]


def _of(low: Mapping[str, str], **roles: str) -> dict[str, str]:
    return {role: low[name] for role, name in roles.items() if name in low}


def _geoboundaries(low: Mapping[str, str], types: Iterable[str]) -> Layout | None:
    if "shapename" not in low:
        return None
    levels = {int(m[1]) for word in types if (m := re.fullmatch(r"ADM(\d)", word.upper()))}
    return Layout(
        "geoBoundaries",
        _of(low, id="shapeid", name="shapename", country="shapegroup"),
        levels.pop() if len(levels) == 1 else None,
        "most are CC BY 4.0; its web page says which licence this country's file has",
        "https://www.geoboundaries.org/",
    )


def _gadm(low: Mapping[str, str]) -> Layout | None:
    levels = [n for n in range(1, 6) if f"name_{n}" in low and f"gid_{n}" in low]
    if not levels:
        return None
    n = levels[-1]
    province = {"province": "name_1"} if n > 1 else {}
    return Layout(
        "GADM",
        _of(low, id=f"gid_{n}", name=f"name_{n}", country="gid_0", **province),
        n,
        "free for academic and other non-commercial use; NOT to be redistributed without leave,"
        " and the shapes of this folder are made from it",
        "https://gadm.org/",
    )


def _cod(low: Mapping[str, str]) -> Layout | None:
    levels = [n for n in range(1, 6) if f"adm{n}_pcode" in low]
    if not levels:
        return None
    n = levels[-1]
    upper = {"province": _worded(low, 1)} if n > 1 else {}
    return Layout(
        "OCHA COD-AB",
        _of(low, id=f"adm{n}_pcode", name=_worded(low, n), country="adm0_pcode", **upper),
        n,
        "most are CC BY-IGO; its web page says which licence this country's file has",
        "https://data.humdata.org/",
    )


def _worded(low: Mapping[str, str], level: int) -> str:
    """The column of names of a level: English if there is one, else another language."""
    names = [f"adm{level}_{end}" for end in (*LANGUAGES, "name", "ref")]
    others = [c for c in low if re.fullmatch(rf"adm{level}_[a-z]{{2}}", c)]
    return next((c for c in (*names, *others) if c in low), "")


def _plain(low: Mapping[str, str]) -> Layout:
    found = {}
    for role, names in PLAIN.items():
        column = next((low[name] for name in names if name in low), "")
        if column and column not in found.values():
            found[role] = column
    return Layout("", found)
