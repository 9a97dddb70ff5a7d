"""One file of a scenario to one table, checked against its columns."""

from collections.abc import Sequence
from dataclasses import dataclass
from os.path import lexists
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from holdfast.records.cast import Fault, Value, cast
from holdfast.records.columns import Column, Kind, TableSchema
from holdfast.records.files import Unreadable, read_rows, read_text
from holdfast.records.problems import Problem, nearest


@dataclass(frozen=True)
class Reading:
    """What came of reading one file. With problems, the rows that have one are left out."""

    rows: pd.DataFrame
    lines: tuple[int, ...]  # for each row, the line of the file it starts on
    problems: tuple[Problem, ...]


def read_table(folder: Path, schema: TableSchema) -> Reading:
    """Read one table; every problem of the file is in the reading, none is raised."""
    if schema.optional and not lexists(folder / schema.path):
        return Reading(_frame([], schema), (), ())
    try:
        numbered = list(read_rows(read_text(folder, schema.path), schema.path))
    except Unreadable as error:
        return Reading(_frame([], schema), (), (error.problem,))
    if not numbered:
        problem = Problem(schema.path, "is empty", "a header row", "write the names of the columns")
        return Reading(_frame([], schema), (), (problem,))
    (line, header), body = numbered[0], numbered[1:]
    problems = _header_problems(header, line, schema)
    if problems:
        return Reading(_frame([], schema), (), tuple(problems))
    if not (body or schema.optional or schema.may_be_empty):
        cure = f"write a row for each: {schema.row}"
        problems.append(Problem(schema.path, "has no rows", "at least one row", cure))
    columns = [schema.column(name) for name in header]
    good, lines = [], []
    for line, cells in body:
        values, found = _row(cells, columns, line, schema.path)
        problems += found
        if not found:
            good.append(dict(zip(header, values, strict=True)))
            lines.append(line)
    return Reading(_frame(good, schema), tuple(lines), tuple(problems))


def _header_problems(header: Sequence[str], line: int, schema: TableSchema) -> list[Problem]:
    known = [column.name for column in schema.columns]
    problems = []
    for name in dict.fromkeys(header):
        allowed = f"the columns of {schema.name}"
        if name not in known:
            cure = nearest(name, [k for k in known if k not in header] or known)
            says = "is not a column of this table"
            problems.append(Problem(schema.path, says, allowed, cure, line, value=name))
        elif header.count(name) > 1:
            cure = "take one of them out"
            problems.append(Problem(schema.path, "stands twice", allowed, cure, line, name, name))
    for name in known:
        if name not in header:
            cure = "add the column; cells may be empty only where nothing is known"
            problems.append(Problem(schema.path, "is missing", "every column", cure, line, name))
    return problems


def _row(
    cells: Sequence[str], columns: Sequence[Column], line: int, file: str
) -> tuple[list[Value], list[Problem]]:
    if len(cells) != len(columns):
        says, allowed = f"has {len(cells)} cells", f"{len(columns)} cells"
        return [], [Problem(file, says, allowed, "check commas and quotes", line)]
    values, problems = [], []
    for cell, column in zip(cells, columns, strict=True):
        try:
            values.append(cast(cell, column))
        except Fault as fault:
            shown = None if cell == "" else cell
            problems.append(
                Problem(file, fault.says, fault.allowed, fault.cure, line, column.name, shown)
            )
    return values, problems


def _frame(rows: list[dict[str, Value]], schema: TableSchema) -> pd.DataFrame:
    """Return the rows as a frame with the columns of the schema, in its order."""
    return pd.DataFrame(
        {
            column.name: _array([row[column.name] for row in rows], column)
            for column in schema.columns
        }
    )


def _array(values: list[Any], column: Column) -> pd.Series:
    if column.kind is Kind.DATE:
        days = [np.datetime64("NaT") if day is None else np.datetime64(day) for day in values]
        return pd.Series(np.array(days, dtype="datetime64[s]"))
    if column.kind is Kind.INTEGER and column.required:
        return pd.Series(values, dtype="int64")
    if column.kind in (Kind.INTEGER, Kind.NUMBER):
        return pd.Series([np.nan if v is None else v for v in values], dtype="float64")
    return pd.Series(["" if v is None else v for v in values], dtype="str")


def ids_of(cell: str) -> list[str]:
    """Return the ids of a cell that joins them by ;, none for an empty cell."""
    return cell.split(";") if cell else []
