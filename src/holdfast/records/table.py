"""One file of a scenario to one table, checked against its columns."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from os.path import lexists
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from holdfast.records.cast import Fault, Value, cast
from holdfast.records.columns import Column, Kind, TableSchema
from holdfast.records.files import Unreadable, read_rows, read_text
from holdfast.records.problems import MOST_OF_A_KIND, Gathered, Problem, nearest


@dataclass(frozen=True)
class Reading:
    """What came of reading one file. With problems, the rows that have one are left out."""

    rows: pd.DataFrame
    lines: tuple[int, ...]  # for each row, the line of the file it starts on
    problems: tuple[Problem, ...]


def read_table(folder: Path, schema: TableSchema) -> Reading:
    """Read one table; the problems of the file are in the reading, none is raised."""
    if schema.optional and not lexists(folder / schema.path):
        return Reading(_frame({}, schema), (), ())
    found = Gathered()
    columns: dict[str, list[Value]] = {}
    lines: list[int] = []
    try:
        rows = read_rows(read_text(folder, schema.path), schema.path)
        line, header = next(rows, (1, []))
        found.add(_header_problems(header, line, schema))
        if not found:
            columns, lines = _body(rows, header, schema, found)
    except Unreadable as error:
        found.add([error.problem])
    return Reading(_frame(columns, schema), tuple(lines), found.told())


def _body(
    rows: Iterator[tuple[int, list[str]]],
    header: Sequence[str],
    schema: TableSchema,
    found: Gathered,
) -> tuple[dict[str, list[Value]], list[int]]:
    """Return the values of each column, and the lines of the rows that are in order."""
    columns = [schema.column(name) for name in header]
    values: list[list[Value]] = [[] for _ in header]
    lines, any_row = [], False
    for line, cells in rows:
        any_row = True
        row, wrong = _row(cells, columns, line, schema.path)
        if wrong:
            found.add(wrong)
            continue
        lines.append(line)
        for column, value in zip(values, row, strict=True):
            column.append(value)
    if not (any_row or schema.optional or schema.may_be_empty):
        cure = f"write a row for each: {schema.row}"
        found.add([Problem(schema.path, "has no rows", "at least one row", cure)])
    return dict(zip(header, values, strict=True)), lines


def _header_problems(header: Sequence[str], line: int, schema: TableSchema) -> list[Problem]:
    if not header:
        return [Problem(schema.path, "is empty", "a header row", "write the names of the columns")]
    known = {column.name: column for column in schema.columns}
    stands, missing = Counter(header), [name for name in known if name not in set(header)]
    problems = []
    for name in stands:
        allowed = f"the columns of {schema.name}"
        if name not in known:
            kept = len(problems) < MOST_OF_A_KIND  # of the others the cure is not told
            cure = nearest(name, missing or known) if kept else ""
            says = "is not a column of this table"
            problems.append(Problem(schema.path, says, allowed, cure, line, value=name))
        elif stands[name] > 1:
            cure = "take one of them out"
            problems.append(Problem(schema.path, "stands twice", allowed, cure, line, name, name))
    for name in missing:
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


def _frame(values: Mapping[str, list[Value]], schema: TableSchema) -> pd.DataFrame:
    """Return columns of values as a frame with the columns of the schema, in its order."""
    return pd.DataFrame(
        {column.name: _array(values.get(column.name, []), column) for column in schema.columns}
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
