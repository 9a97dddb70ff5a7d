"""Begin a Python program that heeds signals, whatever these tests are begun from.

A test that is run in the background ignores Ctrl-C, and so would what it starts. JAX forbids to
fork a process that has loaded it, so the signals are set in the new process, which then becomes
the program.
"""

import signal
import sys

BECOME = """
import os, signal, sys
ignored = [int(n) for n in sys.argv[1].split()]
for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
    signal.signal(number, signal.SIG_IGN if number in ignored else signal.SIG_DFL)
os.execv(sys.executable, [sys.executable, *sys.argv[2:]])
"""


def heeding(*words: str, ignored: tuple[signal.Signals, ...] = ()) -> list[str]:
    """The call of Python with these words, in which no signal is ignored but those named."""
    return [sys.executable, "-c", BECOME, " ".join(str(int(n)) for n in ignored), *words]
