"""The commands that learn from the record: fit, explain, forecast."""

from __future__ import annotations

import argparse
import json
from datetime import date
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

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
    remark,
    stages,
)
from holdfast.cli.grammar import WrongCall, day, whole

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
    explain = command(
        commands, "explain", "say what each explanation accounts for, and judge every claim",
        _explain,
        """holdfast explain --quick
holdfast explain --fit fits/article --worlds 40
holdfast explain ring --quick --until 2001-02-20""",
    )  # fmt: skip
    _add_fit_options(explain, ", or that of --fit")
    explain.add_argument("--until", type=day, metavar="DATE", help="day of knowledge [all that is]")
    explain.add_argument("--fit", type=Path, metavar="DIR", help="use this fit, and its day")
    explain.add_argument(
        "--worlds", type=whole, default=20, metavar="N", help="matched worlds [20]"
    )
    explain.add_argument("--out", type=Path, metavar="DIR", help="folder [explained/FIT-STAMP]")
    forecast = command(
        commands, "forecast", "say what falls next from what was known on a day, and score it",
        _forecast,
        """holdfast forecast --from 2021-07-07 --quick
holdfast forecast --fit fits/article --to 2021-08-15 --members 200""",
    )  # fmt: skip
    _add_fit_options(forecast, ", or that of --fit")
    forecast.add_argument("--from", type=day, dest="origin", metavar="DATE", help="the origin")
    forecast.add_argument("--to", type=day, metavar="DATE", help="last day [the scenario's]")
    forecast.add_argument("--fit", type=Path, metavar="DIR", help="use this fit, and its day")
    forecast.add_argument("--members", type=whole, default=200, metavar="N", help="wars [200]")
    forecast.add_argument("--out", type=Path, metavar="DIR", help="folder [forecasts/NAME-STAMP]")


def _add_fit_options(made: argparse.ArgumentParser, otherwise: str = "") -> None:
    add_scenario(made, otherwise)
    add_mechanisms(made)
    made.add_argument("--quick", action="store_true", help="fewer draws: three minutes, not eight")
    made.add_argument("--seed", type=whole, default=1, metavar="S", help="seed of all dice [1]")
    made.add_argument("--json", action="store_true", help="print one JSON object")


def _fit(args: argparse.Namespace) -> int:
    from holdfast.study.evidence import EVERYTHING_KNOWN
    from holdfast.study.fit import draw_in_turn
    from holdfast.study.fit_store import fit_to_folder
    from holdfast.study.tell_fit import fit_table, fit_text

    if args.resume is None:
        do = partial(
            fit_to_folder, loaded(args.scenario or DEFAULT), args.until or EVERYTHING_KNOWN,
            **_how(args), out=args.out,
        )  # fmt: skip
    else:
        do = partial(_resumed, args.resume)
    with cluster(args.cluster, as_here=True) as there, stages("fitting") as tell:
        folder, made = do(tell=tell, draw=there.draw if there else draw_in_turn)
    if args.resume is not None:
        remark(made.scenario.told)
    if args.json:
        rows = json.loads(fit_table(made).to_json(orient="records") or "[]")
        print(json.dumps({"fit": str(folder), "parameters": rows, "free_wars": _free(made)}))
        return DONE
    print(f"{fit_text(made)}\nwritten to {folder}")
    return DONE


def _resumed(folder: Path, **how: Any) -> tuple[Path, Fit]:
    from holdfast.study.fit_store import resume_fit

    return folder, resume_fit(folder, **how)


def _explain(args: argparse.Namespace) -> int:
    from holdfast.study.evidence import EVERYTHING_KNOWN
    from holdfast.study.explain import check_explain, explain_to_folder
    from holdfast.study.fit_manifest import known_on
    from holdfast.study.fit_store import fit_to_folder
    from holdfast.study.named_fit import check_is_of
    from holdfast.study.tell_explain import explained_text

    if args.fit is not None:
        known_on(args.fit)  # refuses what is no fit
        check_is_of(args.fit, args.scenario)
    check_explain(args.scenario or DEFAULT, args.worlds, args.out)  # before a long fit
    with stages("explaining") as tell:
        fit = args.fit
        if fit is None:
            until = args.until or EVERYTHING_KNOWN
            scenario = loaded(args.scenario or DEFAULT)
            fit, _ = fit_to_folder(scenario, until, **_how(args), tell=tell)
        folder, found = explain_to_folder(fit, args.worlds, args.seed, args.out, tell)
    if args.json:
        tables = {name: json.loads(getattr(found, name).to_json(orient="records") or "[]")
                  for name in ("shares", "interactions", "strengths", "verdicts")}  # fmt: skip
        told = {"explained": str(folder), "fit": str(fit), "makes_its_war": not found.no_verdict}
        told |= {"no_verdict": found.no_verdict, "free_wars": _free(found.fit)}
        print(json.dumps({**told, **tables}))
        return DONE
    print(f"{explained_text(found)}\nwritten to {folder}")
    return DONE


def _forecast(args: argparse.Namespace) -> int:
    from holdfast.study.fit_manifest import known_on
    from holdfast.study.fit_store import fit_to_folder, resume_fit
    from holdfast.study.forecast import check_ahead, forecast_to_folder
    from holdfast.study.named_fit import check_is_of, scenario_of
    from holdfast.study.remarks import beyond_the_end
    from holdfast.study.tell_fit import forecast_text

    origin: date | None = args.origin
    named = args.scenario
    if args.fit is not None:
        day_of_fit = known_on(args.fit)
        check_is_of(args.fit, named)
        named = scenario_of(args.fit)
        if origin not in (None, day_of_fit):
            raise WrongCall(
                f"The fit in {args.fit} knows {_known(day_of_fit)}, not what was known on"
                f" {origin}. Leave --from away, or make a fit with --until {origin}."
            )
        origin = day_of_fit
    if origin is None:
        raise WrongCall("A forecast needs the day it is made on: give --from DATE or --fit DIR.")
    scenario = loaded(named or DEFAULT)
    check_ahead(scenario, origin, args.to, args.members, args.out)  # before a long fit
    for said in beyond_the_end(scenario, args.to):
        note(said)
    with stages("forecasting") as tell:
        if args.fit is not None:
            made = resume_fit(args.fit, tell)
        else:
            _, made = fit_to_folder(scenario, origin, **_how(args), tell=tell)
        folder, found = forecast_to_folder(made, args.to, args.members, args.seed, args.out, tell)
    if args.json:
        scores = json.loads(found.scores.to_json(orient="records") or "[]")
        free = _free(found.wars.fit)
        print(json.dumps({"forecast": str(folder), "scores": scores, "free_wars": free}))
        return DONE
    print(f"{forecast_text(found)}\nwritten to {folder}")
    return DONE


def _free(made: Fit) -> dict[str, Any] | None:
    """Free wars of a fit beside the record, as plain values."""
    return made.free.as_dict() if made.free else None


def _known(on: date) -> str:
    return "the whole record" if on == date.max else f"what was known on {on}"


def _how(args: argparse.Namespace) -> dict[str, Any]:
    """How a fit is made, whatever command makes it."""
    return {
        "effort": "quick" if args.quick else "full",
        "seed": args.seed,
        "without": tuple(args.without),
        "also": tuple(args.also),
    }
