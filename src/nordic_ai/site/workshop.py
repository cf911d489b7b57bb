"""Do in a process of its own what pages need and what costs a second of imports: statistics, tables, pictures to take.

It has the second processor to itself while the first reads pages.
"""

from __future__ import annotations

import multiprocessing
import os
import pickle
import threading
from collections.abc import Callable, Sequence
from concurrent.futures import Executor, Future, ProcessPoolExecutor, ThreadPoolExecutor
from contextlib import suppress
from itertools import permutations
from pathlib import Path
from typing import Any

from nordic_ai import statistics
from nordic_ai.audit import Finding, audit
from nordic_ai.changes import compare
from nordic_ai.evidence_base import load_evidence
from nordic_ai.fingerprint import value_digest
from nordic_ai.observations import Observation, list_observations
from nordic_ai.site.roles import VARIANTS, Refused, write_number
from nordic_ai.warm_kernels import can_fork

LaidOut = tuple[dict[str, Observation], list[Finding], dict[tuple[object, ...], statistics.Interval]]
"""Observations by id, findings, and every interval that pages may show besides, by what it was computed from."""


class Workshop:
    """One worker, which begins with its first job and does one after the other, because the drawing engine does so.

    What is drawn is kept from build to build in `store`, under a digest of what it was drawn from and `code`, a
    digest of what drew it.
    """

    def __init__(self, store: Path, code: str) -> None:
        self._store, self._code = store, code
        self._wanted: set[str] = set()
        self._worker: Executor | None = None
        self._jobs: dict[str, Future[Any]] = {}
        self._beginning = threading.Lock()  # chapters end in a thread of their own

    def begin(self, name: str, make: Callable[..., Any], *values: Any) -> None:
        """Begin a job, unless it has been begun."""
        with self._beginning:
            if self._worker is None:
                self._worker = _start()
            if name not in self._jobs:
                self._jobs[name] = self._worker.submit(make, *values)

    def result(self, name: str) -> Any:
        """Wait for a job that was begun, and give what it made."""
        return self._jobs[name].result()

    def begin_drawing(self, draw: Callable[..., Any], *values: Any) -> str:
        """Begin to draw from values that JSON can hold, unless that is kept, and give the name under which it is."""
        name = self._name(draw, values)
        if not (self._store / name).exists():
            self.begin(name, draw, *values)
        return name

    def drawn(self, name: str) -> Any:
        """Give what was drawn, now or in an earlier build."""
        if name in self._jobs:
            drawn = self.result(name)
            self._keep(name, drawn)
            return drawn
        return pickle.loads((self._store / name).read_bytes())

    def keep(self, drawn: Any, draw: Callable[..., Any], *values: Any) -> None:
        """Keep what was drawn elsewhere, as `draw` would have drawn it from these values."""
        name = self._name(draw, values)
        if not (self._store / name).exists():
            self._keep(name, drawn)

    def _name(self, draw: Callable[..., Any], values: Sequence[Any]) -> str:
        name = value_digest(self._code, draw.__name__, values)
        self._wanted.add(name)
        return name

    def _keep(self, name: str, drawn: Any) -> None:
        self._store.mkdir(parents=True, exist_ok=True)
        draft = self._store / f"{name}.part"
        draft.write_bytes(pickle.dumps(drawn))
        os.replace(draft, self._store / name)

    def close(self, complete: bool) -> None:
        """End the worker; after a complete build, drop what it did not need."""
        if complete and self._store.is_dir():
            for file in self._store.iterdir():
                if file.name not in self._wanted:
                    file.unlink()
        if self._worker is not None:
            self._worker.shutdown(cancel_futures=True)
            self._worker = None


def _start() -> Executor:
    if not can_fork():
        return ThreadPoolExecutor(max_workers=1)
    return ProcessPoolExecutor(1, multiprocessing.get_context("fork"), initializer=_end_with_parent)


def _end_with_parent() -> None:
    """End a worker whose build was killed; else it would wait for its next job for ever."""

    def watch() -> None:
        multiprocessing.parent_process().join()
        os._exit(1)

    threading.Thread(target=watch, daemon=True).start()


def lay_out(root: Path) -> LaidOut:
    """List the observations of a project and audit them, and compute all other intervals that a page can ask for."""
    evidence = load_evidence(root)
    observations, findings = list_observations(evidence), audit(evidence)
    for name in observations:
        for variant, (ids, _) in VARIANTS.items():
            if ids == 1:
                with suppress(Refused):
                    write_number(variant, name, observations)
    for then, now in permutations((o for o in observations.values() if o.kind == "answer"), 2):
        if then.indicator_id == now.indicator_id and then.source_id == now.source_id:
            with suppress(ValueError):
                compare(then, now)
    return observations, findings, statistics.computed
