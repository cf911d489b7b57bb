"""Start kernels in a tenth of the usual time, by forking them from a process that has done their imports.

That process is the fork server of Python's multiprocessing. Jupyter talks to such a kernel as to any other.
"""

import multiprocessing
import os
import signal
import sys
import threading
from collections.abc import Callable, Mapping, Sequence
from multiprocessing import forkserver
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


# A system that cannot fork has no such class, and never starts a kernel in this way.
_Process = multiprocessing.get_context("forkserver").Process if can_fork() else object


class KernelProcess(_Process):
    """The process of a kernel, with the methods of `subprocess.Popen` that jupyter_client calls."""

    stdin = stdout = stderr = None

    def poll(self) -> int | None:
        """Return the exit code, or None while the kernel runs."""
        return self.exitcode

    def wait(self) -> int | None:
        """Wait for the kernel to end and return its exit code."""
        self.join()
        return self.exitcode

    def send_signal(self, number: int) -> None:
        """Send a signal to the kernel if it still runs."""
        if self.is_alive():
            os.kill(self.pid, number)


class WarmKernelProvisioner(LocalProvisioner):
    """Starts a kernel on this machine by a fork instead of a new interpreter."""

    async def launch_kernel(self, cmd: list[str], **kwargs: Any) -> KernelConnectionInfo:
        """Fork the kernel that `cmd`, the command line of an ipykernel, asks for."""
        self.cwd = kwargs["cwd"]
        arguments = (cmd[cmd.index("-f") :], self.cwd, kwargs["env"])
        # A daemon, so that a process that exits ends its kernels instead of waiting for them.
        self.process = KernelProcess(target=_run_kernel, args=arguments, daemon=True)
        self.process.start()
        self.pid = self.pgid = self.process.pid
        return self.connection_info


def _run_kernel(arguments: Sequence[str], folder: str, environment: Mapping[str, str]) -> None:
    """Run a kernel in the process that has just been forked."""
    from ipykernel.kernelapp import IPKernelApp

    os.setsid()  # Ctrl+C goes to the build alone, which then ends its kernels
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # as ipykernel does, but not before it has started
    end_with_parent(lambda: os.killpg(os.getpgrp(), signal.SIGKILL))  # and with the kernel all that its cells started
    os.chdir(folder)
    os.environ.clear()
    os.environ.update(environment)
    IPKernelApp.launch_instance(argv=[*arguments, "--log-level=CRITICAL"])


def end_with_parent(end: Callable[[], None]) -> None:
    """Have `end` called as soon as the process that started this one has ended, even by being killed."""

    def watch() -> None:
        multiprocessing.parent_process().join()
        end()

    threading.Thread(target=watch, daemon=True).start()
