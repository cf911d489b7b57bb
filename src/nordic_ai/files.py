"""Write files so that nobody ever finds half of one."""

import os
from contextlib import suppress
from pathlib import Path


def write_whole(file: Path, content: str | bytes) -> None:
    """Write a file whole or not at all: on failure, which raises `OSError`, the old file stays.

    The folder is made if there is none. The draft is a hidden file, which neither the build nor a fingerprint counts.
    """
    file.parent.mkdir(parents=True, exist_ok=True)
    draft = file.with_name(f".{file.name}.part")
    try:
        draft.write_bytes(content.encode("utf-8") if isinstance(content, str) else content)
        os.replace(draft, file)
    finally:
        with suppress(OSError):  # where nothing can be written, nothing can be removed
            draft.unlink(missing_ok=True)
