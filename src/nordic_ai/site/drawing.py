"""Run slow work in one other process while pages are read.

The drawing engine starts threads, after which a process must not fork; so it never runs in the process that builds.
"""

from __future__ import annotations

import multiprocessing
import os
import signal
import threading
from concurrent.futures import Executor, ProcessPoolExecutor, ThreadPoolExecutor

from nordic_ai.notebooks.warm_kernels import can_fork


def drawing_process() -> Executor:
    """Return one other process, which starts with its first job and does one job after the other.

    The first job must come before anything else starts a thread, because the process is forked, with all imports done.
    """
    if not can_fork():
        return ThreadPoolExecutor(1)
    return ProcessPoolExecutor(1, multiprocessing.get_context("fork"), initializer=_end_with_parent)


def _end_with_parent() -> None:
    """End this process when its parent has been killed; else it would wait for a job for ever."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # an interrupted build ends this process by itself

    def watch() -> None:
        multiprocessing.parent_process().join()
        os._exit(1)

    threading.Thread(target=watch, daemon=True).start()
