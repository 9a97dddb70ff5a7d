"""Every command of the tutorial does what the tutorial says it does."""

import json
import re
import shlex
from pathlib import Path

import pytest

from docs.documents import expect, shown
from holdfast.cli import parser
from holdfast.study.manual.run_folder import FILES, MANIFEST_KEYS

TABLE = (
    r"40 (wars|runs), 2001-01-01 to 2001-03-01, seed 7",
    r"In insurgent hands",
    "National collapse",
)
WHY = ("What pressed on its men", "attribution inside the model")
SAYS: dict[str, tuple[str, ...]] = {
    "holdfast check ring": (r"ring: 12 districts, all checks passed",),
    "holdfast claims ring": (r"C02.* -> contagion", r"C03.* -> observation"),
    "holdfast mechanisms contagion": (r"wrong if falls", r"contagion\.strength .*\[J\]"),
    "holdfast run ring --members 40 --seed 7 --out runs/base": TABLE,
    "holdfast why runs/base Inlet": (r"^Inlet \(R09\), Westring", *WHY),
    "holdfast why runs/base R10": (r"^Juniper \(R10\), Westring", *WHY),
    "holdfast what-if ring --members 40 --seed 7 --without contagion": (
        r"without contagion",
        r"districts held by insurgents .* -\d+\.\d \[-\d+",  # fewer fall without it
    ),
    "holdfast what-if ring --members 40 --seed 7 --set calendar.air_support=1"
    " --set pledge.first_belief=0.8": (
        r"calendar.air_support = 1; pledge.first_belief = 0.8",
        r"soldiers who surrendered .* \+\d+ \[\+\d+",  # men who think better of the pledge take it
    ),
    "holdfast run ring --members 40 --seed 7 --parameters prior --out runs/prior": TABLE,
    "holdfast run --resume runs/base": (*TABLE, "complete already and left as it was"),
}
"""What each command of the page must print."""


def width(printed: str) -> int:
    """Districts between the ends of the 90% band on the last day of a table."""
    low, high = re.findall(r"^2001-03-01 .*?\d+-\d+ +(\d+)-(\d+)", printed, re.MULTILINE)[0]
    return int(high) - int(low)


def test_each_command_of_the_tutorial_has_something_that_it_must_say():
    assert list(SAYS) == shown("docs/tutorial.md")


@pytest.mark.parametrize("command", SAYS)
def test_a_command_of_the_tutorial_is_one_that_the_program_has(command: str):
    program, *words = shlex.split(command)
    assert program == "holdfast"
    parser().parse_args(words)


@pytest.mark.slow
def test_the_tutorial_can_be_followed_to_its_end(tmp_path: Path):
    printed = {line: expect(line, tmp_path, *says) for line, says in SAYS.items()}
    run = tmp_path / "runs" / "base"
    assert {path.name for path in run.iterdir()} == set(FILES)
    assert set(json.loads((run / "manifest.json").read_text())) == set(MANIFEST_KEYS)
    fitted, prior = (printed[line] for line in SAYS if "holdfast run ring" in line)
    assert width(prior) > width(fitted)  # the bands grow wide, as section 7 says
