"""Folders that the program writes and reads again: a sound one of each, and what is to hold of one
of which a file is spoiled and that is taken."""

import json
from collections.abc import Callable
from datetime import date
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np

from fuzz.spoil import holding
from holdfast.records.confusion import read_confusion
from holdfast.records.problems import ScenarioError
from holdfast.study import load
from holdfast.study.catalogue import catalogue
from holdfast.study.draws import DRAWS, draw_values
from holdfast.study.errors import CallError
from holdfast.study.explained import verdict_values, verdicts_in
from holdfast.study.fit_manifest import read_manifest
from holdfast.study.fit_store import begin as begin_fit
from holdfast.study.simulate import Request, prepare
from holdfast.study.store import new_folder, open_folder, reopen

SHARES = (
    "group,share,low,high,alone,left_out\nfear + flight,0.4,0.1,0.6,0.1,0.5\n"
    "contagion,0.2,0,0.3,,\nthe ground alone,0.1,0,0.2,,\n"
)
EXPLAINED = {
    "explained.json": json.dumps(
        {"known_on": "2001-02-01", "knowledge": "all", "worlds": 9, "fingerprint": "F",
         "groups": [["fear", "flight"], ["contagion"]], "confusion_measured": True,
         "makes_its_war": True, "no_verdict": ""}
    ),
    "shares.csv": SHARES,
    "strengths.csv": "parameter,posterior,low,high\ncontagion.strength,2,1,3\n",
    "verdicts.csv": "claim_id,verdict\nR01,R01: inside this model nothing\nR02,no\n",
}  # fmt: skip
NAMES = sorted(catalogue())
FREE = [f"{name}.strength" for name in NAMES]
POSTERIOR = "\n".join([",".join(FREE), *(",".join(f"0.{k + 1}" for _ in FREE) for k in range(4))])
CONFUSED = "\n".join(
    [",".join(["", *NAMES]), *(",".join([n, *("0.0625" for _ in NAMES)]) for n in NAMES)]
)
OURS = {
    "run/manifest.json": "", "fit/fit.json": "", f"fit/{DRAWS}": POSTERIOR + "\n",
    "confusion.csv": CONFUSED + "\n", **{f"explained/{n}": t for n, t in EXPLAINED.items()},
}  # fmt: skip


@cache
def ring() -> Any:
    """The ring as it comes with the program."""
    return load("ring")


@cache
def sound(file: str) -> bytes:
    """A file of ours; manifests as a run and a fit of the ring write them before they begin."""
    asked = Request(members=2, until=date(2001, 1, 5), changes={"fear.strength": "1"})
    with TemporaryDirectory() as where:
        if file == "run/manifest.json":
            new_folder(prepare(ring(), asked), Path(where) / "run", "any")
        elif file == "fit/fit.json":
            (Path(where) / "fit").mkdir()
            begin_fit(Path(where) / "fit", ring(), date(2001, 2, 1), "quick", 1)
        else:
            return OURS[file].encode()
        return (Path(where) / file).read_bytes()


def refused(do: Callable[[], Any]) -> bool:
    """Whether a call is turned away with words; anything else that it raises is a fault."""
    try:
        do()
    except (CallError, ScenarioError) as wrong:
        said = str(wrong)
    else:
        return False
    assert said
    return True


def takes_ours(file: str, use: Callable[[Path], Any], place: Path, content: bytes) -> bool:
    """Use a folder of which one file is spoiled; `use` fails where it takes what is false."""
    with holding(place / file, content):
        return not refused(lambda: use((place / file).parent))


def use_run(folder: Path) -> None:
    """A run as `resume` and `why` find it."""
    found = open_folder(folder)
    if found.manifest["scenario_folder"] == "ring":
        reopen(found)


def use_explained(folder: Path) -> None:
    """Verdicts and shares as `claims` and the page show them; JSON can carry them to the page."""
    assert all(isinstance(said, str) for said in verdicts_in(folder).values())
    json.dumps(verdict_values(folder, "F"), allow_nan=False, ensure_ascii=False).encode()


def use_draws(folder: Path) -> None:
    """Parameter values of members, as a run takes them from a fit."""
    given = draw_values(
        catalogue().values(), ring().tables.priors, ring().tables.parameters, {}, 1, np.arange(9),
        str(folder),
    )  # fmt: skip
    assert all(np.isfinite(x).all() for owner in given.values() for x in owner.values())


def use_confusion(folder: Path) -> None:
    """Credits that lie between 0 and 1, a row and a column for each explanation."""
    table, problems = read_confusion(folder)
    if problems:
        assert all(p.file == "confusion.csv" and str(p) for p in problems)
        raise ScenarioError(problems)
    assert table is not None
    assert sorted(table.index) == sorted(table.columns)
    credits = table.to_numpy(float)
    assert ((credits >= 0) & (credits <= 1)).all()


USES: dict[str, Callable[[Path], Any]] = {
    "run/manifest.json": use_run,
    "fit/fit.json": read_manifest,
    f"fit/{DRAWS}": use_draws,
    **dict.fromkeys((f"explained/{name}" for name in EXPLAINED), use_explained),
    "confusion.csv": use_confusion,
}
NAMED = {f"{Path(file).name} of {Path(file).parent}": file for file in USES}
