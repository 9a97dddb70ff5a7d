"""What went wrong: at the door, a call that cannot be carried out, and its cure; or in the work."""

from __future__ import annotations

import errno

CURES = {
    errno.ENOSPC: "free some space",
    errno.EDQUOT: "free some space of your quota",
    errno.EFBIG: "raise the limit on the size of a file (ulimit -f)",
    errno.EROFS: "make it writable, or name another place with --out",
    errno.EACCES: "make it readable and writable for you, or name another place with --out",
    errno.EPERM: "make it readable and writable for you, or name another place with --out",
    errno.EIO: "look after the disk",
    errno.EMFILE: "raise the limit on open files (ulimit -n)",
}
"""What may help where the system says this."""


class CallError(ValueError):
    """A call that is wrong: says what was given, what is allowed and the likely cure."""

    def __init__(self, what: str, given: object, allowed: str, cure: str) -> None:
        """Bind the four parts of the message."""
        self.what, self.given, self.allowed, self.cure = what, given, allowed, cure
        super().__init__(f"{what}: '{given}'; allowed: {allowed}; cure: {cure}")


class Refused(CallError):
    """A call that is wrong, told in sentences of its own: what is wrong, and what to do."""

    def __init__(self, said: str) -> None:
        """Bind the sentences."""
        self.what, self.given, self.allowed, self.cure = said, "", "", ""
        ValueError.__init__(self, said)


def of_the_disk(error: OSError) -> str:
    """Which file could not be written or read, why, and what to do; its notes say how to go on."""
    if error.strerror is None:
        return f"could not write or read: {error}"
    where = "" if error.filename is None else f" {error.filename}"
    known = CURES.get(error.errno or 0)
    go_on = [f"go on with: {note}" for note in getattr(error, "__notes__", ())]
    cure = ", then ".join([known, *go_on] if known else go_on)
    return f"could not write or read{where}: {error.strerror}" + (f"; cure: {cure}" if cure else "")


class ClusterError(RuntimeError):
    """Work that a cluster failed at: it went away, or a worker could not do what it was given."""
