"""The program: `holdfast` and `python -m holdfast`. Heeds Ctrl-C before it loads anything."""

import sys

from holdfast.stopping import heed


def main() -> int:
    """Run the command of the command line; its status."""
    heed()
    from holdfast.cli import main

    return main()


if __name__ == "__main__":
    sys.exit(main())
