"""Start notebook kernels by forking a process that has done the imports, which are most of a kernel's start.

A kernel started this way speaks the ordinary Jupyter protocol: jupyter_client takes `WarmKernelProvisioner` for its
own local one, and only the way the process comes to life differs. One server is started for each process that asks,
and ends with it, its kernels too, however that process ends.
"""

from __future__ import annotations

import gc
import importlib
import json
import os
import signal
import socket
import subprocess
import sys
from contextlib import chdir, suppress
from functools import lru_cache
from typing import Any

from jupyter_client.connect import KernelConnectionInfo
from jupyter_client.provisioning import LocalProvisioner

PROVISIONER = "nordic-ai-warm"
"""The name under which jupyter_client knows the provisioner; pyproject.toml registers it."""

# What a chapter's kernel needs. Nothing that starts threads may run before a fork, so the drawing engine does not.
_IMPORTS = (
    "ipykernel.kernelapp",
    "ipykernel.ipkernel",
    "ipykernel.debugger",
    "nordic_ai.figures",
    "statsmodels.stats.proportion",
)
_LONGEST_REQUEST = 1 << 20


def can_fork() -> bool:
    """Tell whether this system can fork a process that has threads in its libraries; elsewhere kernels start cold."""
    return sys.platform.startswith("linux")


class WarmKernelProvisioner(LocalProvisioner):
    """Launch a kernel on this machine by a fork instead of a new interpreter."""

    async def launch_kernel(self, cmd: list[str], **kwargs: Any) -> KernelConnectionInfo:
        """Fork the kernel that `cmd`, an ipykernel's command line, asks for."""
        self.process = start_server().fork(cmd[cmd.index("-f") :], kwargs["cwd"], kwargs["env"])
        self.pid = self.pgid = self.process.pid
        self.cwd = kwargs["cwd"]
        return self.connection_info


class Kernel:
    """A forked kernel, with the part of `subprocess.Popen` that jupyter_client uses.

    It is no child of this process, so its end is seen by its end of a socket closing.
    """

    stdin = stdout = stderr = None

    def __init__(self, lifeline: socket.socket) -> None:
        self._lifeline = lifeline
        answer = lifeline.recv(64)
        if not answer:
            raise RuntimeError("the process that forks kernels has ended; its reason stands above")
        self.pid = int(answer)

    def poll(self) -> int | None:
        """Give None while the kernel lives, else 1: nobody but its parent learns the exit code."""
        try:
            return None if self._lifeline.recv(1, socket.MSG_DONTWAIT) else 1
        except BlockingIOError:
            return None
        except OSError:
            return 1

    def wait(self) -> int:
        """Wait until the kernel has ended."""
        self._lifeline.recv(1)
        return 1

    def send_signal(self, number: int) -> None:
        """Send a signal to the kernel if it still lives."""
        if self.poll() is None:
            os.kill(self.pid, number)

    def kill(self) -> None:
        """End the kernel at once."""
        self.send_signal(signal.SIGKILL)

    def terminate(self) -> None:
        """Ask the kernel to end."""
        self.send_signal(signal.SIGTERM)


class Server:
    """The warm process, seen from the one that asks for kernels."""

    def __init__(self) -> None:
        self._control, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        with theirs:
            command = [sys.executable, "-P", "-m", __name__, str(theirs.fileno())]
            self._process = subprocess.Popen(
                command,
                pass_fds=[theirs.fileno()],
                stdin=subprocess.DEVNULL,
                # Every kernel loads a debugger, which says at length that it may miss breakpoints.
                env=os.environ | {"PYDEVD_DISABLE_FILE_VALIDATION": "1"},
            )

    def fork(self, arguments: list[str], folder: str, environment: dict[str, str]) -> Kernel:
        """Ask for a kernel in a folder, with a kernel's command-line arguments and an environment."""
        ours, theirs = socket.socketpair()
        with theirs:
            request = json.dumps([arguments, folder, environment]).encode()
            socket.send_fds(self._control, [request], [theirs.fileno()])
        return Kernel(ours)


@lru_cache(maxsize=1)
def start_server() -> Server:
    """Start the warm process, once; it does its imports while its caller goes on."""
    return Server()


def serve(control: socket.socket) -> None:
    """Fork a kernel for each request, until the other side is gone."""
    for name in _IMPORTS:
        importlib.import_module(name)
    read: set[str] = set()
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # nobody waits for the kernels, so the system clears them away
    gc.freeze()  # keeps the pages of what was imported shared between the kernels
    while True:
        request, descriptors, _, _ = socket.recv_fds(control, _LONGEST_REQUEST, 1)
        if not request:
            return
        arguments, folder, environment = json.loads(request)
        if folder not in read:
            read.add(folder)
            _read_evidence(folder)
        parent = os.getpid()
        if os.fork() == 0:
            control.close()
            _become_kernel(arguments, folder, environment, parent, socket.socket(fileno=descriptors[0]))
        os.close(descriptors[0])


def _read_evidence(folder: str) -> None:
    """Read the evidence once for all kernels that work in a folder; what is wrong with it each says for itself.

    A chart that nobody sees has Altair set up what it sets up at its first use; drawing it would start threads.
    """
    from nordic_ai import charts
    from nordic_ai.figures import specification
    from nordic_ai.tables import table

    with suppress(Exception), chdir(folder):
        rows = table("observations")
        specification(charts.dots(rows[rows["unit"] == "percent"].head(1)), 300)


def _become_kernel(
    arguments: list[str], folder: str, environment: dict[str, str], parent: int, lifeline: socket.socket
) -> None:
    """Turn the forked process into a kernel; the lifeline stays open as long as it lives."""
    from ipykernel.kernelapp import IPKernelApp

    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    os.setsid()
    os.chdir(folder)
    os.environ.clear()
    os.environ.update(environment)
    lifeline.send(str(os.getpid()).encode())
    # The kernel watches for its parent's end; what it would log is about its ports and its end.
    own = [f"--IPKernelApp.parent_handle={parent}", "--log-level=CRITICAL"]
    try:
        IPKernelApp.launch_instance(argv=[*arguments, *own])
    finally:
        os._exit(0)


if __name__ == "__main__":
    serve(socket.socket(fileno=int(sys.argv[1])))
