"""The two scenarios that come with the program, and their theatres, read once."""

import pytest

from holdfast.study import load


@pytest.fixture(scope="session")
def ring():
    return load("ring")


@pytest.fixture(scope="session")
def afghanistan():
    return load("afghanistan-2021")


@pytest.fixture(params=["ring", "afghanistan"])
def scenario(request):
    return request.getfixturevalue(request.param)
