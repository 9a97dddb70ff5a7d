"""What every command is made with."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from holdfast.records.problems import Problem
    from holdfast.study.cluster import Cluster
    from holdfast.study.scenario import Scenario

DEFAULT = "afghanistan-2021"
DONE = 0


def command(
    commands: Any, name: str, does: str, do: Callable[[argparse.Namespace], int], examples: str
) -> argparse.ArgumentParser:
    """A command with its examples; `do` is called with the options."""
    lines = "\n".join(f"  {line}" for line in examples.strip().splitlines())
    made = commands.add_parser(
        name, help=does, description=does[0].upper() + does[1:] + ".",
        epilog=f"examples:\n{lines}", formatter_class=argparse.RawDescriptionHelpFormatter,
    )  # fmt: skip
    made.set_defaults(do=do, command=name)
    return made


def loaded(name: str) -> Scenario:
    """The scenario of a name or folder; what is to be told of it goes to the error stream."""
    from holdfast.study import load

    scenario = load(name)
    remark(scenario.told)
    return scenario


def remark(told: Iterable[Problem]) -> None:
    """Say what does not stop, a line each, where it is in nobody's way."""
    from holdfast.records.unread import in_few_lines

    for problem in in_few_lines(list(told)):
        print(f"{label(problem)}{problem}", file=sys.stderr)


def label(problem: Problem) -> str:
    """What kind of line a problem is, before it: nothing for one that stops."""
    from holdfast.records.unread import NOTE

    if problem.stops:
        return ""
    return "note: " if problem.check == NOTE else "warning: "


@contextmanager
def progress(what: str) -> Iterator[Callable[[int, int], None] | None]:
    """A bar on a terminal, silence in a pipe."""
    if not sys.stderr.isatty():
        yield None
        return
    from rich.console import Console
    from rich.progress import Progress

    with Progress(console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task(what)
        yield lambda done, total: bar.update(task, completed=done, total=total)


def add_mechanisms(made: argparse.ArgumentParser) -> None:
    """The options of what is in use."""
    for option, dest, does in (
        ("--without", "without", "leave a mechanism out"),
        ("--with", "also", "add one that the scenario leaves out"),
    ):
        made.add_argument(
            option,
            dest=dest,
            action="append",
            default=[],
            metavar="NAME",
            help=f"{does}; may be repeated",
        )


def add_scenario(made: argparse.ArgumentParser, otherwise: str = "") -> None:
    """The scenario of a command, None if none is named."""
    of = f"{DEFAULT}{otherwise}"
    made.add_argument("scenario", nargs="?", default=None, help=f"name or folder [{of}]")


def note(words: str) -> None:
    """Tell what may not be meant, beside the output."""
    print(f"note: {words}", file=sys.stderr)


def add_cluster(made: argparse.ArgumentParser) -> None:
    """The option of work that a cluster can do."""
    made.add_argument(
        "--cluster", metavar="WHERE",
        help="compute on a Dask cluster: the address of its scheduler as tcp://HOST:8786, its"
        " scheduler file, or local:N for N processes here [threads of this process]",
    )  # fmt: skip


@contextmanager
def cluster(where: str | None, *, as_here: bool = False) -> Iterator[Cluster | None]:
    """The cluster at an address, nothing without one; connecting loads Dask."""
    if where is None:
        yield None
        return
    from holdfast.study.cluster import at

    with at(where, as_here=as_here) as found:
        yield found


@contextmanager
def stages(what: str) -> Iterator[Callable[[str], None]]:
    """The stage that long work is at, on a terminal; silence in a pipe."""
    if not sys.stderr.isatty():
        yield lambda stage: None
        return
    from rich.console import Console

    with Console(stderr=True).status(what) as shown:
        yield lambda stage: shown.update(f"{what}: {stage}")
