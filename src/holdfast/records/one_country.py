"""The rows of one country in a file of several; parts that two states claim are kept or named."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from holdfast.records.boundary_columns import Layout
from holdfast.records.names import folded
from holdfast.records.places import is_country
from holdfast.records.said import About, Said, counted, some
from holdfast.records.whole import refused

LEAVE = "leave it out with --leave-out"
DISPUTED = re.compile(
    r"\b(disputed?|contested (area|territory|land)|undetermined|no mans? land|en litige|contestee?"
    r"|en disputa|ilemi|abyei|hala ?ib|bir tawil|aksai chin)\b"
)
FLAG = re.compile(r"disp", re.IGNORECASE)  # disp_area, DISPUTED: a column of yes and no
NOBODYS = re.compile(r"x[A-Z]{2}|X{1,3}|Z\d\d|-?\d+|-|[Nn]/?[Aa]|\w+/\w+")
"""Codes that stand for no country: of GAUL (xAB, 102), GADM (Z07), Natural Earth (-99), of two
(KE/SS)."""

YES = ("yes", "y", "true", "1", "1.0", "t", "oui", "si", "sim")


@dataclass(frozen=True)
class Chosen:
    """Which rows are of the country, [n] bool; what the file calls it, "" if nothing."""

    rows: np.ndarray
    country: str
    said: tuple[Said, ...]


def of_one_country(
    cells: Mapping[str, Sequence[str]], layout: Layout, wanted: tuple[str, ...], file: str
) -> Chosen:
    """The rows of the country wanted, or of the only one; raises ScenarioError.

    `wanted` are the words that mean it. Rows of a code that is no country's, as files have them
    for disputed land, are kept in a file of one country, and named where they are left out.
    """
    n = len(next(iter(cells.values()), ()))
    column = layout.columns["country"]
    if not column:
        return Chosen(np.ones(n, bool), "", _marked(cells, layout, np.ones(n, bool)))
    own = [cell.strip() for cell in cells[column]]
    there = sorted(set(own) - {""})
    nobodys_codes = _nobodys(there, wanted)
    known = {word for word in there if word not in nobodys_codes}
    mine, country = _mine(cells, layout, own, wanted), wanted[0] if wanted else ""
    if not wanted and len(known) == 1:
        mine = mine | np.isin(own, [*known, ""])
        country = next(iter(known))
    elif not wanted and len(there) > 1:
        says = f"has polygons of {len(there)} countries in {column}: {', '.join(there[:8])}"
        raise refused(file, says, "one country", "say which: --country CODE")
    elif not wanted:
        return Chosen(np.ones(n, bool), "".join(there), _marked(cells, layout, np.ones(n, bool)))
    elif not mine[np.array([bool(cell) for cell in own], bool)].any():
        says = f"has nothing of {wanted[0]} in {column}, only {', '.join(there[:8]) or 'blanks'}"
        raise refused(file, says, "polygons of the country", "check --country and the file")
    nobodys = ~mine & np.array([word in nobodys_codes for word in own], bool)
    others = {word for word, is_mine in zip(own, mine, strict=True) if not is_mine} & known
    said = []
    if nobodys.any() and not others:
        mine = mine | nobodys
        words = f"kept, though {column} gives no country that is known (disputed land is so"
        names = _called(cells, layout, nobodys, column)
        said.append(Said(About.ASSUMED, f"{words} marked): {names}; if it is not to be, {LEAVE}"))
    elif nobodys.any():
        words = f"{counted(int(nobodys.sum()), 'polygon')} of no country that is known, perhaps"
        names = _called(cells, layout, nobodys, column)
        said.append(Said(About.LEFT_OUT, f"{words} disputed land: {names}"))
    foreign = ~mine & ~nobodys
    if foreign.any():
        words = f"{counted(int(foreign.sum()), 'polygon')} of other countries"
        names = _called(cells, layout, foreign, column)
        said.append(Said(About.LEFT_OUT, f"{words}: {names}"))
    return Chosen(mine, country, (*said, *_marked(cells, layout, mine)))


def _nobodys(codes: Sequence[str], wanted: Sequence[str]) -> set[str]:
    """The codes that stand for land of no country, or of two."""
    mine = {word.casefold() for word in wanted}
    return {
        code
        for code in codes
        if not is_country(code)
        and code.casefold() not in mine
        and (NOBODYS.fullmatch(code) or DISPUTED.search(folded(code)))
    }


def _mine(
    cells: Mapping[str, Sequence[str]], layout: Layout, own: Sequence[str], wanted: Sequence[str]
) -> np.ndarray:
    """Rows that any column of countries gives to the country, or none to any."""
    words = {word.casefold() for word in wanted}
    mine = np.array([not cell for cell in own], bool) if wanted else np.zeros(len(own), bool)
    for column in (layout.columns["country"], *layout.countries):
        mine |= np.array([cell.strip().casefold() in words for cell in cells[column]], bool)
    return mine


def _called(
    cells: Mapping[str, Sequence[str]], layout: Layout, which: np.ndarray, column: str
) -> str:
    names, codes = cells[layout.columns["name"]], cells[column]
    return some([f"{names[i].strip() or f'row {i + 1}'} ({codes[i].strip()})"
                 for i in np.flatnonzero(which).tolist()])  # fmt: skip


def _marked(
    cells: Mapping[str, Sequence[str]], layout: Layout, mine: np.ndarray
) -> tuple[Said, ...]:
    """What is told of rows that a column, or their name, marks as disputed."""
    names = cells[layout.columns["name"]]
    found = {}
    for column, texts in cells.items():
        flag = bool(FLAG.search(column))
        for i in np.flatnonzero(mine).tolist():
            text = texts[i].strip()
            if (
                i not in found
                and text
                and (DISPUTED.search(folded(text)) or (flag and text.casefold() in YES))
            ):
                says = "" if column == layout.columns["name"] else f" ({column} says {text[:30]})"
                found[i] = f"{names[i].strip() or f'row {i + 1}'}{says}"
    if not found:
        return ()
    words = f"marked as disputed, and kept as a district: {some([*found.values()])}"
    return (Said(About.ASSUMED, f"{words}; if it is not to be, {LEAVE}"),)
