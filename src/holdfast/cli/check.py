"""Command `check`: everything that is wrong with a scenario, and what is odd in it."""

from __future__ import annotations

import argparse
import sys
from typing import Any

from holdfast.cli.commands import DONE, command, label

WRONG = 2


def add(commands: Any) -> None:
    """The command and its argument."""
    made = command(
        commands,
        "check",
        "check a scenario folder and say everything wrong with it",
        _check,
        "holdfast check my-war\nholdfast check afghanistan-2021",
    )
    made.add_argument("folder", help="folder, or name of a scenario that comes with the program")


def _check(args: argparse.Namespace) -> int:
    from holdfast.records.problems import count
    from holdfast.records.read import find_scenario
    from holdfast.records.said import counted
    from holdfast.study.scenario import check

    folder = find_scenario(args.folder)
    tables, found = check(folder)
    for problem in found:
        print(f"{label(problem)}{problem}")
    wrong = [problem for problem in found if problem.stops]
    if wrong or tables is None:
        print(counted(count(wrong), "problem"), file=sys.stderr)
        return WRONG
    name, called = tables.settings.name, folder.resolve().name
    place = name if called == name else f"{name} (in the folder {called})"
    districts = counted(len(tables.districts), "district")
    rest = [
        counted(n, noun)
        for noun in ("note", "warning")
        if (n := sum(label(problem) == f"{noun}: " for problem in found))
    ]
    print(", ".join([f"{place}: {districts}", "all checks passed", *rest]))
    return DONE
