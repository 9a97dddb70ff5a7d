"""What should not matter does not: how men are split into posts, what districts are called."""

import jax.numpy as jnp
import numpy as np
import pytest
from scipy import stats

MEMBERS = 400


def by_member(wars, theatre, values, seed):
    """First fall of R03, and men of its posts who left and who serve after 40 days, by member."""
    rows, mine = [], np.asarray(theatre.home) == 2
    for member in range(MEMBERS):
        s = wars.fight(theatre, values, member, seed, days=40).state
        rows.append((min(float(s.first_fall[2]), 41.0), int(np.asarray(s.gone)[mine].sum()),
                     int(np.asarray(s.serving)[:, mine].sum())))  # fmt: skip
    return np.asarray(rows, float)


@pytest.mark.slow
def test_a_post_split_in_two_halves_has_the_same_law(wars, ring, values):
    """Where posts differ in nothing but their men; Kolmogorov and Smirnov's two-sample test."""
    alike = values(ground_ghosts=0.0, ground_spread_post=0.0, councils_strength=0.0,
                   tactical_retreat_strength=0.0)  # fmt: skip
    one, two = np.flatnonzero(np.asarray(ring.home) == 2)
    men = lambda a, b: ring.paper.at[jnp.asarray([one, two])].set(jnp.asarray([a, b]))  # noqa: E731
    branch = ring.branch.at[two].set(ring.branch[one])
    whole = ring._replace(paper=men(32, 0), branch=branch)
    halves = ring._replace(paper=men(16, 16), branch=branch)
    samples = [by_member(wars, th, alike, s) for th, s in ((whole, 1), (halves, 2))]
    for a, b in zip(*(x.T for x in samples), strict=True):
        assert stats.ks_2samp(a, b).pvalue > 1e-3
    # the test has the power to see one man in four
    fewer = by_member(wars, ring._replace(paper=men(12, 12), branch=branch), alike, 3)
    assert stats.ks_2samp(samples[0][:, 1], fewer[:, 1]).pvalue < 1e-3


def exchangeable(ring):
    """R02 to R06 alike in all but name: each touches the capital alone."""
    east, row = jnp.arange(1, 6), jnp.arange(12)
    mine = (row >= 1) & (row <= 5)
    neighbour = jnp.where(mine[:, None], jnp.zeros_like(ring.neighbour), ring.neighbour)
    tie = jnp.where(mine[:, None], jnp.asarray([1.0, 0.0])[None], ring.tie)
    changed = {}
    for field in ("contest_proxy", "elder_proxy", "legitimacy", "media_reach", "border_km",
                  "border_value", "garrison_km", "air_km", "held_chance"):  # fmt: skip
        x = getattr(ring, field)
        changed[field] = jnp.where(mine, x[3], x)
    calendar = ring.calendar._replace(base_day=jnp.where(mine, jnp.inf, ring.calendar.base_day))
    paper = jnp.where(jnp.isin(ring.home, east), jnp.where(ring.branch == 0, 24, 12), ring.paper)
    return ring._replace(neighbour=neighbour, tie=tie, paper=paper, calendar=calendar, **changed)


@pytest.mark.slow
def test_districts_alike_have_the_same_law(wars, ring, values):
    """Friedman's test on the first falls of five exchangeable districts, war by war."""
    theatre = exchangeable(ring)
    v = values(ground_ghosts=0.0, ground_hold_ratio=0.3)
    falls = np.stack([
        np.minimum(np.asarray(wars.fight(theatre, v, k).state.first_fall)[1:6], 61.0)
        for k in range(MEMBERS)
    ])  # fmt: skip
    assert (falls < 61).mean() > 0.2
    assert stats.friedmanchisquare(*falls.T).pvalue > 1e-3
    # and one with a third of the men falls sooner
    weaker = theatre._replace(paper=jnp.where(theatre.home == 3, theatre.paper // 3, theatre.paper))
    falls = np.stack([
        np.minimum(np.asarray(wars.fight(weaker, v, k).state.first_fall)[1:6], 61.0)
        for k in range(MEMBERS)
    ])  # fmt: skip
    assert stats.friedmanchisquare(*falls.T).pvalue < 1e-3
    assert falls.mean(0).argmin() == 2


def test_the_order_in_which_districts_are_listed_does_not_matter(wars, ring, values):
    """Rows of districts turned by five: the same wars, district by district, to the man."""
    turn = (np.arange(12) + 5) % 12  # new row of each old one
    old = np.argsort(turn)
    moved = {}
    for field, x in ring._asdict().items():
        if field == "calendar" or np.shape(x)[:1] != (12,):
            continue
        moved[field] = jnp.asarray(np.asarray(x)[old])
    new = lambda x: jnp.asarray(turn[np.asarray(x)], jnp.int32)  # noqa: E731
    c = ring.calendar
    calendar = c._replace(
        base_day=c.base_day[old], appointments=c.appointments[:, old],
        pay_here=jnp.concatenate([c.pay_here[:, :1], c.pay_here[:, 1:][:, old]], 1),
        breaches=c.breaches.at[:, 1].set(turn[8]),
    )  # fmt: skip
    turned = ring._replace(
        **moved | {"garrison_of": new(moved["garrison_of"]), "neighbour": new(moved["neighbour"])},
        home=new(ring.home), national_capital=new(ring.national_capital), calendar=calendar,
    )  # fmt: skip
    assert int(c.breaches[0, 1]) == 8
    for member in range(10):
        one = wars.fight(ring, values(), member).state
        other = wars.fight(turned, values(), member).state
        for field in ("first_fall", "n_falls", "n_retaken", "manner", "attacks"):
            a, b = np.asarray(getattr(one, field)), np.asarray(getattr(other, field))
            assert (a == b[turn]).all(), field
        assert abs(np.asarray(one.fates) - np.asarray(other.fates)[turn]).max() <= 1
