"""A table that somebody else published is opened: CSV, an Excel workbook, or one of them packed."""

from pathlib import Path

from holdfast.records.letters import decoded
from holdfast.records.packed import OLE, ZIP, unpacked
from holdfast.records.parted import Sheet, parted_sheet
from holdfast.records.whole import read_whole, refused
from holdfast.records.workbook import sheets_of


def opened(path: Path, encoding: str = "") -> list[Sheet]:
    """The tables of a file, one unless it is a workbook; raises ScenarioError.

    `book.xlsx#Sheet` names one sheet, `all.zip#table.csv` one file of several.
    """
    path, parts = _of_parts(path)
    content, file, said = unpacked(read_whole(path), path.name, parts)
    if not content.startswith((ZIP, OLE)):
        _refuse_parts(file, parts)
        text, more = decoded(content, file, encoding)
        return [parted_sheet(text, file, (*said, *more))]
    sheets = sheets_of(content, file, said)
    if parts:
        wanted = parts.pop(0)
        _refuse_parts(file, parts)
        named = [sheet for sheet in sheets if sheet.title.strip() == wanted.strip()]
        if not named:
            there = ", ".join(repr(sheet.title) for sheet in sheets)
            raise refused(file, f"has no sheet {wanted!r}", there, "name one of these after the #")
        return named
    return sheets


def _refuse_parts(file: str, parts: list[str]) -> None:
    if parts:
        cure = "leave out the # and what follows"
        raise refused(file, f"has no part {parts[0]!r}", "a zip or a workbook before a #", cure)


def _of_parts(path: Path) -> tuple[Path, list[str]]:
    """A path without what follows a #, if there is no file of the whole name."""
    text, parts = str(path), []
    try:
        while "#" in text and not Path(text).exists():
            text, _, part = text.rpartition("#")
            parts.insert(0, part)
        return (Path(text), parts) if parts and Path(text).is_file() else (path, [])
    except (OSError, ValueError):
        return path, []
