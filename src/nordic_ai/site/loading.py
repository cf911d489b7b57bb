"""Load what all pages are made from: in another process, while Sphinx prepares, and only when it has changed."""

from __future__ import annotations

from collections.abc import Iterable
from concurrent.futures import Future
from pathlib import Path

from sphinx.application import Sphinx
from sphinx.environment import BuildEnvironment
from sphinx.errors import ExtensionError

from nordic_ai.analysis.report import Report
from nordic_ai.evidence.citation import read_citation
from nordic_ai.evidence.errors import EvidenceError
from nordic_ai.evidence.glossary import read_glossary
from nordic_ai.evidence.loading import read_evidence
from nordic_ai.notebooks.fingerprint import digest, joint_digest, output_fingerprints, page_fingerprint
from nordic_ai.site.domain import Inputs, report_domain
from nordic_ai.site.drawing import DrawingProcess

SCHEMA = "source.schema.json"
"""The JSON Schema of a publication's record, which is published beside the Data Package."""


class Loader:
    """Loads the inputs of all pages for the domain, which keeps them from build to build."""

    def __init__(self, process: DrawingProcess) -> None:
        self._process = process
        self._loading: Future[Inputs] | None = None

    def begin(self, app: Sphinx) -> None:
        """Begin to load, unless the last build loaded the same."""
        root = Path(app.srcdir)
        fingerprint = _fingerprint(root)
        known = report_domain(app.env).inputs
        if known is None or known.fingerprint != fingerprint:
            self._loading = self._process.submit(load_inputs, root, fingerprint)

    def outdated(
        self, app: Sphinx, env: BuildEnvironment, added: set[str], changed: set[str], removed: set[str]
    ) -> Iterable[str]:
        """List all pages when what they are made from has changed."""
        return env.found_docs if self._loading else ()

    def finish(self, app: Sphinx, env: BuildEnvironment, docnames: list[str]) -> None:
        """Hand the inputs to the domain before any page is read.

        Raises
        ------
        ExtensionError
            With all that is wrong with the evidence, the glossary and the citation.
        """
        if self._loading is not None:
            try:
                report_domain(env).data["inputs"] = self._loading.result()
            except EvidenceError as error:
                raise ExtensionError(f"the evidence does not hold:\n{error}") from None


def load_inputs(root: Path, fingerprint: str) -> Inputs:
    """Load what the pages of a project are made from, and compute what follows from it.

    Parameters
    ----------
    root
        The project's root.
    fingerprint
        Of everything that pages depend on, as it was when the build began.

    Raises
    ------
    EvidenceError
        With all that is wrong with the evidence, the decisions on it, the glossary and the citation.
    ExtensionError
        If a file has changed since the build began.
    """
    loaded, problems = [], []
    for load in (lambda root: Report(read_evidence(root)).complete(), read_glossary, read_citation):
        try:
            loaded.append(load(root))
        except EvidenceError as error:
            problems += error.problems
    if _fingerprint(root) != fingerprint:
        raise ExtensionError("data, code or lock file changed while the build began; build again")
    if problems:
        raise EvidenceError(problems)
    from nordic_ai.export.data_package import datapackage_files  # imports pandas, which no page needs

    package = datapackage_files(loaded[0]) | {SCHEMA: (root / "data" / SCHEMA).read_bytes()}
    return Inputs(fingerprint, *loaded, package)


def _fingerprint(root: Path) -> str:
    schema = digest([root / "data" / SCHEMA], root)
    return joint_digest([page_fingerprint(root, output_fingerprints(root)), schema])
