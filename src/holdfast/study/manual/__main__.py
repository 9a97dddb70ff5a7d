"""`python -m holdfast.study.manual docs` writes the made pages into a folder."""

import sys
from pathlib import Path

from holdfast.study.manual import write

write(Path(sys.argv[1]))
