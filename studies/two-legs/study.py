"""Do two ways of inference agree: day by day along the record, and from whole simulated wars?

    .venv/bin/python studies/two-legs/study.py [--wars 9000] [--fit DIR] [--work DIR]

Wars that are there are kept, a hundred to a file: a study that is stopped goes on where it was.
Writes parameters.csv and summaries.csv beside this file, and the tables of README.md.
"""

import argparse
import sys
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pandas as pd
from scipy.stats import chi2
from wars import BLOCK, Shape, wars

from holdfast.infer import whole
from holdfast.study import load
from holdfast.study.evidence import EVERYTHING_KNOWN
from holdfast.study.fit_store import MANIFEST, fit_to_folder, resume_fit
from holdfast.study.manual.markdown import fill

HERE = Path(__file__).parent
SEED = 1
SECOND = 1 / 3  # of the wars are of the second round
KEEP = 0.1  # of the wars lie inside the kernel
PICKED, NEIGHBOURS = 150, 600  # pseudo-records of each kind; wars that the near ones are picked of
CHECKED = 200  # wars fought from each posterior
LEARNED = 0.2  # part of the prior variance that must be gone before agreement is judged
APART = 2.0  # combined standard deviations


def say(text):
    """Progress."""
    print(text, file=sys.stderr, flush=True)


def second_leg(fit, shape, n, work):
    """Both rounds, the posterior, its calibration and the check for misspecification."""
    size, n_second = len(fit.model.free), BLOCK * round(n * SECOND / BLOCK)
    n_first = BLOCK * -(-(n - n_second) // BLOCK)
    rng, record = np.random.default_rng(SEED), shape.of_record()
    first = np.concatenate([
        np.random.default_rng([SEED, 1, b]).standard_normal((BLOCK, size))
        for b in range(n_first // BLOCK)
    ])  # fmt: skip
    raw = shape.of_wars(*wars(fit, "first", SEED, first, work), rng)
    ones = np.ones(n_first)
    by = whole.learn(first, raw, ones)
    odd = whole.oddness(by, raw, record, rng.choice(n_first, 500, replace=False))
    start = whole.condition(first, by(raw), ones, by(record), int(KEEP * n_first))
    say(f"first round: effective {start.effective:.0f}; as odd {odd.as_far}")
    proposal = whole.Proposal.around(start)
    second = proposal.draw(np.random.default_rng([SEED, 2]), n_second)
    more = shape.of_wars(*wars(fit, "second", SEED + 1, second, work), rng)
    z, both = np.concatenate([first, second]), np.concatenate([raw, more])
    weights = whole.mixture_weights(z, proposal, n_second / len(z))
    local = whole.learn(z, both, weights)
    fitted, keep = local(both), int(KEEP * len(z))
    found = whole.condition(z, fitted, weights, local(record), keep)
    near = np.argsort(((fitted - local(record)) ** 2).sum(1))[:NEIGHBOURS]
    share = weights[near] / weights[near].sum()
    picked = {
        "anywhere": rng.choice(n_first, PICKED, replace=False),
        "near the record": rng.choice(near, PICKED, replace=False, p=share),
    }
    out = np.isin(np.arange(len(z)), np.concatenate(list(picked.values())), invert=True)
    blind = whole.learn(z[out], both[out], weights[out])(both)
    say("calibrating")
    calibrations = {k: whole.calibrate(z, blind, weights, p, keep) for k, p in picked.items()}
    return SimpleNamespace(found=found, odd=odd, by=by, raw=raw, local=local,
                           calibrations=calibrations)  # fmt: skip


def compared(fit, two, calibrations, estimates, estimate):
    """One row a parameter: both posteriors, how far apart, what may be said; and of all together.

    `estimates` [N, P] are what leg two's summaries expect in wars of leg one, and `estimate` [P]
    what they expect in the record: if leg one is right the record is one more such war.
    """
    one = fit.z
    frame = pd.DataFrame({
        "parameter": fit.model.free,
        "one_mean": one.mean(0), "one_sd": one.std(0),
        "two_mean": two.mean, "two_sd": two.sd,
        "apart": (one.mean(0) - two.mean) / np.hypot(one.std(0), two.sd),
        "one_learned": 1 - one.var(0), "two_learned": 1 - two.sd**2,
    })  # fmt: skip
    for kind, c in calibrations.items():
        short = kind.split()[0]
        frame[f"covered50_{short}"], frame[f"covered90_{short}"] = c.covered(0.5), c.covered(0.9)
        frame[f"contraction_{short}"] = c.contraction
    both = (frame["one_learned"] >= LEARNED) & (frame["two_learned"] >= LEARNED)
    far = frame["apart"].abs() > APART
    words = np.where(far, "DISAGREE", "agree")
    blind = np.where(far, "not judged: apart, two learned little", "not judged")
    frame["verdict"] = np.where(both, words, blind)
    frame["record_among_wars_of_one"] = (estimates < estimate).mean(0)
    off = one.mean(0) - two.mean
    joint = float(off @ np.linalg.solve(np.cov(one.T) + two.covariance, off))
    centred = np.concatenate([estimates, estimate[None]]) - estimates.mean(0)
    far = (centred @ np.linalg.pinv(np.cov(estimates.T)) * centred).sum(1)
    return frame, joint, float((far >= far[-1]).mean())


def tables(shape, frame, joint, as_far, leg, summaries, far, n):
    """Markdown of everything."""
    size, judged = len(frame), frame[~frame["verdict"].str.startswith("not")]
    bad = judged[judged["verdict"] == "DISAGREE"]["parameter"]
    verb = "disagrees" if len(bad) == 1 else "disagree"
    lines = [
        f"{n} wars. Of {len(judged)} parameters that both legs learned, {len(bad)} {verb}"
        f" ({', '.join(bad) or 'none'}). All {size} together: the difference of means squared over"
        f" the added covariances is {joint:.0f}, which agreement would put under"
        f" {chi2.ppf(0.95, size):.0f} nineteen times in twenty. Equal draws that the posterior of"
        f" leg two is worth: {leg.found.effective:.0f}.", "",
        "Parameters in standard deviations of the prior; `learned` is the part of the prior"
        " variance that leg two has removed, `usual` the mean of that over pseudo-records near the"
        " record, with the coverage of intervals there; `among` the share of wars fought from leg"
        " one in which leg two's summaries expect less than in the record. Of such wars"
        f" {100 * as_far:.1f}% are as far from their middle as the record.", "",
        "| parameter | leg one | leg two | apart | learned | usual | 50% / 90% | among | verdict |",
        "|---|--:|--:|--:|--:|--:|--:|--:|---|",
    ]  # fmt: skip
    lines += [
        f"| {r.parameter} | {r.one_mean:+.2f} ({r.one_sd:.2f}) | {r.two_mean:+.2f} ({r.two_sd:.2f})"
        f" | {r.apart:+.1f} | {r.two_learned:.2f} | {r.contraction_near:.2f}"
        f" | {r.covered50_near:.2f} / {r.covered90_near:.2f}"
        f" | {r.record_among_wars_of_one:.2f} | {r.verdict} |" for r in frame.itertuples()
    ]  # fmt: skip
    lines += ["", "| pseudo-records | 50% held | 90% held | lowest and highest 90% | contraction |",
              "|---|--:|--:|--:|--:|"]  # fmt: skip
    for kind, c in leg.calibrations.items():
        half, most = c.covered(0.5), c.covered(0.9)
        lines.append(
            f"| {PICKED} {kind} | {half.mean():.2f} | {most.mean():.2f}"
            f" | {most.min():.2f}, {most.max():.2f} | {c.contraction.mean():.2f} |"
        )
    lines += ["", "| how odd is the record among wars of the prior | distance | as far |",
              "|---|--:|--:|"]  # fmt: skip
    names = ("from the middle", "to the ten nearest wars", "not describable at all")
    rows = zip(names, leg.odd[:3], leg.odd.as_far, strict=True)
    lines += [f"| {name} | {d:.2f} | {100 * p:.1f}% |" for name, d, p in rows]
    lines += ["", "| wars fought from | distance to the record, 5%, 50%, 95% |", "|---|--:|"]
    lines += [f"| {k} | {' / '.join(f'{x:.2f}' for x in v)} |" for k, v in far.items()]
    kinds = list(far)
    lines += ["", "| 5%, 50%, 95% of | record | " + " | ".join(kinds) + " |",
              "|---|--:|" + "--:|" * len(kinds)]  # fmt: skip
    for i in shape.shown:
        row = summaries.iloc[i]
        cells = [" / ".join(f"{row[f'{k} {q}']:.0f}" for q in (5, 50, 95)) for k in kinds]
        lines.append(f"| {row['summary']} | {row['record']:.0f} | " + " | ".join(cells) + " |")
    return "\n".join(lines)


def main():
    """Fight, infer, compare, write."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--wars", type=int, default=9000)
    parser.add_argument("--work", type=Path, default=HERE / "work", help="folder for the wars")
    parser.add_argument("--fit", type=Path, help="folder of a fit of the whole record")
    args = parser.parse_args()
    args.work.mkdir(parents=True, exist_ok=True)
    folder = args.fit or args.work / "fit"
    if (folder / MANIFEST).exists():
        fit = resume_fit(folder, say)
    else:
        _, fit = fit_to_folder(load(), EVERYTHING_KNOWN, "quick", out=folder, tell=say)
    shape, rng = Shape(fit), np.random.default_rng([SEED, 3])
    record = shape.of_record()
    leg = second_leg(fit, shape, args.wars, args.work)
    found = leg.found
    of_two = found.z[rng.choice(len(found.z), CHECKED, p=found.weights)]
    of_one = fit.z[rng.choice(len(fit.z), CHECKED, replace=len(fit.z) < CHECKED)]
    sets = {"the prior": leg.raw}
    for number, (name, z) in enumerate({"leg two": of_two, "leg one": of_one}.items(), 2):
        fell = wars(fit, name.replace(" ", "-"), SEED + number, z, args.work)
        sets[name] = shape.of_wars(*fell, rng)
    estimates = leg.local(sets["leg one"])
    frame, *all_of_them = compared(fit, found, leg.calibrations, estimates, leg.local(record))
    scores = leg.by.scores
    far = {
        name: np.quantile(np.sqrt(((scores(x) - scores(record)) ** 2).mean(-1)), [0.05, 0.5, 0.95])
        for name, x in sets.items()
    }
    summaries = pd.DataFrame({"summary": shape.names, "record": shape.plain(record)})
    for name, x in sets.items():
        for q in (5, 50, 95):
            summaries[f"{name} {q}"] = np.quantile(shape.plain(x), q / 100, axis=0)
    for name, table in (("parameters", frame), ("summaries", summaries)):
        table.round(4).to_csv(HERE / f"{name}.csv", index=False)
    text = tables(shape, frame, *all_of_them, leg, summaries, far, args.wars)
    readme = HERE / "README.md"
    readme.write_text(fill(readme.read_text("utf-8"), {"results": text}), "utf-8")
    print(text)


if __name__ == "__main__":
    main()
