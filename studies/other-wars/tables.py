"""The tables of README.md, from results.csv alone."""

import re

import numpy as np
import pandas as pd

from holdfast.study.manual.markdown import fill

AS_RECORDED = "as recorded"


def put(page, block, text):
    """Write one made block of a page anew; the others stay."""
    told = page.read_text("utf-8")
    found = re.findall(r"<!-- made: ([a-z]+) -->(.*?)<!-- end -->", told, re.DOTALL)
    page.write_text(
        fill(told, {name: kept.strip("\n") for name, kept in found} | {block: text}), "utf-8"
    )


def tables(found):
    """Everything between the marks of README.md."""
    sets, wars = list(found["set"].unique()), list(found["war"].unique())
    judged = found[found["case"] == AS_RECORDED]
    parts = [f"{found['wars'].max()} wars each, seed 1.", "", *verdicts(judged, wars, sets)]
    for war in wars:
        mine = judged[judged["war"] == war]
        parts += ["", f"### {war}", "", f"![the record over the bands]({war}.svg)", ""]
        parts += path(mine, sets) + [""] + facts(mine, sets) + [""] + fallen(mine, sets)
    return "\n".join([*parts, "", "### Readings", "", *readings(found, wars, sets)])


def head(first, sets):
    """The first two lines of a table."""
    return [f"| {first} | " + " | ".join(sets) + " |", "|---" * (len(sets) + 1) + "|"]


def inside(rows):
    """Whether the record overlaps the 90% band on every dated day."""
    rows = rows[rows["kind"] == "path"]
    return bool(((rows["q05"] <= rows["record_high"]) & (rows["q95"] >= rows["record_low"])).all())


def scores(rows):
    """CRPS of the model and of each baseline."""
    rows = rows[rows["kind"] == "crps"]
    return dict(zip(rows["what"], rows["value"].astype(float), strict=True))


def tells(rows):
    """Whether the path lies inside and the score is below all baselines."""
    found = scores(rows)
    return inside(rows) and all(found["model"] < v for k, v in found.items() if k != "model")


def words(yes):
    """A verdict."""
    return "yes" if yes else "**no**"


def verdicts(judged, wars, sets):
    """What the rule says of each war and set."""
    cells = [f"{war}, {s}" for war in wars for s in sets]
    groups = {f"{w}, {s}": judged[(judged["war"] == w) & (judged["set"] == s)]
              for w in wars for s in sets}  # fmt: skip
    line = lambda name, of: f"| {name} | " + " | ".join(of(groups[c]) for c in cells) + " |"  # noqa: E731
    lines = head("", cells)
    lines.append(line("1. record inside the 90% band on all days", lambda g: words(inside(g))))
    width = lambda g: f"{float(g.loc[g['kind'] == 'width', 'value'].iloc[0]):.0%}"  # noqa: E731
    lines.append(line("2. mean width of the band, of all units", width))
    for name in ("model", "nothing falls", "any number", "other wars"):
        lines.append(line(f"mean CRPS, {name}", lambda g, n=name: f"{scores(g)[n]:.1f}"))
    lines.append(line("2. tells something", lambda g: words(tells(g))))
    lines.append(line("3. facts not ruled out; expected", facts_met))
    lines.append(line("4. collapses on the right side", right_side))
    return [*lines, "", *order(judged, wars, sets)]


def facts_met(rows):
    """How many facts at least 5%, and at least half, of the wars have."""
    share = rows.loc[rows["kind"] == "fact", "value"].astype(float)
    return f"{(share >= 0.05).sum()}; {(share >= 0.5).sum()} of {len(share)}"


def right_side(rows):
    """How many times more or less than half collapsed as it came; half of them is neither."""
    rows = rows[rows["kind"] == "collapse"]
    side = np.where(rows["happened"].astype(str) == "True", 1, -1)
    return f"{((rows['value'] - 0.5) * side > 0).sum()} of {len(rows)}"


def order(judged, wars, sets):
    """The fifth test: collapse within the first 120 days."""
    early = judged[judged["kind"] == "early"].set_index(["war", "set"])
    lines = head("5. collapse within 120 days (Iraq 92)", sets)
    for war in wars:
        lines.append(f"| {war} | " + " | ".join(share(early.loc[(war, s)]) for s in sets) + " |")
    first = {s: early.loc[("vietnam-1975", s)] for s in sets}
    apart = {
        s: all(first[s]["q05"] > early.loc[(w, s)]["q95"] for w in wars if w != "vietnam-1975")
        for s in sets
    }
    cells = " | ".join(words(apart[s]) for s in sets)
    return [*lines, f"| Vietnam above both, intervals apart | {cells} |"]


def share(row):
    """A share of wars with its interval."""
    return f"{float(row['value']):.0%} ({float(row['q05']):.0%} to {float(row['q95']):.0%})"


def path(mine, sets):
    """Units held on dated days: the record, and median, half and nine tenths of the wars."""
    rows = mine[mine["kind"] == "path"]
    lines = [f"| units held | record | {' | '.join(sets)} |", "|---" * (len(sets) + 2) + "|"]
    for day, here in rows.groupby("on", sort=True):
        low, high = here[["record_low", "record_high"]].astype(int).iloc[0]
        cells = []
        for s in sets:
            r = here[here["set"] == s].iloc[0]
            out = r["q05"] > high or r["q95"] < low
            text = (
                f"{r['q50']:.0f} [{r['q25']:.0f}, {r['q75']:.0f}] [{r['q05']:.0f}, {r['q95']:.0f}]"
            )
            cells.append(f"**{text}**" if out else text)
        told = f"{low}" if low == high else f"{low} to {high}"
        lines.append(f"| {day} | {told} | {' | '.join(cells)} |")
    return lines


def facts(mine, sets):
    """Shares of wars that have each fact, bold where it is ruled out; and collapses."""
    lines = head("share of wars in which", sets)
    rows = mine[mine["kind"] == "fact"]
    for says, here in rows.groupby("what", sort=False):
        by_set = here.set_index("set")["value"].astype(float)
        cells = [f"**{by_set[s]:.0%}**" if by_set[s] < 0.05 else f"{by_set[s]:.0%}" for s in sets]
        lines.append(f"| {says} | {' | '.join(cells)} |")
    rows = mine[mine["kind"] == "collapse"]
    for day, here in rows.groupby("on", sort=True):
        by_set = here.set_index("set")
        came = "it came" if str(here["happened"].iloc[0]) == "True" else "it did not"
        cells = [share(by_set.loc[s]) for s in sets]
        lines.append(f"| national collapse by {day} ({came}) | {' | '.join(cells)} |")
    gone = mine[mine["kind"] == "gone"].set_index("set")
    if len(gone):
        cells = [f"{gone.loc[s, 'q50']:.0%} [{gone.loc[s, 'q05']:.0%}, {gone.loc[s, 'q95']:.0%}]"
                 for s in sets]  # fmt: skip
        lines.append(f"| men gone by {gone['on'].iloc[0]}, median and 90% | {' | '.join(cells)} |")
    return lines


def fallen(mine, sets):
    """Seats: when each fell in the record, in what share of wars, and when in the median."""
    rows = mine[mine["kind"] == "seat"]
    lines = [f"| seat | fell in the record | {' | '.join(sets)} |", "|---" * (len(sets) + 2) + "|"]
    for name, here in rows.groupby("what", sort=False):
        by_set = here.set_index("set")
        cells = []
        for s in sets:
            when = by_set.loc[s, "on"]
            at = f", {when}" if when and not pd.isna(when) else ""
            cells.append(f"{float(by_set.loc[s, 'value']):.0%}{at}")
        record = here["record_on"].iloc[0]
        said = record if record and not pd.isna(record) else "no"
        lines.append(f"| {name} | {said} | {' | '.join(cells)} |")
    return lines


def readings(found, wars, sets):
    """Units held on the last dated day, and collapse by the last day, under each reading."""
    lines = head("median and 90% of wars on the last dated day; collapse by the last day", sets)
    for war in wars:
        mine = found[found["war"] == war]
        for case in mine["case"].unique():
            cells = []
            for s in sets:
                here = mine[(mine["case"] == case) & (mine["set"] == s)]
                last = here[here["kind"] == "path"].iloc[-1]
                end = here[here["kind"] == "collapse"].iloc[-1]
                band = f"{last['q50']:.0f} [{last['q05']:.0f}, {last['q95']:.0f}]"
                cells.append(f"{band}; {float(end['value']):.0%}")
            lines.append(f"| {war}, {case} | {' | '.join(cells)} |")
    return lines
