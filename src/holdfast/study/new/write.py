"""A draft to a folder: written whole beside its place, then moved there."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Mapping
from datetime import date
from functools import partial
from pathlib import Path
from typing import Any

import pandas as pd

from holdfast.records.columns import Column, Kind, TableSchema
from holdfast.records.datapackage import write_package
from holdfast.records.geojson import FILE as CELLS
from holdfast.records.schema import TABLES
from holdfast.records.settings import FILE as SETTINGS
from holdfast.records.settings import read_settings
from holdfast.study.keep import write_folder_once
from holdfast.study.new.ask import Call
from holdfast.study.new.draft import Draft
from holdfast.study.new.land import Land
from holdfast.study.new.sources import shown

README = "README.md"


def write(call: Call, land: Land, draft: Draft, drawn: str, readme: str) -> Path:
    """Write the folder; nothing stands at its path before all of it does. Returns the path.

    `drawn` and `readme` are the texts of cells.geojson and README.md.
    """
    folder = call.asked.folder
    write_folder_once(folder.resolve(), partial(_write, call, land, draft, drawn, readme))
    return folder


def _write(call: Call, land: Land, draft: Draft, drawn: str, readme: str, made: Path) -> None:
    for schema in TABLES:
        table = draft.tables.get(schema.name)
        if table is not None and (len(table) or schema.name == "calendar"):
            path = made / schema.path
            path.parent.mkdir(exist_ok=True)
            path.write_text(_csv(table, schema), encoding="utf-8", newline="")
    (made / SETTINGS).write_text(_settings(call, land, draft), encoding="utf-8")
    (made / CELLS).write_text(drawn, encoding="utf-8")
    settings, _ = read_settings(made)
    if settings is not None:
        write_package(made, settings)
    (made / README).write_text(readme, encoding="utf-8")


def _csv(table: pd.DataFrame, schema: TableSchema) -> str:
    text = io.StringIO()
    pen = csv.writer(text, lineterminator="\n")
    pen.writerow([column.name for column in schema.columns])
    empty = [None] * len(table)
    columns = [list(table[c.name]) if c.name in table else empty for c in schema.columns]
    for row in zip(*columns, strict=True):
        pen.writerow([_cell(v, c) for v, c in zip(row, schema.columns, strict=True)])
    return text.getvalue()


def _cell(value: Any, column: Column) -> str:
    if value is None or value is pd.NaT or value != value:
        return ""
    if column.kind is Kind.INTEGER:
        return str(int(value))
    if column.kind is Kind.NUMBER:
        return f"{float(value):.10g}"
    return value.isoformat() if isinstance(value, date) else str(value)


def _settings(call: Call, land: Land, draft: Draft) -> str:
    name = call.asked.name
    where = land.country.name if land.country else name
    title = f"{where}, {shown(call.start)} to {shown(call.end)}"
    men = sum(draft.tables["strengths"]["paper"])
    summary = f"{len(land.rows):,} districts, {men:,} men on the roll; made by holdfast new."
    best, low, high = call.insurgents
    islands = [str(land.rows["district_id"].iloc[row]) for row in land.islands]
    lines = [
        *_keys({"name": name, "title": title, "summary": summary, "start": call.start,
                "end": call.end, "dt": 1.0, "national_capital": land.national}),
        *(_keys({"islands": islands}) if islands else []),
        "", "[insurgents]",
        *_keys({"total": best, "total_low": low, "total_high": high,
                "source_id": draft.insurgents_source}),
    ]  # fmt: skip
    for key, tracker in draft.trackers.items():
        lines += ["", f"[trackers.{json.dumps(key) if '.' in key else key}]", *_keys(tracker)]
    lines += ["", "[posts]", *_keys({"company": 40, "checkpoint": 20})]
    return "\n".join(lines) + "\n"


def _keys(values: Mapping[str, Any]) -> list[str]:
    return [f"{key} = {_toml(value)}" for key, value in values.items()]


def _toml(value: Any) -> str:
    if isinstance(value, date):
        return value.isoformat()
    return json.dumps(value, ensure_ascii=False)
