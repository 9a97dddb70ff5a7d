"""`datapackage.json`: the tables of a scenario in the Data Package and Table Schema standard."""

import json
from pathlib import Path
from typing import Any

from holdfast.records.columns import Column, Kind, TableSchema
from holdfast.records.geojson import FILE as CELLS
from holdfast.records.schema import TABLES
from holdfast.records.settings import Settings

FILE = "datapackage.json"
PROFILE = "https://datapackage.org/profiles/2.0/datapackage.json"


def describe(settings: Settings) -> dict[str, Any]:
    """Return the description of a scenario's files, made from the one schema of the program."""
    cells = {
        "name": "cells",
        "path": CELLS,
        "format": "geojson",
        "mediatype": "application/geo+json",
    }
    return {
        "$schema": PROFILE,
        "name": settings.name,
        "title": settings.title,
        "description": settings.summary,
        "resources": [*map(_resource, TABLES), cells],
    }


def as_json(settings: Settings) -> str:
    """Return the description as the text of its file."""
    return json.dumps(describe(settings), indent=1, ensure_ascii=False) + "\n"


def write_package(folder: Path, settings: Settings) -> Path:
    """Write the description into a scenario's folder and return its path."""
    path = folder / FILE
    path.write_text(as_json(settings), encoding="utf-8")
    return path


def _resource(schema: TableSchema) -> dict[str, Any]:
    keys = [
        {"fields": [refers.column], "reference": {"resource": refers.table, "fields": [refers.to]}}
        for refers in schema.refers
        if schema.column(refers.column).kind is not Kind.IDS  # the standard knows no key of a list
    ]
    return {
        "name": schema.name,
        "path": schema.path,
        "description": f"A row is {schema.row}.",
        "format": "csv",
        "mediatype": "text/csv",
        "encoding": "utf-8",
        "schema": {
            "fields": [_field(column) for column in schema.columns],
            "missingValues": [""],
            "primaryKey": list(schema.key),
            "foreignKeys": keys,
        },
    }


def _field(column: Column) -> dict[str, Any]:
    field: dict[str, Any] = {"name": column.name, "type": column.kind.value}
    if column.kind is Kind.IDS:
        field |= {"delimiter": ";", "itemType": "string"}
    if column.unit:
        field["unit"] = column.unit
    field["description"] = column.meaning
    constraints = {
        "required": column.required or None,
        "minimum": column.minimum,
        "maximum": column.maximum,
        "enum": list(column.words) or None,
        "pattern": column.pattern or None,
    }
    constraints = {name: value for name, value in constraints.items() if value is not None}
    return field | ({"constraints": constraints} if constraints else {})
