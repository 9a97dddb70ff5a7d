"""A small country to score forecasts on."""

import numpy as np
import pytest

from holdfast.score import Known

D = 24


def ring_of_districts(falls, contested=None):
    """Districts on a ring, with falls known at day 30."""
    d = np.arange(D)
    fell = np.full(D, np.inf)
    fell[: len(falls)] = falls
    return Known(
        origin=30.0, horizon=20.0, fell=fell, at_risk=np.isinf(fell),
        neighbour=np.stack([(d - 1) % D, (d + 1) % D], -1), tie=np.full((D, 2), 0.5),
        contested=(d + 0.5) / D if contested is None else np.full(D, contested),
        capital=d % 6 == 0, province=d // 6,
    )  # fmt: skip


@pytest.fixture(scope="session")
def ring():
    """Makes a ring of 24 districts in which some have fallen."""
    return ring_of_districts
