"""Tables that a person made: captures, counts of a tracker, garrisons. Places by id or name."""

from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

import pandas as pd

from holdfast.records.counts import Unclear, whole_count
from holdfast.records.dates import read_days
from holdfast.records.names import Finder, NotFound, as_id, cleaned
from holdfast.records.outside import Outside, read_outside
from holdfast.records.problems import Problem, ScenarioError, nearest
from holdfast.records.said import About, Said, counted, some
from holdfast.records.schema_record import HOW, MEASURES

MOST_TOLD = 10
LARGEST = 1e10  # of a count
PLACE = {
    "district": ("district_id", "place", "district", "adm2_pcode", "adm2_en", "shapename", "name",
                 "location", "town", "city"),
    "province": ("province", "adm1_en", "name_1", "admin1"),
}  # fmt: skip
REST = {
    "known_on": ("known_on", "reported", "reported_on"),
    "source": ("source", "source_id", "sources", "url"),
    "confidence": ("confidence",),
    "note": ("note", "notes", "comment"),
}
CAPTURES = PLACE | REST | {
    "date": ("date", "day", "event_date", "captured_on"),
    "event": ("event", "change", "what"),
    "how": ("how", "manner"),
    "date_basis": ("date_basis",),
    "earliest": ("earliest",),
    "latest": ("latest",),
}  # fmt: skip
CONTROL = REST | {
    "date": ("date", "day"),
    "low": ("held", "districts_held", "value_low", "low", "count", "value"),
    "high": ("value_high", "high"),
    "total": ("total", "total_units", "of", "out_of"),
    "tracker": ("tracker", "counted_by", "observer"),
    "measure": ("measure",),
}
GARRISONS = PLACE | REST | {
    "men": ("paper", "men", "strength", "soldiers", "personnel", "number", "total"),
    "branch": ("branch",),
    "role": ("role",),
    "basis": ("basis",),
}  # fmt: skip
EVENT_WORDS = {
    **dict.fromkeys(("", "captured", "capture", "fell", "fall", "lost", "taken"), "captured"),
    **dict.fromkeys(("recaptured", "recapture", "retaken", "regained", "recovered"), "recaptured"),
}
DAY = timedelta(days=1)


@dataclass(frozen=True)
class Given:
    """A table that somebody gave, checked; the index of `rows` is the line in the file."""

    file: str
    rows: pd.DataFrame
    said: tuple[Said, ...]


def read_captures(path: Path, finder: Finder, order: str = "", encoding: str = "") -> Given:
    """Dated captures: date, district_id, province, event, how, date_basis, earliest, latest,
    known_on, source, confidence, note; raises ScenarioError.

    Where no interval is given it is the day and one either side; where `known_on` is not, the
    last day of that. Rows given twice are one.
    """
    found = read_outside(path, CAPTURES, ("date", "district"), encoding)
    problems: list[Problem] = []
    said = list(found.said)
    dates = {name: _days(found, name, order, problems, said, name == "date")
             for name in ("date", "earliest", "latest", "known_on")}  # fmt: skip
    rows = pd.DataFrame({
        "district_id": _districts(found, finder, problems),
        "event": _words(found, "event", EVENT_WORDS, problems),
        "how": _words(found, "how", {"": "unknown"} | {w: w for w in HOW.words}, problems),
        "date_basis": _words(found, "date_basis", {"": "event"} | {
            w: w for w in ("event", "report", "by")}, problems),
        "confidence": _sure(found, problems),
        "source": found.cells("source"), "note": [cleaned(t) for t in found.cells("note")],
    }, index=found.rows.index)  # fmt: skip
    _stop(problems)
    said += spelt_otherwise(found, finder)
    near = zip(*(dates[name] for name in ("date", "earliest", "latest")), strict=True)
    spans = [(day, a or day - DAY, b or day + DAY) for day, a, b in near if day]
    rows["date"], rows["earliest"], rows["latest"] = zip(*spans, strict=True)
    rows["known_on"] = [k or max(b, d) for k, (d, _, b) in
                        zip(dates["known_on"], spans, strict=True)]  # fmt: skip
    for line, row in rows.to_dict("index").items():
        if not row["earliest"] <= row["date"] <= row["latest"] or row["known_on"] < row["date"]:
            allowed = "earliest, date, latest in order; known_on no earlier than date"
            problems.append(found.problem(_line(line), "date", "does not fit its other days",
                                          allowed, "check the days of this row"))  # fmt: skip
    _stop(problems)
    twice = rows.duplicated(["district_id", "date", "event"])
    if twice.any():
        words = f"{found.file}: {counted(int(twice.sum()), 'capture')} given twice"
        said.append(Said(About.LEFT_OUT, words))
    if "earliest" not in found:
        words = f"{found.file}: each capture may have been a day earlier or later than its date"
        said.append(Said(About.ASSUMED, words))
    rows = rows.loc[~twice]
    n = counted(len(rows), "change of hands", "changes of hands")
    return Given(found.file, rows, (Said(About.READ, f"{found.file}: {n}"), *said))


def read_control(path: Path, units: int, order: str = "", encoding: str = "") -> Given:
    """Counts by day: date, known_on, tracker (an id), title, measure, low, high, total; raises
    ScenarioError. A count without a total is of `units` districts."""
    found = read_outside(path, CONTROL, ("date", "low"), encoding)
    problems: list[Problem] = []
    said = list(found.said)
    dates = {name: _days(found, name, order, problems, said, name == "date")
             for name in ("date", "known_on")}  # fmt: skip
    measures = {"": "held"} | {word: word for word in MEASURES.split()}
    numbers = {name: _counts(found, name, problems) for name in ("low", "high", "total")}
    titles = [cleaned(cell) or "Control series" for cell in found.cells("tracker")]
    rows = pd.DataFrame({
        "tracker": [as_id(title.lower(), "tracker") for title in titles], "title": titles,
        "measure": _words(found, "measure", measures, problems),
        "confidence": _sure(found, problems), "source": found.cells("source"),
        "note": [cleaned(text) for text in found.cells("note")],
    }, index=found.rows.index)  # fmt: skip
    _stop(problems)
    rows["date"] = dates["date"]
    rows["known_on"] = [k or d for k, d in zip(dates["known_on"], dates["date"], strict=True)]
    rows["low"] = numbers["low"]
    rows["high"] = numbers["high"] if "high" in found else numbers["low"]
    rows["total"] = [units if total is None else total for total in numbers["total"]]
    for line, row in rows.to_dict("index").items():
        ends = [n for n in (row["low"], row["high"], row["total"]) if n is not None and n == n]
        if ends != sorted(ends) or row["total"] < 1 or row["known_on"] < row["date"]:
            allowed = "low, high, total in order, total above 0, known_on no earlier than date"
            problems.append(found.problem(_line(line), "low", "does not fit its row", allowed,
                                          "check the numbers of this row"))  # fmt: skip
    _stop(problems)
    if "total" not in found:
        words = f"{found.file}: counts are of the {units:,} districts of the map"
        said.append(Said(About.ASSUMED, words))
    n = f"{counted(len(rows), 'count')} by {counted(len(set(rows['tracker'])), 'tracker')}"
    return Given(found.file, rows, (Said(About.READ, f"{found.file}: {n}"), *said))


def read_garrisons(path: Path, finder: Finder, encoding: str = "") -> Given:
    """Men by district: district_id, branch, role ("" where not given), men, basis, source."""
    found = read_outside(path, GARRISONS, ("district", "men"), encoding)
    problems: list[Problem] = []
    branches = {"": "army"} | {word: word for word in ("police", "army", "commando")}
    roles = {word: word for word in ("", "checkpoint", "base")}
    rows = pd.DataFrame({
        "district_id": _districts(found, finder, problems),
        "branch": _words(found, "branch", branches, problems),
        "role": _words(found, "role", roles, problems),
        "men": _counts(found, "men", problems, 1), "basis": found.cells("basis"),
        "source": found.cells("source"),
    }, index=found.rows.index)  # fmt: skip
    for line, cell in zip(found.rows.index, found.cells("men"), strict=True):
        if not cell:
            problems.append(found.problem(line, "men", "is empty", "1, 2, 3 ...", "fill it"))
    _stop(problems)
    said = [Said(About.READ, f"{found.file}: {counted(len(rows), 'garrison')}"), *found.said]
    said.extend(spelt_otherwise(found, finder))
    if "branch" not in found:
        said.append(Said(About.ASSUMED, f"{found.file}: all men are of the army"))
    return Given(found.file, rows, tuple(said))


def districts_of(found: Outside, column: str, finder: Finder) -> list[str]:
    """The ids that a column means; raises ScenarioError with every name that is none."""
    problems: list[Problem] = []
    ids = _districts(found, finder, problems, column)
    _stop(problems)
    return ids


def spelt_otherwise(found: Outside, finder: Finder, column: str = "district") -> tuple[Said, ...]:
    """A remark on names that were found only without regard to their spaces."""
    cells = zip(found.cells(column), found.cells("province"), strict=True)
    pairs = {text: finder.spelt(text, province) for text, province in cells}
    told = [f"{text!r} is {name!r}" for text, name in pairs.items() if name]
    if not told:
        return ()
    words = f"{found.file}: names were found without regard to their spaces: {some(told)}"
    return (Said(About.MENDED, words),)


def _districts(
    found: Outside, finder: Finder, problems: list[Problem], column: str = "district"
) -> list[str]:
    ids = []
    cells = zip(found.rows.index, found.cells(column), found.cells("province"), strict=True)
    for line, text, province in cells:
        try:
            ids.append(finder.find(text, province))
        except NotFound as error:
            ids.append("")
            allowed = "an id or a name of the boundaries"
            problems.append(found.problem(line, column, error.says, allowed, error.cure))
    return ids


def _days(
    found: Outside, column: str, order: str, problems: list[Problem], said: list[Said], needed: bool
) -> list[date | None]:
    if column not in found:
        return [None] * len(found.rows)
    lines, cells = list(found.rows.index), found.cells(column)
    days, bad, read = read_days(cells, lines, found.file, found.called[column], order)
    problems += bad
    if needed and not bad:
        problems += [found.problem(line, column, "is empty", "a day", "fill the cell")
                     for line, day in zip(lines, days, strict=True) if day is None]  # fmt: skip
    if read:
        said.append(Said(About.ASSUMED, f"{found.file}: {found.called[column]} was read {read}"))
    return days


def _words(
    found: Outside, column: str, words: dict[str, str], problems: list[Problem]
) -> list[str]:
    values = []
    for line, cell in zip(found.rows.index, found.cells(column), strict=True):
        word = words.get(cell.casefold())
        if word is None:
            known = [w for w in words if w]
            cure = nearest(cell, known)
            problems.append(found.problem(line, column, "is not a word of this column",
                                          ", ".join(known), cure))  # fmt: skip
        values.append(word or "")
    return values


def _sure(found: Outside, problems: list[Problem]) -> list[str]:
    words = {"": "medium"} | {word: word for word in ("high", "medium", "low")}
    return _words(found, "confidence", words, problems)


def _counts(
    found: Outside, column: str, problems: list[Problem], least: int = 0
) -> list[float | None]:
    values: list[float | None] = []
    for line, cell in zip(found.rows.index, found.cells(column), strict=True):
        value = None
        try:
            value = whole_count(cell, found.parted, least) if cell else None
            if value is not None and value > LARGEST:
                raise Unclear("is no count", "check the cell")
        except Unclear as error:
            allowed = f"a whole number of at least {least}"
            problems.append(found.problem(line, column, error.says, allowed, error.cure))
        values.append(value)
    return values


def _line(label: object) -> int:
    return int(str(label))


def _stop(problems: list[Problem]) -> None:
    if problems:
        more = len(problems) - MOST_TOLD
        told = problems[:MOST_TOLD]
        if more > 0:
            says = f"has {counted(more, 'more problem')} like these"
            told.append(Problem(told[0].file, says, "none", "mend these first"))
        raise ScenarioError(told)
