"""Share files safely: write a file whole or not at all, and wait while another process holds a lock."""

from __future__ import annotations

import os
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from filelock import AcquireReturnProxy


def write_whole(file: Path, content: str | bytes) -> None:
    """Write a file so that no reader ever finds half of it; on failure the old file stays.

    The folder is made if there is none. The draft is a hidden file, which neither the build nor a fingerprint counts.

    Raises
    ------
    OSError
        If the file cannot be written.
    """
    file.parent.mkdir(parents=True, exist_ok=True)
    draft = file.with_name(f".{file.name}.part")
    try:
        draft.write_bytes(content.encode("utf-8") if isinstance(content, str) else content)
        os.replace(draft, file)
    finally:
        with suppress(OSError):  # where nothing can be written, nothing can be removed
            draft.unlink(missing_ok=True)


def _print(message: str) -> None:
    print(f"{message} …", flush=True)


def wait_for_lock(file: Path, say: Callable[[str], object] = _print) -> AcquireReturnProxy:
    """Take the lock in a file, and say so if another build holds it.

    Parameters
    ----------
    file
        The lock file; its folder must exist.
    say
        Called with the message before waiting; `logger.info` in a Sphinx build.

    Returns
    -------
    AcquireReturnProxy
        The lock, held. Use it in a `with` statement, or call its `lock.release()`.
    """
    from filelock import FileLock, Timeout  # imported here because a build with nothing to do would mostly be this

    lock = FileLock(file)
    try:
        return lock.acquire(timeout=0)
    except Timeout:
        say("another build of this book is running; waiting for it to end")
        return lock.acquire()
