"""Being stopped: Ctrl-C and its like end the program at once, wherever it is.

Python would raise KeyboardInterrupt in whatever runs at that moment. Within the import of a
compiled library that is a crash, within a callback of XLA it is swallowed, and while compiled code
runs it is not raised before that has ended, which may be minutes. So nothing is raised here: what
is unfinished is taken away, a line says how to go on, and the process ends. Where the main thread
is in compiled code, a thread that waits for signals does all this.

This is loaded before anything else, so it imports next to nothing.
"""

from __future__ import annotations

import os
import sys
import time
from _thread import allocate_lock, start_new_thread

TYPE_CHECKING = False  # `typing` would take as long to import as all of this
if TYPE_CHECKING:
    import signal
    from collections.abc import Callable
else:
    import _signal as signal  # what is compiled of `signal`, whose rest would take as long again

SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
STOPPED = 128
"""Added to the number of a signal, the status of a process that it ended: 130 after Ctrl-C."""

SHOW_CURSOR = "\r\x1b[2K\x1b[?25h"
"""Takes a progress bar off a terminal and shows the cursor again, which the bar had hidden."""

_under_way = allocate_lock()
_said = False
_times: list[int] = []
_undo: list[Callable[[], object]] = []
_go_on: list[str] = []


def heed() -> None:
    """Stop when told to, from now on; a signal that was ignored before (nohup, `&`) stays so."""
    heeded = [number for number in SIGNALS if signal.getsignal(number) is not signal.SIG_IGN]
    if all(signal.getsignal(number) is _heard for number in heeded):
        return
    for number in heeded:
        signal.signal(number, _heard)
    ears, mouth = os.pipe()
    os.set_blocking(mouth, False)
    signal.set_wakeup_fd(mouth, warn_on_full_buffer=False)
    start_new_thread(_listen, (ears,))


class Undoing:
    """While this is open, being stopped calls `undo`, the latest first.

    It may fail with OSError: the next command that writes there takes it away.
    """

    def __init__(self, undo: Callable[[], object]) -> None:
        self._undo = undo

    def __enter__(self) -> None:
        _undo.append(self._undo)

    def __exit__(self, *_: object) -> None:
        _undo.remove(self._undo)


class GoingOn:
    """While this is open, being stopped says that the work is gone on with by this command."""

    def __init__(self, command: str) -> None:
        self._command = command

    def __enter__(self) -> None:
        _go_on.append(self._command)

    def __exit__(self, *_: object) -> None:
        _go_on.remove(self._command)


def _listen(ears: int) -> None:
    """Stop even while the main thread is in compiled code, unless others handle the signal now."""
    while True:
        for number in os.read(ears, 16):
            if signal.getsignal(number) is _heard:
                _stop(number)


def _heard(number: int, _: object) -> None:
    """Stop; at the second time, whatever takes so long to undo is left as it is."""
    _times.append(number)
    if _said and len(_times) > 1:
        os._exit(STOPPED + number)
    _stop(number)


def _stop(number: int) -> None:
    """Say so, undo and end. Whoever comes to this second waits for the first to end the process."""
    global _said
    if not _under_way.acquire(blocking=False):
        while True:
            time.sleep(60)
    try:
        words = ["stopped", *(f"go on with: {command}" for command in dict.fromkeys(_go_on))]
        _say("; ".join(words))
        _said = True
        for undo in reversed(_undo):
            _tried(undo)
    finally:
        os._exit(STOPPED + number)


def _say(words: str) -> None:
    shown = SHOW_CURSOR if "rich" in sys.modules and os.isatty(2) else ""
    data = f"{shown}{words}\n".encode("utf-8", "surrogateescape")
    _tried(lambda: os.write(2, data))  # perhaps nobody is there to read it


def _tried(do: Callable[[], object]) -> None:
    try:  # noqa: SIM105  contextlib would have to be loaded
        do()
    except OSError:
        pass
