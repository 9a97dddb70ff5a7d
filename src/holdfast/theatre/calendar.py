"""From a scenario's dated facts to a calendar's arrays."""

from __future__ import annotations

from datetime import date

import numpy as np
import pandas as pd

from holdfast.vocabulary.types import Calendar
from holdfast.vocabulary.words import CalendarKind as Kind

NEAR_BASE_KM = 100.0
"""Districts within this of a base of the ally feel its going. Judgement: an hour's drive to
half an hour's flight."""


def build_calendar(
    table: pd.DataFrame, start: date, row: dict[str, int], districts: pd.DataFrame, km: np.ndarray
) -> Calendar:
    """Calendar of a checked table; days count from `start`, facts before it are below zero."""
    day = (pd.to_datetime(table["date"]) - pd.Timestamp(start)).dt.days.to_numpy(float)
    table = table.assign(day=day)
    of = lambda kind: table[table["kind"] == kind]  # noqa: E731
    return Calendar(
        ally_presence=_series(of(Kind.ALLY_PRESENCE), 1.0),
        air_support=_series(of(Kind.AIR_SUPPORT), 1.0),
        pay_arrears=_series(of(Kind.PAY_ARREARS), 0.0),
        announcements=_events(of(Kind.ANNOUNCEMENT), ["day", "value"]),
        pay_here=_pay_here(of(Kind.PAY_ARREARS), districts),
        base_day=_base_days(of(Kind.BASE_HANDED_OVER), row, km),
        appointments=_appointments(of(Kind.APPOINTMENT), districts),
        replaced_share=_shares(of(Kind.APPOINTMENT)),
        order_day=_first(of(Kind.WITHDRAWAL_ORDER)),
        capitals_day=_first(of(Kind.CAPITALS_OPEN)),
        ceasefires=_events(
            of(Kind.CEASEFIRE).assign(until=lambda t: t["day"] + t["value"]), ["day", "until"]
        ),
        breaches=_events(
            of(Kind.BREACH).assign(at=lambda t: t["place"].map(row)), ["day", "at", "value"]
        ),
        breach_news=_events(of(Kind.BREACH_NEWS), ["day", "value"]),
    )


def _series(rows: pd.DataFrame, default: float) -> np.ndarray:
    """Knots of the nation's series, by day."""
    rows = rows[rows["level"] == "nation"].sort_values("day")
    if rows.empty:
        return np.asarray([[0.0, default]], np.float32)
    return rows[["day", "value"]].to_numpy(np.float32)


def _events(rows: pd.DataFrame, columns: list[str]) -> np.ndarray:
    if rows.empty:
        return np.full((1, len(columns)), np.inf, np.float32)
    return rows[columns].to_numpy(np.float32)


def _first(rows: pd.DataFrame) -> np.float32:
    return np.float32(rows["day"].min() if len(rows) else np.inf)


def _base_days(rows: pd.DataFrame, row: dict[str, int], km: np.ndarray) -> np.ndarray:
    days = np.full(len(row), np.inf, np.float32)
    for base in rows.itertuples():
        near = km[row[base.place]] <= NEAR_BASE_KM
        days[near] = np.minimum(days[near], base.day)
    return days


def _appointments(rows: pd.DataFrame, districts: pd.DataFrame) -> np.ndarray:
    """Day of each replacement in every district it reaches, [events, D]; inf elsewhere."""
    days = np.where(_reached(rows, districts), rows["day"].to_numpy()[:, None], np.inf)
    return (days if len(rows) else np.full((1, len(districts)), np.inf)).astype(np.float32)


def _shares(rows: pd.DataFrame) -> np.ndarray:
    """Part of the chiefs that each replacement reaches, all where the table is silent."""
    return (rows["value"].fillna(1.0).to_numpy() if len(rows) else np.zeros(1)).astype(np.float32)


def _pay_here(rows: pd.DataFrame, districts: pd.DataFrame) -> np.ndarray:
    """Day and months owed from then on, for rows of a province or district, [events, 1 + D]."""
    rows = rows[rows["level"] != "nation"]
    if rows.empty:
        return np.zeros((1, 1 + len(districts)), np.float32)
    owed = _reached(rows, districts) * rows["value"].to_numpy()[:, None]
    return np.column_stack([rows["day"], owed]).astype(np.float32)


def _reached(rows: pd.DataFrame, districts: pd.DataFrame) -> np.ndarray:
    """Districts that each row speaks of, [events, D] bool."""
    column = {"province": "province", "district": "district_id"}
    return np.asarray(
        [
            np.ones(len(districts), bool)
            if r.level == "nation"
            else (districts[column[r.level]] == r.place).to_numpy()
            for r in rows.itertuples()
        ]
    ).reshape(len(rows), len(districts))
