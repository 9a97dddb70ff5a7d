"""The commands that learn from the record: fit, explain, forecast."""

from __future__ import annotations

import argparse
import json
from datetime import date
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from holdfast.cli.commands import DEFAULT, DONE, add_cluster, cluster, command, day, stages

if TYPE_CHECKING:
    from holdfast.study.fit import Fit


def add(commands: Any) -> None:
    """Add these commands to the parser."""
    fit = command(
        commands, "fit", "find the strengths that the record allows, from what was known on a day",
        _fit,
        """holdfast fit --quick
holdfast fit --until 2021-07-07 --quick --out fits/article
holdfast fit --without contagion
holdfast fit --cluster local:4
holdfast fit --resume fits/article""",
    )  # fmt: skip
    _add_fit_options(fit)
    fit.add_argument("--until", type=day, metavar="DATE", help="day of knowledge [all that is]")
    fit.add_argument("--out", type=Path, metavar="DIR", help="folder to write [fits/NAME-STAMP]")
    fit.add_argument("--resume", type=Path, metavar="DIR", help="finish a fit that was stopped")
    add_cluster(fit)
    fit.add_argument(
        "--without", action="append", default=[], metavar="NAME",
        help="leave a mechanism out; may be repeated",
    )  # fmt: skip
    explain = command(
        commands, "explain", "say what each explanation accounts for, and judge every claim",
        _explain,
        """holdfast explain --quick
holdfast explain --fit fits/article --worlds 40
holdfast explain ring --quick --until 2001-02-20""",
    )  # fmt: skip
    _add_fit_options(explain)
    explain.add_argument("--until", type=day, metavar="DATE", help="day of knowledge [all that is]")
    explain.add_argument("--fit", type=Path, metavar="DIR", help="use this fit, and its day")
    explain.add_argument("--worlds", type=int, default=20, metavar="N", help="matched worlds [20]")
    explain.add_argument("--out", type=Path, metavar="DIR", help="folder [explained/FIT-STAMP]")
    forecast = command(
        commands, "forecast", "say what falls next from what was known on a day, and score it",
        _forecast,
        """holdfast forecast --from 2021-07-07 --quick
holdfast forecast --fit fits/article --to 2021-08-15 --members 200""",
    )  # fmt: skip
    _add_fit_options(forecast)
    forecast.add_argument("--from", type=day, dest="origin", metavar="DATE", help="the origin")
    forecast.add_argument("--to", type=day, metavar="DATE", help="last day [the scenario's]")
    forecast.add_argument("--fit", type=Path, metavar="DIR", help="use this fit, and its day")
    forecast.add_argument("--members", type=int, default=200, metavar="N", help="wars [200]")
    forecast.add_argument("--out", type=Path, metavar="DIR", help="folder [forecasts/NAME-STAMP]")


def _add_fit_options(made: argparse.ArgumentParser) -> None:
    made.add_argument("scenario", nargs="?", default=DEFAULT, help=f"name or folder [{DEFAULT}]")
    made.add_argument("--quick", action="store_true", help="fewer draws: three minutes, not eight")
    made.add_argument("--seed", type=int, default=1, metavar="S", help="seed of all dice [1]")
    made.add_argument("--json", action="store_true", help="print one JSON object")


def _fit(args: argparse.Namespace) -> int:
    from holdfast.study import load
    from holdfast.study.evidence import EVERYTHING_KNOWN
    from holdfast.study.fit import draw_in_turn
    from holdfast.study.fit_store import fit_to_folder
    from holdfast.study.tell_fit import fit_table, fit_text

    if args.resume is None:
        do = partial(
            fit_to_folder, load(args.scenario), args.until or EVERYTHING_KNOWN, _effort(args),
            args.seed, tuple(args.without), args.out,
        )  # fmt: skip
    else:
        do = partial(_resumed, args.resume)
    with cluster(args.cluster, as_here=True) as there, stages("fitting") as tell:
        folder, made = do(tell=tell, draw=there.draw if there else draw_in_turn)
    if args.json:
        rows = json.loads(fit_table(made).to_json(orient="records") or "[]")
        print(json.dumps({"fit": str(folder), "parameters": rows}))
        return DONE
    print(f"{fit_text(made)}\nwritten to {folder}")
    return DONE


def _resumed(folder: Path, **how: Any) -> tuple[Path, Fit]:
    from holdfast.study.fit_store import resume_fit

    return folder, resume_fit(folder, **how)


def _explain(args: argparse.Namespace) -> int:
    from holdfast.study import CallError, load
    from holdfast.study.evidence import EVERYTHING_KNOWN
    from holdfast.study.explain import check_explain, explain_to_folder
    from holdfast.study.fit_store import fit_to_folder
    from holdfast.study.tell_explain import explained_text

    if args.fit is not None and args.until is not None:
        raise CallError("explain", "--until and --fit", "one of the two", "a fit has its own day")
    check_explain(args.scenario, args.worlds, args.out)  # before a long fit
    with stages("explaining") as tell:
        fit = args.fit
        if fit is None:
            until = args.until or EVERYTHING_KNOWN
            fit, _ = fit_to_folder(load(args.scenario), until, _effort(args), args.seed, tell=tell)
        folder, found = explain_to_folder(fit, args.worlds, args.seed, args.out, tell)
    if args.json:
        tables = {name: json.loads(getattr(found, name).to_json(orient="records") or "[]")
                  for name in ("shares", "interactions", "strengths", "verdicts")}  # fmt: skip
        print(json.dumps({"explained": str(folder), "fit": str(fit), **tables}))
        return DONE
    print(f"{explained_text(found)}\nwritten to {folder}")
    return DONE


def _forecast(args: argparse.Namespace) -> int:
    from holdfast.study import CallError, load
    from holdfast.study.fit_store import fit_to_folder, resume_fit
    from holdfast.study.forecast import check_ahead, forecast_to_folder
    from holdfast.study.keep import fresh
    from holdfast.study.tell_fit import forecast_text

    if (args.fit is None) == (args.origin is None):
        raise CallError("forecast", "origin", "--from DATE or --fit DIR", "give one of the two")
    if args.out is not None:
        fresh(args.out, "forecasts", "", "or leave --out away")  # before a fit is completed
    origin: date | None = args.origin
    with stages("forecasting") as tell:
        if origin is None:
            made = resume_fit(args.fit, tell)
        else:
            scenario, effort = load(args.scenario), _effort(args)
            check_ahead(scenario, origin, args.to, args.members, args.out)  # before a long fit
            _, made = fit_to_folder(scenario, origin, effort, args.seed, tell=tell)
        folder, found = forecast_to_folder(made, args.to, args.members, args.seed, args.out, tell)
    if args.json:
        scores = json.loads(found.scores.to_json(orient="records") or "[]")
        print(json.dumps({"forecast": str(folder), "scores": scores}))
        return DONE
    print(f"{forecast_text(found)}\nwritten to {folder}")
    return DONE


def _effort(args: argparse.Namespace) -> str:
    return "quick" if args.quick else "full"
