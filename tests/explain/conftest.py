"""Games with known answers, played as if they were wars."""

import numpy as np
import pytest

from holdfast.explain import Group


@pytest.fixture
def single():
    """Groups of one mechanism each."""
    return lambda names: [Group.of([name]) for name in names]


@pytest.fixture
def game():
    """An outcome [1, 1] from the worth of a set of players."""
    return lambda worth: lambda names: np.array([[worth(names)]], float)
