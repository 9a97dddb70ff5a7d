"""Checks that ids, sources, places and trackers that are named exist, once."""

import json
from collections.abc import Iterator
from dataclasses import replace

from holdfast.records.datapackage import FILE as PACKAGE
from holdfast.records.datapackage import describe
from holdfast.records.files import Unreadable, read_text
from holdfast.records.place import at_row, at_rows, in_settings, rows_where
from holdfast.records.problems import MOST_OF_A_KIND, Near, Problem, shown
from holdfast.records.schema import TABLES
from holdfast.records.table import ids_of
from holdfast.records.tables import Tables


def no_row_stands_twice(tables: Tables) -> Iterator[Problem]:
    """No two rows of a table have the same key."""
    for schema in TABLES:
        frame = getattr(tables, schema.name)
        twice = frame.duplicated(list(schema.key))
        allowed, cure = f"each {' and '.join(schema.key)} once", "take one row out"
        yield from at_rows(
            tables, schema.name, twice, schema.key[-1], "stands twice", allowed, cure
        )


def references_exist(tables: Tables) -> Iterator[Problem]:
    """Every id that a row names stands in the table it refers to."""
    for schema in TABLES:
        for reference in schema.refers:
            known = set(getattr(tables, reference.table)[reference.to])
            allowed, near = f"an id of {reference.table}", Near(known)
            cells = getattr(tables, schema.name)[reference.column]
            unknown = (
                (cell, [part for part in ids_of(cell) if part not in known])
                for cell in cells.unique()
            )
            lacking = {cell: parts for cell, parts in unknown if parts}
            wrong = [
                (row, missing)
                for row in rows_where(cells.isin(list(lacking)))
                for missing in lacking[cells.iloc[row]]
            ]
            for number, (row, missing) in enumerate(wrong[: MOST_OF_A_KIND + 1]):
                says = f"names {shown(missing)}, which is not in {reference.table}.csv"
                cure = near(missing, f"add it to {reference.table}.csv")
                place = (schema.name, row, reference.column)
                found = at_row(tables, *place, says, allowed, cure)
                more = len(wrong) - MOST_OF_A_KIND if number == MOST_OF_A_KIND else 0
                yield replace(found, more=more)


def nothing_refers_to_itself(tables: Tables) -> Iterator[Problem]:
    """No row names itself as its parent, or as the row that it disputes or repeats."""
    for table, own, other in (
        ("districts", "district_id", "parent_district_id"),
        ("counts", "count_id", "counts_as_one_with"),
    ):
        frame = getattr(tables, table)
        own_parent = frame[own] == frame[other]
        says, allowed = "is the row itself", "another id"
        yield from at_rows(tables, table, own_parent, other, says, allowed, "empty it")


def settings_name_known_sources(tables: Tables) -> Iterator[Problem]:
    """Every source that the settings name stands in sources.csv."""
    known = set(tables.sources["source_id"])
    named = {"insurgents.source_id": tables.settings.insurgents.source_id}
    for key, tracker in tables.settings.trackers.items():
        named[f"trackers.{key}.source_id"] = tracker.source_id
    for key, cell in named.items():
        for missing in (part for part in ids_of(cell) if part not in known):
            cure = Near(known)(missing, "add it to sources.csv")
            yield in_settings(tables, key, missing, "is not a source", "ids of sources.csv", cure)


def places_exist(tables: Tables) -> Iterator[Problem]:
    """Places are empty for the nation, known provinces for provinces, known ids for districts."""
    known = {
        "nation": set(),
        "province": set(tables.districts["province"]),
        "district": set(tables.districts["district_id"]),
    }
    near = {level: Near(words) for level, words in known.items()}
    for table in ("calendar", "counts"):
        frame = getattr(tables, table)
        for row, (level, cell) in enumerate(zip(frame["level"], frame["place"], strict=True)):
            parts = ids_of(cell)
            if not parts and level != "nation":
                says, cure = f"is empty at level {level}", f"name the {level}"
                yield at_row(tables, table, row, "place", says, f"a {level}", cure)
            for part in (part for part in parts if part not in known[level]):
                says = f"names {shown(part)}, which is no {level}"
                allowed = "an empty cell" if level == "nation" else f"a known {level}"
                cure = near[level](part, "empty it, or change the level")
                yield at_row(tables, table, row, "place", says, allowed, cure)


def trackers_are_defined(tables: Tables) -> Iterator[Problem]:
    """Every tracker that counts has its definition in the settings."""
    known = tables.settings.trackers
    near = Near(known)
    for row, tracker in enumerate(tables.control["tracker"]):
        if tracker not in known:
            says, allowed = "has no definition", "a key of [trackers] in scenario.toml"
            cure = near(tracker, f"add [trackers.{tracker}]")
            yield at_row(tables, "control", row, "tracker", says, allowed, cure)


def package_is_current(tables: Tables) -> Iterator[Problem]:
    """The package description, if there is one, is what the program's schema says."""
    try:
        if not (tables.folder / PACKAGE).exists():
            return
        same = json.loads(read_text(tables.folder, PACKAGE)) == describe(tables.settings)
    except (Unreadable, ValueError, RecursionError):
        same = False
    if not same:
        allowed, cure = "the description made from the schema", "write it anew"
        yield Problem(PACKAGE, "differs from the schema", allowed, cure, stops=False)
