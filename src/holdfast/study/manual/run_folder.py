"""What a run leaves on disk, in words."""

from __future__ import annotations

from holdfast.study.publish import DATA, REPORT, SUMMARY, TEXT, WHY
from holdfast.study.store import MANIFEST

FILES = {
    MANIFEST: "what was asked for, with what, and whether the run is complete",
    DATA: "every war, as an observer could have counted it; the variables are below",
    SUMMARY: "a row a day: quantiles over the wars of each count, as `capitals_held.q50`",
    TEXT: "the table that the run printed",
    WHY: "pressure of each mechanism before the first fall of each district: mean, low, high",
    REPORT: "the report: one page that opens in any browser with the network off",
}
"""Every file of a complete run."""

MANIFEST_KEYS = {
    "format": "number of this layout",
    "holdfast": "version of the program: a run goes on only with the same",
    "jax": "version of JAX, which computes it: a run goes on only with the same",
    "stamp": "all that decides how numbers are rounded: versions, files of the program, flags and"
    " settings of JAX; a run goes on only with the same",
    "scenario": "its name",
    "scenario_folder": "where it was read from; its name if it came with the program",
    "scenario_fingerprint": "digest of its files: a run goes on only with the same",
    "request": "members, seed, changes and the rest of the call",
    "parameters": "the name of their set, or a digest of the draws of a fit",
    "label": "what that set is: how it was found, and whether to this record",
    "mechanisms": "those in use",
    "days": "length of each war",
    "dt": "days in a step",
    "device": "what computed it: a run goes on only on the same",
    "machines": "the processors it was begun on, and the workers of a cluster",
    "started": "when, in universal time",
    "complete": "false until everything above is written",
    "sources": "sources of the mechanisms in use, as listed in the manual",
    "elapsed_s": "seconds it took, of the call that completed it",
    "files": "digest of every file above, once they are written",
    "seal": "digest of the manifest itself: one that was altered is not gone on with",
}
"""Every key of the manifest of a complete run."""
