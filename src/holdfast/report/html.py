"""The static report: one file that opens from a disk with the network off."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from html import escape
from importlib.resources import files
from typing import Any

import xarray as xr

from holdfast.report.about import About, Record
from holdfast.report.payload import payload
from holdfast.report.shapes import draw_map


def report_html(
    observables: xr.Dataset, about: About, record: Record, cells: Mapping[str, Any] | None
) -> str:
    """An ensemble as a page: map by week, curves beside the record, doors, reasons, districts.

    `cells` is the GeoJSON of the districts; those without a shape are listed. Nothing is loaded
    from anywhere, which the page's own policy also forbids.
    """
    province_of = dict(
        zip(
            map(str, observables["district"].to_numpy()),
            map(str, observables["province"].to_numpy()),
            strict=True,
        )
    )
    drawn = draw_map(cells, province_of) if cells else None
    parts = {
        "title": escape(str(observables.attrs["title"])),
        "run": escape(about.run_id),
        "style": _asset("report.css"),
        "script": _asset("report.js"),
        "data": as_json(payload(observables, about, record, drawn)),
    }
    return re.sub(r"\{\{(\w+)\}\}", lambda found: parts[found[1]], _asset("report.html"))


def as_json(values: Any) -> str:
    """JSON that can stand in a script element whatever the names in it are."""
    text = json.dumps(values, ensure_ascii=False, separators=(",", ":"), allow_nan=False)
    return text.replace("<", "\\u003c").replace("\u2028", "\\u2028").replace("\u2029", "\\u2029")


def _asset(name: str) -> str:
    return (files("holdfast.report") / "assets" / name).read_text(encoding="utf-8")
