"""Whether there is room to load the program, seen before anything large is loaded.

Where memory is limited too far (ulimit), the libraries that compute end the process without a
word that says why.
"""

import os
import resource

GIB = 2**30
LIMITS = (
    ("ulimit -v", resource.RLIMIT_AS, 2.95, 0.15),
    ("ulimit -d", resource.RLIMIT_DATA, 1.6, 0.15),
)
"""GiB that the program takes of each, and more for each processor, for which threads are begun.
Measured on two: 3.2 and 1.9 of 40 wars of 422 districts; with 2.9 of the first it fails. What a
further processor takes is judgement."""


def lacking() -> str:
    """What is limited too far to begin, in words; empty where nothing is."""
    for command, limit, least, for_each in LIMITS:
        allowed, _ = resource.getrlimit(limit)
        needed = (least + for_each * (os.cpu_count() or 1)) * GIB
        if allowed != resource.RLIM_INFINITY and allowed < needed:
            return (
                f"memory is limited to {allowed / GIB:.2f} GiB here ({command}), and the program"
                f" needs {needed / GIB:.2f} GiB of such memory to begin; raise the limit:"
                f" {command} unlimited"
            )
    return ""
