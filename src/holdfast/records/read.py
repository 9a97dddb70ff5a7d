"""A folder to the tables of a scenario: everything is checked before anything is returned."""

from hashlib import sha256
from importlib.resources import files
from os import PathLike, fspath
from os.path import lexists
from pathlib import Path

from holdfast.records import settings as settings_file
from holdfast.records.checks import run_checks
from holdfast.records.geojson import FILE as CELLS
from holdfast.records.geojson import read_cells
from holdfast.records.problems import Problem, ScenarioError, nearest
from holdfast.records.schema import TABLES
from holdfast.records.settings import read_settings
from holdfast.records.table import read_table
from holdfast.records.tables import Tables


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
        if wanted and Path(wanted).is_dir():
            return Path(wanted)
    except (OSError, ValueError):
        pass
    allowed = "a folder, or one of " + ", ".join(names)
    raise ScenarioError(
        [Problem("scenario", "is not known", allowed, nearest(wanted, names), value=wanted)]
    )


def read_scenario(name_or_path: str | PathLike[str]) -> Tables:
    """Read and check a scenario; raises ScenarioError with every problem of its folder.

    Problems that do not stop, as a description that is out of date, raise nothing alone.
    """
    tables, problems = look_at(find_scenario(name_or_path))
    if tables is None or any(problem.stops for problem in problems):
        raise ScenarioError(problems)
    return tables


def look_at(folder: Path) -> tuple[Tables | None, tuple[Problem, ...]]:
    """Return the tables of a folder, None without settings, and every problem that it has.

    Checks that need a table run only if that table could be read.
    """
    settings, problems = read_settings(folder)
    readings = {schema.name: read_table(folder, schema) for schema in TABLES}
    cells, found = read_cells(folder)
    problems += found + tuple(p for reading in readings.values() for p in reading.problems)
    problems += tuple(_misnamed(folder))
    broken = {name for name, reading in readings.items() if reading.problems}
    broken |= {"cells"} if found else set()
    if settings is None:
        return None, problems
    tables = Tables(
        folder=folder,
        fingerprint=_fingerprint(folder),
        settings=settings,
        cells=cells,
        lines={name: reading.lines for name, reading in readings.items()},
        **{name: reading.rows for name, reading in readings.items()},
    )
    return tables, problems + tuple(run_checks(tables, broken))


def _bundled() -> Path:
    return Path(str(files("holdfast") / "scenarios"))


def _is_scenario(folder: Path) -> bool:
    return (folder / settings_file.FILE).is_file()


def _misnamed(folder: Path):
    """Find CSV files whose name is no table's but nearly that of one that is not there."""
    known = [schema.path for schema in TABLES]
    absent = [path for path in known if not lexists(folder / path)]
    for path in sorted([*folder.glob("*.csv"), *folder.glob("record/*.csv")]):
        name = path.relative_to(folder).as_posix()
        cure = nearest(name, absent) if absent else ""
        if name not in known and cure.startswith("did you mean"):
            yield Problem(
                name, "is not a table of a scenario", ", ".join(known), cure, check="files"
            )


def _fingerprint(folder: Path) -> str:
    digest = sha256()
    for name in sorted([settings_file.FILE, CELLS, *(schema.path for schema in TABLES)]):
        if (folder / name).is_file():
            content = (folder / name).read_bytes()
            digest.update(f"{name} {len(content)}\n".encode() + content)
    return digest.hexdigest()
