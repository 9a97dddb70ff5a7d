"""Rows of polygons to districts: one id, one name, one shape each."""

import numpy as np
import pandas as pd
import shapely

from holdfast.records.names import KEY, as_id, cleaned
from holdfast.records.problems import Problem, ScenarioError
from holdfast.records.said import About, Said, counted, some


def named(
    rows: pd.DataFrame, shapes: np.ndarray, file: str
) -> tuple[pd.DataFrame, np.ndarray, tuple[Said, ...]]:
    """Rows with district_id, name, province, region and corps, and their shapes.

    Rows of one id and name are parts of one district and are joined. An id that is missing is
    made from the name. Raises ScenarioError where an id has two names, or where names alone do
    not tell two districts of a province apart.
    """
    rows, said = _read_again(rows)
    rows = rows.map(cleaned)
    parts, joined = _joined(rows, file)
    shapes = np.array([shapely.union_all(shapes[spots]) if len(spots) > 1 else shapes[spots[0]]
                       for spots in parts])  # fmt: skip
    rows = rows.iloc[[spots[0] for spots in parts]].reset_index(drop=True)
    ids, made = _ids(rows)
    names = [name or key for name, key in zip(rows["name"], ids, strict=True)]
    unnamed = list(rows["name"]).count("")
    if unnamed:
        words = f"{counted(unnamed, 'district')} without a name, called by the id"
        said += (Said(About.ASSUMED, words),)
    frame = pd.DataFrame({"district_id": ids, "name": names})
    frame[["province", "region", "corps"]] = rows[["province", "region", "corps"]]
    return frame, shapes, said + joined + made


def _read_again(rows: pd.DataFrame) -> tuple[pd.DataFrame, tuple[Said, ...]]:
    """Names that are UTF-8 read as if they were Latin-1, read aright."""
    columns = ["name", "province", "region"]
    texts = [text for column in columns for text in rows[column] if not text.isascii()]
    try:
        turned = {text: text.encode("cp1252").decode("utf-8") for text in texts}
    except UnicodeError:
        return rows, ()
    if not turned:
        return rows, ()
    rows = rows.copy()
    for column in columns:
        rows[column] = [turned.get(text, text) for text in rows[column]]
    before, after = next(iter(turned.items()))
    words = f"names were UTF-8 read as if they were cp1252: {before!r} is {after!r}"
    return rows, (Said(About.MENDED, words),)


def _joined(rows: pd.DataFrame, file: str) -> tuple[list[list[int]], tuple[Said, ...]]:
    """The rows that are parts of each district, in the order of the file."""
    parts: dict[tuple[str, ...], list[int]] = {}
    names: dict[str, tuple[str, str]] = {}
    problems = []
    columns = rows[["id", "name", "province"]]
    for spot, (key, name, province) in enumerate(columns.itertuples(index=False)):
        if key and names.setdefault(key, (name, province)) != (name, province):
            says = f"is the id of {names[key][0]!r} and of {name!r} (row {spot + 1})"
            cure = "name a column of ids that differ: --columns id=COLUMN"
            problems.append(Problem(file, says, "one district an id", cure, value=key))
        of = (key,) if key else ("", name, province) if name else ("", "", str(spot))
        if not key and of in parts:
            says = f"stands twice in {province or 'the file'} (row {spot + 1}), and has no id"
            cure = "name a column of ids or provinces: --columns id=COLUMN,province=COLUMN"
            problems.append(Problem(file, says, "an id, or one name once", cure, value=name))
        parts.setdefault(of, []).append(spot)
    if problems:
        raise ScenarioError(problems[:10])
    several = [spots for spots in parts.values() if len(spots) > 1]
    if not several:
        return list(parts.values()), ()
    called = some([str(rows["name"].iloc[spots[0]]) for spots in several])
    words = f"{counted(len(several), 'district')} given in several rows, joined: {called}"
    return list(parts.values()), (Said(About.MENDED, words),)


def _ids(rows: pd.DataFrame) -> tuple[list[str], tuple[Said, ...]]:
    """An id for each row: its own where it can be one, else made from its name."""
    taken = {key for key in rows["id"] if KEY.fullmatch(key)}
    ids, made = [], 0
    for spot, (own, name) in enumerate(rows[["id", "name"]].itertuples(index=False)):
        key = own
        if not KEY.fullmatch(own):
            plain = key = as_id(own or name, f"d{spot + 1:03d}")
            n = 2
            while key in taken:
                key, n = f"{plain}-{n}", n + 1
            taken.add(key)
            made += 1
        ids.append(key)
    if not made:
        return ids, ()
    return ids, (Said(About.ASSUMED, f"{counted(made, 'id')} made from names"),)
