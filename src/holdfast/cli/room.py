"""Whether there is room to load the program, seen before anything large is loaded."""


def lacking() -> str:
    """What is lacking, in words; empty where nothing is."""
    return ""
