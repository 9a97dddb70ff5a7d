"""Rules of plausibility of names and of rows that say the same twice."""

from collections import Counter
from collections.abc import Iterator

import numpy as np
import pandas as pd

from holdfast.records.names import folded
from holdfast.records.place import called, odd, texts
from holdfast.records.problems import Problem
from holdfast.records.sound import in_latin, in_two_ways, misspelt
from holdfast.records.tables import Tables

GROUPS = ("province", "region", "corps")
MANY = 3  # districts of a group that one may have strayed from
SAME_IDS = {"calendar": "calendar_id", "control": "control_id", "captures": "capture_id"}


def no_two_names_read_alike(tables: Tables) -> Iterator[Problem]:
    """No two provinces, regions or corps differ in accents, spaces or words as province alone.

    Nor in case, doubled letters, letters of another script, `and`, or how Saint is written.
    """
    for column in GROUPS:
        sizes = Counter(str(name) for name in tables.districts[column] if name)
        for names in in_two_ways(sizes):
            listed = " and ".join(f'"{name}" ({sizes[name]:,})' for name in names[:4])
            yield odd(
                "districts",
                f"{column} {listed} read alike and count as {len(names)} in districts.csv"
                f" (number of districts in brackets){_scripts(names)}. Write them one way if"
                " they are one.",
            )


def _scripts(names: list[str]) -> str:
    """What cannot be seen: which of the names mix letters of two scripts."""
    mixed = [name for name in names if folded(name) != in_latin(folded(name))]
    if not mixed or len(mixed) == len(names):
        return ""
    return f'; "{mixed[0]}" has letters of another script that look like Latin ones'


def groups_hold_more_than_a_misspelling(tables: Tables) -> Iterator[Problem]:
    """No district stands alone in a group whose name, or whose province, is that of many."""
    for column in GROUPS:
        yield from _misspelt(tables, column)
    for column in ("region", "corps"):
        yield from _strayed(tables, column)


def _misspelt(tables: Tables, column: str) -> Iterator[Problem]:
    """Names of one or two districts that are nearly the name of at least twice as many."""
    sizes = Counter(str(name) for name in tables.districts[column] if name)
    for few, name in misspelt(sizes):
        these = (tables.districts[column] == few).to_numpy(bool)
        n = "one district" if sizes[few] == 1 else f"{sizes[few]:,} districts"
        yield odd(
            "districts",
            f'{column} "{few}" has {n}, {called(tables, these)}, and "{name}" has'
            f" {sizes[name]:,} in districts.csv. Is it a misspelling?",
        )


def _strayed(tables: Tables, column: str) -> Iterator[Problem]:
    """Single districts of another group than the rest of their province, where that is rare."""
    groups: dict[str, Counter[str]] = {}
    rows = tables.districts[["province", column]].itertuples(index=False)
    for province, group in rows:
        groups.setdefault(province, Counter())[group] += 1
    split = {province: sizes for province, sizes in groups.items() if len(sizes) > 1}
    if len(split) > max(1, len(groups) // 10):
        return
    for province, sizes in split.items():
        (most, n), (other, alone) = sizes.most_common(2)
        if n >= MANY and alone == 1 and len(sizes) == 2:
            one = (texts(tables.districts, "province") == province) & (
                texts(tables.districts, column) == other
            )
            yield odd(
                "districts",
                f'{called(tables, one)} is of {column} "{other}", and the other {n:,} districts of'
                f' its province are of "{most}". Other provinces are not split.',
            )


def no_district_stands_twice(tables: Tables) -> Iterator[Problem]:
    """No two districts have one name in one province, or differ in nothing but their id."""
    districts = tables.districts
    pairs = zip(districts["name"], districts["province"], strict=True)
    names = [(folded(name), folded(province)) for name, province in pairs]
    there = Counter(names)
    twice = np.array([there[name] > 1 and any(name) for name in names], bool)
    if twice.any():
        yield odd(
            "districts",
            f"Districts of one name in one province: {called(tables, twice)}."
            " Is one of them there twice?",
        )
    same = _equal(districts, ["district_id", "name", "note"]) & ~twice
    if same.any():
        yield odd(
            "districts", f"Districts that differ in id and name alone: {called(tables, same)}."
        )


def no_row_stands_twice_under_two_ids(tables: Tables) -> Iterator[Problem]:
    """No two dated rows differ in nothing but their id."""
    for table, key in SAME_IDS.items():
        frame = getattr(tables, table)
        same = texts(frame, key)[_equal(frame, [key])]
        if len(same):
            ids = ", ".join(same[:4])
            more = f" and {len(same) - 4:,} more" if len(same) > 4 else ""
            yield odd(table, f"Rows that are equal but for {key}: {ids}{more}. They count twice.")


def _equal(frame: pd.DataFrame, but_for: list[str]) -> np.ndarray:
    """Whether a row is equal to another but for some columns."""
    looked_at = frame[[column for column in frame if column not in but_for]]
    return np.asarray(looked_at.duplicated(keep=False), bool)
