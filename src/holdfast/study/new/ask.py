"""What `new` is asked for, and what can be wrong with that before any file is read."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path

from holdfast.records.dates import ORDERS
from holdfast.records.names import OF_KEYS, is_key
from holdfast.records.problems import nearest
from holdfast.records.read import list_scenarios
from holdfast.study.errors import CallError
from holdfast.study.keep import place

MOST_MEN = 10**9
LONGEST = 10_000  # days
YEARS = range(1800, 2200)


@dataclass(frozen=True)
class Asked:
    """A call of `new`. What is not given is None or empty.

    `columns` names columns of the boundaries for id, name, province, region, corps, country;
    `leave_out` are ids or names of districts that are not wanted; `insurgents` is the number, or
    number:low:high; `dates` is the order of 10/06/2014, dmy or mdy.
    """

    name: str
    boundaries: Path | None = None
    provinces: Path | None = None
    country: str = ""
    places: Path | None = None
    strengths: Path | None = None
    defenders: int | None = None
    insurgents: str = ""
    start: date | None = None
    end: date | None = None
    capital: str = ""
    events: tuple[Path, ...] = ()
    captures: Path | None = None
    control: Path | None = None
    columns: Mapping[str, str] = field(default_factory=dict)
    layer: str = ""
    leave_out: tuple[str, ...] = ()
    crs: str = ""
    encoding: str = ""
    dates: str = ""
    out: Path | None = None

    @property
    def folder(self) -> Path:
        """Where the scenario is written."""
        return self.out if self.out is not None else Path(self.name)


@dataclass(frozen=True)
class Call:
    """A call that has passed its checks: what it cannot do without is there."""

    asked: Asked
    boundaries: Path
    start: date
    end: date
    insurgents: tuple[int, int, int]  # best, low, high


def checked(asked: Asked) -> Call:
    """The call with what it needs; raises CallError, which names every option that is missing."""
    if asked.out is not None:
        asked = replace(asked, out=place("--out", asked.out))
    _name(asked)
    men = "--defenders N" if asked.strengths is None and asked.defenders is None else ""
    needed = {
        "--boundaries FILE": asked.boundaries is None,
        "--start DATE": asked.start is None,
        "--end DATE": asked.end is None,
        "--defenders N, or --strengths FILE": bool(men),
        "--insurgents N": not asked.insurgents,
    }
    missing = [option for option, absent in needed.items() if absent]
    if missing or asked.boundaries is None or asked.start is None or asked.end is None:
        cure = "no file can say these; for example holdfast new my-war --boundaries F.geojson"
        cure += " --country CODE --start 2014-01-01 --end 2014-06-30 --defenders 20000"
        cure += " --insurgents 3000:2000:5000"
        raise CallError("options missing", "; ".join(missing), "none missing", cure)
    if asked.strengths is not None and asked.defenders is not None:
        cure = "a table says how many there are; a total is spread by a rule"
        raise CallError("new", "--strengths and --defenders", "one of the two", cure)
    if asked.defenders is not None and not 1 <= asked.defenders <= MOST_MEN:
        raise CallError(
            "--defenders", asked.defenders, f"1 to {MOST_MEN:,}", "give men on the roll"
        )
    _days(asked.start, asked.end)
    if asked.dates and asked.dates not in ORDERS:
        raise CallError("--dates", asked.dates, " or ".join(ORDERS), nearest(asked.dates, ORDERS))
    return Call(asked, asked.boundaries, asked.start, asked.end, _insurgents(asked.insurgents))


def _name(asked: Asked) -> None:
    if not is_key(asked.name):
        raise CallError("NAME", asked.name, OF_KEYS, "for example river-war; --out takes a path")
    if asked.name in list_scenarios():
        cure = "take another name"
        raise CallError("NAME", asked.name, "a name that no scenario of the program has", cure)
    folder = asked.folder
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        cure = "name another folder with --out, or remove it yourself"
        raise CallError("--out", folder, "a folder that does not exist or is empty", cure)
    if not folder.absolute().parent.is_dir():
        cure = "make the folder around it first"
        raise CallError("--out", folder, "a path in a folder that exists", cure)


def _days(start: date, end: date) -> None:
    for option, day in (("--start", start), ("--end", end)):
        if day.year not in YEARS:
            raise CallError(option, day, f"years {YEARS[0]} to {YEARS[-1]}", "check the year")
    if not 0 < (end - start).days < LONGEST:
        allowed = f"1 to {LONGEST - 1:,} days after --start {start}"
        raise CallError("--end", end, allowed, "swap --start and --end, or check the years")


def _insurgents(text: str) -> tuple[int, int, int]:
    parts = text.replace(",", "").split(":")
    cure = "for example --insurgents 3000, or 3000:2000:5000 for best, low and high"
    refused = CallError("--insurgents", text, f"N or N:LOW:HIGH, 1 to {MOST_MEN:,}", cure)
    if len(parts) not in (1, 3) or not all(p.isascii() and p.isdecimal() for p in parts):
        raise refused
    if any(len(part) > 10 for part in parts):
        raise refused
    best, low, high = [int(part) for part in parts] * (3 if len(parts) == 1 else 1)
    if not 1 <= low <= best <= high <= MOST_MEN:
        raise refused
    return best, low, high
