"""What a post does as one, by algebra: it takes terms, withdraws, or keeps together at a fall."""

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from scipy import stats

from holdfast.engine.soldiers import class_nodes
from holdfast.vocabulary.words import Fate, index

MEMBERS = 20
RURAL = [1, 2, 3, 4, 5]  # of the east; their garrison town is R01
APPEAL, NEST, MOMENT, BASELINE = -0.5, 0.5, 0.12, 1e-6


def logistic(x):
    return 1 / (1 + np.exp(-x))


DOORS = NEST * np.log(np.exp(APPEAL / NEST) + 1)
STAY = DOORS + np.log(MOMENT / BASELINE - 1)


@pytest.fixture(scope="module")
def quiet(silence):
    """Hardly anybody leaves by himself; councils and orders exist but do nothing yet."""
    numbers = {
        "ground_baseline_exit": BASELINE, "ground_moment_rate": MOMENT, "ground_nest": NEST,
        "ground_surrender_appeal": APPEAL, "ground_kill_quiet": 0.0, "councils_strength": 1e-9,
        "tactical_retreat_distance": 0.0, "tactical_retreat_roads": 0.0,
        "tactical_retreat_order": 0.0, "flight_strength": 0.0,
    }  # fmt: skip
    return lambda **changes: silence(**(numbers | changes))


@pytest.fixture(scope="module")
def next_day(wars, ring):
    """States of twenty wars a day after one changed by hand."""
    peace = ring._replace(held_chance=0 * ring.held_chance)

    def next_day(values, days=1, **changes):
        for member in range(MEMBERS):
            war = wars.start(peace, values, member)
            state = war.state._replace(**{
                name: jnp.broadcast_to(jnp.asarray(x, getattr(war.state, name).dtype),
                                       getattr(war.state, name).shape)
                for name, x in changes.items()
            })  # fmt: skip
            after = wars.go(war._replace(carry=war.carry._replace(state=state)), values, days)
            yield jax.device_get(war.state), jax.device_get(after.state)

    return next_day


ELDERS_AT_THE_DOOR = 100.0  # hazard on the clock of visits


def test_no_terms_are_taken_without_assent(next_day, quiet):
    """The commander alone decides, and gains nothing."""
    v = quiet(ground_commander_gains=0.0, ground_parley_weight=1.0, ground_parley_threshold=0.5,
              ground_parley_guarantee=20.0)  # fmt: skip
    for _, after in next_day(v, parley_clock=ELDERS_AT_THE_DOOR):
        assert (after.parleys == 1).all()
        assert after.fates.sum() == 0


@pytest.mark.parametrize("guarantee", [STAY - APPEAL, STAY - APPEAL - 1.0])
def test_willing_men_follow_a_post_that_takes_terms(next_day, quiet, guarantee):
    """A share 1 - exp(-binding p_k) of class k surrenders, p_k its willingness."""
    binding, spread = 1.5, 0.8
    v = quiet(ground_commander_gains=1.0, ground_parley_weight=1.0, ground_parley_threshold=0.5,
              ground_parley_guarantee=guarantee, ground_parley_binding=binding,
              ground_spread_soldier=spread)  # fmt: skip
    willing = logistic(APPEAL + guarantee - STAY - spread * class_nodes())
    before, surrendered = np.zeros(4), np.zeros(4)
    for start, after in next_day(v, parley_clock=ELDERS_AT_THE_DOOR):
        before += start.serving.sum(1)
        surrendered += (start.serving - after.serving).sum(1)
        assert after.fates[:, index(Fate.SURRENDERED)].sum() == after.fates.sum()
    share = 1 - np.exp(-binding * willing)
    error = np.sqrt(share * (1 - share) / before)
    assert (abs(surrendered / before - share) < 4 * error).all()


@pytest.mark.parametrize(("weight", "gains"), [(0.0, 0.0), (0.3, 0.0), (0.3, 1.0)])
def test_assent_weighs_the_commander_against_the_mean_of_his_men(next_day, quiet, weight, gains):
    """w gains + (1 - w) p against the threshold, from either side."""
    willing = logistic(1.0)
    assent = weight * gains + (1 - weight) * willing
    for threshold, takes in ((assent - 0.01, True), (assent + 0.01, False)):
        v = quiet(ground_commander_gains=gains, ground_parley_weight=weight,
                  ground_parley_threshold=threshold, ground_parley_binding=50.0,
                  ground_parley_guarantee=STAY - APPEAL + 1.0)  # fmt: skip
        for start, after in next_day(v, parley_clock=ELDERS_AT_THE_DOOR):
            left = start.serving.sum() - after.serving.sum()
            assert left == (start.serving.sum() if takes else 0)


def withdrawing(rate):
    """Odds at which a post withdraws at a rate: m logistic(V_withdraw - V_stay)."""
    return np.exp(STAY) * rate / (MOMENT - rate)


def test_posts_withdraw_at_their_rate(next_day, quiet):
    """From the districts of the east to R01, where they stay, losing nobody on the way."""
    days, moved, rural = 20, 0, 0
    for start, after in next_day(quiet(tactical_retreat_strength=withdrawing(0.03)), days=days):
        mine = np.isin(start.place, RURAL)
        gone = mine & (after.place == 0)
        assert (after.place[mine & ~gone] == start.place[mine & ~gone]).all()
        assert after.fates[RURAL, index(Fate.WITHDREW)].sum() == start.serving[:, gone].sum()
        moved += gone.sum()
        rural += mine.sum()
    chance = 1 - np.exp(-0.03 * days)
    assert stats.binomtest(int(moved), int(rural), chance).pvalue > 1e-3


def test_posts_that_pulled_back_to_a_capital_stay_there(next_day, quiet):
    """Nobody withdraws from a capital: those of the west go to R07 and no further."""
    for start, after in next_day(quiet(tactical_retreat_strength=withdrawing(0.1)), days=20):
        west = start.place >= 6
        assert np.isin(after.place[west], np.arange(6, 12)).all()


@pytest.mark.parametrize("share", [0.25, 0.75])
def test_posts_keep_together_at_a_fall_by_their_nerve(next_day, quiet, share):
    """Those with a nerve below logistic(V_withdraw - I)."""
    odds = np.exp(DOORS) * share / (1 - share)
    v = quiet(tactical_retreat_strength=odds, ground_hold_ratio=1.0, ground_march_days=1e9)
    before_rural = jnp.zeros(12).at[jnp.asarray(RURAL)].set(1e6)
    escaped = stayed = 0
    for start, after in next_day(v, fighters_at=before_rural):
        mine = np.isin(start.place, RURAL)
        assert after.held[RURAL].all()
        assert not after.held[0]
        escaped += (after.place[mine] == 0).sum()
        stayed += (after.place[mine] != 0).sum()
    assert stats.binomtest(int(escaped), int(escaped + stayed), share).pvalue > 1e-3
