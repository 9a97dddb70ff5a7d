"""From a scenario's dated facts to a calendar's arrays."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

import jax.numpy as jnp
import numpy as np
import pandas as pd
from jax import Array

from holdfast.vocabulary.address import addresses
from holdfast.vocabulary.types import Calendar
from holdfast.vocabulary.words import CalendarKind as Kind

NEAR_BASE_KM = 100.0
"""Districts within this of a base of the ally feel its going. Judgement: an hour's drive to
half an hour's flight."""

NOBODY = {"calendar_id": ""}
"""Stands for the appointments of a calendar that has none."""

Rows = Sequence[Mapping[str, Any]]


def build_calendar(
    table: pd.DataFrame, start: date, row: dict[str, int], districts: pd.DataFrame, km: np.ndarray
) -> Calendar:
    """Calendar of a checked table; days count from `start`, facts before it are below zero."""
    entries = [
        {**entry, "day": float((pd.Timestamp(entry["date"]) - pd.Timestamp(start)).days)}
        for entry in table.to_dict("records")
    ]
    of = lambda kind: [e for e in entries if e["kind"] == kind]  # noqa: E731
    pairs = lambda kind: [(e["day"], e["value"]) for e in of(kind)]  # noqa: E731
    owed_here = [e for e in of(Kind.PAY_ARREARS) if e["level"] != "nation"]
    chiefs = of(Kind.APPOINTMENT)
    return Calendar(
        ally_presence=_series(of(Kind.ALLY_PRESENCE), 1.0),
        air_support=_series(of(Kind.AIR_SUPPORT), 1.0),
        pay_arrears=_series(of(Kind.PAY_ARREARS), 0.0),
        pay_here=_pay_here(owed_here, districts),
        announcements=_table(pairs(Kind.ANNOUNCEMENT), 2),
        base_day=_base_days(of(Kind.BASE_HANDED_OVER), row, km),
        appointments=_appointments(chiefs, districts),
        replaced_share=jnp.asarray([_or(e["value"], 1.0) for e in chiefs] or [0.0], jnp.float32),
        appointment_key=jnp.asarray(addresses(e["calendar_id"] for e in chiefs or [NOBODY])),
        order_day=_first(of(Kind.WITHDRAWAL_ORDER)),
        capitals_day=_first(of(Kind.CAPITALS_OPEN)),
        ceasefires=_table([(day, day + n) for day, n in pairs(Kind.CEASEFIRE)], 2),
        breaches=_table(
            [(e["day"], row[at], e["value"]) for e in of(Kind.BREACH) for at in _places(e)], 3
        ),
        breach_news=_table(pairs(Kind.BREACH_NEWS), 2),
    )


def _or(value: float, default: float) -> float:
    return default if np.isnan(value) else value


def _series(rows: Rows, default: float) -> Array:
    """Knots of the nation's series, by day."""
    knots = sorted((r["day"], r["value"]) for r in rows if r["level"] == "nation")
    return jnp.asarray(knots or [(0.0, default)], jnp.float32)


def _table(rows: Sequence[tuple[float, ...]], width: int) -> Array:
    """Events as rows; one that never comes where there are none."""
    return jnp.asarray(rows or [(np.inf,) * width], jnp.float32)


def _first(rows: Rows) -> Array:
    return jnp.asarray(min((r["day"] for r in rows), default=np.inf), jnp.float32)


def _base_days(rows: Rows, row: dict[str, int], km: np.ndarray) -> Array:
    days = np.full(len(row), np.inf)
    for base in rows:
        near = (km[[row[at] for at in _places(base)]] <= NEAR_BASE_KM).any(0)
        days[near] = np.minimum(days[near], base["day"])
    return jnp.asarray(days, jnp.float32)


def _appointments(rows: Rows, districts: pd.DataFrame) -> Array:
    """Day of each replacement in every district it reaches, [events, D]; inf elsewhere."""
    days = [np.where(_reached(r, districts), r["day"], np.inf) for r in rows]
    return jnp.asarray(days or [np.full(len(districts), np.inf)], jnp.float32)


def _pay_here(rows: Rows, districts: pd.DataFrame) -> Array:
    """Day and months owed from then on in each district, [events, 1 + D]."""
    owed = [np.append(r["day"], _reached(r, districts) * r["value"]) for r in rows]
    return jnp.asarray(owed or [np.zeros(1 + len(districts))], jnp.float32)


def _reached(row: Mapping[str, Any], districts: pd.DataFrame) -> np.ndarray:
    """Districts that a row speaks of, [D] bool."""
    if row["level"] == "nation":
        return np.ones(len(districts), bool)
    column = {"province": "province", "district": "district_id"}[row["level"]]
    return np.isin(np.asarray(districts[column], str), _places(row))


def _places(row: Mapping[str, Any]) -> list[str]:
    """Ids that a row names, joined by ; in the table."""
    return str(row["place"]).split(";")
