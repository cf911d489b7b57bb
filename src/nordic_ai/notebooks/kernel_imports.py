"""Import what every kernel needs; the process from which kernels are forked imports this module once.

Nothing here may start a thread, because a process with threads must not fork. The drawing engine starts some.
"""

import contextlib
import gc
import os

os.environ.setdefault("PYDEVD_DISABLE_FILE_VALIDATION", "1")  # else the debugger warns about frozen modules

import statsmodels.stats.proportion  # noqa: F401

from nordic_ai.analysis.report import load_report
from nordic_ai.figures import charts

with contextlib.suppress(Exception):  # broken evidence is reported by each chapter that reads it
    shares = [row for row in load_report().observations.values() if row.unit == "percent"]
    charts.dots(shares[:1]).specification(300)  # Altair sets itself up with its first chart

gc.freeze()  # kernels share this memory until garbage collection touches it
