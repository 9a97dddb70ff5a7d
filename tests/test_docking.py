"""The engine and a plain rival written from the manual obey the same law [axtell1996].

Two samples of wars on the ring are compared by every count that both keep. The chance that
this file fails though the two laws are equal is `FALSE_ALARM`, over all its comparisons together
(Bonferroni over cases and statistics); seeds are fixed, so it fails always or never.
"""

from functools import cache

import numpy as np
import pytest
from scipy import stats

from docking import DAYS, MECHANISMS, of_engine, of_slow_model
from slow_and_plain import FATES, MANNERS

FALSE_ALARM = 0.01
SETS = {"ground": (), **{m: (m,) for m in MECHANISMS}, "all": MECHANISMS}
CASES = len(SETS) + 2  # and the quick one and the one with short steps
MEMBERS, MANY = 400, 1600
FEW = 40
NEVER = 10 * DAYS


def columns(sample):
    """Every statistic of each war, by how it is compared and name."""
    d = range(sample.first_fall.shape[1])
    first = np.minimum(sample.first_fall, NEVER)
    yield from (("law", f"first fall of district {k}", first[:, k]) for k in d)
    days = range(9, DAYS, 10)
    yield from (("law", f"districts held after day {t}", sample.held[:, t]) for t in days)
    yield from (("law", f"men serving after day {t}", sample.serving[:, t]) for t in days)
    for how in ("law", "mean"):
        yield how, "fighters left", np.round(sample.fighters.astype(float), 3)
    for k, fate in enumerate(FATES):
        yield "law", f"{fate}, nation", sample.fates[:, :, k].sum(-1)
        yield "mean", f"{fate}, nation", sample.fates[:, :, k].sum(-1)
        yield from (("mean", f"{fate}, district {j}", sample.fates[:, j, k]) for j in d)
    for k, manner in enumerate(MANNERS):
        yield "mean", f"share {manner}", (sample.manner == k).mean(-1)
    for name, x in (("falls", sample.falls), ("retakings", sample.retaken)):
        yield "mean", f"{name}, nation", x.sum(-1)
        yield from (("mean", f"{name}, district {j}", x[:, j]) for j in d)


def differences(a, b):
    """Every statistic with its p-value under equal laws, the least likely first."""
    pairs = zip(columns(a), columns(b), strict=True)
    rows = [
        (p_value(how, x, y), how, name, x.mean(), y.mean()) for (how, name, x), (*_, y) in pairs
    ]
    return sorted(rows)


def p_value(how, x, y):
    """Kolmogorov-Smirnov for a law; a z test for a mean, or Fisher's where few wars have any."""
    if how == "law":
        return stats.ks_2samp(x, y, method="asymp").pvalue
    any_x, any_y = np.count_nonzero(x), np.count_nonzero(y)
    if any_x + any_y < FEW:
        table = [[any_x, len(x) - any_x], [any_y, len(y) - any_y]]
        return stats.fisher_exact(table).pvalue
    error = np.sqrt(x.var(ddof=1, dtype=float) / len(x) + y.var(ddof=1, dtype=float) / len(y))
    gap = abs(x.mean(dtype=float) - y.mean(dtype=float))
    return 2 * stats.norm.sf(gap / error) if gap > 1e-9 else 1.0


def alarms(a, b):
    """Statistics that differ by more than chance allows, in words."""
    rows = differences(a, b)
    limit = FALSE_ALARM / CASES / len(rows)
    return [
        f"{name}: {x:.4g} and {y:.4g} ({how}, p = {p:.2g}, limit {limit:.2g})"
        for p, how, name, x, y in rows
        if p < limit
    ]


@cache
def engine(case):
    return of_engine(SETS[case], MEMBERS, seed=1996 + list(SETS).index(case))


@cache
def ground_of_slow_model():
    return of_slow_model((), MEMBERS, seed=7)


def test_engine_and_plain_model_agree_with_all_mechanisms():
    found = alarms(of_engine(MECHANISMS, 120, seed=3), of_slow_model(MECHANISMS, 120, seed=4))
    assert not found


@pytest.mark.slow
@pytest.mark.parametrize("case", SETS)
def test_engine_and_plain_model_agree(case):
    slow = of_slow_model(SETS[case], MEMBERS, seed=54 + list(SETS).index(case))
    found = alarms(engine(case), slow)
    assert not found
    if case not in ("ground", "all"):
        effects = alarms(slow, ground_of_slow_model())
        assert effects, "without effect here, it is not tested"


@pytest.mark.slow
def test_engine_and_plain_model_agree_at_short_steps():
    short = of_engine(MECHANISMS, MEMBERS, seed=5, dt=0.25)
    found = alarms(short, of_slow_model(MECHANISMS, MEMBERS, seed=6, dt=0.25))
    assert not found


@pytest.mark.slow
@pytest.mark.parametrize(
    ("case", "change"),
    [
        ("ground", "leave_15%_more"),
        ("all", "leave_half_more"),
        ("broken_pledge", "breach_before_release"),
        ("counterattack", "fighters_at_once"),
        ("all", "clock_forgets"),
    ],
)
def test_docking_notices_a_changed_rule(case, change):
    members = MANY if case == "ground" else MEMBERS  # a small change takes more wars to see
    changed = of_slow_model(SETS[case], members, seed=8, change=change)
    assert alarms(of_engine(SETS[case], members, seed=1996 + list(SETS).index(case)), changed)
