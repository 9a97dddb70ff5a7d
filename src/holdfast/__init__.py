"""Holdfast simulates how an army holds or dissolves under persuasion, and tests why.

The public names live in `holdfast.study` and are loaded on first use, so that importing the package
costs nothing and loads no JAX.
"""

from __future__ import annotations

TYPE_CHECKING = False  # `typing` would take longer to import than all of this
if TYPE_CHECKING:
    from typing import Any

    from holdfast.study import (
        CallError,
        Request,
        Run,
        Scenario,
        ScenarioError,
        load,
        simulate,
        what_if,
    )

__all__ = [
    "CallError",
    "Request",
    "Run",
    "Scenario",
    "ScenarioError",
    "load",
    "simulate",
    "what_if",
]


def __getattr__(name: str) -> Any:
    """Finds a public name in `study` on first use (PEP 562)."""
    from importlib import import_module
    from importlib.metadata import version

    if name == "__version__":
        return version("holdfast")
    if name in __all__:
        return getattr(import_module("holdfast.study"), name)
    raise AttributeError(f"holdfast has no {name!r}; its public names are {__all__}")


def __dir__() -> list[str]:
    """Lists the public names without loading them."""
    return sorted([*globals(), "__version__", *__all__])
