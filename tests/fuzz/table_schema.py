"""A second reader of tables: RFC 4180 and the Table Schema standard, slow and plain.

It shares no code with the program's reader and knows of a scenario only what `datapackage.json`
says, so what both accept is what the description promises.
"""

import re
from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any

Row = dict[str, Any]
ENDS = ("\r\n", "\n", "\r")
END_OF_CELL = re.compile(r"[,\r\n]|\Z")


class Broken(Exception):
    """Bytes that are no table at all."""


def text_of(content: bytes) -> str:
    """UTF-8 text without its byte-order mark."""
    try:
        text = content.decode("utf-8")
    except UnicodeDecodeError as error:
        raise Broken(str(error)) from None
    return text.removeprefix("\ufeff")


def cells_of(text: str) -> list[list[str]]:
    """Rows of cells; empty lines are no rows."""
    rows: list[list[str]] = []
    row: list[str] = []
    at = 0
    while at < len(text):
        quoted = text[at] == '"'
        if quoted:
            cell, at = _quoted(text, at + 1)
        else:
            end = END_OF_CELL.search(text, at)
            assert end is not None
            cell, at = text[at : end.start()], end.start()
        row.append(cell)
        if text.startswith(",", at):
            at += 1
            if at < len(text):
                continue
            row.append("")
        if quoted or row != [""]:
            rows.append(row)
        row, at = [], at + len(next((mark for mark in ENDS if text.startswith(mark, at)), ""))
    return rows


def _quoted(text: str, at: int) -> tuple[str, int]:
    """The cell that begins after a quote, and where what follows its last quote begins."""
    parts = []
    while True:
        end = text.find('"', at)
        if end < 0:
            raise Broken("a quote is never closed")
        parts.append(text[at:end])
        if not text.startswith('""', end):
            break
        parts.append('"')
        at = end + 2
    if text[end + 1 : end + 2] not in ("", ",", "\r", "\n"):
        raise Broken("something follows a closing quote")
    return "".join(parts), end + 1


def read(resource: Mapping[str, Any], content: bytes) -> tuple[list[Row], list[str]]:
    """Rows of a resource, {field: value or None}, and every breach of its schema by a cell."""
    fields = {field["name"]: field for field in resource["schema"]["fields"]}
    try:
        table = cells_of(text_of(content))
    except Broken as broken:
        return [], [str(broken)]
    if not table or sorted(table[0]) != sorted(fields):
        return [], ["the header is not the list of fields"]
    rows, wrong = [], []
    for number, cells in enumerate(table[1:], 1):
        if len(cells) != len(fields):
            wrong.append(f"row {number} has {len(cells)} cells")
            continue
        row = {}
        for name, cell in zip(table[0], cells, strict=True):
            row[name], breach = value_of(fields[name], cell)
            wrong += [f"row {number}, {name}: {cell[:40]!r} {breach}"] if breach else []
        rows.append(row)
    return rows, wrong


def value_of(field: Mapping[str, Any], cell: str) -> tuple[Any, str]:
    """The value of a cell, and by what it breaks its field; an empty cell is missing."""
    limits = field.get("constraints", {})
    if cell == "":
        return None, "is required" if limits.get("required") else ""
    try:
        value = TYPES[field["type"]](cell)
    except (ValueError, ArithmeticError):
        return None, f"is no {field['type']}"
    if "minimum" in limits and value < limits["minimum"]:
        return value, "is below its minimum"
    if "maximum" in limits and value > limits["maximum"]:
        return value, "is above its maximum"
    if "enum" in limits and cell not in limits["enum"]:
        return value, "is not in its enum"
    if "pattern" in limits and not re.fullmatch(limits["pattern"], cell):
        return value, "breaks its pattern"
    return value, ""


def _matching(pattern: str, kind: Any) -> Any:
    def cast(cell: str) -> Any:
        if not re.fullmatch(pattern, cell, re.ASCII):
            raise ValueError(cell)
        return kind(cell)

    return cast


TYPES = {
    "string": str,
    "integer": _matching(r"[+-]?[0-9]+", int),
    "number": _matching(r"[+-]?([0-9]+\.?[0-9]*|\.[0-9]+)([eE][+-]?[0-9]+)?", Decimal),
    "date": _matching(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", date.fromisoformat),
    "yearmonth": _matching(r"[0-9]{4}-(0[1-9]|1[0-2])", str),
    "list": lambda cell: cell.split(";"),
}


def breaches(package: Mapping[str, Any], files: Mapping[str, bytes]) -> list[str]:
    """Everything in which tables break the description: cells, keys and references.

    A file that is left out is a table without rows. A list of ids has no foreign key in the
    standard; here `source_id` refers to the sources all the same.
    """
    found, wrong = {}, []
    for resource in package["resources"]:
        if "schema" in resource:
            rows, broken = [], []
            if resource["path"] in files:
                rows, broken = read(resource, files[resource["path"]])
            found[resource["name"]] = rows
            wrong += [f"{resource['path']}: {breach}" for breach in broken]
    for resource in package["resources"]:
        if "schema" in resource:
            keys = resource["schema"]
            rows = found[resource["name"]]
            own = [tuple(row[name] for name in keys["primaryKey"]) for row in rows]
            if len(set(own)) < len(own) or any(None in key for key in own):
                wrong.append(f"{resource['path']}: a key stands twice or is missing")
            pairs = [(k["fields"], k["reference"]) for k in keys["foreignKeys"]]
            for (name,), to in pairs:
                known = {row[to["fields"][0]] for row in found[to["resource"]]}
                if not {row[name] for row in rows} - {None} <= known:
                    wrong.append(f"{resource['path']}: {name} refers to what is not there")
            sources = {row["source_id"] for row in found["sources"]}
            if resource["name"] != "sources":
                named = {i for row in rows for i in row.get("source_id") or []}
                if not named <= sources:
                    wrong.append(f"{resource['path']}: a source is not there")
    return wrong
