"""Every reader of the program: what it is fed, and how one knows that it took nothing false.

A reader is called with a place, a folder that holds a sound example of everything, and one spoiled
input. It says whether the input was taken; what it took was then found sound by other means. A
reader written later needs a row in READERS and nothing else.
"""

import json
import tomllib
from collections.abc import Callable, Mapping
from contextlib import contextmanager
from dataclasses import asdict
from datetime import date
from functools import partial
from os import mkfifo
from pathlib import Path
from random import Random
from typing import Any, NamedTuple

import numpy as np
from hypothesis import strategies as st

from fuzz import outside, spoil, table_schema
from fuzz.folders import NAMED, USES, refused, ring, sound, takes_ours
from fuzz.spoil import CELLS, holding
from holdfast.page.asked import read_asked
from holdfast.records.datapackage import describe
from holdfast.records.geojson import read_cells
from holdfast.records.read import find_scenario
from holdfast.records.schema import TABLES
from holdfast.records.settings import read_settings
from holdfast.records.table import read_table
from holdfast.study.catalogue import catalogue, parameters
from holdfast.study.draws import draw_values
from holdfast.study.scenario import check
from holdfast.study.serve import check as check_asked
from holdfast.study.simulate import Request, prepare, values
from holdfast.theatre.build import build

RING = find_scenario("ring")
SOURCES = {
    file.relative_to(RING).as_posix(): file.read_bytes()
    for file in sorted(RING.rglob("*"))
    if file.suffix in (".csv", ".toml", ".geojson", ".json")
}
PACKAGE = json.loads(SOURCES["datapackage.json"])
RESOURCES = {resource["name"]: resource for resource in PACKAGE["resources"]}


class Reader(NamedTuple):
    """A reader, the inputs for it, and how many of them in the quick and in the nightly suite."""

    name: str
    inputs: st.SearchStrategy
    takes: Callable[[Path, Any], bool]
    quick: int
    nightly: int


# ------------------------------------------------------------------------ files of a scenario


def takes_table(schema: Any, place: Path, content: bytes) -> bool:
    """Read one table; what is taken is cell by cell what the description makes of the file."""
    with holding(place / schema.path, content):
        reading = read_table(place, schema)
    if reading.problems:
        assert all(p.file == schema.path and p.says and p.cure and str(p) for p in reading.problems)
        return False
    rows, wrong = table_schema.read(RESOURCES[schema.name], content)
    assert not wrong
    same_rows(rows, reading.rows)
    return True


def same_rows(rows: list[table_schema.Row], frame: Any) -> None:
    """Fail where a table does not hold what its file says."""
    assert len(rows) == len(frame)
    for name in frame:
        for row, found in zip(rows, frame[name], strict=True):
            said = row[name]
            if said is None:
                assert found == "" or found != found, (name, found)
            elif isinstance(said, date):
                assert found.date() == said
            elif isinstance(said, list):
                assert found.split(";") == said
            else:
                assert found == (said if isinstance(said, str) else float(said)), (
                    name,
                    found,
                    said,
                )


def takes_settings(place: Path, content: bytes) -> bool:
    """Read the settings; what is taken is what TOML says, key by key."""
    with holding(place / "scenario.toml", content):
        found, problems = read_settings(place)
    assert (found is None) == bool(problems)
    assert all(p.file == "scenario.toml" and str(p) for p in problems)
    if found is not None:
        said = tomllib.loads(content.decode("utf-8-sig"))
        same_keys(said, asdict(found))
    return found is not None


def same_keys(said: Mapping[str, Any], found: Mapping[str, Any]) -> None:
    """Fail where a setting is not what its file says, or where the file says more."""
    assert set(said) <= set(found)
    for key, value in said.items():
        if isinstance(value, dict) and set(value) == {"from", "to"}:
            assert found[key] == {"first": value["from"], "last": value["to"]}
        elif isinstance(value, dict):
            same_keys(value, found[key])
        else:
            assert found[key] == (tuple(value) if isinstance(value, list) else value)


def takes_cells(place: Path, content: bytes) -> bool:
    """Read the shapes; what is taken can be drawn."""
    with holding(place / "cells.geojson", content):
        found, problems = read_cells(place)
    assert (found is None) == bool(problems)
    for feature in found["features"] if found else ():
        assert (
            feature["properties"].get("district_id") or feature["properties"]["kind"] == "outline"
        )
        shape = feature["geometry"]
        many = shape["coordinates"] if shape["type"] == "MultiPolygon" else [shape["coordinates"]]
        for edge in [edge for polygon in many for edge in polygon]:
            points = np.asarray([point[:2] for point in edge], float)
            assert (points[0] == points[-1]).all()
            assert (abs(points) <= [180, 90]).all()
    return found is not None


STRANGE = ("missing", "a folder", "a pipe", "a link to itself", "a link to nothing", "not ours")
WHOLE = [name for name in SOURCES if name != "datapackage.json"]


KINDS = {".toml": spoil.settings_like, ".geojson": spoil.json_like, ".csv": spoil.tables_like}


def spoiled_file(dice: Random) -> tuple[str, bytes | str]:
    """A file of a scenario and what stands in its place."""
    name = dice.choice(WHOLE)
    if dice.randrange(50) == 0:
        return name, dice.choice(STRANGE)
    return name, KINDS[Path(name).suffix](SOURCES[name], dice)


@contextmanager
def in_place_of(path: Path, what: bytes | str):
    """Something else where a file was, for a while."""
    before = path.read_bytes()
    path.unlink()
    if isinstance(what, bytes):
        path.write_bytes(what)
    elif what == "a folder":
        path.mkdir()
    elif what == "a pipe":
        mkfifo(path)
    elif what != "missing":
        path.symlink_to({"a link to itself": path, "not ours": "/dev/zero"}.get(what, "nowhere"))
    try:
        yield
    finally:
        path.rmdir() if what == "a folder" else path.unlink(missing_ok=True)
        path.write_bytes(before)


def takes_folder(place: Path, spoiled: tuple[str, bytes | str]) -> bool:
    """Check a whole scenario; what is taken keeps its keys and makes a finite theatre."""
    name, what = spoiled
    with in_place_of(place / name, what):
        tables, problems = check(place)
        assert all(p.file and p.says and str(p) for p in problems)
        if problems or tables is None:
            return False
        files = {n: (place / n).read_bytes() for n in WHOLE if (place / n).exists()}
    assert not table_schema.breaches(describe(tables.settings), files)
    theatre, names = build(
        tables.districts, tables.links, tables.strengths, tables.calendar, tables.settings
    )
    is_sound(theatre._asdict(), len(names.districts))
    for which in ("default", "prior"):
        drawn = draw_values(
            catalogue().values(), tables.priors, tables.parameters, {}, 1, np.arange(3), which
        )
        assert all(np.isfinite(x).all() for owner in drawn.values() for x in owner.values())
    return True


def is_sound(theatre: Mapping[str, Any], n: int) -> None:
    """Fail where an array is undefined, a row points nowhere, or men are fewer than none."""
    calendar = theatre["calendar"]._asdict()
    for name, array in {**theatre, **calendar}.items():
        if name != "calendar":
            assert not np.isnan(np.asarray(array)).any(), name
            assert name in calendar or np.isfinite(np.asarray(array)).all(), name
    for name in ("ally_presence", "air_support", "pay_arrears"):
        assert np.isfinite(calendar[name]).all(), name
    assert (np.asarray(theatre["paper"]) >= 1).all()
    assert np.isin(theatre["neighbour"], np.arange(n)).all()


# ------------------------------------------------------------------------ what is asked for

SERIES = ("ally_presence", "air_support", "pay_arrears")
EVENTS = ("announcement", "base_handed_over", "breach", "ceasefire", "capitals_open", "ally_gone")
LEVELS = st.one_of(st.sampled_from(["0", "1", "0.5"]), st.floats(0, 9).map(str), CELLS)
DAYS = st.one_of(st.dates(date(2000, 1, 1), date(2002, 1, 1)).map(str), spoil.DATES, CELLS)
KNOTS = st.lists(st.tuples(DAYS, LEVELS), min_size=1, max_size=4).map(
    lambda pairs: ";".join(f"{day}:{level}" for day, level in sorted(pairs))
)
SETTINGS = st.one_of(
    st.tuples(
        st.sampled_from([*parameters(catalogue().values())]), st.one_of(spoil.NUMBERS, LEVELS)
    ),
    st.tuples(st.sampled_from([f"calendar.{k}" for k in SERIES]), st.one_of(KNOTS, LEVELS)),
    st.tuples(st.sampled_from([f"calendar.{k}" for k in EVENTS]), st.just("none")),
    st.tuples(CELLS, CELLS),
)
CHANGED = st.lists(SETTINGS, min_size=1, max_size=3).map(dict)


def takes_changes(place: Path, changes: dict[str, str]) -> bool:
    """`--set`: what is taken leaves a finite world and finite numbers."""
    found: list[Any] = []
    if refused(lambda: found.append(prepare(ring(), Request(changes=changes)))):
        return False
    (war,) = found
    is_sound(war.theatre._asdict(), 12)
    drawn = values(war, np.arange(3))
    assert all(np.isfinite(x).all() for owner in drawn.values() for x in owner.values())
    return True


ASKED = json.dumps(
    {"session": "tab", "members": 20, "seed": 3, "strengths": {"fear": 0.5, "pledge": 1},
     "series": {"air_support": [[0, 1], [30, 0.25]], "pay_arrears": [[0, 2]]}, "set": "prior"}
).encode()  # fmt: skip


def takes_asked(place: Path, body: bytes) -> bool:
    """The body of a page's request: read, checked against the scenario, and written out again."""
    try:
        session, asked = read_asked(body)
        full = check_asked(ring(), asked)
    except ValueError as wrong:
        said = str(wrong)
    else:
        assert session
        json.dumps(full, allow_nan=False).encode()
        return True
    assert said
    return False


# ------------------------------------------------------------------------ the table of readers


def _spoiled(name: str, content: bytes) -> st.SearchStrategy:
    how = {**KINDS, ".json": spoil.json_like}[Path(name).suffix]
    return spoil.spoiled_by(partial(how, content))


def _ours(name: str, file: str) -> Reader:
    takes = partial(takes_ours, file, USES[file])
    return Reader(name, _spoiled(file, sound(file)), takes, 6, 1_500)


def _file(name: str, takes: Callable[[Path, bytes], bool], quick: int, nightly: int) -> Reader:
    return Reader(name, _spoiled(name, SOURCES[name]), takes, quick, nightly)


READERS = [
    *(_file(table.path, partial(takes_table, table), 10, 4_600) for table in TABLES),
    _file("scenario.toml", takes_settings, 40, 12_000),
    _file("cells.geojson", takes_cells, 20, 6_000),
    Reader("a whole scenario", spoil.spoiled_by(spoiled_file), takes_folder, 6, 2_500),
    *(_ours(name, file) for name, file in NAMED.items()),
    *(Reader(name, *outside.inputs(name), 6, 1_000) for name in outside.SOUND),
    Reader("--set", CHANGED, takes_changes, 20, 5_000),
    Reader("body of a request", _spoiled("body.json", ASKED), takes_asked, 20, 8_000),
]
