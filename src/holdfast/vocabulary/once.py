"""Values that are worked out once, whatever reads them."""

from typing import Any

from jax.lax import optimization_barrier


def once(x: Any) -> Any:
    """`x` itself: without this XLA may repeat its work in every kernel that reads it.

    A gather over posts, for example, would work out a district's number once for each post.
    """
    return optimization_barrier(x)
