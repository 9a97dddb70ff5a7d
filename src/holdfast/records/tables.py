"""The tables of a scenario, and the one function that cuts them at a day."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from holdfast.records.columns import TableSchema
from holdfast.records.schema import TABLES
from holdfast.records.settings import Settings


@dataclass(frozen=True)
class Tables:
    """A checked scenario: one frame for each table, columns and types as `schema` declares them.

    Unknown is "" in text, NaN in numbers, NaT in days. `cells` is the GeoJSON of the map, None
    where there is none. `lines` gives, for each table and row, its line in the file; `fingerprint`
    is the SHA-256 of all files read. Treat the frames as frozen: copy before changing one.
    """

    folder: Path
    fingerprint: str
    settings: Settings
    districts: pd.DataFrame
    links: pd.DataFrame
    strengths: pd.DataFrame
    calendar: pd.DataFrame
    parameters: pd.DataFrame
    priors: pd.DataFrame
    sources: pd.DataFrame
    control: pd.DataFrame
    captures: pd.DataFrame
    status: pd.DataFrame
    counts: pd.DataFrame
    claims: pd.DataFrame
    cells: Mapping[str, Any] | None
    lines: Mapping[str, tuple[int, ...]]


DATED = ("calendar", "control", "captures", "status", "counts", "claims")
STATUS_DAYS = {"status_30jun": (6, 30), "status_31jul": (7, 31)}


def in_order(tables: Tables) -> Tables:
    """Return the tables with their rows in the order of their keys, whatever that of the files.

    What is worked out from them, sums of rounded numbers among it, is then the same to the bit for
    the same rows. Words come in the order in which their column lists them.
    """
    kept, lines = {}, dict(tables.lines)
    for schema in TABLES:
        frame = getattr(tables, schema.name)
        ranked = partial(_ranked, schema)
        order = frame.sort_values(list(schema.key), key=ranked, kind="stable").index
        kept[schema.name] = frame.loc[order].reset_index(drop=True)
        lines[schema.name] = tuple(lines[schema.name][row] for row in order)
    return replace(tables, lines=lines, **kept)


def _ranked(schema: TableSchema, cells: pd.Series) -> pd.Series:
    words = schema.column(str(cells.name)).words
    return cells.map({word: rank for rank, word in enumerate(words)}) if words else cells


def cut_at(tables: Tables, day: date) -> Tables:
    """Return the tables as they could be known on a day: rows with `known_on` no later.

    A status row is a summary: its captures are counted again from the captures that are left,
    and what it says of a later day is blanked. A district without a status row is one not known
    to have fallen. Districts, links, strengths, sources and settings are not dated and stay.
    """
    cut = np.datetime64(day, "s")
    kept, lines = {}, dict(tables.lines)
    for name in DATED:
        frame = getattr(tables, name)
        known = frame["known_on"].to_numpy() <= cut
        kept[name] = frame[known].reset_index(drop=True)
        lines[name] = tuple(n for n, keep in zip(lines[name], known, strict=True) if keep)
    kept["status"] = _status_at(kept["status"], kept["captures"], cut, tables.settings.start)
    return replace(tables, lines=lines, **kept)


def _status_at(
    status: pd.DataFrame, captures: pd.DataFrame, cut: np.datetime64, start: date
) -> pd.DataFrame:
    status = status.copy()
    within = captures["date"].to_numpy() >= np.datetime64(start, "s")
    for event, column in (("captured", "n_captures"), ("recaptured", "n_recaptures")):
        counted = Counter(captures["district_id"][within & (captures["event"] == event)])
        status[column] = [counted[district] for district in status["district_id"]]
    for column, (month, of_month) in STATUS_DAYS.items():
        if cut < np.datetime64(date(start.year, month, of_month)):
            status[column] = ""
    return status
