"""What went wrong at the door: a call that cannot be carried out, and its cure."""

from __future__ import annotations


class CallError(ValueError):
    """A call that is wrong: says what was given, what is allowed and the likely cure."""

    def __init__(self, what: str, given: object, allowed: str, cure: str) -> None:
        """Bind the four parts of the message."""
        self.what, self.given, self.allowed, self.cure = what, given, allowed, cure
        super().__init__(f"{what}: '{given}'; allowed: {allowed}; cure: {cure}")
