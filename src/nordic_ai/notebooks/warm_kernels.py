"""Start notebook kernels by forking a process that has done the imports, which are most of a kernel's start.

A kernel started this way speaks the ordinary Jupyter protocol: jupyter_client takes `WarmKernelProvisioner` for its
own local one, and only the way the process comes to life differs. One server is started for each process that asks,
and ends with it, its kernels too, however that process ends.
"""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
from functools import lru_cache
from typing import Any

from jupyter_client.connect import KernelConnectionInfo
from jupyter_client.provisioning import LocalProvisioner

PROVISIONER = "nordic-ai-warm"
"""The name under which jupyter_client knows the provisioner; pyproject.toml registers it."""


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
            command = [sys.executable, "-P", "-m", "nordic_ai.notebooks.kernel_server", str(theirs.fileno())]
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
