"""Rules of plausibility of names and of rows that say the same twice."""

import re
from collections import Counter
from collections.abc import Iterator
from difflib import SequenceMatcher

import numpy as np
import pandas as pd

from holdfast.records.names import folded
from holdfast.records.place import called, odd, texts
from holdfast.records.problems import Problem
from holdfast.records.tables import Tables

GROUPS = ("province", "region", "corps")
ALIKE = 0.8  # of 1, as difflib measures it
MANY = 3  # districts of a group that a misspelling may have strayed from
MOST_NAMES = 500  # that are compared with each other
SAME_IDS = {"calendar": "calendar_id", "control": "control_id", "captures": "capture_id"}


def no_two_names_read_alike(tables: Tables) -> Iterator[Problem]:
    """No two provinces, regions or corps differ in case, accents, spaces and hyphens alone."""
    for column in GROUPS:
        by_fold: dict[str, list[str]] = {}
        for name in sorted(set(tables.districts[column]) - {""}):
            by_fold.setdefault(folded(name).replace(" ", ""), []).append(name)
        for names in by_fold.values():
            if len(names) > 1:
                sizes = tables.districts[column].value_counts()
                listed = " and ".join(f'"{name}" ({sizes[name]:,})' for name in names[:4])
                yield odd(
                    "districts",
                    f"{column} {listed} read alike and count as {len(names)} in districts.csv"
                    " (number of districts in brackets). Write them one way if they are one.",
                )


def groups_hold_more_than_a_misspelling(tables: Tables) -> Iterator[Problem]:
    """No district stands alone in a group whose name, or whose province, is that of many."""
    for column in GROUPS:
        yield from _misspelt(tables, column)
    for column in ("region", "corps"):
        yield from _strayed(tables, column)


def _misspelt(tables: Tables, column: str) -> Iterator[Problem]:
    """Names of one district that are nearly the name of several."""
    sizes = tables.districts.loc[tables.districts[column] != "", column].value_counts()
    known = [str(name) for name in sizes.index[sizes >= MANY]][:MOST_NAMES]
    for alone in [str(name) for name in sizes.index[sizes == 1]][:MOST_NAMES]:
        likeness, name = max(((_likeness(alone, name), name) for name in known), default=(0, ""))
        if likeness >= ALIKE:
            one = tables.districts[column] == alone
            yield odd(
                "districts",
                f'{column} "{alone}" has one district, {called(tables, one)}, and "{name}" has'
                f" {sizes[name]:,} in districts.csv. Is it a misspelling?",
            )


def _likeness(one: str, other: str) -> float:
    """How like two names read, from 0 to below 1; names with other numbers are not alike."""
    a, b = folded(one), folded(other)
    if a == b or re.sub(r"\D", "", a) != re.sub(r"\D", "", b):
        return 0.0
    return SequenceMatcher(None, a, b).ratio()


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
