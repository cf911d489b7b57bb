"""Load what all pages are made from: in another process, while Sphinx prepares, and only when it has changed."""

from __future__ import annotations

from concurrent.futures import Executor, Future
from pathlib import Path

from sphinx.application import Sphinx
from sphinx.environment import BuildEnvironment
from sphinx.errors import ExtensionError

from nordic_ai.analysis.report import Report
from nordic_ai.evidence.citation import read_citation
from nordic_ai.evidence.errors import EvidenceError
from nordic_ai.evidence.loading import read_evidence
from nordic_ai.evidence.vocabularies import read_glossary
from nordic_ai.export.data_package import DataFile, data_files
from nordic_ai.site.domain import Inputs, report_domain


class Loader:
    """Loads the inputs of all pages for the domain, which keeps them from build to build."""

    def __init__(self, process: Executor) -> None:
        self._process = process
        self._loading: Future[Inputs] | None = None

    def begin(self, app: Sphinx) -> None:
        """Begin to load, unless the build goes on from another one, which loaded the same."""
        if report_domain(app.env).inputs is None:
            self._loading = self._process.submit(load_inputs, Path(app.srcdir))

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


def load_inputs(root: Path) -> Inputs:
    """Load what the pages of a project are made from, and compute what follows from it.

    Parameters
    ----------
    root
        The project's root.

    Raises
    ------
    EvidenceError
        With all that is wrong with the evidence, the decisions on it, the glossary and the citation.
    """
    loaded, problems = [], []
    for load in (lambda root: Report(read_evidence(root)).complete(), read_glossary, read_citation):
        try:
            loaded.append(load(root))
        except EvidenceError as error:
            problems += error.problems
    if problems:
        raise EvidenceError(problems)
    schema = DataFile(
        "source.schema.json",
        "JSON Schema of the records that the tables are made from, one file a publication.",
        (root / "data" / "source.schema.json").read_bytes(),
    )
    return Inputs(*loaded, {file.name: file for file in (*data_files(loaded[0]), schema)})
