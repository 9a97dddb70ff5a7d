"""Rows of polygons to districts: one id, one name, one shape each."""

import re
from collections import Counter
from collections.abc import Sequence

import numpy as np
import pandas as pd
import shapely

from holdfast.records.names import KEY, Finder, NotFound, as_id, cleaned, squeezed
from holdfast.records.problems import Problem, ScenarioError
from holdfast.records.said import About, Said, counted, some

RUN_TOGETHER = re.compile(r"\w*[a-z][A-Z][a-z]")  # KabulCity: a space is lost
OFTEN = 0.05  # share of names run together from which it is the file and not a name
KEPT = ["province", "region", "corps", "water"]


def named(
    rows: pd.DataFrame, shapes: np.ndarray, file: str, publisher: str = ""
) -> tuple[pd.DataFrame, np.ndarray, tuple[Said, ...]]:
    """Rows with district_id, name, province, region, corps and water, and their shapes.

    Rows of one id and name are parts of one district and are joined. An id that is missing is
    made from the name. Provinces, regions and corps that read alike are one. Raises ScenarioError
    where an id has two names, or where names alone do not tell two districts of a province apart.
    """
    rows, said = _read_again(rows)
    rows = rows.map(cleaned)
    for column in ("province", "region", "corps"):
        rows, alike = _one_spelling(rows, column)
        said += alike
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
    frame[KEPT] = rows[KEPT]
    _refuse_twice(frame, shapes, file)
    return frame, shapes, said + joined + made + _of_names(frame, publisher)


def without(
    rows: pd.DataFrame, shapes: np.ndarray, unwanted: Sequence[str], file: str
) -> tuple[pd.DataFrame, np.ndarray, tuple[Said, ...]]:
    """Districts without those that are named by id or name; raises ScenarioError."""
    if not unwanted:
        return rows, shapes, ()
    finder = Finder(rows[["district_id", "name", "province"]].itertuples(index=False, name=None))
    found, problems = set(), []
    for text in unwanted:
        try:
            found.add(finder.find(text))
        except NotFound as error:
            allowed = "the id or the name of a district of the map"
            problems.append(Problem("--leave-out", error.says, allowed, error.cure, value=text))
    if problems:
        raise ScenarioError(problems)
    keep = ~rows["district_id"].isin(list(found)).to_numpy(bool)
    if not keep.any():
        says = "would leave out every district"
        raise ScenarioError([Problem("--leave-out", says, "some of them", "name fewer")])
    names = [str(name) for name in rows["name"][~keep]]
    said = Said(About.LEFT_OUT, f"{file}: as asked, {some(names)}")
    return rows.loc[keep].reset_index(drop=True), shapes[keep], (said,)


def _one_spelling(rows: pd.DataFrame, column: str) -> tuple[pd.DataFrame, tuple[Said, ...]]:
    """One spelling of what reads alike: the commonest, the first of those that are as common.

    What has a code of its own is another province, however it reads.
    """
    codes = rows["province_code"] if column == "province" else [""] * len(rows)
    groups: dict[tuple[str, str], Counter[str]] = {}
    for name, code in zip(rows[column], codes, strict=True):
        if name:
            groups.setdefault((squeezed(name) or name, code), Counter())[name] += 1
    several = {key: names for key, names in groups.items() if len(names) > 1}
    if not several:
        return rows, ()
    best = {key: names.most_common(1)[0][0] for key, names in several.items()}
    rows = rows.copy()
    rows[column] = [best.get((squeezed(name) or name, code), name)
                    for name, code in zip(rows[column], codes, strict=True)]  # fmt: skip
    told = [f"{best[key]} (also {', '.join(n for n in names if n != best[key])})"
            for key, names in several.items()]  # fmt: skip
    many = {"province": "provinces", "region": "regions", "corps": "corps"}[column]
    words = f"{many} that read alike were taken as one: {some(told)}"
    return rows, (Said(About.MENDED, words),)


def _refuse_twice(frame: pd.DataFrame, shapes: np.ndarray, file: str) -> None:
    """Refuse districts that are equal but for their ids: the same polygon, the same name."""
    first: dict[bytes, int] = {}
    problems = []
    for spot, outline in enumerate(shapely.to_wkb(shapely.normalize(shapes))):
        before = first.setdefault(outline, spot)
        if before != spot:
            ids, names = frame["district_id"], frame["name"]
            says = f"has the same polygon as {ids[before]!r} ({names[before]})"
            cure = f"if they are one district, leave one out: --leave-out {ids[spot]}"
            called = f"{ids[spot]} ({names[spot]})"
            problems.append(Problem(file, says, "each district once", cure, value=called))
    if problems:
        raise ScenarioError(problems[:10])


def _of_names(frame: pd.DataFrame, publisher: str) -> tuple[Said, ...]:
    """What is told of names that stand twice in a province, and of names without their spaces."""
    said = []
    keys = pd.DataFrame({"name": frame["name"].map(squeezed), "province": frame["province"]})
    for _, spots in keys.groupby(["name", "province"], sort=False).indices.items():
        if len(spots) > 1:
            ids = ", ".join(frame["district_id"].iloc[spots])
            where = f" of {frame['province'].iloc[spots[0]]}" if frame["province"].iloc[0] else ""
            words = f"{len(spots)} districts{where} are called {frame['name'].iloc[spots[0]]}:"
            said.append(f"{words} {ids}; if they are one, give them one id")
    more = f" and {len(said) - 5:,} more names" if len(said) > 5 else ""
    told = [Said(About.ASSUMED, words) for words in said[:5]]
    if more:
        told[-1] = Said(About.ASSUMED, told[-1].words + more)
    together = [name for name in frame["name"] if RUN_TOGETHER.search(name) and " " not in name]
    spaced = any(" " in name for name in frame["name"])
    if publisher == "GADM" and together and not spaced and len(together) > OFTEN * len(frame):
        words = f"names without their spaces, as GADM's JSON has them, were kept: {some(together)};"
        told.append(Said(About.ASSUMED, f"{words} its GeoPackage has the spaces"))
    return tuple(told)


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
        first = names.setdefault(key, (name, province)) if key else (name, province)
        if [squeezed(word) for word in first] != [squeezed(word) for word in (name, province)]:
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
