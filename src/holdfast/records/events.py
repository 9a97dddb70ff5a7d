"""Dated, located events of violence: the shape into which every publisher's file is read."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np
import pandas as pd

from holdfast.records.countries import key_of
from holdfast.records.counts import Unclear, whole_count
from holdfast.records.dates import far_off, read_days
from holdfast.records.outside import Outside, refused
from holdfast.records.problems import Problem, ScenarioError
from holdfast.records.said import About, Said, counted, some

MOST_TOLD = 10
COUNTRY = {
    "country": ("country", "country_name", "adm_0", "adm0_en", "adm0_name", "adm0", "admin0"),
    "iso": ("iso3", "iso_3", "iso", "iso2", "adm0_pcode"),
    "gw": ("country_id", "gwno", "gwcode"),
}
"""Columns in which publishers say what country an event is in: a name, or a code."""


@dataclass(frozen=True)
class Window:
    """What is wanted of a file: days, both counted, and a box west, south, east, north."""

    first: date
    last: date
    box: tuple[float, float, float, float]
    order: str = ""  # of day and month, where the file does not show it
    encoding: str = ""


@dataclass(frozen=True)
class Events:
    """Events in a window.

    `rows` has event_id, date, first and last (days it may have happened on), known_on, latitude,
    longitude, fine (located within a district), best, low and high (deaths, NaN where not given),
    note, change ("captured", "recaptured" or ""), how, location, country (a key of `countries`, ""
    where it is not told), country_name. `publisher` is "UCDP" or "ACLED".
    """

    file: str
    publisher: str
    rows: pd.DataFrame
    said: tuple[Said, ...]


def in_box(found: Outside, window: Window) -> tuple[Outside, np.ndarray, tuple[Said, ...]]:
    """Rows of a file that lie in the box, and their points [n, 2], longitude first."""
    points = np.column_stack([found.numbers("longitude"), found.numbers("latitude")])
    nowhere = ~(np.isfinite(points).all(1) & (np.abs(points) <= [180, 90]).all(1))
    west, south, east, north = window.box
    keep = ~nowhere & (points >= [west, south]).all(1) & (points <= [east, north]).all(1)
    if not keep.any():
        turned = points[np.isfinite(points).all(1)][:, ::-1]
        inside = (turned >= [west, south]).all(1) & (turned <= [east, north]).all(1)
        says = "has no event near the boundaries"
        cure = "check that both are of one country"
        if 2 * np.count_nonzero(inside) > len(turned):
            says = "has latitude and longitude changed about: only so its events lie on the map"
            cure = "rename the two columns"
        raise refused(found.file, says, "events of the theatre", cure)
    said = ()
    if nowhere.any():
        words = f"{found.file}: {counted(int(nowhere.sum()), 'event')} without coordinates"
        cells = zip(found.cells("latitude"), found.cells("longitude"), strict=True)
        filled = [a + b != "" for a, b in cells]
        wrong = found.rows.index[nowhere & np.array(filled)]
        if len(wrong):
            words += f" that can be read (line {some([str(line) for line in wrong])})"
        said = (Said(About.LEFT_OUT, words),)
    return found.narrowed(keep), points[keep], said


def without_far_days(found: Outside, *columns: str) -> tuple[Outside, tuple[Said, ...]]:
    """A file without the rows whose year cannot be meant, as 0025; they are told by their lines."""
    bad = np.zeros(len(found.rows), bool)
    for column in columns:
        bad |= [far_off(cell) for cell in found.cells(column)]
    if not bad.any() or bad.all():
        return found, ()
    lines = some([str(line) for line in found.rows.index[bad]])
    words = f"{found.file}: {counted(int(bad.sum()), 'event')} of a year that cannot be meant"
    return found.narrowed(~bad), (Said(About.LEFT_OUT, f"{words} (line {lines})"),)


def days_of(found: Outside, column: str, window: Window) -> tuple[list[date], tuple[Said, ...]]:
    """Days of a column that has no empty cell; raises ScenarioError."""
    cells, lines = found.cells(column), list(found.rows.index)
    called = found.called.get(column, column)
    days, problems, read = read_days(cells, lines, found.file, called, window.order)
    for line, day, cell in zip(lines, days, cells, strict=True):
        if day is None and not cell and len(problems) < MOST_TOLD:
            problems.append(found.problem(line, column, "is empty", "a day", "fill the cell"))
    if problems:
        raise ScenarioError(problems)
    said = (Said(About.ASSUMED, f"{found.file}: {called} was read {read}"),) if read else ()
    return [day for day in days if day is not None], said


def countries_of(found: Outside) -> tuple[list[str], list[str]]:
    """The country of each event as a key, "" where it is not told, and what the file calls it."""
    keys: dict[tuple[str, str, str], tuple[str, str]] = {}
    columns = [found.cells(name) for name in COUNTRY]
    rows = list(zip(*columns, strict=True))
    for name, iso, gw in set(rows):
        shown = name or iso or (f"country {gw}" if gw else "")
        key = key_of(name) if name else ""
        if iso and (not key or key == key.lower()) and key_of(iso).isupper():
            key = key_of(iso)
        keys[name, iso, gw] = (key or (f"gw {gw}" if gw else ""), shown)
    return [keys[row][0] for row in rows], [keys[row][1] for row in rows]


def unknown_words(
    found: Outside, cells: Sequence[str], known: Sequence[str], what: str
) -> tuple[Said, ...]:
    """A remark on the words of a column that are not known, with how often each stands there."""
    odd = pd.Series(
        [cell or "(empty)" for cell, word in zip(cells, known, strict=True) if not word]
    )
    if odd.empty:
        return ()
    counts = odd.value_counts().to_dict()
    told = some([f"{cell[:60]!r} ({n:,})" for cell, n in counts.items()])
    words = f"{found.file}: {counted(len(odd), 'event')} of a kind that is not known here"
    return (Said(About.ASSUMED, f"{words}, {what}: {told}"),)


def whole_numbers(found: Outside, column: str) -> list[float]:
    """Counts of a column, NaN where it is empty; raises ScenarioError."""
    values, problems = [], []
    for line, cell in zip(found.rows.index, found.cells(column), strict=True):
        try:
            values.append(whole_count(cell, found.parted) if cell else np.nan)
        except Unclear as error:
            allowed = "a whole number of at least 0"
            problems.append(found.problem(line, column, error.says, allowed, error.cure))
    if problems:
        raise ScenarioError(problems[:MOST_TOLD])
    return values


def without_repeats(
    found: Outside, key: str, last: Sequence[float] | None = None
) -> tuple[Outside, tuple[Said, ...]]:
    """A file with one row for each id: the row with the greatest of `last`, else the first."""
    rows = found.rows
    order = rows.assign(_last=last).sort_values("_last", kind="stable", ascending=False) if (
        last is not None) else rows  # fmt: skip
    kept = order.loc[~order.duplicated(key) | (order[key] == "")].index
    keep = rows.index.isin(kept)
    if keep.all():
        return found, ()
    words = f"{found.file}: {counted(int((~keep).sum()), 'event')} given twice"
    return found.narrowed(keep), (Said(About.LEFT_OUT, words),)


def between(first: Sequence[date], last: Sequence[date], window: Window) -> np.ndarray:
    """Which events may have happened in the window, bool."""
    days = zip(first, last, strict=True)
    return np.array([b >= window.first and a <= window.last for a, b in days], bool)


def low_above_high(found: Outside, rows: pd.DataFrame) -> list[Problem]:
    """Rows whose lower count of deaths is above the higher."""
    wrong = (rows["low"] > rows["high"]).to_numpy()
    return [
        found.problem(line, "low", "is above the higher estimate", "at most high", "check both")
        for line in found.rows.index[wrong][:MOST_TOLD]
    ]
