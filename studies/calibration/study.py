"""Is the inference right? Synthetic wars whose truth is known, fitted like the record.

    .venv/bin/python studies/calibration/study.py --wars 100 [--misspecified 20] [--part 0/2]

Wars that are there are kept: a study that is stopped goes on where it was, and --part 0/2 and 1/2
share the work between two processes. Writes parameters.csv, wars.csv and confusion.csv beside
this file and the tables of README.md, from as many wars as there are.
"""

import argparse
import sys
from pathlib import Path

import numpy as np
import pandas as pd
from scipy.stats import binom, chisquare

from holdfast.explain import confusion, confusion_table, merge
from holdfast.study import load
from holdfast.study.calibrate import calibrate
from holdfast.study.catalogue import choose
from holdfast.study.manual.markdown import fill
from holdfast.study.posterior import model_of
from holdfast.study.tell_fit import ODD

HERE = Path(__file__).parent
LEVELS = (0.5, 0.9)
FEWEST_WARS = 48
"""Wars from which a table of credit is made: three for each explanation."""

BINS = 5
"""Classes of equal chance into which ranks are sorted for the test that they are even."""


def read(folder):
    """What every war of a folder left, as a list of dictionaries."""
    found = []
    for file in sorted(folder.glob("war-????.npz")):
        with np.load(file) as war:
            found.append({name: war[name] for name in war})
    return found


def by_parameter(wars, names):
    """Coverage, evenness of ranks, recovery and contraction of each parameter."""
    truth = np.stack([war["truth"] for war in wars])
    draws = np.stack([war["z"] for war in wars])  # [war, draw, parameter]
    rank = (draws < truth[:, None]).mean(1)
    rows = []
    for i, name in enumerate(names):
        held = [(np.abs(rank[:, i] - 0.5) <= level / 2).mean() for level in LEVELS]
        even = chisquare(np.histogram(rank[:, i], BINS, (0, 1))[0]).pvalue
        right = np.corrcoef(draws[:, :, i].mean(1), truth[:, i])[0, 1]
        bias = (draws[:, :, i].mean(1) - truth[:, i]).mean()
        rows.append((name, *held, even, right, bias, draws[:, :, i].std(1).mean()))
    columns = ["parameter", "held_50", "held_90", "even_p", "recovery", "bias", "spread"]
    return pd.DataFrame(rows, columns=columns), rank


def coverage(wars, names):
    """Markdown: how often intervals hold the truth, how even its ranks are, what is recovered."""
    found, rank = by_parameter(wars, names)
    n, percent = len(wars), lambda x: f"{100 * x:.0f}%"
    low, high = binom.ppf([0.025, 0.975], n, 0.9) / n
    half, nine = (percent((np.abs(rank - 0.5) <= level / 2).mean()) for level in LEVELS)
    lines = [
        f"{n} synthetic wars. Over all parameters 50% intervals held the truth in {half} of cases"
        f" and 90% intervals in {nine}. With {n} wars a right 90% interval of one parameter holds"
        f" it in {percent(low)} to {percent(high)}.",
        "",
        "| parameter | 50% holds | 90% holds | ranks even, p | recovery | bias | spread |",
        "|---|--:|--:|--:|--:|--:|--:|",
    ]
    for row in found.to_dict("records"):
        cells = [row["parameter"], percent(row["held_50"]), percent(row["held_90"])]
        cells += [f"{row[k]:.2f}" for k in ("even_p", "recovery")]
        lines.append(f"| {' | '.join(cells)} | {row['bias']:+.2f} | {row['spread']:.2f} |")
    return lines, found


def oddness(wars, odd):
    """Markdown: how far weeks are from expectation, in sound wars and in misspecified ones."""
    excess, paused = (np.array([war[k] for war in wars]) for k in ("excess", "pause"))
    low, middle, bar = np.quantile(excess, [0.05, 0.5, 0.95])
    lines = [
        f"Weeks of these wars were {middle:.1f} times as far from expectation as those of wars"
        f" drawn from their fit (90% of wars {low:.1f} to {bar:.1f})."
    ]
    if odd:
        other = np.array([war["excess"] for war in odd])
        lines.append(
            f"Of {len(odd)} wars misspecified on purpose (nothing falls for four weeks, for a"
            f" reason that the model does not have) {100 * (other > bar).mean():.0f}% lie beyond"
            f" {bar:.1f}; their median is {np.median(other):.1f}."
        )
        unexplained = np.array([war["pause"] for war in odd])
        told = [
            f"{(x < ODD).sum()} of the {np.isfinite(x).sum()} {kind} wars with enough dated falls"
            for x, kind in ((paused, "sound"), (unexplained, "misspecified"))
        ]
        lines.append(
            f"The longest pause between falls is called unexplained in {told[0]} and in {told[1]}."
        )
    return lines


def credit(wars, mechanisms):
    """Markdown: to whom the credit goes that is due to each mechanism; and the table itself."""
    if len(wars) < FEWEST_WARS:
        return [f"To whom credit goes astray takes {FEWEST_WARS} wars or more; not yet told."], None
    truth, given = (np.stack([war[k] for war in wars]) for k in ("true_share", "share"))
    truth = np.clip(truth, 0, None)
    used = (truth > 0).sum(0) >= 2
    kept = [name for name, is_used in zip(mechanisms, used, strict=True) if is_used]
    rows = truth[:, used].sum(1) > 0
    made = confusion(truth[rows][:, used], given[rows][:, used], kept, rng=np.random.default_rng(1))
    table = confusion_table(made)
    groups = [g.name.replace("_", " ") for g in merge(table) if len(g.mechanisms) > 1]
    lines = [
        "Credit given where it is due, per cent; 5% and less left out.",
        "",
        "| due to | kept | goes astray to |",
        "|---|--:|---|",
    ]
    for name in kept:
        astray = table.loc[name].drop(name).sort_values(ascending=False)
        told = ", ".join(f"{k} {100 * v:.0f}" for k, v in astray.items() if v > 0.05)
        lines.append(f"| {name} | {100 * table.loc[name, name]:.0f} | {told} |")
    return [*lines, "", f"Confused by more than 20%: {'; '.join(groups) or 'none'}."], table


def main():
    """Fight, fit, write."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--wars", type=int, default=100)
    parser.add_argument("--misspecified", type=int, default=0)
    parser.add_argument("--part", default="0/1", help="K/N: every N-th war from the K-th")
    parser.add_argument("--work", type=Path, default=HERE / "work", help="folder for the wars")
    args = parser.parse_args()
    part, of = map(int, args.part.split("/"))
    scenario = load()
    say = lambda number: print(f"war {number}", file=sys.stderr)  # noqa: E731
    calibrate(scenario, range(part, args.wars, of), args.work / "wars", tell=say)
    if args.misspecified:
        calibrate(scenario, range(part, args.misspecified, of), args.work / "odd",
                  misspecified=True, tell=say)  # fmt: skip
    model = model_of(scenario, choose(scenario.tables.settings.mechanisms))
    names = [m.name for m in model.mechanisms]
    wars, odd = read(args.work / "wars"), read(args.work / "odd")
    (held, found), (due, table) = coverage(wars, model.free), credit(wars, names)
    text = "\n".join([*held, "", *oddness(wars, odd), "", *due])
    found.round(4).to_csv(HERE / "parameters.csv", index=False)
    if table is not None:
        table.round(4).to_csv(HERE / "confusion.csv")
    readme = HERE / "README.md"
    readme.write_text(fill(readme.read_text("utf-8"), {"results": text}), "utf-8")
    print(text)


if __name__ == "__main__":
    main()
