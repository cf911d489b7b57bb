"""Tell all that is wrong in sentences: each warning whole, and what ended a build.

`make book` shows what is told here and reads nothing out of the log, so nothing that a build has found is lost.
"""

import logging
import os
import re
from collections.abc import Callable
from concurrent.futures import BrokenExecutor
from contextlib import suppress
from functools import wraps
from typing import Any

from sphinx.application import Sphinx
from sphinx.errors import ExtensionError, SphinxError
from sphinx.util.logging import WarningStreamHandler, is_suppressed_warning

from nordic_ai.evidence.errors import EvidenceError

_ENDED = "a process of the build was ended from outside (killed, or out of memory); build again"


class Warnings(WarningStreamHandler):
    """Tells each warning that the settings do not suppress; of Sphinx's kind, because Sphinx defers those together."""

    def __init__(self, app: Sphinx) -> None:
        super().__init__()
        self._app, self.given = app, False
        self.setLevel(logging.WARNING)
        logging.getLogger("sphinx").addHandler(self)

    def emit(self, record: logging.LogRecord) -> None:
        """Note that there is a warning, which Sphinx keeps private, and tell it."""
        kind, detail = getattr(record, "type", ""), getattr(record, "subtype", "")
        if not is_suppressed_warning(kind, detail, self._app.config.suppress_warnings):
            self.given = True
            tell(record.getMessage())


def tell(problem: str) -> None:
    """Write a problem into the file that a command reads, if it named one, without addresses in memory."""
    if file := os.environ.get("NORDIC_AI_PROBLEMS"):
        with suppress(OSError), open(file, "a", encoding="utf-8") as problems:  # a full disk; the log has it too
            problems.write(re.sub(r" at 0x[0-9a-f]+", "", problem).strip() + "\n")


def in_sentences(handler: Callable[..., Any]) -> Callable[..., Any]:
    """Have a handler of Sphinx's events say what it fails of, where Sphinx would name the handler."""

    @wraps(handler)
    def handle(*arguments: Any) -> Any:
        try:
            return handler(*arguments)
        except Exception as error:
            tell(sentence(error))
            if isinstance(error, SphinxError):
                raise
            raise ExtensionError(sentence(error)) from error

    return handle


def sentence(error: BaseException) -> str:
    """Say what ended a build."""
    cause = getattr(error, "orig_exc", None) or error  # of a handler that is not ours
    if isinstance(cause, (BrokenExecutor, EOFError, ConnectionError)):
        return _ENDED
    if isinstance(cause, (SphinxError, EvidenceError)):
        return str(cause).removeprefix("sphinx.errors.ExtensionError: ")  # which one that another process raised has
    if isinstance(cause, OSError) and cause.filename:
        return f"{cause.filename}: {cause.strerror}"
    return f"the build met what it does not expect: {type(cause).__name__}: {cause}"
