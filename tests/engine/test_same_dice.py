"""Two worlds that differ in one thing share all other dice, until that thing can act."""

import jax
import numpy as np
import pytest
from scipy import stats

from holdfast.engine.run import cast, character, keys
from holdfast.vocabulary.words import Fate, index

KEY = keys(1, np.asarray([0]))[0]


def diary(wars, war, values, days=60):
    """Every day's counts that another world could share, [day, ...] each."""
    rows = []
    for _ in range(days):
        war = wars.go(war, values, 1)
        s = war.state
        rows.append({"held": s.held, "serving": s.serving.sum(0), "fates": s.fates,
                     "place": s.place, "attacks": s.attacks, "returned": s.returned,
                     "captives": s.captives, "retaken": s.n_retaken})  # fmt: skip
    return jax.tree.map(lambda *x: np.stack(x), *jax.device_get(rows))


def days_alike(one, other):
    """Days from the first on which two diaries agree in everything."""
    same = np.all([(one[k] == other[k]).reshape(len(one[k]), -1).all(1) for k in one], axis=0)
    return len(same) if same.all() else int(same.argmin())


# ------------------------------------------------------------------------ addresses


@pytest.fixture(scope="module")
def dice(compiled):
    return lambda theatre, key=KEY: compiled(cast, "n_steps")(theatre, key, n_steps=9)


def test_dice_and_character_of_a_place_do_not_depend_on_the_places_beside_it(
    ring, values, dice, compiled
):
    """In a nation listed backwards of which every other district and post is another one."""
    d, p = np.arange(12)[::-1], np.arange(27)[::-1]
    stays_d, stays_p = np.arange(0, 12, 2), np.arange(0, 27, 2)
    changed = lambda key, stays: (key + 1).at[stays].set(key[stays])  # noqa: E731
    calendar = ring.calendar._replace(appointments=ring.calendar.appointments[:, d])
    other = ring._replace(
        district_key=changed(ring.district_key[d], stays_d), elder_proxy=ring.elder_proxy[d],
        post_key=changed(ring.post_key[p], stays_p), home=ring.home[p], calendar=calendar,
    )  # fmt: skip
    old_d, old_p = d[stays_d], p[stays_p]
    one, two = dice(ring), dice(other)
    for table in ("parley", "withdraw"):
        a, b = getattr(one, table), getattr(two, table)
        assert (a[:, old_p] == b[:, stays_p]).all()
        assert (a[:, p] != b).any()
    for table in ("attack", "breach", "counter", "retake"):
        assert (getattr(one, table)[:, old_d] == getattr(two, table)[:, stays_d]).all()
    assert (one.pools[:, :, old_d] == two.pools[:, :, stays_d]).all()
    drawn = compiled(character)
    one, two = (drawn(theatre, values()["ground"], KEY) for theatre in (ring, other))
    for of_posts in ("nerve", "gains"):
        assert (getattr(one, of_posts)[old_p] == getattr(two, of_posts)[stays_p]).all()
    assert (one.elder_ties[old_d] == two.elder_ties[stays_d]).all()
    assert (one.replaced[:, old_d] == two.replaced[:, stays_d]).all()


@pytest.mark.slow
def test_a_longer_war_begins_with_the_dice_of_a_shorter_one(ring, dice):
    long = cast(ring, KEY, 30)
    for name, table in dice(ring)._asdict().items():
        assert (getattr(long, name)[: len(table)] == table).all(), name


def test_lots_of_all_events_have_their_law(ring, dice):
    """Exponential of mean 1, and uniform for the success of counter-attacks."""
    wars = [jax.device_get(dice(ring, key)) for key in keys(1, np.arange(200))]
    drawn = jax.tree.map(lambda *x: np.stack(x), *wars)
    for table in ("parley", "withdraw", "attack", "breach", "counter"):
        x = np.asarray(getattr(drawn, table), float).ravel()
        assert stats.kstest(x, "expon").pvalue > 1e-3, table
    for table in ("retake", "pools"):
        x = np.asarray(getattr(drawn, table), float).ravel()
        assert stats.kstest(x, "uniform").pvalue > 1e-3, table
        assert 0 < x.min() <= x.max() < 1


# ------------------------------------------------------------------------ one more soldier


def test_one_more_soldier_changes_nothing_elsewhere_until_his_district_is_in_the_news(
    wars, ring, values
):
    """Until then the world is the same but for him; ten wars, a post of R09."""
    v = values(ground_ghosts=0.0)
    post = int(np.flatnonzero(np.asarray(ring.home) == 8)[0])
    more = ring._replace(paper=ring.paper.at[post].add(1))
    elsewhere = np.arange(12) != 8
    quiet_days = []
    for member in range(10):
        one = diary(wars, wars.start(ring, v, member), v)
        other = diary(wars, wars.start(more, v, member), v)
        extra = other["serving"] - one["serving"]
        alone = (extra[:, post] == 1) & (np.delete(extra, post, 1) == 0).all(1)
        for what in ("held", "fates", "captives"):
            alone &= (one[what][:, 8] == other[what][:, 8]).reshape(60, -1).all(1)
        first = 60 if alone.all() else int(alone.argmin())
        quiet_days.append(first)
        # the day of the news itself is still the same elsewhere: it is heard a step later
        until = min(first + 1, 60)
        for what in ("held", "fates", "attacks", "returned", "captives", "retaken"):
            a, b = one[what][:until], other[what][:until]
            if what in ("held", "fates", "captives"):
                a, b = a[:, elsewhere], b[:, elsewhere]
            assert (a == b).all(), (member, what, first)
    assert np.mean(quiet_days) > 5
    assert min(quiet_days) < 60  # and in the end the world is another one


# ------------------------------------------------------------------------ one thing less


@pytest.mark.slow
@pytest.mark.parametrize(
    ("removed", "acts_after"),
    [
        ("contagion", "the first fall"),
        ("broadcast", "the first surrender"),
        ("counterattack", "the first fall"),
    ],
)
def test_worlds_without_an_explanation_are_the_same_until_it_can_act(
    wars, wars_of, everything, ring, values, removed, acts_after
):
    v = values()
    fewer = wars_of(m for m in everything if m != removed)
    never_held = ring._replace(held_chance=0 * ring.held_chance)
    apart, shared = 0, []
    for member in range(10):
        with_it, without = (w.start(never_held, v, member) for w in (wars, fewer))
        for mine, other in ((with_it.lots, without.lots), (with_it.world, without.world)):
            for a, b in zip(jax.tree.leaves(mine), jax.tree.leaves(other), strict=True):
                assert (a == b).all()
        one, other = diary(wars, with_it, v), diary(fewer, without, v)
        if acts_after == "the first surrender":
            can_act = one["fates"][:, :, index(Fate.SURRENDERED)].sum(1) > 0
        else:
            can_act = one["held"].any(1)
        first = int(can_act.argmax()) if can_act.any() else 60
        alike = days_alike(one, other)
        assert alike >= min(first + 1, 60), member
        shared.append(first)
        apart += alike < 60
    assert apart > 0, "it never acted at all"
    assert np.mean(shared) > 1


# ------------------------------------------------------------------------ what pairing is worth


def test_shared_dice_narrow_a_difference(wars, ring, values, measured):
    """Variance of a difference in districts held and in men serving, paired over unpaired."""
    before, after = values(), values(fear_strength=0.9)

    def outcomes(v):
        ends = [wars.fight(ring, v, member).state for member in range(40)]
        return np.asarray([(int(s.held.sum()), int(s.serving.sum() + s.returned.sum()))
                           for s in ends], float)  # fmt: skip

    one, other = outcomes(before), outcomes(after)
    paired = (other - one).var(0, ddof=1)
    unpaired = one.var(0, ddof=1) + other.var(0, ddof=1)
    for name, ratio in zip(("districts held", "men serving"), paired / unpaired, strict=True):
        measured(f"variance of a difference, same dice over fresh dice, {name}", ratio)
        assert ratio < 0.7, (name, ratio)
