"""The columns by which publishers of boundaries say what a polygon is called."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from holdfast.records.problems import Problem, ScenarioError, nearest

ROLES = ("id", "name", "province", "region", "corps", "country")
LANGUAGES = ("en", "fr", "es", "pt", "ar", "ru")  # in this order, if a name stands in several
PLAIN = {
    "id": ("district_id", "id", "code", "pcode", "dist_code", "dist_id", "dist_pcode", "distcode",
           "district_code", "district_c", "dcode", "adm1_code", "iso_3166_2"),
    "name": ("district", "district_name", "name_en", "name", "nom", "nombre", "dist_name", "label",
             "distname", "dist_nam", "dist_nm", "district_n", "dname"),
    "province": ("province", "province_name", "governorate", "state", "admin1", "adm1", "prov_name",
                 "provname", "prov_nam", "prov_nm", "province_n", "prov", "pname", "gov_name",
                 "governorate_name", "state_name", "statename", "st_name", "st_nm"),
    "region": ("region", "region_name", "reg_name"),
    "corps": ("corps",),
    "country": ("adm0_a3", "iso_a3", "iso3", "iso_a2", "iso2", "iso", "country", "country_code"),
}  # fmt: skip
LIKE_A_PROVINCE = re.compile(
    r"prov|govern|state|depart|oblast|wila|vilo|reg|adm(in)?_?1|level_?1|(^|_)l1(_|$)",
    re.IGNORECASE,
)
NO_NAMES = re.compile(r"code|type|kind|status|(^|_)id$|date|area|version", re.IGNORECASE)
NAMED = re.compile(r"nam|nom|nm|title|label|dist|adm", re.IGNORECASE)
MOST_SHOWN = 40


@dataclass(frozen=True)
class Layout:
    """Who publishes a file of this layout, its column for each of ROLES, and the level.

    A column that is not there is "". `level` counts from 1, a country's first division; None if
    the columns do not say. `terms` is what the publisher asks of those who use the file.
    `province_code` is a column of ids of the provinces, `countries` are further columns that name
    the country. `passed_over` are columns that may hold provinces where none is known to.
    """

    publisher: str
    columns: Mapping[str, str]
    level: int | None = None
    terms: str = ""
    address: str = ""
    province_code: str = ""
    countries: Sequence[str] = field(default_factory=tuple)
    passed_over: Sequence[str] = field(default_factory=tuple)


def layout_of(cells: Mapping[str, Sequence[str]], told: Mapping[str, str], file: str) -> Layout:
    """The layout of a file with these columns of text; raises ScenarioError if none has the name.

    `told` names columns for some of ROLES and goes before everything. Columns without a cell are
    passed over, for publishers keep empty ones for languages that a country does not have.
    """
    every = {name.lower(): name for name in cells}
    low = {name.lower(): name for name, column in cells.items() if any(map(str.strip, column))}
    types = set(cells[low["shapetype"]]) if "shapetype" in low else set()
    found = _geoboundaries(low, types) or _gadm(low) or _cod(low) or _levels(low) or _plain(low)
    given = {role: _told(role, column, every, file) for role, column in told.items()}
    merged = {role: given.get(role, found.columns.get(role, "")) for role in ROLES}
    if not merged["name"]:
        cure = "say which column: --columns name=COLUMN,id=COLUMN,province=COLUMN"
        says = f"has no column of names that is known among its {len(cells)}: {_shown(cells)}"
        allowed = "geoBoundaries, GADM, OCHA COD-AB, or a column that is told"
        raise ScenarioError([Problem(file, says, allowed, cure, check="boundaries")])
    code = "" if "province" in given else found.province_code
    unknown = () if merged["province"] else _like_provinces(cells, set(merged.values()))
    return replace(found, columns=merged, province_code=code, passed_over=unknown)


def _like_provinces(cells: Mapping[str, Sequence[str]], used: set[str]) -> list[str]:
    """The columns named like one of provinces, of words that several rows share."""
    found = []
    for name, column in cells.items():
        words = [cell for cell in column if any(map(str.isalpha, cell))]
        named = LIKE_A_PROVINCE.search(name) and not NO_NAMES.search(name)
        if name not in used and named and 1 < len(set(words)) < len(words):
            found.append(name)
    return found


def _shown(cells: Mapping[str, Sequence[str]]) -> str:
    """The columns, those first that are most likely to hold names."""

    def rank(name: str) -> tuple[bool, bool]:
        words = [cell for cell in cells[name] if any(map(str.isalpha, cell))]
        return not words, not NAMED.search(name)

    names = sorted(cells, key=rank)
    more = f" and {len(names) - MOST_SHOWN} more" if len(names) > MOST_SHOWN else ""
    return (", ".join(names[:MOST_SHOWN]) or "none") + more


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
            file, "is not a column of it", ", ".join(known[:MOST_SHOWN]), nearest(column, known),
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
    """GADM 3.6 and 4.1 (GID_2, GID_0), and 2.8 (ID_2, ISO)."""
    ids = {n: next((c for c in (f"gid_{n}", f"id_{n}") if c in low), "") for n in range(6)}
    levels = [n for n in range(1, 6) if f"name_{n}" in low and ids[n]]
    if not levels:
        return None
    n = levels[-1]
    province = {"province": "name_1"} if n > 1 else {}
    country = "gid_0" if "gid_0" in low else "iso"
    return Layout(
        "GADM",
        _of(low, id=ids[n], name=f"name_{n}", country=country, **province),
        n,
        "free for academic and other non-commercial use; NOT to be redistributed without leave,"
        " and the shapes of this folder are made from it",
        "https://gadm.org/",
        low.get(ids[1], "") if n > 1 else "",
        [low[name] for name in ("country", "name_0") if name in low],
    )


def _cod(low: Mapping[str, str]) -> Layout | None:
    """COD-AB under the names of its files (ADM2_EN, adm2_name) and of OCHA's map service
    (admin2Name_en), which a Shapefile cuts to ten letters (admin2Pcod)."""
    codes = {n: _code(low, n) for n in range(6)}
    levels = [n for n in range(1, 6) if codes[n] and _worded(low, n)]
    if not levels:
        return None
    n = levels[-1]
    upper = {"province": _worded(low, 1)} if n > 1 else {}
    nation = _worded(low, 0)
    return Layout(
        "OCHA COD-AB",
        _of(low, id=codes[n], name=_worded(low, n), country=codes[0] or nation, **upper),
        n,
        "most are CC BY-IGO; its web page says which licence this country's file has",
        "https://data.humdata.org/",
        low.get(codes[1], "") if n > 1 else "",
        [low[nation]] if nation else [],
    )


def _levels(low: Mapping[str, str]) -> Layout | None:
    """Names by level under the columns of FAO (ADM2_NAME, ADM2_CODE), of the UN's SALB (adm2nm,
    adm2cd) and of the WFP (adm2_name, adm2_id)."""
    stems = {n: (f"adm{n}_", f"adm{n}", f"admin{n}_", f"admin{n}") for n in range(6)}

    def one(level: int, *ends: str) -> str:
        names = [stem + end for end in ends for stem in stems[level]]
        return next((name for name in names if name in low), "")

    ids = {n: one(n, "code", "id", "cd", "cod") for n in stems}
    others = {name: column for name, column in low.items() if name not in ids.values()}
    named = {n: one(n, "name", "nm", "nam") or _worded(others, n) for n in stems}
    levels = [n for n in range(1, 6) if named[n] and (ids[n] or named[n - 1])]
    if not levels:
        return None
    n = levels[-1]
    upper = {"province": named[1]} if n > 1 else {}
    country = next((c for c in ("iso3", "iso3cd", "iso3_code") if c in low), named[0])
    return Layout(
        "",
        _of(low, id=ids[n], name=named[n], country=country, **upper),
        n,
        province_code=low.get(ids[1], "") if n > 1 else "",
        countries=[low[named[0]]] if named[0] else [],
    )


def _code(low: Mapping[str, str], level: int) -> str:
    names = (f"adm{level}_pcode", f"adm{level}_pcod", f"adm{level}pcode", f"admin{level}pcode",
             f"admin{level}pcod", f"admin{level}_pcode")  # fmt: skip
    return next((name for name in names if name in low), "")


def _worded(low: Mapping[str, str], level: int) -> str:
    """The column of names of a level: English if there is one, else another language."""
    stems = (f"adm{level}_", f"admin{level}name_", f"adm{level}_name_", f"adm{level}name_")
    names = [f"{stem}{language}" for language in LANGUAGES for stem in stems]
    names += [f"admin{level}name", f"adm{level}_name", f"adm{level}name", f"admin{level}_name"]
    names += [f"adm{level}_name{k}" for k in (1, 2, 3)]
    other = re.compile(rf"(adm{level}_|adm(in)?{level}_?name_)[a-z]{{2,3}}")
    names += [c for c in low if other.fullmatch(c) and not c.endswith("_ref")]
    names += [
        f"admin{level}refname",
        f"admin{level}refn",
        f"adm{level}_ref_name",
        f"adm{level}_ref",
    ]
    return next((name for name in names if name in low), "")


def _plain(low: Mapping[str, str]) -> Layout:
    found = {}
    for role, names in PLAIN.items():
        column = next((low[name] for name in names if name in low), "")
        if column and column not in found.values():
            found[role] = column
    return Layout("", found)
