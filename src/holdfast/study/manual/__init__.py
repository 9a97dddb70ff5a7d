"""Pages of the manual that are made from the program's own declarations."""

from holdfast.study.manual.pages import pages as pages
from holdfast.study.manual.pages import write as write
