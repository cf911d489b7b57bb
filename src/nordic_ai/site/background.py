"""Load the evidence and draw in other processes while pages are read and written, and only what has changed.

The engine that draws charts starts threads, after which a process must not fork; so it never runs in the one that
builds.
"""

import multiprocessing
import os
import signal
from concurrent.futures import Executor, Future, ProcessPoolExecutor, ThreadPoolExecutor
from hashlib import sha256
from importlib.metadata import version
from pathlib import Path

from docutils import nodes
from resvg_py import svg_to_bytes
from sphinx.application import Sphinx
from sphinx.environment import BuildEnvironment
from sphinx.errors import ExtensionError
from vl_convert import svg_to_png

from nordic_ai.analysis.report import Report
from nordic_ai.evidence.citation import read_citation
from nordic_ai.evidence.errors import EvidenceError
from nordic_ai.evidence.loading import read_evidence
from nordic_ai.evidence.vocabularies import read_glossary
from nordic_ai.export.data_package import DataFile, data_files
from nordic_ai.export.figure_files import figure_files
from nordic_ai.export.questionnaire import questionnaire_files
from nordic_ai.figures.pictures import PNG_WIDTH, SLIDE, poster, preview
from nordic_ai.files import write_whole
from nordic_ai.fingerprint import digest
from nordic_ai.notebooks.warm_kernels import can_fork, end_with_parent
from nordic_ai.site.domain import Inputs, report_domain
from nordic_ai.site.figure_renderer import cite_figure
from nordic_ai.site.metadata import picture_path
from nordic_ai.site.publication_pages import whole_page


def other_processes() -> Executor:
    """Return as many other processes as there are processors; all start with the first job.

    The first job must come before anything else starts a thread, because they are forked, with all imports done.
    """
    count = os.cpu_count() or 1
    if not can_fork():
        return ThreadPoolExecutor(count)
    return ProcessPoolExecutor(count, multiprocessing.get_context("fork"), initializer=_leave_the_end_to_the_parent)


def _leave_the_end_to_the_parent() -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # an interrupted build ends this process by itself
    end_with_parent(lambda: os._exit(1))  # else a killed build would leave it waiting for a job


class Background:
    """What other processes do for a build: they load the inputs of all pages, and draw."""

    def __init__(self, processes: Executor) -> None:
        self._processes = processes
        self._loading: Future[Inputs] | None = None
        self._files: dict[str, bytes] = {}
        self._drawing: dict[str, Future[bytes]] = {}
        self._begun: dict[str, Future[bytes]] = {}
        """By what they are made from; pages of one title have one preview."""

    def begin_loading(self, app: Sphinx) -> None:
        """Begin to load the inputs, which the domain keeps for builds that go on from this one."""
        if report_domain(app.env).inputs is None:
            self._loading = self._processes.submit(load_inputs, Path(app.srcdir), app.config.html_baseurl)

    def finish_loading(self, app: Sphinx, env: BuildEnvironment, docnames: list[str]) -> None:
        """Hand the inputs to the domain before any page is read, or end the build with all that is wrong with them."""
        if self._loading is not None:
            try:
                inputs = report_domain(env).data["inputs"] = self._loading.result()
            except EvidenceError as error:
                raise ExtensionError(f"the evidence does not hold:\n{error}") from None
            self._files = {f"data/{file.name}": file.content for file in inputs.package.values()}
        citation = report_domain(env).data["inputs"].citation
        app.config.html_context |= {"edition": citation.edition, "report_address": citation.url}

    def begin_drawing(self, app: Sphinx, doctree: nodes.document) -> None:
        """Make the files of a page's figures as soon as it has been read, and begin to draw its pictures."""
        if app.builder.format != "html":
            return
        page, domain = app.env.docname, report_domain(app.env)
        for figure in domain.figures.get(page, {}).values():
            _, citation = cite_figure(figure, app.builder.get_target_uri(page), domain.inputs.citation)
            files = figure_files(figure, "".join(text for text, _ in citation))
            self._files |= {f"figures/{name}": content for name, content in files.items()}
            self._draw(app, f"figures/{figure.id}.png", poster(figure, SLIDE), PNG_WIDTH)
        if page == whole_page(page):
            self._draw(app, picture_path(page), preview(app.env.titles[page].astext(), app.config.html_title))

    def _draw(self, app: Sphinx, path: str, picture: str, width: int | None = None) -> None:
        made_from = digest([version("resvg-py"), version("vl-convert-python"), picture, width])
        report_domain(app.env).pictures[path] = made_from
        if made_from not in self._begun:  # two processes must not write one file
            kept = _folder_of_drawings(app) / made_from
            self._begun[made_from] = self._processes.submit(draw, kept, picture, width)
        self._drawing[path] = self._begun[made_from]

    def finish(self, app: Sphinx, exception: Exception | None) -> None:
        """Write what has been made, and remove the figures that no page shows any more."""
        if exception is None and app.builder.format == "html":
            domain, site = report_domain(app.env), Path(app.outdir)
            drawn = {path: drawing.result() for path, drawing in self._drawing.items()}
            for path, content in (self._files | drawn).items():
                (site / path).parent.mkdir(exist_ok=True)
                (site / path).write_bytes(content)
            shown = {name for figures in domain.figures.values() for name in figures}
            for file in site.glob("figures/*"):
                if file.name.split(".")[0] not in shown:
                    file.unlink()
                    domain.pictures.pop(f"figures/{file.name}", None)
            for file in _folder_of_drawings(app).glob("*"):
                if file.name not in domain.pictures.values():
                    file.unlink()
        self._processes.shutdown(cancel_futures=True)


def load_inputs(root: Path, address: str = "") -> Inputs:
    """Load what the pages of a project are made from, and compute what follows from it.

    Citations give the address in CITATION.cff, else the `address` of the site that is built. Raises `EvidenceError`
    with all that is wrong with the evidence, the decisions on it, the glossary and the citation.
    """
    loaded, problems = [], []
    for load in (lambda root: Report(read_evidence(root)).complete(), read_glossary, read_citation):
        try:
            loaded.append(load(root))
        except EvidenceError as error:
            problems += error.problems
    if problems:
        raise EvidenceError(problems)
    about = "JSON Schema of the records that the tables are made from, one file a publication."
    report, glossary, citation = loaded
    citation = citation.model_copy(update={"url": citation.url or address.rstrip("/") or None})
    schema = DataFile("source.schema.json", about, (root / "data" / "source.schema.json").read_bytes())
    files = (*data_files(report, citation), schema, *questionnaire_files(report, citation.version))
    return Inputs(report, glossary, citation, {file.name: file for file in files})


def _folder_of_drawings(app: Sphinx) -> Path:
    return Path(app.outdir).with_name("drawn")


def draw(kept: Path, picture: str, width: int | None = None) -> bytes:
    """Return an SVG as a PNG of a width in pixels, or of its own.

    A file keeps it behind its checksum; one that is missing or damaged is drawn again.
    """
    known = kept.read_bytes() if kept.exists() else b""
    checksum, content = known[:32], known[32:]
    if checksum != sha256(content).digest():
        # The first packs four times as tightly as the second, and takes ten times as long where there are few letters.
        content = svg_to_bytes(svg_string=picture, width=width) if width else svg_to_png(picture, ppi=72)
        write_whole(kept, sha256(content).digest() + content)
    return content
