"""The command line: thin. Every command is a function of the study room with words around it."""

from __future__ import annotations

import argparse
import json
import os
import sys
from collections.abc import Sequence
from functools import partial
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, Any

from holdfast.cli import bench, inference, new, page
from holdfast.cli.commands import DEFAULT, DONE, add_cluster, cluster, command, day, progress
from holdfast.vocabulary.rounding import as_tested

if TYPE_CHECKING:
    from holdfast.study import Request

FAILED, WRONG, STOPPED = 1, 2, 130


def main(argv: Sequence[str] | None = None) -> int:
    """Run a command; 0 done, 1 the work failed, 2 the call or the data is wrong, 130 stopped."""
    args = parser().parse_args(argv)
    if refused := as_tested(os.environ):
        print(refused, file=sys.stderr)
        return WRONG
    from holdfast.records.problems import ScenarioError
    from holdfast.study.errors import CallError, ClusterError, of_the_disk

    try:
        status = args.do(args)
        sys.stdout.flush()
        return status
    except (ScenarioError, CallError) as e:
        print(e, file=sys.stderr)
        return WRONG
    except ClusterError as e:
        print("; ".join([str(e), *_go_on(e)]), file=sys.stderr)
        return FAILED
    except KeyboardInterrupt as e:
        print("; ".join(["stopped", *_go_on(e)]), file=sys.stderr)
        return STOPPED
    except BrokenPipeError:  # whoever read the output has seen enough
        _say_no_more()
        return DONE
    except OSError as e:
        print(of_the_disk(e), file=sys.stderr)
        _say_no_more()
        return FAILED


def _go_on(stopped: BaseException) -> list[str]:
    return [f"go on with: {note}" for note in getattr(stopped, "__notes__", ())]


def _say_no_more() -> None:
    """Let go of output that nobody can take, so that Python does not try again as it ends."""
    try:
        sys.stdout.flush()
    except OSError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def parser() -> argparse.ArgumentParser:
    """Every command and option."""
    top = argparse.ArgumentParser(
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
    commands = top.add_subparsers(required=True, metavar="COMMAND")
    _add_run(commands)
    _add_why(commands)
    _add_what_if(commands)
    inference.add(commands)
    page.add(commands)
    new.add(commands)
    _add_lists(commands)
    bench.add(commands)
    return top


def _add_world(made: argparse.ArgumentParser) -> None:
    """Options that decide a war, shared by run and what-if."""
    made.add_argument("scenario", nargs="?", default=DEFAULT, help=f"name or folder [{DEFAULT}]")
    made.add_argument("--members", type=int, default=100, metavar="N", help="wars to fight [100]")
    made.add_argument("--seed", type=int, default=1, metavar="S", help="seed of all dice [1]")
    made.add_argument(
        "--until", type=day, metavar="DATE", help="last day, as 2021-07-31 [the scenario's]"
    )
    made.add_argument(
        "--dt", type=float, metavar="DAYS", help="days in a step: 1, 0.5, 0.25 ... [the scenario's]"
    )
    made.add_argument(
        "--without",
        action="append",
        default=[],
        metavar="NAME",
        help="leave a mechanism out; may be repeated",
    )
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
holdfast why runs/prior Baharak""",
    )  # fmt: skip
    why.add_argument("run", type=Path, help="folder of a run")
    why.add_argument("district", help="id or name")


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
    check = command(
        commands, "check", "check a scenario folder and say everything wrong with it", _check,
        "holdfast check my-war\nholdfast check afghanistan-2021",
    )  # fmt: skip
    check.add_argument("folder", help="folder, or name of a scenario that comes with the program")


def _request(args: argparse.Namespace) -> Request:
    from holdfast.study import CallError, Request

    changes = {}
    for change in args.changes:
        name, equals, value = change.partition("=")
        if not equals:
            raise CallError("--set", change, "NAME=VALUE", "for example --set contagion.strength=2")
        changes[name] = value
    return Request(
        members=args.members,
        seed=args.seed,
        without=tuple(args.without),
        only=tuple(args.only),
        changes=changes,
        until=args.until,
        dt=args.dt,
        counting=getattr(args, "counting", "individuals"),
        parameters=args.parameters,
    )


def _run(args: argparse.Namespace) -> int:
    from holdfast.study import load
    from holdfast.study.publish import REPORT, resume, run_to_folder
    from holdfast.study.simulate import prepare
    from holdfast.study.store import open_folder

    done = args.resume is not None and open_folder(args.resume).manifest["complete"]
    if args.resume is not None:
        do = partial(resume, args.resume)
    else:
        do = partial(run_to_folder, prepare(load(args.scenario), _request(args)), args.out)
    with cluster(None if done else args.cluster) as there, progress("wars fought") as tell:
        folder, run, text = do(progress=tell, cluster=there)
    if args.json:
        last = run.observables.isel(day=-1)
        print(
            json.dumps(
                {
                    "run": str(folder.path),
                    "manifest": dict(folder.manifest),
                    "districts_held": last["held"].sum("district").to_numpy().tolist(),
                    "capitals_held": last["capitals_held"].to_numpy().tolist(),
                }
            )
        )
        return DONE
    said = "complete already and left as it was:" if done else "written to"
    print(f"{text}\n{said} {folder.path}; open {folder.path / REPORT}")
    return DONE


def _why(args: argparse.Namespace) -> int:
    from holdfast.study.why import why

    print(why(args.run, args.district))
    return DONE


def _what_if(args: argparse.Namespace) -> int:
    from holdfast.study import CallError, load
    from holdfast.study.publish import REPORT
    from holdfast.study.simulate import fight
    from holdfast.study.tell import what_if_text
    from holdfast.study.what_if import what_if_to_folder

    request = _request(args)
    if not (request.changes or request.without or request.only):
        raise CallError("what-if", "no change", "--set, --without or --only", "say what changes")
    scenario = load(args.scenario)
    with cluster(args.cluster) as there, progress("wars fought, twice") as tell:
        how = there.fight if there else fight
        folder, table = what_if_to_folder(scenario, request, args.out, tell, how)
    if args.json:
        outcomes = json.loads(table.to_json(orient="records") or "[]")
        told = {"request": request.as_dict(), "outcomes": outcomes, "folder": str(folder)}
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
    from holdfast.study import load
    from holdfast.study.tell import claims_text

    print(claims_text(load(args.scenario), args.explained))
    return DONE


def _check(args: argparse.Namespace) -> int:
    from holdfast.records.read import find_scenario
    from holdfast.study.scenario import check

    tables, problems = check(find_scenario(args.folder))
    for problem in problems:
        print(problem)
    if problems or tables is None:
        print(f"{len(problems)} problem{'s' * (len(problems) != 1)}", file=sys.stderr)
        return WRONG
    print(f"{tables.settings.name}: {len(tables.districts)} districts, all checks passed")
    return DONE


if __name__ == "__main__":
    sys.exit(main())
