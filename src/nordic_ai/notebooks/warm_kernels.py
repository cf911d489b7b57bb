"""Start kernels in a tenth of the usual time, by forking them from a process that has done their imports.

That process is the fork server of Python's multiprocessing. Jupyter talks to such a kernel as to any other.
"""

import atexit
import ctypes
import multiprocessing
import os
import signal
import sys
import threading
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from multiprocessing import forkserver
from pathlib import Path
from typing import Any

from jupyter_client.connect import KernelConnectionInfo
from jupyter_client.provisioning import KernelProvisionerFactory, LocalProvisioner


def can_fork() -> bool:
    """Return whether forking is safe with the libraries used here; on other systems kernels start cold."""
    return sys.platform.startswith("linux")


def use_warm_kernels() -> None:
    """Have this process fork its kernels where that is safe, and start the process to fork from with its imports."""
    if can_fork():
        forkserver.set_forkserver_preload(["nordic_ai.notebooks.kernel_imports", __name__])
        forkserver.ensure_running()
        # The name that pyproject.toml registers for `WarmKernelProvisioner`.
        KernelProvisionerFactory.instance().default_provisioner_name = "nordic-ai-warm"


# Of <linux/prctl.h>: become the parent of processes below whose own has ended, and get a signal when one's parent ends.
_ADOPT, _END_WITH_PARENT = 36, 1

# A system that cannot fork has no such class, and never starts a kernel in this way.
_Process = multiprocessing.get_context("forkserver").Process if can_fork() else object


# A process that exits ends its kernels and then waits for all that there are, so none may start from then on.
_starting = threading.Lock()
atexit.register(_starting.acquire)


class KernelProcess(_Process):
    """The process above a kernel, with the methods of `subprocess.Popen` that jupyter_client calls."""

    stdin = stdout = stderr = None

    def poll(self) -> int | None:
        """Return the exit code, or None while the kernel runs."""
        return self.exitcode

    def wait(self) -> int | None:
        """Wait for the kernel to end and return its exit code."""
        self.join()
        return self.exitcode

    def send_signal(self, number: int) -> None:
        """Have the kernel end, with all that its cells started; nobody asks for anything else by a signal."""
        if self.is_alive():
            os.kill(self.pid, signal.SIGTERM)


class WarmKernelProvisioner(LocalProvisioner):
    """Starts a kernel on this machine by a fork instead of a new interpreter."""

    async def launch_kernel(self, cmd: list[str], **kwargs: Any) -> KernelConnectionInfo:
        """Fork the kernel that `cmd`, the command line of an ipykernel, asks for."""
        self.cwd = kwargs["cwd"]
        arguments = (cmd[cmd.index("-f") :], self.cwd, kwargs["env"])
        # A daemon, so that a process that exits ends its kernels instead of waiting for them.
        self.process = KernelProcess(target=_run_kernel, args=arguments, daemon=True)
        with _starting:
            self.process.start()
        self.pid, self.pgid = self.process.pid, None
        return self.connection_info


def _run_kernel(arguments: Sequence[str], folder: str, environment: Mapping[str, str]) -> None:
    """Fork a kernel, and when it has ended, end all that its cells have started, even in a session of its own."""
    from ipykernel.kernelapp import IPKernelApp

    os.setsid()  # Ctrl+C goes to the build alone, which then ends its kernels
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # as ipykernel does, but not before it has started
    control = ctypes.CDLL(None).prctl
    control(_ADOPT, 1)
    if kernel := os.fork():
        signal.signal(signal.SIGTERM, lambda *_: _end(kernel))
        end_with_parent(lambda: _end(kernel))
        return _outlive(kernel)
    control(_END_WITH_PARENT, signal.SIGKILL)
    os.chdir(folder)
    os.environ.clear()
    os.environ.update(environment)
    IPKernelApp.launch_instance(argv=[*arguments, "--log-level=CRITICAL"])


def _outlive(kernel: int) -> None:
    """Wait for a kernel to end, then end the processes that it leaves, which this one has adopted."""
    while os.wait()[0] != kernel:
        pass
    while left := " ".join(file.read_text() for file in Path("/proc/self/task").glob("*/children")).split():
        for process in left:
            _end(int(process))
        os.wait()


def _end(process: int) -> None:
    with suppress(ProcessLookupError):
        os.kill(process, signal.SIGKILL)


def end_with_parent(end: Callable[[], None]) -> None:
    """Have `end` called as soon as the process that started this one has ended, even by being killed."""

    def watch() -> None:
        multiprocessing.parent_process().join()
        end()

    threading.Thread(target=watch, daemon=True).start()
