"""`holdfast new`: a scenario folder from boundaries, places, strengths and events as published."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from holdfast.records.problems import Problem
from holdfast.study.new.ask import Asked, checked

__all__ = ["Asked", "Made", "make"]


@dataclass(frozen=True)
class Made:
    """A scenario that was written: where, what is to be told of it, and what its checks found."""

    folder: Path
    districts: int
    told: str
    closing: str
    problems: tuple[Problem, ...]


def make(asked: Asked) -> Made:
    """Make a scenario folder and check it; raises CallError and ScenarioError, and then writes
    nothing."""
    call = checked(asked)
    from holdfast.study.new.draft import drafted
    from holdfast.study.new.ground import cells
    from holdfast.study.new.land import read_land
    from holdfast.study.new.tell import closing, readme, told
    from holdfast.study.new.write import write
    from holdfast.study.scenario import check

    land, said = read_land(call)
    draft = drafted(call, land)
    drawn, words = cells(land.shapes, list(land.rows["district_id"]))
    said = (*said, *draft.said, words)
    folder = write(call, land, draft, drawn, readme(call, land, draft, said))
    _, problems = check(folder)
    n = len(land.rows)
    return Made(folder, n, told(said), closing(folder, problems, n), problems)
