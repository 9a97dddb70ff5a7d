"""After the results: what the war that failed becomes without one mechanism, under the fit.

    .venv/bin/python studies/other-wars/without.py --fit DIR [--members 60]

Writes without.csv and its table in README.md beside this file.
"""

import argparse
import sys
from datetime import date
from pathlib import Path

import numpy as np
import pandas as pd
from asked import collapsed, counted, gone
from tables import put

from holdfast.study import load
from holdfast.study.catalogue import choose
from holdfast.study.simulate import simulate

HERE = Path(__file__).parent
WAR, UNTIL = "afghanistan-1989", date(1989, 8, 31)
"""The war that the model fails, and the day by which it should still stand."""


def looked_at(scenario, parameters, members, without):
    """Units held and share of wars collapsed on the day, without one mechanism."""
    run = simulate(scenario, members=members, parameters=parameters, until=UNTIL, without=without)
    held = counted(run.observables, UNTIL)
    lost = collapsed(run.observables, scenario.tables.settings.national_capital, UNTIL)
    low, middle, high = np.quantile(held, [0.05, 0.5, 0.95])
    left = gone(run.observables, UNTIL).mean()
    return {"median": middle, "q05": low, "q95": high, "gone": left, "collapsed": lost.mean()}


def told(found):
    """The table: units held, men gone and collapse for each mechanism left out."""
    lines = [
        f"| {WAR}, {UNTIL}: without | units held | men gone | collapsed |",
        "|---|---|---|---|",
    ]
    for row in found.sort_values("collapsed", kind="stable").itertuples():
        held = f"{row.median:.0f} [{row.q05:.0f}, {row.q95:.0f}]"
        lines.append(f"| {row.without} | {held} | {row.gone:.0%} | {row.collapsed:.0%} |")
    return "\n".join(lines)


def main():
    """Fight the war with all mechanisms, and without each."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--fit", required=True, help="folder of a fit")
    parser.add_argument("--members", type=int, default=60)
    args = parser.parse_args()
    scenario, found = load(WAR), []
    for name in ("nothing", *(m.name for m in choose(scenario.tables.settings.mechanisms))):
        print(f"without {name}", file=sys.stderr, flush=True)
        out = () if name == "nothing" else (name,)
        numbers = looked_at(scenario, args.fit, args.members, out)
        found.append({"without": name, "wars": args.members} | numbers)
    table = pd.DataFrame(found)
    table.round(3).to_csv(HERE / "without.csv", index=False, lineterminator="\n")
    put(HERE / "README.md", "without", told(table))


if __name__ == "__main__":
    main()
