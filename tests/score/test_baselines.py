"""Simple forecasters: fitted on what was known, and no more."""

import numpy as np
import pytest

from holdfast.score import BASELINES


@pytest.mark.parametrize("name", BASELINES)
@pytest.mark.parametrize("falls", [[], [3.0], [3, 9, 14, 20, 22, 25, 26, 28, 29.5]])
def test_every_baseline_exists_however_few_have_fallen(ring, name, falls):
    known = ring(falls)
    forecast = BASELINES[name](known, np.random.default_rng(1), 200)
    assert forecast.falls.shape == (200, len(known.fell))
    lost = ~known.at_risk
    assert (forecast.falls[:, lost] == known.fell[lost]).all()
    ahead = forecast.falls[:, known.at_risk]
    assert ((ahead > known.origin) & ((ahead <= known.end) | np.isinf(ahead))).all()


def test_the_last_rate_goes_on(ring):
    """Seven falls in two weeks: some ten in the next three."""
    known = ring([17, 19, 21, 23, 25, 27, 29])
    falls = BASELINES["last rate"](known, np.random.default_rng(1), 2000).falls
    assert (falls <= 44).sum(1).mean() - 7 == pytest.approx(7.5, abs=0.5)


def test_neighbours_of_the_fallen_fall_sooner_where_that_is_how_it_went(ring):
    """Falls that walk along the ring teach the adjacent forecaster who is next."""
    known = ring(np.arange(12) * 2.4 + 1, contested=0.5)
    for name in ("contested and adjacent", "self-exciting"):
        falls = BASELINES[name](known, np.random.default_rng(1), 500).falls
        soon = (falls <= 31.5).mean(0)
        assert soon[12] > 1.3 * soon[17], (name, soon[12:18])


def test_a_fall_after_the_origin_cannot_be_handed_in(ring):
    with pytest.raises(ValueError, match="after the origin"):
        ring([31.0])
