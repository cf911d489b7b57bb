"""Do in a process of its own what pages need and what costs a second of imports: statistics, tables, pictures to take.

It has the second processor to itself while the first reads pages.
"""

from __future__ import annotations

import multiprocessing
import os
import pickle
import signal
import threading
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import Executor, Future, ProcessPoolExecutor, ThreadPoolExecutor
from functools import lru_cache
from pathlib import Path
from typing import Any

from sphinx.errors import ExtensionError

from nordic_ai.analysis.report import Report
from nordic_ai.evidence.citation import CitationFile, read_citation
from nordic_ai.evidence.glossary import Term, read_glossary
from nordic_ai.evidence.loading import read_evidence
from nordic_ai.notebooks.fingerprint import output_fingerprints, page_fingerprint, value_digest
from nordic_ai.notebooks.warm_kernels import can_fork

Read = tuple[Mapping[str, Term], CitationFile]
"""The glossary by term, and how the report is cited."""


class Workshop:
    """One worker, which begins with its first job and does one after the other, because the drawing engine does so.

    What it makes is kept from build to build in `store`, under a digest of what it was made from and `code`, a digest
    of what made it.
    """

    def __init__(self, store: Path, code: str) -> None:
        self._store, self._code = store, code
        self._wanted: set[str] = set()
        self._worker: Executor | None = None
        self._jobs: dict[str, Future[None]] = {}
        self._made_of: dict[str, tuple[Callable[..., Any], Sequence[Any]]] = {}
        self._beginning = threading.Lock()  # chapters end in a thread of their own

    def begin(self, make: Callable[..., Any], *values: Any) -> str:
        """Begin to make something of values that JSON can hold, unless it is kept, and give its name."""
        name = self._name(make, values)
        self._made_of[name] = make, values
        with self._beginning:
            if name not in self._jobs and not (self._store / name).exists():
                if self._worker is None:
                    self._worker = _start()
                self._jobs[name] = self._worker.submit(_make, self._store / name, make, values)
        return name

    def result(self, name: str) -> Any:
        """Wait for what was begun, unless it is kept, and give what was made."""
        if name in self._jobs:
            self._jobs[name].result()
        file = self._store / name
        try:
            return pickle.loads(file.read_bytes())
        except Exception:  # a damaged file can give an error of any kind
            _make(file, *self._made_of[name])
            return pickle.loads(file.read_bytes())

    def keep(self, made: Any, make: Callable[..., Any], *values: Any) -> None:
        """Keep what was made elsewhere, as `make` would have made it of these values."""
        name = self._name(make, values)
        if not (self._store / name).exists():
            _keep(self._store / name, made)

    def _name(self, make: Callable[..., Any], values: Sequence[Any]) -> str:
        name = value_digest(self._code, make.__name__, values)
        self._wanted.add(name)
        return name

    def close(self, complete: bool) -> None:
        """End the worker; after a complete build, drop what it did not need."""
        if complete and self._store.is_dir():
            for file in self._store.iterdir():
                if file.name not in self._wanted:
                    file.unlink()
        if self._worker is not None:
            self._worker.shutdown(cancel_futures=True)
            self._worker = None


def _make(file: Path, make: Callable[..., Any], values: Sequence[Any]) -> None:
    _keep(file, make(*values))


def _keep(file: Path, made: Any) -> None:
    """Write what was made, whole or not at all."""
    file.parent.mkdir(parents=True, exist_ok=True)
    draft = file.with_suffix(".part")
    draft.write_bytes(pickle.dumps(made))
    os.replace(draft, file)


def _start() -> Executor:
    if not can_fork():
        return ThreadPoolExecutor(max_workers=1)
    return ProcessPoolExecutor(1, multiprocessing.get_context("fork"), initializer=_end_with_parent)


def _end_with_parent() -> None:
    """End a worker whose build was killed; else it would wait for its next job for ever."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # who interrupts a build ends it, and so this process

    def watch() -> None:
        multiprocessing.parent_process().join()
        os._exit(1)

    threading.Thread(target=watch, daemon=True).start()


# What is made of data takes what `page_fingerprint` gives too, so that it has another name when they change.


@lru_cache(maxsize=1)
def make_report(root: str, fingerprint: str) -> Report:
    """Read the evidence of a project once for all that the worker makes of it.

    Raises
    ------
    EvidenceError
        With all that is wrong with it.
    ExtensionError
        If a file was saved just now; what is made must not be kept under the name of what stood there before.
    """
    report = Report(read_evidence(Path(root)))
    if page_fingerprint(Path(root), output_fingerprints(Path(root))) != fingerprint:
        raise ExtensionError("data, code or lock file changed while the build began; build again")
    return report


def read(root: str, fingerprint: str) -> Read:
    """Read and check what the pages of a project are made from.

    Raises
    ------
    EvidenceError
        With all that is wrong with the evidence, else with the decisions on it, the glossary or the citation.
    """
    report = make_report(root, fingerprint)
    _ = report.decisions
    return read_glossary(Path(root)), read_citation(Path(root))


def complete_report(root: str, fingerprint: str) -> Report:
    """Compute all that follows from the evidence of a project."""
    return make_report(root, fingerprint).complete()
