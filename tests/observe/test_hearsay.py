"""Sources see a share of the truth, with noise that the caller's dice decide."""

import numpy as np
import pytest

from holdfast.observe import reported


def test_reports_scatter_around_the_share_that_a_source_sees():
    told = reported(np.full(20_000, 1000), 0.6, 0.3, np.random.default_rng(1))
    sd = np.sqrt(600 + (600 * 0.3) ** 2)
    assert told.mean() == pytest.approx(600, abs=4 * sd / np.sqrt(20_000))
    assert told.std() == pytest.approx(sd, rel=0.05)


def test_the_same_dice_give_the_same_reports():
    one, two = (reported([5, 500], 1.0, 0.2, np.random.default_rng(7)) for _ in range(2))
    assert one.tolist() == two.tolist()


def test_nothing_is_reported_where_nothing_happened():
    assert reported(np.zeros(100), 2.0, 0.5, np.random.default_rng(1)).sum() == 0


def test_heaped_reports_are_round_numbers():
    told = reported(np.full(50, 777), 1.0, 0.5, np.random.default_rng(1), round_to=50)
    assert (told % 50 == 0).all()
