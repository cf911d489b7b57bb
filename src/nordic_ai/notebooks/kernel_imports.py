"""Import what every kernel needs; the process from which kernels are forked imports this module once.

Nothing here may start a thread, because a process with threads must not fork. The drawing engine starts some.
"""

import gc
import importlib
import os
from contextlib import suppress

os.environ.setdefault("PYDEVD_DISABLE_FILE_VALIDATION", "1")  # else the debugger warns about frozen modules

for name in ("ipykernel.kernelapp", "ipykernel.ipkernel", "ipykernel.debugger"):
    importlib.import_module(name)

from nordic_ai.analysis.report import load_report  # noqa: E402
from nordic_ai.figures import charts  # noqa: E402

with suppress(Exception):  # broken evidence is reported by each chapter that reads it
    shares = [row for row in load_report().observations.values() if row.unit == "percent"]
    charts.dots(shares[:1]).draw(300).to_dict(validate=False)  # Altair sets itself up with its first chart

gc.freeze()  # kernels share this memory until garbage collection touches it
