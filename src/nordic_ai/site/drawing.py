"""Run slow work in one other process while pages are read.

The drawing engine starts threads, after which a process must not fork; so it never runs in the process that builds.
"""

from __future__ import annotations

import multiprocessing
import os
import signal
import threading
from collections.abc import Callable
from concurrent.futures import Executor, Future, ProcessPoolExecutor, ThreadPoolExecutor
from typing import Any


class DrawingProcess:
    """One other process, which does one job after the other and ends with the process that started it."""

    def __init__(self) -> None:
        self._executor: Executor | None = None

    def start(self) -> None:
        """Start the process, if it has not been started: before anything else starts a thread."""
        if self._executor is None:
            if "fork" in multiprocessing.get_all_start_methods():
                context = multiprocessing.get_context("fork")  # which has everything imported already
                self._executor = ProcessPoolExecutor(1, context, initializer=_end_with_parent)
                self._executor.submit(os.getpid)  # the process starts with its first job
            else:
                self._executor = ThreadPoolExecutor(1)

    def submit(self, function: Callable[..., Any], *arguments: Any) -> Future[Any]:
        """Begin a job; function, arguments and result must be picklable."""
        self.start()
        return self._executor.submit(function, *arguments)

    def close(self) -> None:
        """End the process and drop the jobs that have not begun."""
        if self._executor is not None:
            self._executor.shutdown(cancel_futures=True)
            self._executor = None


def _end_with_parent() -> None:
    """End this process when its parent has been killed; else it would wait for a job for ever."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # an interrupted build ends this process by itself

    def watch() -> None:
        multiprocessing.parent_process().join()
        os._exit(1)

    threading.Thread(target=watch, daemon=True).start()
