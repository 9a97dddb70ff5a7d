"""What accounts for the collapse of 2021, what a changed world would have been, what is missed.

    .venv/bin/python studies/afghanistan-2021-explanations/study.py --fit DIR

DIR is a finished fit of all that is known (holdfast fit afghanistan-2021). Writes shares.csv,
interactions.csv, strengths.csv, verdicts.csv, facts.csv and what-if.csv beside this file, and the
tables of README.md.
"""

import argparse
import shutil
import sys
import tempfile
from pathlib import Path

import numpy as np
import pandas as pd
from facts import facts

from holdfast.study import Request, load, what_if
from holdfast.study.explain import explain_to_folder
from holdfast.study.manual.markdown import fill
from holdfast.study.simulate import chunks, fight, join, observables, prepare

HERE = Path(__file__).parent
KEPT = {"calendar.ally_presence": "1", "calendar.air_support": "1",
        "calendar.announcement": "none", "calendar.base_handed_over": "none"}  # fmt: skip
WORLDS = {
    "no ally withdrawal": KEPT,
    "half of the ally and of its aircraft stay": {
        "calendar.ally_presence": "0.5", "calendar.air_support": "0.8"},
    "supply and pay kept": {"siege_and_pay.strength": "0"},
    "pay on time": {"calendar.pay_arrears": "0"},
    "the pledge not believed": {"pledge.first_belief": "0.05"},
    "breaches punished, lives kept": {"broken_pledge.rate": "0"},
    "leaders kept": {"calendar.appointment": "none"},
    "no order to consolidate": {"calendar.withdrawal_order": "none"},
}  # fmt: skip
SHOWN = ("districts held by insurgents", "provincial capitals among them",
         "soldiers killed in fighting", "killed after surrender, a war crime",
         "soldiers who crossed a border")  # fmt: skip


def explained_table(found):
    """Markdown: the share of each explanation, alone, last in, and what its strength learned."""
    strengths = found.strengths.set_index("parameter")
    lines = ["| explanation | share of what fell, 90% | alone | last in | strength, prior sd |",
             "|---|---|--:|--:|---|"]  # fmt: skip
    percent = lambda x: "" if np.isnan(x) else f"{100 * x + 0.0:.0f}%".replace("-0%", "0%")  # noqa: E731
    for row in found.shares.to_dict("records"):
        name = row["group"].replace("_", " ")
        key = f"{row['group']}.strength"
        told = ""
        if key in strengths.index:
            told = f"{strengths.loc[key, 'z']:+.1f} ± {strengths.loc[key, 'sd']:.1f}"
        span = f"{percent(row['share'])} ({percent(row['low'])} to {percent(row['high'])})"
        cells = [name, span, percent(row["alone"]), percent(row["left_out"]), told]
        lines.append(f"| {' | '.join(cells)} |")
    low, middle, high = np.quantile(found.fell, [0.05, 0.5, 0.95])
    lines += ["", f"{found.worlds} matched worlds, {found.sets} sets of explanations; with all on"
              f" {middle:.0f} districts fall (90% {low:.0f} to {high:.0f})."]  # fmt: skip
    return lines


def facts_table(table):
    """Markdown: each fact, the range that passes, the wars' band, and the verdict on the median."""
    lines = ["| fact | | recorded | source | passes | wars, median (90%) | wars that pass | |",
             "|---|---|--:|---|--:|--:|--:|---|"]  # fmt: skip
    for row in table.to_dict("records"):
        x = row["wars"][np.isfinite(row["wars"])]
        low, middle, high = np.quantile(x, [0.05, 0.5, 0.95])
        passing = ((x >= row["low"]) & (x <= row["high"])).mean()
        verdict = "passes" if row["low"] <= middle <= row["high"] else "**fails**"
        recorded = row["recorded"] if isinstance(row["recorded"], str) else f"{row['recorded']:.3g}"
        ends = f"{row['low']:.3g} to {row['high']:.3g}"
        found = f"{middle:.3g} ({low:.3g} to {high:.3g})"
        cells = [
            row["fact"],
            row["what"],
            recorded,
            row["source"],
            ends,
            found,
            f"{100 * passing:.0f}%",
            verdict,
        ]
        lines.append(f"| {' | '.join(cells)} |")
    return lines


def what_if_table(table):
    """Markdown: mean paired differences of each changed world, with 90% of the pairs."""
    lines = [f"| changed | {' | '.join(SHOWN)} |", "|---|" + "--:|" * len(SHOWN)]
    for name, rows in table.groupby("world", sort=False):
        cells = []
        for row in rows.set_index("outcome").loc[list(SHOWN)].to_dict("records"):
            mean, band = (
                f"{row['difference']:+,.0f} ± {row['error']:,.0f}",
                (row["low"], row["high"]),
            )
            cells.append(f"{mean} [{band[0]:+,.0f}, {band[1]:+,.0f}]")
        lines.append(f"| {name} | {' | '.join(cells)} |")
    return lines


def main():
    """Explain, compare with facts, change the world, write."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--fit", type=Path, required=True, help="folder of a finished fit")
    parser.add_argument("--worlds", type=int, default=20)
    parser.add_argument("--members", type=int, default=100)
    args = parser.parse_args()
    say = lambda stage: print(stage, file=sys.stderr)  # noqa: E731
    scenario = load()
    with tempfile.TemporaryDirectory() as work:
        folder, found = explain_to_folder(args.fit, args.worlds, out=Path(work) / "e", tell=say)
        for name in ("shares", "interactions", "strengths", "verdicts"):
            shutil.copy(folder / f"{name}.csv", HERE)
    war = prepare(scenario, Request(args.members, parameters=str(args.fit)))
    struck = {"calendar.breach": "none", "calendar.breach_news": "none"}
    other = prepare(scenario, Request(args.members, parameters=str(args.fit), changes=struck))
    wars, unbroken = (join([part for _, part in fight(w, chunks(args.members))])
                      for w in (war, other))  # fmt: skip
    checked = facts(scenario, observables(war, wars), wars, unbroken)
    rows = []
    for name, changes in WORLDS.items():
        say(name)
        changed = Request(args.members, parameters=str(args.fit), changes=changes)
        rows.append(what_if(scenario, changed).assign(world=name))
    worlds = pd.concat(rows)
    worlds.round(3).to_csv(HERE / "what-if.csv", index=False)
    short = checked.assign(median=[np.nanmedian(x) for x in checked["wars"]]).drop(columns="wars")
    short.round(4).to_csv(HERE / "facts.csv", index=False)
    text = "\n".join(
        ["### What accounts for the districts lost", "", *explained_table(found), "",
         "### Facts that were not fitted", "", *facts_table(checked), "",
         "### Changed worlds, the same dice", "", *what_if_table(worlds), "",
         "### Verdicts", "", *(f"- {said}" for said in found.verdicts["verdict"])]
    )  # fmt: skip
    readme = HERE / "README.md"
    readme.write_text(fill(readme.read_text("utf-8"), {"results": text}), "utf-8")
    print(text)


if __name__ == "__main__":
    main()
