"""Head-counts tend to expected shares as posts grow; the rest of the two worlds is the same."""

import jax.numpy as jnp
import numpy as np
import pytest

from holdfast.theatre.synthetic import synthetic
from holdfast.vocabulary.words import Fate, index

POSTS, MEMBERS = 160, 60
SIZES = (2, 4, 8, 16, 40)
SMOOTH = {
    # no falls, no terms or orders that a whole post takes, no killing of a whole number of men
    "ground_hold_ratio": 0.0,
    "councils_strength": 0.0,
    "tactical_retreat_strength": 0.0,
    "broken_pledge_strength": 0.0,
}


@pytest.fixture(scope="module")
def both(wars_of, everything):
    return [wars_of(everything, counting) for counting in ("individuals", "continuum")]


@pytest.fixture(scope="module")
def nation():
    """Sixteen districts of ten posts of a size, with insurgents in proportion."""
    theatre, _ = synthetic(40 * POSTS, posts_in_district=10)

    def nation(size, values, **changes):
        men = POSTS * size
        scaled = {"ground_ghosts": 0.0, "ground_holders": men / 130,
                  "ground_assault_crew": men / 57, "ground_fighters_lost": men / 1200}  # fmt: skip
        here = theatre._replace(
            paper=jnp.full_like(theatre.paper, size), insurgents=jnp.float32(men / 4)
        )
        return here, values(**(scaled | changes))

    return nation


def differences(both, theatre, values):
    """Share of men serving after 60 days, head-count less expected share, by member."""
    out = []
    for member in range(MEMBERS):
        ends = [wars.fight(theatre, values, member) for wars in both]
        serving = [float(w.state.serving.sum() + w.state.returned.sum()) for w in ends]
        out.append((serving[0] - serving[1]) / float(ends[0].world.present.sum()))
    return np.asarray(out)


@pytest.mark.slow
def test_head_counts_tend_to_expected_shares_as_posts_grow(both, nation, values, measured):
    """The root mean square difference falls with the square root of the number of men."""
    gaps = [differences(both, *nation(size, values, **SMOOTH)) for size in SIZES]
    rms = np.sqrt([(gap**2).mean() for gap in gaps])
    slope = np.polyfit(np.log2(SIZES), np.log2(rms), 1)[0]
    measured("individuals against continuum, slope of log difference on log men", slope)
    measured("the same, root mean square difference of the share serving, 6,400 men", rms[-1])
    assert slope == pytest.approx(-0.5, abs=0.1)
    for gap in gaps:  # without bias: within four standard errors of zero
        assert abs(gap.mean()) < 4 * gap.std() / np.sqrt(MEMBERS)


@pytest.mark.slow
def test_thresholds_and_whole_men_shift_the_mean_by_little(both, nation, values, measured):
    """With every explanation, falls, terms and killings: two men in a hundred at most."""
    gap = differences(both, *nation(40, values))
    measured("the same with thresholds, mean difference of the share serving", gap.mean())
    assert abs(gap.mean()) < 0.02 + 4 * gap.std() / np.sqrt(MEMBERS)


@pytest.mark.slow
def test_a_fraction_of_a_man_does_not_call_for_what_a_man_calls_for(both, nation, values):
    """Killings come at their rate where there are captives; a trace of one is no captive."""
    theatre, v = nation(40, values, councils_strength=0.0, ground_hold_ratio=0.0)
    killings = [
        np.mean([int(wars.fight(theatre, v, m).state.breaches.sum()) for m in range(MEMBERS)])
        for wars in both
    ]
    assert killings[1] < 2 * killings[0]


@pytest.mark.slow
def test_both_ways_of_counting_have_the_same_dice_and_the_same_first_day(both, ring, values):
    one, other = (wars.start(ring, values(), 4) for wars in both)
    for field in ("character", "dice"):
        for a, b in zip(getattr(one.world, field), getattr(other.world, field), strict=True):
            np.testing.assert_array_equal(a, b)
    assert (one.world.present == other.world.present).all()
    assert (one.state.serving == other.state.serving).all()


@pytest.mark.slow
def test_expected_shares_are_smooth_in_the_numbers(both, ring, values):
    """Halving a change halves its effect, where no event is moved across a step."""
    quiet = {"ground_hold_ratio": 0.0, "councils_strength": 0.0, "tactical_retreat_strength": 0.0,
             "counterattack_strength": 0.0, "broken_pledge_strength": 0.0}  # fmt: skip

    def gone(change):
        v = values(**quiet, pledge_strength=1.0 + change)
        return float(both[1].fight(ring, v).state.fates[:, index(Fate.SURRENDERED)].sum())

    middle, half, whole = gone(0.0), gone(0.1), gone(0.2)
    assert whole - middle > 0.1
    assert (half - middle) / (whole - middle) == pytest.approx(0.5, abs=0.05)
