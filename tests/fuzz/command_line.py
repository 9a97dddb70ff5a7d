"""Calls of the command line: its real grammar with values that nobody should give."""

import io
import sys
from contextlib import redirect_stderr, redirect_stdout
from pathlib import Path
from typing import Any

from hypothesis import strategies as st

from fuzz.spoil import CELLS, NUMBERS
from holdfast.cli import main, parser

COMMANDS: dict[str, Any] = next(
    action.choices for action in parser()._actions if isinstance(action.choices, dict)
)
LAST = {
    "run": ["--members", "0"],
    "what-if": ["--members", "0"],
    "fit": ["--without", "nobody"],
    "explain": ["--worlds", "0"],
    "forecast": ["--members", "0"],
    "serve": ["--port", "-1"],
    "bench": ["--soldiers", "0"],
    "new": ["--boundaries", "nowhere"],
}
"""Options that no command can carry out: what comes before them is read, and nothing computed."""

PLACES = st.sampled_from(
    ["ring", ".", "run", "fit", "explained", "nowhere", "/dev/null", "no-war", "", "..",
     "scenario.toml", "x" * 300, "~", "\udcff"]
)  # fmt: skip
VALUES = st.one_of(
    CELLS, NUMBERS, PLACES, st.dates().map(str),
    st.sampled_from(["fear", "contagion", "fear.strength=1", "calendar.ceasefire=none", "prior",
                     "calendar.air_support=2001-01-01:1;2001-02-01:0", "ground.ghosts=0.5", "fit",
                     "individuals", "continuum", "0.5", "0.015625", "R01", "Anvil"]),
).map(lambda text: text.replace("\x00", ""))  # fmt: skip


@st.composite
def _arguments(draw: Any) -> list[str]:
    if draw(st.integers(0, 9)) == 0:
        return draw(st.lists(VALUES, max_size=4))
    name = draw(st.sampled_from(sorted(COMMANDS)))
    options = [a for a in COMMANDS[name]._actions if a.option_strings]
    plain = [a for a in COMMANDS[name]._actions if not a.option_strings]
    words = [name, *(draw(st.one_of(PLACES, VALUES)) for _ in plain if draw(st.integers(0, 15)))]
    for _ in range(draw(st.integers(0, 4))):
        option = draw(st.sampled_from(options))
        words.append(draw(st.sampled_from(option.option_strings)))
        if option.nargs != 0 and draw(st.integers(0, 9)):
            words.append(draw(VALUES))
    return [*words, *LAST.get(name, [])]


ARGUMENTS = _arguments()


def calls(place: Path, words: list[str]) -> bool:
    """Call the program as a shell would: a status that it knows, and words for whoever erred."""
    out, err = (
        io.TextIOWrapper(io.BytesIO(), encoding="utf-8", errors=errors)
        for errors in ("strict", "backslashreplace")
    )
    with redirect_stdout(out), redirect_stderr(err):
        try:
            status = main(words)
        except SystemExit as left:
            status = left.code
            assert status in (0, 2), status
        sys.stdout.flush()
        sys.stderr.flush()
    told = err.buffer.getvalue().decode()
    assert status in (0, 1, 2, 130), status
    assert "Traceback" not in told
    assert status == 0 or told or out.buffer.getvalue(), "failed without a word"
    return status == 0
