"""Six frozen forecasts of the summer of 2021, scored beside six simple ones.

    .venv/bin/python studies/afghanistan-2021-forecasts/study.py [--quick]

Fits and forecasts that are there are kept: a study that is stopped goes on where it was. Writes
scores.csv, differences.csv and curves.csv beside this file, and the tables of README.md.
"""

import argparse
import sys
from datetime import date
from pathlib import Path

import numpy as np
import pandas as pd

from holdfast.study import load
from holdfast.study.fit_store import MANIFEST, fit_to_folder, resume_fit
from holdfast.study.forecast import ahead, as_forecast, scored
from holdfast.study.manual.markdown import fill

HERE = Path(__file__).parent
ORIGINS = ("2021-06-15", "2021-07-01", "2021-07-07", "2021-07-15", "2021-07-28", "2021-08-05")
TO = date(2021, 8, 15)


def one(origin, effort, members, work):
    """Scores, differences and the curve of one origin, from files where they are there."""
    say = lambda stage: print(f"{origin}: {stage}", file=sys.stderr)  # noqa: E731
    folder = work / f"fit-{origin}"
    if (folder / MANIFEST).exists():
        fit = resume_fit(folder, say)
    else:
        _, fit = fit_to_folder(load(), date.fromisoformat(origin), effort, out=folder, tell=say)
    found = scored(ahead(fit, TO, members, tell=say))
    since = found.known.fell != -1.0  # not those held before the first day
    falls, came = as_forecast(found.wars), found.outcome
    earliest = np.where(np.isfinite(came.by), came.after, np.inf)
    curve = [
        (origin, day, *np.quantile(falls.fallen(day)[:, since].sum(1), [0.05, 0.5, 0.95]),
         *(int((x[since] <= day).sum()) for x in (came.by, earliest)))
        for day in found.days
    ]  # fmt: skip
    curve = pd.DataFrame(
        curve, columns=["origin", "day", "low", "median", "high", "surely", "perhaps"]
    )
    return [x.assign(origin=origin) for x in (found.scores, found.differences, curve)]


def undated(scores, differences):
    """Markdown: the same by the score that weighs falls of unknown day over their interval."""
    lines, passed, worse = wide_table(scores, differences, "log_score_undated")
    return [
        "With falls of unknown day weighed over the days on which they may lie, a score thought of"
        f" after the first results were seen: better clearly at {passed}, worse by over 5% at"
        f" {worse}.",
        "",
        *lines,
    ]


def table(scores, differences):
    """Markdown: the gate, and both scores at each origin."""
    lines, passed, worse = wide_table(scores, differences, "log_score")
    held = passed >= 3 and not worse
    gate = (
        f"**The gate {'holds' if held else 'fails'}**: better than the best baseline with an"
        f" interval above zero at {passed} of {len(ORIGINS)} origins (three wanted), worse by over"
        f" 5% at {worse} (none wanted)."
    )
    return "\n".join([gate, "", *lines, "", *undated(scores, differences)])


def wide_table(scores, differences, score):
    """Lines of a score of all at each origin and of the difference from the best baseline; at how
    many origins it is clearly better, and worse by over 5%."""
    wide = scores.pivot(index="forecast", columns="origin", values=score)
    wide = wide.loc[scores["forecast"].unique()]
    lines = [
        f"| {score.replace('_', ' ')} | " + " | ".join(wide.columns) + " |",
        "|---|" + "--:|" * wide.shape[1],
    ]
    for name, row in wide.iterrows():
        lines.append(f"| {name} | " + " | ".join(f"{x:.3f}" for x in row) + " |")
    lines += [
        "",
        "| origin | best baseline | holdfast better by | 95% interval |",
        "|---|---|--:|--:|",
    ]
    passed = worse = 0
    for origin in wide.columns:
        best = wide[origin].drop("holdfast").idxmin()
        rows = differences[(differences["origin"] == origin) & (differences["score"] == score)]
        row = rows[rows["forecast"] == best].iloc[0]
        passed += row["low95"] > 0
        worse += row["better"] < -5
        lines.append(f"| {origin} | {best} | {row['better']:+.0f}% |"
                     f" {row['low95']:+.0f}% to {row['high95']:+.0f}% |")  # fmt: skip
    return lines, passed, worse


def main():
    """Fit, forecast, score, write."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true", help="fewer draws")
    parser.add_argument("--members", type=int, default=200)
    parser.add_argument("--work", type=Path, default=HERE / "work", help="folder for the fits")
    args = parser.parse_args()
    args.work.mkdir(parents=True, exist_ok=True)
    effort = "quick" if args.quick else "full"
    parts = [one(origin, effort, args.members, args.work) for origin in ORIGINS]
    scores, differences, curves = (pd.concat(p) for p in zip(*parts, strict=True))
    for name, frame in (("scores", scores), ("differences", differences), ("curves", curves)):
        frame.round(5).to_csv(HERE / f"{name}.csv", index=False)
    readme = HERE / "README.md"
    text = table(scores, differences)
    readme.write_text(fill(readme.read_text("utf-8"), {"results": text}), "utf-8")
    print(text)


if __name__ == "__main__":
    main()
