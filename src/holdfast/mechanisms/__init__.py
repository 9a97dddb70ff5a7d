"""The explanations, one file each."""
