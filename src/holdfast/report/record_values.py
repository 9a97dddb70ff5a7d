"""The record as plain values for the page: points of counts, captures, what followed the pledge."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd

AFTERWARDS = ("killed_after_surrender", "killed_or_disappeared_after_surrender")


def record_points(
    series: pd.DataFrame, units: Mapping[str, int], start: pd.Timestamp, days: int
) -> list[dict[str, Any]]:
    """Points of each tracker and measure that the model counts, carried to its own districts.

    `series` as `observe.record_series` gives it; `units` are the districts of the model that each
    tracker counts. Rows outside the war, or cumulative since another day than the first, are not
    the same thing and are left out.
    """
    last = start + pd.Timedelta(days=days - 1)
    rows = series.loc[series["date"].between(start, last) & series["low"].notna()]
    rows = rows.loc[rows["since"].isna() | (rows["since"] == start)]
    found: dict[tuple[str, str], list[dict[str, Any]]] = {}
    for row in rows.to_dict("records"):
        tracker, of = str(row["tracker"]), str(row["variable"])
        if row["measure"] == "capitals_held":
            of = "capitals_held"
        if of:
            found.setdefault((tracker, of), []).append(_point(row, units[tracker], start))
    return [{"tracker": t, "of": of, "points": points} for (t, of), points in found.items()]


def _point(row: Mapping[Any, Any], units: int, start: pd.Timestamp) -> dict[str, Any]:
    low, high, total = row["low"], row["high"], row["total_units"]
    spoken = (
        f"{low:g}" if low == high else f"{low:g} or more" if pd.isna(high) else f"{low:g}-{high:g}"
    )
    return {
        "id": str(row["control_id"]),
        "day": (row["date"] - start).days,
        "low": round(low * units / total, 1),
        "high": None if pd.isna(high) else round(high * units / total, 1),
        "hollow": row["stance"] == "claims" or row.get("confidence") == "low",
        "says": f"{spoken} of {total:g}, {row.get('counted_by', row['tracker_title'])}",
    }


def captures_of(captures: pd.DataFrame, start: pd.Timestamp) -> dict[str, list[dict[str, Any]]]:
    """What the record says of each district, in the order of days, which count from the first."""
    found: dict[str, list[dict[str, Any]]] = {}
    for row in captures.sort_values("date", kind="stable").to_dict("records"):
        found.setdefault(str(row["district_id"]), []).append({
            "day": (row["date"] - start).days,
            "to": "insurgent" if row["event"] == "captured" else "government",
            "how": str(row["how"]), "by": str(row["source_id"]), "sure": str(row["confidence"]),
        })  # fmt: skip
    return found


def afterwards(counts: pd.DataFrame, called: Mapping[str, str]) -> list[dict[str, str]]:
    """What the record says of those who were killed or vanished after they had surrendered.

    `called` gives the names of places by their ids.
    """
    rows = counts.loc[counts["what"].isin(AFTERWARDS)]
    return [
        {
            "date": str(row["date"].date()),
            "place": ", ".join(called.get(p, p) for p in str(row["place"]).split(";") if p)
            or "the nation",
            "count": _spoken(row["low"], row["high"]),
            "whom": str(row["unit"]),
            "what": str(row["what"]).replace("_", " "),
            "stance": str(row["stance"]).replace("_", " "),
            "speaker": str(row["speaker"]),
            "note": str(row["note"]),
        }
        for row in rows.to_dict("records")
    ]


def _spoken(low: float, high: float) -> str:
    if pd.isna(low) and pd.isna(high):
        return "no number"
    if pd.isna(high):
        return f"{low:g} or more"
    return f"{high:g}" if low == high or pd.isna(low) else f"{low:g} to {high:g}"
