"""A folder to the tables of a scenario: everything is checked before anything is returned."""

from hashlib import sha256
from importlib.resources import files
from os import PathLike, fspath
from os.path import lexists
from pathlib import Path

from holdfast.records import settings as settings_file
from holdfast.records.checks import CHECKS, run_checks
from holdfast.records.files import Unreadable, read_bytes
from holdfast.records.geojson import FILE as CELLS
from holdfast.records.geojson import read_cells
from holdfast.records.plausible import RULES
from holdfast.records.problems import Gathered, Problem, ScenarioError, nearest
from holdfast.records.schema import TABLES
from holdfast.records.settings import read_settings
from holdfast.records.table import read_table
from holdfast.records.tables import Tables
from holdfast.records.unread import absent, unread

MADE = {"manifest.json": "a run", "fit.json": "a fit"}
"""Files by which folders are known that the program made of scenarios."""


def list_scenarios() -> list[str]:
    """Return the names of the scenarios that come with the program."""
    return sorted(folder.name for folder in _bundled().iterdir() if _is_scenario(folder))


def find_scenario(name_or_path: str | PathLike[str]) -> Path:
    """Return the folder of a bundled scenario, or the folder given; raises ScenarioError.

    A name without a slash is that of a bundled scenario first.
    """
    wanted = fspath(name_or_path)
    names = list_scenarios()
    if wanted in names:
        return _bundled() / wanted
    try:
        there = bool(wanted) and Path(wanted).is_dir()
    except (OSError, ValueError):
        there = False
    if there:
        _check_not_made(Path(wanted))
        return Path(wanted)
    allowed = "a folder, or one of " + ", ".join(names)
    says = "is not known"
    if "/" in wanted:
        says = (
            "is no folder" if lexists(wanted.replace("\0", "")) else "is not there: no such folder"
        )
    raise ScenarioError([Problem("scenario", says, allowed, nearest(wanted, names), value=wanted)])


def _check_not_made(folder: Path) -> None:
    """Refuse the folder of a run or of a fit, which holds no scenario."""
    if (folder / settings_file.FILE).exists():
        return
    for name, kind in MADE.items():
        if (folder / name).is_file():
            says = f"{folder} is the folder of {kind}, not of a scenario."
            says += f" Name a folder with a {settings_file.FILE}."
            raise ScenarioError([Problem("scenario", says, "", "")])


def read_scenario(name_or_path: str | PathLike[str]) -> Tables:
    """Read and check a scenario; raises ScenarioError with every problem of its folder.

    What does not stop, as a warning of a number that looks odd, raises nothing.
    """
    tables, problems = look_at(find_scenario(name_or_path))
    if tables is None or any(problem.stops for problem in problems):
        raise ScenarioError(problem for problem in problems if problem.stops)
    return tables


def look_at(folder: Path) -> tuple[Tables | None, tuple[Problem, ...]]:
    """Return the tables of a folder, None without settings, and every problem that it has.

    Of each kind the first problems are told and the others counted. Checks that need a table run
    only if that table could be read, and rules of plausibility only if nothing else stops.
    """
    settings, wrong = read_settings(folder)
    found = Gathered(wrong)
    readings = {schema.name: read_table(folder, schema) for schema in TABLES}
    cells, of_cells = read_cells(folder)
    found.add(of_cells)
    for reading in readings.values():
        found.add(reading.problems)
    found.add(unread(folder))
    found.add(absent(folder))
    broken = {name for name, reading in readings.items() if reading.problems}
    broken |= {"cells"} if of_cells else set()
    if settings is None:
        return None, found.told()
    fingerprint, vanished = ("", ()) if broken else _fingerprint(folder)
    found.add(vanished)
    tables = Tables(
        folder=folder,
        fingerprint=fingerprint,
        settings=settings,
        cells=cells,
        lines={name: reading.lines for name, reading in readings.items()},
        **{name: reading.rows for name, reading in readings.items()},
    )
    found.add(run_checks(CHECKS, tables, broken))
    if not any(problem.stops for problem in found.told()):
        found.add(run_checks(RULES, tables, set()))
    return tables, found.told()


def _bundled() -> Path:
    return Path(str(files("holdfast") / "scenarios"))


def _is_scenario(folder: Path) -> bool:
    return (folder / settings_file.FILE).is_file()


def _fingerprint(folder: Path) -> tuple[str, tuple[Problem, ...]]:
    """A digest of every file that is read; a file that can no longer be read is a problem."""
    digest = sha256()
    for name in sorted([settings_file.FILE, CELLS, *(schema.path for schema in TABLES)]):
        if lexists(folder / name):
            try:
                content = read_bytes(folder, name)
            except Unreadable as error:
                return "", (error.problem,)
            digest.update(f"{name} {len(content)}\n".encode() + content)
    return digest.hexdigest(), ()
