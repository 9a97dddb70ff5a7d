"""Ids stand for dice by a number that depends on nothing but the id."""

import zlib

import numpy as np

from holdfast.vocabulary.address import addresses, of_one_address


def test_an_address_is_the_same_whatever_stands_beside_the_id():
    names = [f"district/{k}" for k in range(500)]
    found = dict(zip(names, addresses(names), strict=True))
    some = names[::-7]
    assert [found[name] for name in some] == addresses(some).tolist()
    assert addresses(some).dtype == np.uint32


def test_ids_of_one_address_keep_it_in_any_order_and_are_named():
    pair = ["plumless", "buckeroo"]
    assert zlib.crc32(pair[0].encode()) == zlib.crc32(pair[1].encode())  # a known collision
    assert addresses(pair).tolist() == addresses(pair[::-1]).tolist() == [1306201125] * 2
    assert of_one_address(["R01", *pair, "R02"]) == [sorted(pair)]
    assert of_one_address(["R01", "R01", "R02"]) == []  # one id twice is one id
