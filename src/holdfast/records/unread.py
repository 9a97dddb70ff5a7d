"""What a folder lacks of a scenario, and what lies in it that is not read."""

import os
import re
from collections.abc import Iterator, Sequence
from difflib import get_close_matches
from itertools import islice
from pathlib import Path

from holdfast.records.geojson import FILE as CELLS
from holdfast.records.names import folded
from holdfast.records.problems import MOST_OF_A_KIND, Problem
from holdfast.records.said import some
from holdfast.records.schema import TABLES
from holdfast.records.settings import FILE as SETTINGS

NOTE = "note"
"""The name of the check of what is not there: it is told, and is no warning."""

RECORD = "record"
FILES = {schema.path: schema.without for schema in TABLES} | {
    SETTINGS: "",
    CELLS: "districts are listed, not drawn",
}
"""Every file that is read, and what it means that it is not there; "" where it is needed."""

OTHERS = ("confusion.csv", "datapackage.json")  # read by others, and known here
TABLE_ENDS = {
    "csv",
    "tsv",
    "txt",
    "tab",
    "xlsx",
    "xls",
    "xlsm",
    "ods",
    "json",
    "parquet",
    "toml",
    "geojson",
    "zip",
    "gz",
}
"""Ends of names of tables that somebody meant to be read."""

ASIDE = {"bak", "old", "orig", "off", "disabled", "unused", "backup", "save", "sav", "tmp", "copy"}
"""Ends of names of files that somebody has put aside, perhaps on purpose."""

MOST_ENTRIES = 2000
"""Of a folder that are looked at: no scenario has so many files."""

ALIKE = 0.8  # of 1; 'calender' and 'calendar' are 0.88, 'claims' and 'counts' 0.5


def unread(folder: Path) -> Iterator[Problem]:
    """Yield what looks like a table under another name or in another place, and is not read."""
    yield from islice(_record(folder), MOST_OF_A_KIND)
    yield from islice(_tables(folder), MOST_OF_A_KIND)


def _tables(folder: Path) -> Iterator[Problem]:
    there = set(_files(folder))
    strangers = []
    for name in sorted(there - set(FILES) - set(OTHERS)):
        meant, end = _meant(name), _ends(name)
        beside = Path(name).parent.name in ("", RECORD)
        if meant is None:
            strangers += [name] if end == "csv" and beside else []
        elif meant in there:
            if end == "csv" and beside and not _same(folder / name, folder / meant):
                yield _note(name, f"{told(name)} is not read: {meant} is.")
        elif end in TABLE_ENDS:
            renamed = end == meant.rpartition(".")[2]
            cure = f"did you mean {meant!r}?" if renamed else f"save it as {meant}"
            says = "is not read, and looks like a table of the scenario"
            yield Problem(told(name), says, "the names of its tables", cure, check="files")
        else:
            yield _note(name, f"{told(name)} is not read, and there is no {meant}.")
    if strangers:
        verb = "is" if len(strangers) == 1 else "are"
        words = f"{some(list(map(told, strangers)))} {verb} not read: no table has such a name."
        yield _note(strangers[0], words)


def absent(folder: Path) -> Iterator[Problem]:
    """Yield a note on each file that is not there though it may be, and what that means."""
    if not os.access(folder, os.X_OK):
        return  # nobody knows
    lacking = [
        path for path, without in FILES.items() if without and not os.path.lexists(folder / path)
    ]
    record = [path for path in FILES if path.startswith(RECORD + "/")]
    if os.path.isdir(folder / RECORD) and not os.access(folder / RECORD, os.X_OK):
        lacking = [path for path in lacking if path not in record]
    elif set(record) <= set(lacking):
        lacking = [path for path in lacking if path not in record]
        what = "nothing to fit to and nothing to score against"
        yield _note(RECORD, f"There are no tables in {RECORD}/: {what}.")
    for path in lacking:
        yield _note(path, f"There is no {path}: {FILES[path]}.")


def in_few_lines(problems: Sequence[Problem]) -> list[Problem]:
    """The same, with several files that are not there in one line."""
    lacking = [
        p for p in problems if p.check == NOTE and p.says.startswith(f"There is no {p.file}")
    ]
    if len(lacking) < 2:
        return list(problems)
    files = some([problem.file for problem in lacking], len(lacking))
    one = _note(lacking[0].file, f"There is no {files}: `holdfast check` says what each means.")
    return [one, *(problem for problem in problems if problem not in lacking)]


def _note(file: str, says: str) -> Problem:
    return Problem(told(file), says, "", "", check=NOTE, stops=False)


def _record(folder: Path) -> Iterator[Problem]:
    """What is called record and is none, or is one and is called otherwise."""
    place = folder / RECORD
    allowed = f"a folder {RECORD} with the tables of what happened"
    if os.path.lexists(place) and not place.is_dir():
        cure = f"put the tables of what happened into a folder {RECORD}, or take it away"
        yield Problem(RECORD, "is not a folder", allowed, cure, check="files")
    elif os.path.lexists(place) and not os.access(place, os.R_OK | os.X_OK):
        cure = "give yourself the right to read it"
        yield Problem(RECORD, "cannot be read (Permission denied)", allowed, cure, check="files")
    for name in _names(folder):
        stem = folded(name.split(".")[0]).replace(" ", "")
        alike = get_close_matches(stem, [RECORD], cutoff=ALIKE)
        if name == RECORD or not alike or _same(place, folder / name):
            continue
        if os.path.lexists(place):
            yield _note(name, f"{told(name)} is not read: {RECORD} is.")
        elif name.rpartition(".")[2].lower() in ASIDE:
            yield _note(name, f"{told(name)} is not read, and there is no {RECORD}/.")
        else:
            says = "is not read, and looks like the record of the scenario"
            cure = f"call the folder {RECORD}"
            yield Problem(told(name), says, allowed, cure, check="files")


def _files(folder: Path) -> Iterator[str]:
    """Files of the folder and of the folders in it, as paths from it."""
    for name in _names(folder):
        path = folder / name
        if not path.is_dir():
            yield name
        elif name == RECORD or not _is_another(path):
            yield from (f"{name}/{inner}" for inner in _names(path) if not (path / inner).is_dir())


def _is_another(folder: Path) -> bool:
    """Whether a folder holds a scenario or a run of its own, or is told of as a record already."""
    holds = any((folder / name).exists() for name in (SETTINGS, "manifest.json"))
    return holds or bool(get_close_matches(folder.name.lower(), [RECORD], cutoff=ALIKE))


def _same(one: Path, other: Path) -> bool:
    """Whether two names are one file, as on a disk that takes capitals for small letters."""
    try:
        return one.samefile(other)
    except OSError:
        return False


def told(name: str) -> str:
    """A name as it can be printed."""
    return name if name.isprintable() else ascii(name)


def _names(folder: Path) -> list[str]:
    """Names in a folder, hidden ones left out; none if it cannot be looked into."""
    try:
        with os.scandir(folder) as entries:
            found = [e.name for e in islice(entries, MOST_ENTRIES) if e.name[0] not in ".~"]
    except OSError:
        return []
    return sorted(found)


def _ends(name: str) -> str:
    """How a name ends, in small letters: bak of calendar.csv.bak, csv of captures (1).CSV."""
    last = name.rpartition("/")[2]
    end = last.rpartition(".")[2].lower() if "." in last else ""
    return "bak" if end.endswith("~") or end in ASIDE else end.strip()


def _meant(name: str) -> str | None:
    """The file of a scenario whose name this one is most like, None if it is like none."""
    last = name.rpartition("/")[2]
    bare = re.sub(r"(?i)\b(copy|kopie|copie|old|new|final|v?\d+)\b|\(\d+\)", "", last.split(".")[0])
    stem = folded(bare).replace(" ", "")
    stems = {Path(path).name.partition(".")[0]: path for path in FILES}
    if last.lower().endswith(".json") and stem == "cells":
        return CELLS
    close = get_close_matches(stem, stems, n=1, cutoff=ALIKE)
    return stems[close[0]] if close else None
