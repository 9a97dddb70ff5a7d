"""Workbooks of Excel and LibreOffice to tables of text; nothing in them is run or computed.

The cells are read by calamine. What it does not tell, and what would make a cell say something
else than its author sees, is looked for in the workbook's own XML: cells of a formula that was
never computed, errors, cells merged with others, hidden rows and columns.
"""

import io
import re
import zipfile
from collections.abc import Iterator, Mapping
from datetime import date, datetime, time
from functools import partial
from typing import Any
from xml.etree import ElementTree

from holdfast.records.packed import OLE, members
from holdfast.records.parted import Rows, Sheet
from holdfast.records.said import About, Said, counted, some
from holdfast.records.whole import refused

MOST = 2**29  # bytes that a workbook may have once it is unpacked
ROW = re.compile(rb"<(?:\w+:)?row\b([^>]*)>")
COLUMN = re.compile(rb"<(?:\w+:)?col\b([^>]*)>")
CELL = re.compile(rb"<(?:\w+:)?c\b([^>]*?)(?:/>|>(.*?)</(?:\w+:)?c>)", re.DOTALL)
FORMULA = re.compile(rb"<(?:\w+:)?f\b")
VALUE = re.compile(rb"<(?:\w+:)?(?:v|t)\b[^>]*>([^<]+)<")
HIDDEN = re.compile(rb"""\bhidden=["'](?:1|true)["']""")
PLACE = re.compile(rb"""\br=["']([A-Z]+)?(\d+)["']""")
ERROR, TEXT = re.compile(rb"""\bt=["']e["']"""), re.compile(rb"""\bt=["']str["']""")
REFERENCE = re.compile(rb"""<(?:\w+:)?c\b[^>]*?\br=["']([A-Z]{1,3})(\d{1,7})["']""")
REPEATED_ROW = re.compile(
    rb'<table:table-row\b[^>]*number-rows-repeated="(\d{5,})"[^>]*>(?:(?!</table:table-row>).)*?'
    rb"office:value",
    re.DOTALL,
)
REPEATED_CELL = re.compile(
    rb'<table:table-cell\b(?=[^>]*office:value)[^>]*number-columns-repeated="(\d{4,})"'
)
ODD_CELL = re.compile(
    rb'calcext:value-type="error"|<text:p>(?:#[A-Z]+[!?/]|Err:\d)'
    rb"|<table:table-cell\b(?=[^>]*table:formula)(?![^>]*office:value)"
)
MOST_CELLS = 60_000_000  # of a sheet, empty ones counted
RELATION = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"
Odd = Mapping[tuple[int, int], str]
"""What cells hold that have no value of their own, by row and column, both from 0."""


def sheets_of(content: bytes, file: str, said: tuple[Said, ...] = ()) -> list[Sheet]:
    """The sheets of a workbook that have cells, in its order; raises ScenarioError."""
    from python_calamine import CalamineError, CalamineWorkbook, PasswordError, SheetTypeEnum
    from python_calamine import SheetVisibleEnum as Visible

    parts: dict[str, bytes] = {}
    if not content.startswith(OLE):
        parts = members(content, file, is_needed, MOST)
        _refuse_bombs(parts, file)
        content = _again(parts)
    try:
        book = CalamineWorkbook.from_object(io.BytesIO(content))
        known = [one for one in book.sheets_metadata if one.typ == SheetTypeEnum.WorkSheet]
        sheets = [(one, book.get_sheet_by_name(one.name)) for one in known]
        tables = [(one, sheet, _text(sheet)) for one, sheet in sheets]
    except PasswordError:
        cure = "save it without a password, or its sheet as CSV"
        raise refused(file, "is locked with a password", "a workbook without", cure) from None
    except (CalamineError, ValueError, OverflowError) as error:
        reason = str(error).splitlines()[0][:200] if str(error) else "damaged"
        cure = "open it in a spreadsheet and save its sheet as CSV"
        raise refused(
            file, f"cannot be read as a workbook ({reason})", "a workbook", cure
        ) from None
    found = []
    for one, sheet, cells in tables:
        odd, more = _looked_at(parts, file, one.name, sheet.merged_cell_ranges or [])
        if any(any(row) for row in cells):
            name = file if len(tables) == 1 else f"{file}, sheet {one.name}"
            found.append(
                Sheet(
                    name,
                    partial(_rows, cells, odd),
                    "",
                    (*said, *more),
                    one.name,
                    one.visible != Visible.Visible,
                )
            )
    if not found:
        raise refused(file, "has no cells", "a sheet with a header and rows", "check the file")
    return found


def is_needed(name: str) -> bool:
    """Whether a part of a workbook has to do with cells: no macros, pictures and queries."""
    return name.endswith((".xml", ".rels")) and "pivot" not in name or name == "mimetype"


def _refuse_bombs(parts: Mapping[str, bytes], file: str) -> None:
    """Refuse what a small file can make large: entities, a far cell, cells repeated."""
    if "xl/workbook.xml" not in parts and "content.xml" not in parts:
        raise refused(
            file,
            "is an Excel workbook in binary form (.xlsb)",
            ".xlsx, .xls, .ods",
            "save it as .xlsx, or its sheet as CSV",
        )
    for name, part in parts.items():
        if b"<!DOCTYPE" in part[:2000] or b"<!ENTITY" in part[:2000]:
            raise refused(
                file,
                "declares entities, as no program's workbook does",
                "a workbook",
                "save its sheet as CSV",
            )
        if name.startswith("xl/") and b"<" in part[:5]:
            spots = [_spot(at) for at in REFERENCE.finditer(part)]
            rows = [int(at[2]) for row in ROW.findall(part) if (at := PLACE.search(row))]
            tall = max([spot[0] + 1 for spot in spots] + rows, default=0)
            _refuse_size(file, tall, max([spot[1] + 1 for spot in spots], default=1))
    for pattern, most in ((REPEATED_ROW, 20_000), (REPEATED_CELL, 2_000)):
        for at in pattern.finditer(parts.get("content.xml", b"")):
            _refuse_size(file, int(at[1][:9]) * (MOST_CELLS // most), 1)


def _refuse_size(file: str, rows: int, columns: int) -> None:
    if rows * columns > MOST_CELLS:
        says = "has cells far apart: as a table it would be too large"
        cure = "delete the cells below and beside the table, or save it as CSV"
        raise refused(file, says, f"up to {MOST_CELLS:,} cells", cure)


def _again(parts: Mapping[str, bytes]) -> bytes:
    """A zip of the parts as they were unpacked here: its sizes are true, whatever was said."""
    kept = io.BytesIO()
    with zipfile.ZipFile(kept, "w") as archive:
        for name, part in parts.items():
            archive.writestr(zipfile.ZipInfo(name), part)
    return kept.getvalue()


def _text(sheet: Any) -> list[list[str]]:
    return [[_cell(cell) for cell in row] for row in sheet.to_python(skip_empty_area=False)]


def _cell(value: Any) -> str:
    """A cell as text. A number of three decimals gets a fourth: it was typed as a number, so it
    must not look like one of thousands.

    >>> _cell(12000.0), _cell(12.345), _cell(datetime(2014, 6, 10)), _cell("Anvil")
    ('12000', '12.3450', '2014-06-10', 'Anvil')
    """
    if isinstance(value, bool):
        return str(value).upper()
    if isinstance(value, (int, float)):
        if value == value // 1 and abs(value) < 1e15:
            return str(int(value))
        text = repr(value)
        return text + "0" if re.fullmatch(r"-?\d{1,3}\.\d{3}", text) else text
    if isinstance(value, datetime):
        return value.date().isoformat() if value.time() == time() else value.isoformat()
    return value.isoformat() if isinstance(value, date) else str(value)


def _rows(cells: list[list[str]], odd: Odd) -> Rows:
    for number, row in enumerate(cells):
        if odd:
            row = [odd.get((number, k), cell) for k, cell in enumerate(row)]
        if any(cell.strip() for cell in row):
            yield number + 1, row


def _looked_at(
    parts: Mapping[str, bytes], file: str, title: str, merged: list[Any]
) -> tuple[Odd, tuple[Said, ...]]:
    """Cells that do not hold what they show, and what is hidden."""
    odd = {
        (row, column): f"(merged with {_place(*first)})"
        for first, last in merged
        for row in range(first[0], min(last[0], first[0] + 10_000) + 1)
        for column in range(first[1], min(last[1], first[1] + 500) + 1)
        if (row, column) != tuple(first)
    }
    called = f"{file}, sheet {title}"
    if "xl/workbook.xml" in parts:
        xml = parts.get(_part_of(parts, title), b"")
        odd.update(_without_value(xml))
        rows = [
            int(at[2])
            for row in ROW.findall(xml)
            if HIDDEN.search(row) and (at := PLACE.search(row))
        ]
        columns = sum(bool(HIDDEN.search(column)) for column in COLUMN.findall(xml))
        said = []
        if rows:
            which = some([str(row) for row in rows])
            words = f"{called}: {counted(len(rows), 'row')} hidden there were read like the others"
            said.append(Said(About.ASSUMED, f"{words}: {which}"))
        if columns:
            said.append(Said(About.ASSUMED, f"{called}: hidden columns were read like the others"))
        return odd, tuple(said)
    if xml := parts.get("content.xml", b""):
        if re.search(rb'number-(?:rows|columns)-spanned="(?:[2-9]|\d\d)', xml):
            cure = "take them apart and fill each, or save the sheet as CSV"
            raise refused(file, "has merged cells", "a cell for each value", cure)
        if ODD_CELL.search(xml):
            says = "has cells of errors, or of formulas that were not computed"
            raise refused(file, says, "a value in each cell", "mend them, or save the sheet as CSV")
        if re.search(rb'table:visibility="(?:collapse|filter)"', xml):
            words = f"{file}: rows or columns that are hidden were read like the others"
            return odd, (Said(About.ASSUMED, words),)
        return odd, ()
    words = f"{file}: in this kind of workbook hidden rows cannot be told from others, nor errors"
    return odd, (Said(About.ASSUMED, f"{words} from empty cells; save it as .xlsx to be sure"),)


def _without_value(xml: bytes) -> Iterator[tuple[tuple[int, int], str]]:
    """Cells of errors, and of formulas that nobody computed."""
    if not ERROR.search(xml) and not FORMULA.search(xml):
        return
    for given, body in CELL.findall(xml):
        value, at = VALUE.search(body), PLACE.search(given)
        if at is None or at[1] is None:
            continue
        if ERROR.search(given):
            yield _spot(at), value[1].decode("ascii", "replace") if value else "#ERROR"
        elif FORMULA.search(body) and value is None and not TEXT.search(given):
            yield _spot(at), "(a formula that was not computed)"


def _part_of(parts: Mapping[str, bytes], title: str) -> str:
    """The part that holds a sheet, "" if the workbook does not say."""
    try:
        book = ElementTree.fromstring(parts["xl/workbook.xml"])
        links = ElementTree.fromstring(parts["xl/_rels/workbook.xml.rels"])
    except (ElementTree.ParseError, KeyError):
        return ""
    key = next(
        (
            one.get(RELATION)
            for one in book.iter()
            if one.tag.endswith("}sheet") and one.get("name") == title
        ),
        None,
    )
    target = next((one.get("Target", "") for one in links if one.get("Id") == key), "")
    return target.lstrip("/") if target.startswith("/") else f"xl/{target}"


def _spot(at: re.Match[bytes]) -> tuple[int, int]:
    column = 0
    for letter in at[1]:
        column = 26 * column + letter - 64
    return int(at[2]) - 1, column - 1


def _place(row: int, column: int) -> str:
    letters = ""
    column += 1
    while column:
        column, rest = divmod(column - 1, 26)
        letters = chr(65 + rest) + letters
    return f"{letters}{row + 1}"
