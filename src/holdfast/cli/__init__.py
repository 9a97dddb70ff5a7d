"""The command line: thin. Every command is a function of the study room with words around it."""

from __future__ import annotations

import argparse
import json
import os
import sys
from collections.abc import Sequence
from contextlib import suppress
from functools import partial
from importlib.metadata import version
from io import TextIOWrapper
from pathlib import Path
from typing import TYPE_CHECKING, Any

from holdfast.cli import bench, check, inference, new, page, room
from holdfast.cli.commands import (
    DEFAULT,
    DONE,
    add_cluster,
    add_mechanisms,
    add_scenario,
    cluster,
    command,
    loaded,
    note,
    progress,
    remark,
)
from holdfast.cli.grammar import Parser, WrongCall, day, whole
from holdfast.cli.together import changes_of, look
from holdfast.stopping import heed
from holdfast.vocabulary.rounding import as_tested

if TYPE_CHECKING:
    from holdfast.study import Request, Scenario
    from holdfast.study.simulate import War

FAILED, WRONG, STOPPED = 1, 2, 130


def main(argv: Sequence[str] | None = None) -> int:
    """Run a command; 0 done, 1 the work failed, 2 the call or the data is wrong, 130 stopped.

    Without `argv` this is the program itself: it takes the words of its command line, and a signal
    that stops it ends the process.
    """
    if argv is None:
        heed()
        _let_output_be_any_text()
    try:
        try:
            grammar = parser()
            args = grammar.parse_args(argv)
        finally:  # also after --help, or a wrong option, which end by SystemExit
            _flush()
        if args.do is None:
            grammar.print_help()
            return WRONG
        status = _carried_out(args)
        _flush()
        return status
    except BrokenPipeError:  # whoever read the output has seen enough
        _say_no_more()
        return DONE
    except OSError as e:
        from holdfast.study.errors import of_the_disk

        _say(of_the_disk(e))
        _say_no_more()
        return FAILED


def _carried_out(args: argparse.Namespace) -> int:
    try:
        look(args)
    except WrongCall as e:
        _say(str(e))
        return WRONG
    if words := as_tested(os.environ):
        _say(words)
        return WRONG
    if words := room.lacking():  # before libraries are loaded that would abort for want of it
        _say(words)
        return WRONG
    from holdfast.records.problems import ScenarioError
    from holdfast.study.errors import CallError, ClusterError

    try:
        return args.do(args)
    except (ScenarioError, CallError, WrongCall) as e:
        _say(str(e))
        return WRONG
    except ClusterError as e:
        _say("; ".join([str(e), *_go_on(e)]))
        return FAILED
    except MemoryError as e:
        _say("; ".join(["there is not enough memory: ask for less at once", *_go_on(e)]))
        return FAILED
    except KeyboardInterrupt as e:  # where a program of somebody else's calls this
        _say("; ".join(["stopped", *_go_on(e)]))
        return STOPPED


def _go_on(stopped: BaseException) -> list[str]:
    return [f"go on with: {note}" for note in getattr(stopped, "__notes__", ())]


def _let_output_be_any_text() -> None:
    """Write otherwise, rather than fail at it, what an output cannot take, as an é in ASCII."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper):  # not closed by whoever started this
            stream.reconfigure(errors="backslashreplace")


def _say(words: str) -> None:
    if sys.stderr is not None:
        with suppress(OSError):  # nobody is there to read it: the status still tells
            print(words, file=sys.stderr, flush=True)


def _flush() -> None:
    if sys.stdout is not None:
        sys.stdout.flush()


def _say_no_more() -> None:
    """Let go of output that nobody can take, so that Python does not try again as it ends."""
    try:
        _flush()
    except OSError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def parser() -> argparse.ArgumentParser:
    """Every command and option."""
    top = Parser(
        prog="holdfast",
        description="How an army holds or dissolves under persuasion: simulate it, ask why.",
        epilog="""\
begin with:
  holdfast run ring
  holdfast mechanisms
  holdfast what-if ring --without contagion

Each command has examples: holdfast COMMAND --help. The manual is in docs/.
Research and prevention software. Not for planning operations.""",
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    top.add_argument("-V", "--version", action="version", version=version("holdfast"))
    top.set_defaults(do=None)
    commands = top.add_subparsers(metavar="COMMAND")
    _add_run(commands)
    _add_why(commands)
    _add_what_if(commands)
    inference.add(commands)
    page.add(commands)
    new.add(commands)
    _add_lists(commands)
    check.add(commands)
    bench.add(commands)
    return top


def _add_world(made: argparse.ArgumentParser) -> None:
    """Options that decide a war, shared by run and what-if."""
    add_scenario(made, ", or that of the fit of --parameters")
    made.add_argument("--members", type=whole, default=100, metavar="N", help="wars to fight [100]")
    made.add_argument("--seed", type=whole, default=1, metavar="S", help="seed of all dice [1]")
    made.add_argument(
        "--until", type=day, metavar="DATE", help="last day, as 2021-07-31 [the scenario's]"
    )
    made.add_argument(
        "--dt", type=float, metavar="DAYS", help="days in a step: 1, 0.5, 0.25 ... [the scenario's]"
    )
    add_mechanisms(made)
    made.add_argument(
        "--only",
        action="append",
        default=[],
        metavar="NAME",
        help="keep this mechanism alone; may be repeated",
    )
    made.add_argument(
        "--set", action="append", default=[], metavar="NAME=VALUE", dest="changes",
        help="fix a parameter (fear.strength=1), hold a series of the calendar"
        " (calendar.air_support=1), redraw it ('calendar.air_support=2021-05-01:1;2021-07-01:0.2')"
        " or strike its events out (calendar.ceasefire=none); may be repeated",
    )  # fmt: skip
    made.add_argument(
        "--parameters", default="default", metavar="SET",
        help="default, the scenario's own set; prior, drawn anew for each war; or the folder of a"
        " fit, a draw of its posterior for each war [default]",
    )  # fmt: skip
    made.add_argument("--json", action="store_true", help="print one JSON object")
    add_cluster(made)


def _add_run(commands: Any) -> None:
    run = command(
        commands, "run", "fight whole wars, print a table, write a folder", _run,
        """holdfast run
holdfast run --members 20 --seed 7 --until 2021-07-15
holdfast run --without contagion --set pledge.strength=0
holdfast run --parameters prior --out runs/prior
holdfast run --parameters fits/article
holdfast run ring --members 400
holdfast run --members 10000 --cluster tcp://127.0.0.1:8786
holdfast run --resume runs/afghanistan-2021-20261123-060000""",
    )  # fmt: skip
    _add_world(run)
    run.add_argument("--out", type=Path, metavar="DIR", help="folder to write [runs/NAME-STAMP]")
    run.add_argument("--resume", type=Path, metavar="DIR", help="finish a run that was stopped")
    run.add_argument(
        "--counting",
        default="individuals",
        metavar="HOW",
        help="individuals, every man, or continuum, expected shares [individuals]",
    )


def _add_why(commands: Any) -> None:
    why = command(
        commands, "why", "tell why a district fell in a run", _why,
        """holdfast why runs/afghanistan-2021-20261123-060000 AF2909
holdfast why runs/prior Baharak, Takhar""",
    )  # fmt: skip
    why.add_argument("run", type=Path, help="folder of a run")
    why.add_argument("district", nargs="+", help="id, name, or name and province: Baharak, Takhar")


def _add_what_if(commands: Any) -> None:
    what_if = command(
        commands, "what-if", "fight each war twice, as it was and in a changed world", _what_if,
        """holdfast what-if --without pledge
holdfast what-if --set calendar.ally_presence=1 --set calendar.air_support=1 \\
    --set calendar.announcement=none --set calendar.base_handed_over=none
holdfast what-if --set 'calendar.ally_presence=2021-05-01:1;2021-12-31:0'
holdfast what-if ring --set ground.ghosts=0.1 --members 200""",
    )  # fmt: skip
    _add_world(what_if)
    what_if.add_argument("--out", type=Path, metavar="DIR", help="folder [what-ifs/NAME-STAMP]")


def _add_lists(commands: Any) -> None:
    listed = command(
        commands, "mechanisms", "list the explanations, their claims and priors", _mechanisms,
        "holdfast mechanisms\nholdfast mechanisms contagion\nholdfast mechanisms --order",
    )  # fmt: skip
    listed.add_argument("name", nargs="?", default="", help="one mechanism, or ground, in full")
    listed.add_argument("--order", action="store_true", help="what happens in a step, in order")
    claims = command(
        commands, "claims", "list the claims, who says what, and what carries each", _claims,
        "holdfast claims\nholdfast claims --explained explained/whole",
    )  # fmt: skip
    claims.add_argument("scenario", nargs="?", default=DEFAULT, help=f"name or folder [{DEFAULT}]")
    claims.add_argument(
        "--explained", type=Path, metavar="DIR", help="add the verdicts that `explain` wrote there"
    )


def _request(args: argparse.Namespace) -> Request:
    from holdfast.study import Request

    return Request(
        members=args.members,
        seed=args.seed,
        without=tuple(args.without),
        only=tuple(args.only),
        changes=changes_of(args),
        until=args.until,
        dt=args.dt,
        counting=getattr(args, "counting", "individuals"),
        parameters=args.parameters,
        also=tuple(args.also),
    )


def _scenario(args: argparse.Namespace) -> Scenario:
    """The scenario of a call: as named, or that of the fit whose draws are asked for."""
    from holdfast.study.draws import SETS, check_set
    from holdfast.study.named_fit import scenario_of

    named = args.scenario
    if named is None and args.parameters not in SETS:
        check_set(args.parameters)
        named = scenario_of(args.parameters)
    return loaded(DEFAULT if named is None else named)


def _ready(args: argparse.Namespace) -> War:
    """What a call asks for, checked; what may not be meant is told."""
    from holdfast.study.remarks import remarks
    from holdfast.study.simulate import prepare

    war = prepare(_scenario(args), _request(args))
    for said in remarks(war):
        note(said)
    return war


def _run(args: argparse.Namespace) -> int:
    from holdfast.study.about import told_of
    from holdfast.study.publish import REPORT, resume, run_to_folder
    from holdfast.study.store import open_folder

    done = args.resume is not None and open_folder(args.resume).manifest["complete"]
    if args.resume is not None:
        do = partial(resume, args.resume)
    else:
        do = partial(run_to_folder, _ready(args), args.out)
    with cluster(None if done else args.cluster) as there, progress("wars fought") as tell:
        folder, run, text = do(progress=tell, cluster=there)
    if args.resume is not None:
        remark(run.scenario.told)
    if args.json:
        last = run.observables.isel(day=-1)
        print(
            json.dumps(
                {
                    "run": str(folder.path),
                    "manifest": dict(folder.manifest),
                    "districts_held": last["held"].sum("district").to_numpy().tolist(),
                    "capitals_held": last["capitals_held"].to_numpy().tolist(),
                    **told_of(run, folder.id),
                }
            )
        )
        return DONE
    said = "complete already and left as it was:" if done else "written to"
    print(f"{text}\n{said} {folder.path}; open {folder.path / REPORT}")
    return DONE


def _why(args: argparse.Namespace) -> int:
    from holdfast.study.why import why

    print(why(args.run, " ".join(args.district)))
    return DONE


def _what_if(args: argparse.Namespace) -> int:
    from holdfast.report.said import known_wrong
    from holdfast.study.about import faults_of
    from holdfast.study.label import label_of
    from holdfast.study.publish import REPORT
    from holdfast.study.simulate import fight
    from holdfast.study.tell import what_if_text
    from holdfast.study.what_if import what_if_to_folder

    war = _ready(args)
    scenario, request = war.scenario, war.request
    with cluster(args.cluster) as there, progress("wars fought, twice") as tell:
        how = there.fight if there else fight
        folder, table = what_if_to_folder(scenario, request, args.out, tell, how)
    if args.json:
        outcomes = json.loads(table.to_json(orient="records") or "[]")
        label, wrong = label_of(request, scenario), known_wrong(faults_of(scenario))
        told = {"request": request.as_dict(), "outcomes": outcomes, "folder": str(folder),
                "label": label.whole, "warning": label.warning, "known_wrong": wrong}  # fmt: skip
        print(json.dumps(told))
        return DONE
    print(
        f"{what_if_text(scenario, request, table)}\n\nwritten to {folder}; open {folder / REPORT}"
    )
    return DONE


def _mechanisms(args: argparse.Namespace) -> int:
    from holdfast.study.tell import mechanisms_text, order_text

    print(order_text() if args.order else mechanisms_text(args.name))
    return DONE


def _claims(args: argparse.Namespace) -> int:
    from holdfast.study.explained import check_is_of
    from holdfast.study.tell import claims_text

    scenario = loaded(args.scenario)
    if args.explained is not None:
        check_is_of(args.explained, scenario.tables.fingerprint)
    print(claims_text(scenario, args.explained))
    return DONE


if __name__ == "__main__":
    sys.exit(main())
