"""What a scenario says of itself is read whole, or refused with what is wrong."""

import pytest

from holdfast.records.what_is_known import FILE, WhatIsKnown, read_what_is_known

SOUND = """
map = "areas"
[default_set]
found_by = "a search"
trackers = ["aan"]
rows = ["t1"]
[[fault]]
says = "It is wrong by 7."
study = "studies/one"
quotes = ["wrong by 7"]
"""


def read(folder, text):
    (folder / FILE).write_text(text, encoding="utf-8")
    return read_what_is_known(folder)


def test_nothing_is_known_where_nothing_is_said(tmp_path):
    assert read_what_is_known(tmp_path) == (WhatIsKnown(), ())


def test_what_is_said_is_read(tmp_path):
    known, problems = read(tmp_path, SOUND)
    assert not problems
    assert (known.map, known.found_by, known.trackers, known.rows) == (
        "areas", "a search", ("aan",), ("t1",)
    )  # fmt: skip
    assert [(f.says, f.study, f.quotes) for f in known.faults] == [
        ("It is wrong by 7.", "studies/one", ("wrong by 7",))
    ]


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ("map =", "mapp =", "did you mean 'map'"),
        ("found_by =", "found =", "did you mean 'found_by'"),
        ('"areas"', "7", "a text"),
        ('["aan"]', '"aan"', "a list of texts"),
        ('["t1"]', "[1]", "a list of texts"),
        ("[[fault]]", "[fault]", "[[fault]]"),
        ('study = "studies/one"', "", "is missing"),
        ('"It is wrong by 7."', '"line\\nbreak"', "a text"),
        ('"It is wrong by 7."', f'"{"x" * 1001}"', "up to 1000 characters"),
        ("[default_set]", "[default_set", "is not TOML"),
        ("[default_set]\n", "default_set = 3\n[other]\n", "is not a table"),
    ],
)
def test_what_cannot_be_read_is_refused(tmp_path, old, new, told):
    assert old in SOUND
    known, problems = read(tmp_path, SOUND.replace(old, new))
    assert known is None
    assert any(told in str(problem) for problem in problems)


def test_a_file_that_is_no_text_is_refused(tmp_path):
    (tmp_path / FILE).write_bytes(b"\xff\x00")
    known, (problem,) = read_what_is_known(tmp_path)
    assert known is None
    assert "UTF-8" in str(problem)
