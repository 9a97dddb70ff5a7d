"""Begin programs that heed signals, whatever these tests are begun from.

A test that is run in the background ignores Ctrl-C, and so would what it starts. JAX forbids to
fork a process that has loaded it, so nothing is set in the child: it takes over what is ignored
here.
"""

import signal
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def heeding(ignored: tuple[signal.Signals, ...] = ()) -> Iterator[None]:
    """What is begun in this block ignores no signal that ends a program, but for those named."""
    numbers = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
    before = {number: signal.getsignal(number) for number in numbers}
    for number in numbers:
        signal.signal(number, signal.SIG_IGN if number in ignored else signal.SIG_DFL)
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
