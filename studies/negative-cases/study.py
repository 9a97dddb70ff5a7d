"""A model of one collapse must not collapse everywhere: wars that did not, with the same model.

    .venv/bin/python studies/negative-cases/study.py [--members 200] [--fit DIR]

Builds the changed scenarios from wars.toml and the folder of afghanistan-2021, fights each under
the priors, the default set and, if given, the posterior of a fit, and writes results.csv and the
tables of README.md beside this file.
"""

import argparse
import shutil
import sys
import tempfile
import tomllib
from datetime import date
from pathlib import Path

import numpy as np
import pandas as pd

from holdfast.explain.matched import jeffreys
from holdfast.records.problems import ScenarioError
from holdfast.records.read import find_scenario
from holdfast.study import load
from holdfast.study.catalogue import choose
from holdfast.study.manual.markdown import fill
from holdfast.study.scenario import check
from holdfast.study.simulate import simulate
from holdfast.theatre.build import great_circle_km

HERE = Path(__file__).parent
LOST_CAPITALS, MAY_COLLAPSE, MUST_STAND, LAND = 25, 0.05, 0.3, 0.8
ALLY = {"ally_presence": "1", "air_support": "1", "announcement": "none"}
ALLY = {f"calendar.{k}": v for k, v in ALLY.items()} | {"calendar.base_handed_over": "none"}
AS_ANY = {"targeting.sought": "0"}

CASES = {  # name: folder, changes of the call
    "2021 as recorded": ("2021", {}),
    "2021, ally kept": ("2021", ALLY),
    "2015": ("2015", {}),
    "1989": ("1989", {}),
    "1992": ("1992", {}),
}
READINGS = {  # not judged: other readings of inputs that the tables cannot hold
    "2021, ally kept, pay on time": ("2021", ALLY | {"calendar.pay_arrears": "0"}),
    "2021, ally kept, capitals spared": ("2021", ALLY | {"calendar.capitals_open": "none"}),
    "2015, capitals not sought more than others": ("2015", AS_ANY),
    "2015, capitals spared as in June 2021": ("2015", {"calendar.capitals_open": "none"}),
    "1989, aid counted as the ally's presence": ("1989", ALLY),
    "1989, the same, capitals not sought more": ("1989", ALLY | AS_ANY),
}
REFERENCE, KEPT = "2021 as recorded", ("2021, ally kept", "2015", "1989")
LONGER, DAYS_120 = "2021 as recorded, 120 days", date(2021, 8, 28)


def edited(folder, name, change):
    """Rewrite one table of a folder: `change` gets it as text and gives it back."""
    table = pd.read_csv(folder / name, dtype=str, keep_default_na=False)
    change(table).to_csv(folder / name, index=False, lineterminator="\n")


def held(war, table):
    """Districts with the flags of the first day that the war's rule gives."""
    at = table[["latitude", "longitude"]].to_numpy(float).T
    town = table.index[table["capital"] == "1"]
    town = table["province"].map(dict(zip(table["province"][town], town, strict=True)))
    km = great_circle_km(*at)[np.arange(len(table)), town]
    area = pd.to_numeric(table["area_km2"]).fillna(0).to_numpy()
    taken = table["district_id"].isin(war.get("held_capitals", ())).to_numpy(copy=True)
    if war["held"] == "likely":
        taken = (table["held_at_start"] == "likely").to_numpy()
    else:
        for k in np.argsort(-km, kind="stable"):  # the farthest first
            taken[k] |= area[taken].sum() < LAND * area.sum()
    sources = table["source_id"] + ";" + war["held_source"]
    return table.assign(held_at_start=np.where(taken, "likely", "no"), source_id=sources)


def scaled(strengths, table):
    """Men on the roll, each branch scaled to the war's total; where they stand is as in 2021."""
    men = table["paper"].astype(int)
    factor = table["branch"].map(strengths) / men.groupby(table["branch"]).transform("sum")
    basis = table["branch"] + " of 2021 times " + factor.map("{:.3f}".format) + "; judgement"
    men = (men * factor).round().clip(lower=1).astype(int)
    return table.assign(paper=men, basis=basis, source_id=strengths["source_id"])


def dated(war, wars, table):
    """Calendar of a war, in the columns of the table given."""
    also = wars.get(war["calendar"].get("also"), {"rows": []})["rows"]
    rows = pd.DataFrame(war["calendar"]["rows"] + also).rename(columns={"source": "source_id"})
    rows = rows.assign(
        calendar_id=rows["kind"] + rows["date"].astype(str).radd("-"),
        known_on=rows["date"],
        confidence="low",
        level=np.where(rows["kind"].isin(["base_handed_over", "breach"]), "district", "nation"),
    )
    return rows.reindex(columns=table.columns)


def build(name, wars, work):
    """The folder of a war: that of 2021 with other tables; refused if `check` finds anything."""
    war = wars["wars"][name]
    war = wars["wars"][war.get("same_as", name)] | war
    folder, base = work / name, load().tables.settings
    leave = shutil.ignore_patterns("record", "datapackage.json", "README.md", "__pycache__")
    shutil.copytree(find_scenario("afghanistan-2021"), folder, ignore=leave)
    edited(folder, "districts.csv", lambda table: held(war, table))
    edited(folder, "strengths.csv", lambda table: scaled(war["strengths"], table))
    edited(folder, "calendar.csv", lambda table: dated(war, wars, table))
    new = pd.DataFrame([(name, *row) for name, row in wars["sources"].items()])
    new.columns = ["source_id", "title", "address", "kind"]
    edited(folder, "sources.csv", lambda table: pd.concat([table, new]))
    insurgents = "\n".join(f"{k} = {v!r}" for k, v in war["insurgents"].items())
    text = f"""name = "afghanistan-{name}"
title = "{war["title"]}"
summary = "{war["title"]}; districts, ties and proxies of 2021."
start = {war["start"]}
end = {war["end"]}
dt = {base.dt}
national_capital = "{base.national_capital}"
[insurgents]
{insurgents}
[posts]
company = {base.posts.company}
checkpoint = {base.posts.checkpoint}
"""
    (folder / "scenario.toml").write_text(text, "utf-8")
    _, problems = check(folder)
    if problems:
        raise ScenarioError(problems)
    return load(folder)


def there(scenario, changes):
    """Changes without the striking out of events that the calendar of a war does not have."""
    kinds = {f"calendar.{kind}" for kind in scenario.tables.calendar["kind"]}
    return {name: value for name, value in changes.items() if value != "none" or name in kinds}


def fought(scenario, members, parameters, changes=None, **call):
    """Wars of one case: whether each collapsed, and what was lost, a row a member."""
    call["changes"] = there(scenario, changes or {})
    run = simulate(scenario, members=members, parameters=parameters, **call).observables
    last, first = run["held"][:, -1] > 0, run["held_at_start"] > 0
    capitals = np.asarray(run["capitals_held"][:, -1])
    seat = np.asarray(last.sel(district=scenario.tables.settings.national_capital))
    return pd.DataFrame(
        {
            "collapsed": seat | (capitals >= LOST_CAPITALS),
            "held_first": np.asarray(first.sum("district")),
            "districts_lost": np.asarray(last.sum("district") - first.sum("district")),
            "capitals_held": capitals,
            "killed": np.asarray(run["fates"][:, -1].sel(fate="killed")),
        }
    )


def summed(wars, case, parameters, reference):
    """One row of results.csv; members share dice with the reference and, where both are, draws."""
    n, k = len(wars), int(wars["collapsed"].sum())
    low, high = (float(x) for x in jeffreys(np.array(k), n))
    row = {"set": parameters, "case": case, "wars": n, "collapsed": k, "share": k / n}
    row |= {"low90": low, "high90": high}
    row["only_reference"] = int((reference["collapsed"] & ~wars["collapsed"]).sum())
    row["only_case"] = int((~reference["collapsed"] & wars["collapsed"]).sum())
    for name in wars.columns[1:]:
        for label, q in (("q05", 0.05), ("median", 0.5), ("q95", 0.95)):
            row[f"{name}_{label}"] = float(np.quantile(wars[name], q))
    return row


def verdicts(wide, sets):
    """The tests stated in README.md, {test: {set: passed}}."""
    found = {f"1. {REFERENCE} above {case}": {} for case in KEPT}
    found |= {"2. 30% of wars stand for 120 days": {}, "3. 2015 at most 5%": {}}
    found |= {"4. 1992 above 1989": {}}
    for s in sets:
        least = {case: wide.loc[(case, s)]["low90"] for case in CASES}
        most = {case: wide.loc[(case, s)]["high90"] for case in CASES}
        for case in KEPT:
            found[f"1. {REFERENCE} above {case}"][s] = least[REFERENCE] > most[case]
        found["3. 2015 at most 5%"][s] = wide.loc[("2015", s)]["share"] <= MAY_COLLAPSE
        found["4. 1992 above 1989"][s] = least["1992"] > most["1989"]
    stand = 1 - wide.loc[(LONGER, "prior")]["share"]
    found["2. 30% of wars stand for 120 days"]["prior"] = stand >= MUST_STAND
    return found


def share(row):
    """A share of wars with its interval."""
    return f"{row['share']:.0%} ({row['low90']:.0%} to {row['high90']:.0%})"


def span(row, name):
    """A median with its 90% range."""
    return f"{row[name + '_median']:.0f} [{row[name + '_q05']:.0f}, {row[name + '_q95']:.0f}]"


def lost(row):
    """What was lost."""
    return f"{span(row, 'districts_lost')}; {span(row, 'capitals_held')}"


def tables(found, worst, judged):
    """Everything between the marks of README.md."""
    wide = found.set_index(["case", "set"])
    sets = list(found["set"].unique())

    def table(cases, cell):
        rows = ["| | " + " | ".join(sets) + " |", "|---" * (len(sets) + 1) + "|"]
        for case in cases:
            cells = (cell(wide.loc[(case, s)]) for s in sets)
            rows.append(f"| {case} | " + " | ".join(cells) + " |")
        return rows

    without = found[found["case"].str.startswith(f"{worst} without")].sort_values("share")
    named = ", ".join(f"{r.case.split()[-1]} {r.share:.0%}" for r in without.itertuples())
    judge = verdicts(wide, sets)
    words = {True: "pass", False: "**fail**", None: ""}
    parts = [f"{found['wars'].max()} wars each, seed 1.", "", "| test | " + " | ".join(sets) + " |"]
    parts += ["|---" * (len(sets) + 1) + "|"]
    for test, passed in judge.items():
        cells = (words[None if s not in passed else bool(passed[s])] for s in sets)
        parts.append(f"| {test} | " + " | ".join(cells) + " |")
    stand = 1 - wide.loc[(LONGER, "prior")]["share"]
    parts += ["", f"Of the wars of the prior {stand:.0%} stand after 120 days.", ""]
    parts += ["**Share of wars with national collapse** (90% interval)", ""]
    parts += [*table(CASES | READINGS, share), ""]
    parts += ["**Districts lost since the first day; capitals held on the last** (90% of wars)", ""]
    parts += [*table(CASES, lost), ""]
    parts += [f"**{worst} without one mechanism**, {judged} set, share that collapses: {named}."]
    return "\n".join(parts)


def main():
    """Build, fight, judge, write."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--members", type=int, default=200)
    parser.add_argument("--fit", type=Path, help="folder of a fit: its posterior is fought too")
    args = parser.parse_args()
    wars = tomllib.loads((HERE / "wars.toml").read_text("utf-8"))
    with tempfile.TemporaryDirectory() as work:
        at = {name: build(name, wars, Path(work)) for name in wars["wars"]} | {"2021": load()}
    sets = {"prior": "prior", "default": "default"} | ({"fit": str(args.fit)} if args.fit else {})
    rows, references = [], {}

    def fight(name, case, war, **call):
        print(f"{name}: {case}", file=sys.stderr, flush=True)
        done = fought(at[war], args.members, sets[name], **call)
        rows.append(summed(done, case, name, references.setdefault(name, done)))

    for name in sets:
        for case, (war, changes) in (CASES | READINGS).items():
            fight(name, case, war, changes=changes)
    fight("prior", LONGER, "2021", until=DAYS_120)
    judged = list(sets)[-1]
    worst = max((r for r in rows if r["set"] == judged and r["case"] in ("2015", "1989")),
                key=lambda row: row["share"])["case"]  # fmt: skip
    for mechanism in choose(at["2021"].tables.settings.mechanisms):
        fight(judged, f"{worst} without {mechanism.name}", worst, without=(mechanism.name,))
    found = pd.DataFrame(rows)
    found.round(4).to_csv(HERE / "results.csv", index=False, lineterminator="\n")
    told = tables(found, worst, judged)
    readme = HERE / "README.md"
    readme.write_text(fill(readme.read_text("utf-8"), {"results": told}), "utf-8")
    print(told)


if __name__ == "__main__":
    main()
