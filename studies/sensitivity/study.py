"""What the answer owes to single numbers, to the priors, to the step and to the map.

    .venv/bin/python studies/sensitivity/study.py [--quick] [--part steps] [--fit fits/NAME]

Writes a CSV for each part beside this file, and the tables of README.md. Wars behind the total
effects are kept in --work; take that folder away to fight them anew.
"""

import argparse
import tempfile
from pathlib import Path

import numpy as np
import pandas as pd
from grounds import graphs, merged
from scipy.stats import t as student
from sobol import JIGGLE, indices, jointly, over_fit, over_priors
from wars import OUTPUTS, TITLES, Ground, by_owner, fought, priors_of, say, stretched

from holdfast.engine.run import keys
from holdfast.study import load
from holdfast.study.draws import DRAWS
from holdfast.study.manual.markdown import fill
from holdfast.study.simulate import Request, prepare, values

HERE = Path(__file__).parent
STEPS = (1.0, 0.5, 0.25)
FACTORS = {"priors": 1.0, "priors twice as wide": 2.0, "priors half as wide": 0.5}
MERGED = (15, 23)
MATERIAL, MATERIAL_COLLAPSE = 0.10, 0.10
MATTERS, SHOWN = 0.05, 0.20
NUMBERS = (*OUTPUTS, "collapsed")


def drawn(scenario, members, which="default", dt=None):
    """Ground, dice and values of an ensemble."""
    war = prepare(scenario, Request(members=members, parameters=which, dt=dt))
    rows = np.arange(members)
    ground = Ground(war.theatre, war.mechanisms, war.plan.days, war.plan.dt)
    return war, ground, keys(war.request.seed, rows), values(war, rows)


def effects(scenario, args):
    """Total effects over the priors and, with --fit, over the posterior."""
    found, _ = indices("priors", over_priors(scenario), args.n, args.work)
    if args.fit is None:
        return {"effects": found}
    draws = pd.read_csv(args.fit / DRAWS)
    fitted, alone = indices("fit", over_fit(scenario, draws), args.n, args.work)
    cases = {
        "fit, each number by itself": alone,
        "fit, all together": jointly(scenario, draws, len(alone)),
    }
    return {"effects": pd.concat([found, fitted]), "joint": bands(cases)}


def priors(scenario, args):
    """Wars from priors whose spread is changed; the same dice and the same ranks."""
    war, ground, dice, given = drawn(scenario, args.members or 200, "prior")
    known, cases = priors_of(war), {}
    for case, factor in FACTORS.items():
        of = {
            f"{owner}.{name}": stretched(known[f"{owner}.{name}"], x, factor)
            for owner, numbers in given.items()
            for name, x in numbers.items()
        }
        cases[case] = fought(ground, dice, by_owner(of), case)
    return {"priors": compare(cases)}


def steps(scenario, args):
    """The same wars in shorter steps."""
    cases = {}
    for dt in STEPS:
        _, *rest = drawn(scenario, args.members or 100, dt=dt)
        cases[f"steps of {dt:g} day"] = fought(*rest, f"steps of {dt:g}")
    return {"steps": compare(cases)}


def contacts(scenario, args):
    """The same wars with other contacts between districts."""
    _, ground, dice, given = drawn(scenario, args.members or 100)
    cases, groups = {}, {}
    for case, theatres in graphs(scenario).items():
        parts = np.array_split(np.arange(len(dice)), len(theatres))
        cases[case] = pd.concat(
            [
                fought(
                    ground._replace(theatre=theatre), dice[rows],
                    {o: {n: x[rows] for n, x in of.items()} for o, of in given.items()},
                    case,
                )
                for theatre, rows in zip(theatres, parts, strict=True)
            ],
            ignore_index=True,
        )  # fmt: skip
        groups[case] = np.concatenate([np.full(len(r), k) for k, r in enumerate(parts)])
    return {"contacts": compare(cases, groups)}


def districts(scenario, args):
    """The same war with newer districts merged into their parents, as shares in per cent."""
    cases = {}
    with tempfile.TemporaryDirectory() as folder:
        shorter = [merged(Path(folder) / str(count), count) for count in MERGED]
        for one in (scenario, *shorter):
            war, *rest = drawn(one, args.members or 100)
            found = fought(*rest, f"{len(one.names.districts)} districts")
            whole = {"districts": len(one.names.districts)}
            whole["capitals"] = float(np.asarray(war.theatre.capital).sum())
            share = {n: 100 * found[n] / whole.get(n, found["present"]) for n in OUTPUTS}
            case = f"{len(one.names.districts)} districts"
            cases[case] = pd.DataFrame(share).assign(collapsed=found["collapsed"])
    return {"districts": compare(cases)}


def bands(cases):
    """Medians and 90% bands of every number in every case; of collapse, its share."""
    rows = []
    for case, found in cases.items():
        for name in NUMBERS:
            if name in found:
                low, middle, high = np.quantile(found[name], [0.05, 0.5, 0.95])
                middle = found[name].mean() if name == "collapsed" else middle
                rows.append((case, len(found), name, middle, low, high))
    return pd.DataFrame(rows, columns=["case", "wars", "output", "median", "low", "high"])


def compare(cases, groups=None):
    """The same, with the mean paired difference from the first case and its 95% interval.

    Wars of one random graph count as one, so that the interval holds for graphs, too.
    """
    frame, base = bands(cases), next(iter(cases.values()))
    at = frame[frame["case"] == next(iter(cases))].set_index("output")["median"]
    rows = []
    for row in frame.itertuples():
        paired = cases[row.case][row.output] - base[row.output]
        if groups is not None and groups[row.case].any():
            paired = paired.groupby(groups[row.case]).mean()
        error = student.ppf(0.975, len(paired) - 1) * paired.std() / np.sqrt(len(paired))
        limit = MATERIAL_COLLAPSE if row.output == "collapsed" else MATERIAL * at[row.output]
        moved = abs(row.median - at[row.output]) > limit and abs(paired.mean()) > error
        rows.append((paired.mean(), error, moved))
    return frame.assign(**pd.DataFrame(rows, columns=["difference", "error", "material"]))


def markdown(head, rows):
    """A table."""
    lines = ["| " + " | ".join(head) + " |", "|---|" + "--:|" * (len(head) - 1)]
    return [*lines, *("| " + " | ".join(row) + " |" for row in rows), ""]


def effects_table(frame):
    """Inputs with a total effect of 0.20 that is told from nothing; the others by name."""
    lines = []
    for over, part in frame.groupby("over", sort=False):
        men = ~part["output"].isin(["districts", "capitals"])
        part = part[men == (part["scale"] == "log")]
        big = part[(part["total"] >= SHOWN) & ~part["noise"]]
        totals = big.groupby("input")["total"].sum().sort_values(ascending=False)
        cell = {
            (r.input, r.output): f"{r.total:.2f} ({r.total_low:.2f}–{r.total_high:.2f})"
            if not r.noise else "noise" for r in part.itertuples()
        }  # fmt: skip
        title = {"priors": "over the priors", "fit": "over the fit"}[over]
        rows = [[name, *(cell[name, o] for o in OUTPUTS)] for name in totals.index]
        lines += markdown([f"total effect {title}", *TITLES.values()], rows)
        best = part[~part["noise"]].groupby("input")["total"].max().drop(totals.index)
        floor = part[part["input"] == JIGGLE]["total_high"].max()
        few, none = best[best >= MATTERS].index, best[best < MATTERS].index
        lines += [
            f"n = {part['n'].iloc[0]}. Up to 0.20: {', '.join(few) or 'no other'}. Nowhere 0.05:"
            f" {', '.join(none)}. `jiggle` gets {floor:.5f} at most.", "",
        ]  # fmt: skip
    return lines


def cases_table(title, frame, paired=True):
    """Medians with their bands, or with the mean paired difference; what is material is bold."""
    form = "{:.2f}" if title == "share, per cent" else "{:,.0f}"
    rows, names = [], [n for n in NUMBERS if n in set(frame["output"])]
    for case, part in frame.groupby("case", sort=False):
        cells = {}
        for r in part.itertuples():
            if r.output == "collapsed":
                text = f"{r.median:.0%}"
            elif not paired:
                text = f"{form} ({form}–{form})".format(r.median, r.low, r.high)
            elif case == frame["case"].iloc[0]:
                text = form.format(r.median)
            else:
                signed = form.replace(":", ":+")
                text = f"{form}, {signed} ± {form}".format(r.median, r.difference, r.error)
            cells[r.output] = f"**{text}**" if r.material is True else text
        rows.append([case, *(cells.get(n, "") for n in names)])
    return markdown([title, *(TITLES.get(n, "collapse") for n in names)], rows)


PARTS = {
    "effects": effects, "priors": priors, "steps": steps, "contacts": contacts,
    "districts": districts,
}  # fmt: skip
TABLES = {
    "effects": effects_table,
    "priors joint": lambda f: cases_table("drawn from", f, paired=False),
    "steps contacts": lambda f: cases_table("default set", f[~f["case"].eq("as they are")]),
    "districts": lambda f: cases_table("share, per cent", f),
}


def main():
    """Fight, compare, write."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--part", choices=PARTS, action="append", help="default: all")
    parser.add_argument("--members", type=int, help="wars of a case; default 200 or 100")
    parser.add_argument("--n", type=int, default=128, help="base sample of effects, a power of 2")
    parser.add_argument("--quick", action="store_true", help="20 wars of a case, n = 8")
    parser.add_argument("--fit", type=Path, help=f"folder of a fit, with {DRAWS}")
    parser.add_argument("--work", type=Path, default=HERE / "work")
    args = parser.parse_args()
    if args.quick:
        args.members, args.n = args.members or 20, min(args.n, 8)
    args.work.mkdir(parents=True, exist_ok=True)
    scenario = load()
    for part in args.part or PARTS:
        for name, frame in PARTS[part](scenario, args).items():
            frame.round(5).to_csv(HERE / f"{name}.csv", index=False)
        say(f"{part}: done")
    lines = []
    for names, table in TABLES.items():
        files = [HERE / f"{name}.csv" for name in names.split()]
        found = [pd.read_csv(file) for file in files if file.exists()]
        lines += table(pd.concat(found)) if found else []
    text = "\n".join(lines).strip()
    readme = HERE / "README.md"
    readme.write_text(fill(readme.read_text("utf-8"), {"results": text}), "utf-8")
    print(text)


if __name__ == "__main__":
    main()
