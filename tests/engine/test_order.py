"""The error of a step falls with its length, and at the default of a day it is known."""

import jax.numpy as jnp
import numpy as np
import pytest

from holdfast.theatre.synthetic import synthetic
from holdfast.vocabulary.words import Fate, index

STEPS, FINE, MEMBERS = (1.0, 1 / 2, 1 / 4, 1 / 8), 1 / 32, 100
NAMES = ("districts held", "men surrendered", "men gone or killed", "men killed")
LOST = [index(f) for f in (Fate.SURRENDERED, Fate.DESERTED, Fate.ABROAD, Fate.KILLED)]


def outcomes(wars, theatre, values, dt):
    """What became of districts and men in each of a hundred wars, [member, outcome]."""
    rows = []
    for member in range(MEMBERS):
        s = wars.fight(theatre, values, member, dt=dt).state
        fates = np.asarray(s.fates.sum(0), float)
        rows.append([float(s.held.sum()), fates[index(Fate.SURRENDERED)], fates[LOST].sum(),
                     fates[index(Fate.KILLED)]])  # fmt: skip
    return np.asarray(rows)


def errors(wars, theatre, values):
    """Mean error of each outcome, as a share of it, [step, outcome]; same dice for all steps."""
    fine = outcomes(wars, theatre, values, FINE)
    scale = np.maximum(fine.mean(0), 1e-9)
    return np.stack([(outcomes(wars, theatre, values, dt) - fine).mean(0) / scale for dt in STEPS])


def made_up(values):
    theatre, _ = synthetic(2400, posts_in_district=5)
    return theatre, values(ground_holders=10.0, ground_assault_crew=20.0)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("place", "counting"),
    [("ring", "continuum"), ("ring", "individuals"), ("made-up", "continuum")],
)
def test_the_error_of_a_step_falls_in_proportion_to_its_length(
    wars_of, everything, ring, values, place, counting, measured
):
    """Slope of log error on log step about 1 or better; an error is measured against 1/32 day.

    The tolerance is wide because falls are jumps: means over a hundred wars keep some noise. A
    day's step overstates losses: an assault weighs in full until the end of the step after it.
    """
    theatre, v = (ring, values()) if place == "ring" else made_up(values)
    found = errors(wars_of(everything, counting), theatre, v)
    total = np.sqrt((found**2).mean(1))
    slope = np.polyfit(np.log2(STEPS), np.log2(total), 1)[0]
    where = f"{place}, {counting}"
    measured(f"{where}: slope of log error on log dt", slope)
    for name, error in zip(NAMES, found[0], strict=True):
        measured(f"{where}: error of a step of one day, {name}, as a share", error)
    assert slope > 0.75
    assert (np.diff(total) < 0).all()  # STEPS become shorter
    assert abs(found[0]).max() < 0.3  # districts of the made-up theatre: few fall
    assert abs(found[0][1:]).max() < 0.2  # men


@pytest.mark.slow
def test_no_error_is_left_where_hazards_are_constant(wars, ring, silence):
    """A day does as well as an eighth of one, but for rounding."""
    v = silence(ground_baseline_exit=0.02, ground_kill_quiet=0.0)
    peace = ring._replace(held_chance=jnp.zeros(12))
    for member in range(5):
        ends = [wars.fight(peace, v, member, dt=dt).state for dt in (1.0, 1 / 8)]
        serving = [int(s.serving.sum()) for s in ends]
        assert abs(serving[0] - serving[1]) <= 1
