"""Do the imports of kernels once, and fork a kernel for each request: the process that `warm_kernels` asks for them.

It imports nothing that it does not need itself, so that the first kernel is there soon.
"""

from __future__ import annotations

import gc
import importlib
import json
import os
import signal
import socket
import sys
from contextlib import chdir, suppress

# What a chapter's kernel needs. Nothing that starts threads may run before a fork, so the drawing engine does not.
_IMPORTS = (
    "ipykernel.kernelapp",
    "ipykernel.ipkernel",
    "ipykernel.debugger",
    "nordic_ai.figures.figure",
    "statsmodels.stats.proportion",
)
_LONGEST_REQUEST = 1 << 20


def serve(control: socket.socket) -> None:
    """Fork a kernel for each request, until the other side is gone."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # who interrupts a build ends it, and so this process
    for name in _IMPORTS:
        importlib.import_module(name)
    read: set[str] = set()
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # nobody waits for the kernels, so the system clears them away
    while True:
        request, descriptors, _, _ = socket.recv_fds(control, _LONGEST_REQUEST, 1)
        if not request:
            return
        arguments, folder, environment = json.loads(request)
        if folder not in read:
            read.add(folder)
            _read_evidence(folder)
            gc.freeze()  # keeps in shared memory what kernels would else copy when they look for garbage
        parent = os.getpid()
        if os.fork() == 0:
            control.close()
            _become_kernel(arguments, folder, environment, parent, socket.socket(fileno=descriptors[0]))
        os.close(descriptors[0])


def _read_evidence(folder: str) -> None:
    """Read the evidence once for all kernels that work in a folder; what is wrong with it each says for itself.

    A chart that nobody sees has Altair set up what it sets up at its first use; drawing it would start threads.
    """
    from nordic_ai.analysis.report import load_report
    from nordic_ai.figures import charts
    from nordic_ai.figures.figure import specification

    with suppress(Exception), chdir(folder):
        shares = [row for row in load_report().observations.values() if row.unit == "percent"]
        specification(charts.dots(shares[:1]), 300)


def _become_kernel(
    arguments: list[str], folder: str, environment: dict[str, str], parent: int, lifeline: socket.socket
) -> None:
    """Turn the forked process into a kernel; the lifeline stays open as long as it lives."""
    from ipykernel.kernelapp import IPKernelApp

    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    signal.signal(signal.SIGINT, signal.default_int_handler)
    os.setsid()
    os.chdir(folder)
    os.environ.clear()
    os.environ.update(environment)
    try:
        lifeline.send(str(os.getpid()).encode())
    except OSError:  # who asked for the kernel is gone
        os._exit(0)
    # The kernel watches for its parent's end; what it would log is about its ports and its end.
    own = [f"--IPKernelApp.parent_handle={parent}", "--log-level=CRITICAL"]
    try:
        IPKernelApp.launch_instance(argv=[*arguments, *own])
    finally:
        os._exit(0)


if __name__ == "__main__":
    serve(socket.socket(fileno=int(sys.argv[1])))
