"""Addresses of dice: what a place, a dated fact or a parameter is called, as a number."""

from __future__ import annotations

import zlib
from collections import defaultdict
from collections.abc import Iterable

import numpy as np


def address(name: str) -> int:
    """The CRC-32 of an id. It depends on nothing else that is there, so neither do the dice.

    >>> address("R01") == address("R01"), address("R01") == address("R02")
    (True, False)
    """
    return zlib.crc32(name.encode())


def addresses(names: Iterable[str]) -> np.ndarray:
    """Addresses of several, [names] uint32."""
    return np.asarray([address(name) for name in names], np.uint32)


def of_one_address(names: Iterable[str]) -> list[list[str]]:
    """Different ids that have one address, and so would share their dice, in groups.

    >>> of_one_address(["plumless", "R01", "buckeroo"])
    [['buckeroo', 'plumless']]
    """
    at: dict[int, list[str]] = defaultdict(list)
    for name in sorted(set(names)):
        at[address(name)].append(name)
    return [group for group in at.values() if len(group) > 1]
