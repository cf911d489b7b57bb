"""What GitHub runs is safe, is what the Makefile runs by hand, and does what it says."""

from __future__ import annotations

import http.server
import json
import os
import re
import shutil
import subprocess
import sys
import threading
import tomllib
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path
from types import ModuleType

import pytest
import yaml
from building import ROOT, settings_for, small_evidence

from nordic_ai.analysis.report import Report
from nordic_ai.evidence.loading import Evidence

WORKFLOWS = sorted((ROOT / ".github" / "workflows").glob("*.yml"))
# The only jobs that may change anything, and what.
MAY_WRITE = {
    ("publish", "pages"): {"pages", "id-token"},
    ("publish", "release"): {"contents"},
    ("links", "links"): {"issues"},
}
each_workflow = pytest.mark.parametrize("file", WORKFLOWS, ids=lambda file: file.stem)


def read(file: Path) -> dict:
    """Read a workflow with all words as text: YAML 1.1 reads `on` as true."""
    return yaml.load(file.read_text(encoding="utf-8"), Loader=yaml.BaseLoader)


def steps(file: Path) -> Iterator[dict]:
    for job in read(file)["jobs"].values():
        yield from job["steps"]


def test_the_workflows_check_publish_and_look_at_links() -> None:
    triggers = {file.stem: set(read(file)["on"]) for file in WORKFLOWS}
    assert triggers == {
        "check": {"pull_request", "push"},
        "publish": {"push"},
        "links": {"schedule", "workflow_dispatch"},
    }
    assert read(ROOT / ".github" / "workflows" / "publish.yml")["on"]["push"] == {"tags": ["v*"]}


def test_changes_are_tried_with_the_oldest_and_the_newest_python_and_on_two_systems() -> None:
    jobs = read(ROOT / ".github" / "workflows" / "check.yml")["jobs"]
    lowest = re.search(r'requires-python = ">=(\S+)"', (ROOT / "pyproject.toml").read_text(encoding="utf-8"))[1]
    for name, systems in (("fast", {"ubuntu", "macos"}), ("site", {"ubuntu", "macos"}), ("test", {"ubuntu"})):
        matrix = jobs[name]["strategy"]["matrix"]
        assert matrix["python"] == [lowest, "3.14"]
        assert {system.removesuffix("-latest") for system in matrix.get("os", [jobs[name]["runs-on"]])} == systems
        assert jobs[name]["runs-on"] in ("${{ matrix.os }}", "ubuntu-latest")
        (python,) = (s["with"] for s in jobs[name]["steps"] if s.get("uses", "").startswith("actions/setup-python@"))
        assert python["python-version"] == "${{ matrix.python }}"


@each_workflow
def test_a_step_runs_a_command_that_runs_by_hand_too(file: Path) -> None:
    targets = set(re.search(r"\.PHONY: (.*)", (ROOT / "Makefile").read_text(encoding="utf-8"))[1].split())
    commands = [step["run"] for step in steps(file) if "run" in step]
    assert commands
    for command in commands:
        found = re.fullmatch(r'make ([\w-]+)( [A-Z]+=[\w^-]+)*( >> "\$GITHUB_STEP_SUMMARY")?', command)
        assert found and found[1] in targets, command


@each_workflow
def test_actions_are_pinned_by_commit_with_their_version(file: Path) -> None:
    used = re.findall(r"uses: (.+)", file.read_text(encoding="utf-8"))
    assert used and len(used) == sum("uses" in step for step in steps(file))
    for action in used:
        assert re.fullmatch(r"actions/[\w-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+", action), action


def test_an_action_has_one_version_everywhere() -> None:
    used = {action for file in WORKFLOWS for action in re.findall(r"uses: (.+)", file.read_text(encoding="utf-8"))}
    names = [action.partition("@")[0] for action in used]
    assert len(names) == len(set(names))


@each_workflow
def test_a_job_may_do_no_more_than_it_must(file: Path) -> None:
    workflow = read(file)
    assert workflow["permissions"] == {} and workflow["concurrency"]
    for name, job in workflow["jobs"].items():
        rights = job["permissions"]
        written = {right for right, access in rights.items() if access != "read"}
        assert written == MAY_WRITE.get((file.stem, name), set())
        assert set(rights) - written <= {"contents", "pages"}
        assert 0 < int(job["timeout-minutes"]) <= 45


def test_a_published_site_knows_the_address_that_it_gets() -> None:
    """That of GitHub Pages, unless the repository's variable gives another."""
    build = read(next(file for file in WORKFLOWS if file.stem == "publish"))["jobs"]["build"]
    (asked,) = (step["id"] for step in build["steps"] if "configure-pages" in step.get("uses", ""))
    (released,) = (step["env"] for step in build["steps"] if "release" in step.get("run", ""))
    assert released["SITE_URL"] == f"${{{{ vars.SITE_URL || steps.{asked}.outputs.base_url }}}}"
    assert build["permissions"]["pages"] == "read"


@each_workflow
def test_no_secret_is_within_reach_of_a_proposed_change(file: Path) -> None:
    text, workflow = file.read_text(encoding="utf-8"), read(file)
    assert "secrets." not in text
    assert not {"pull_request_target", "workflow_run", "issue_comment"} & set(workflow["on"])
    if "pull_request" in workflow["on"]:
        assert "github.token" not in text and "write" not in json.dumps(workflow["jobs"])
    for step in steps(file):
        # What others may have chosen, as a branch's name, is never put into a command.
        assert "${{" not in step.get("run", "")
        if step.get("uses", "").startswith("actions/checkout@"):
            assert step["with"]["persist-credentials"] == "false"


def test_a_release_takes_nothing_from_the_cache() -> None:
    for step in steps(ROOT / ".github" / "workflows" / "publish.yml"):
        assert "cache" not in step.get("with", {})
    for step in steps(ROOT / ".github" / "workflows" / "check.yml"):
        if step.get("uses", "").startswith("actions/setup-python@"):
            assert step["with"]["cache-dependency-path"] == "requirements.txt"


def test_the_workflows_are_well_formed_and_no_known_danger_is_in_them() -> None:
    zizmor = shutil.which("zizmor", path=f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}")
    schema = [sys.executable, "-m", "check_jsonschema", "--builtin-schema", "vendor.github-workflows", *WORKFLOWS]
    for command in (schema, [zizmor, "--offline", "--quiet", "--pedantic", *WORKFLOWS]):
        result = subprocess.run(command, capture_output=True, text=True, check=False)
        assert result.returncode == 0, result.stdout + result.stderr


def test_continuous_integration_runs_the_one_command_of_the_readme(root: Path) -> None:
    assert "exec make test\n" in (root / ".ci" / "run").read_text(encoding="utf-8")


class TestCompareEvidence:
    """`make compare` tells which published numbers a change alters."""

    @pytest.fixture(scope="class")
    @staticmethod
    def repository(tmp_path_factory: pytest.TempPathFactory) -> Path:
        folder = tmp_path_factory.mktemp("compare") / "project"
        small_evidence(folder)
        for part in ("src", "scripts"):
            shutil.copytree(ROOT / part, folder / part, ignore=shutil.ignore_patterns("__pycache__", "*.egg-info"))
        shutil.copy(ROOT / "_toc.yml", folder)
        for command in (["init", "-q"], ["add", "-A"], ["commit", "-q", "-m", "Before"]):
            git(folder, *command)
        return folder

    def compare(self, folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
        command = [sys.executable, "scripts/compare_evidence.py", *arguments]
        return subprocess.run(
            command, cwd=folder, env=settings_for(folder), capture_output=True, text=True, check=False
        )

    def test_a_changed_an_added_and_a_removed_number_are_told(self, repository: Path, few: Evidence) -> None:
        file = repository / "data" / "sources" / "dansk-erhverv-2024.yml"
        text = file.read_text(encoding="utf-8")
        new = text.replace('value: 79\n        as_printed: "79 pct."', 'value: 78\n        as_printed: "78 pct."')
        file.write_text(
            new.replace("id: wants-to", "id: wishes").replace("use/wants-to", "use/wishes"), encoding="utf-8"
        )
        known = len(Report(few).observations)
        moved = sum("/use/wants-to" in name for name in Report(few).observations)
        try:
            result = self.compare(repository, "HEAD")
        finally:
            file.write_text(text, encoding="utf-8")
        assert result.returncode == 0, result.stderr
        assert moved >= 1
        assert f"{moved} added, {moved} removed, 1 changed, {known - moved - 1} as before." in result.stdout
        (row,) = re.findall(r"^\| `dansk-erhverv-2024/use/uses` \| (.+) \| (.+) \|$", result.stdout, re.MULTILINE)
        assert row[0].startswith("value 79; as_printed 79 pct.;") and row[1].startswith("value 78; as_printed 78 pct.;")
        assert "ci_low" in row[0] and "ci_low" in row[1]
        assert result.stdout.index("### Added") < result.stdout.index("dansk-erhverv-2024/use/wishes")
        assert result.stdout.index("### Removed") < result.stdout.index("dansk-erhverv-2024/use/wants-to")

    def test_a_change_of_the_statistics_is_seen_too(self, repository: Path) -> None:
        file = repository / "src" / "nordic_ai" / "analysis" / "statistics.py"
        text = file.read_text(encoding="utf-8")
        assert text.count("_TAILS = 40") == 1
        file.write_text(text.replace("_TAILS = 40", "_TAILS = 20"), encoding="utf-8")
        try:
            result = self.compare(repository)
        finally:
            file.write_text(text, encoding="utf-8")
        assert "0 added, 0 removed, " in result.stdout and " 0 changed" not in result.stdout
        assert re.search(r"`dansk-erhverv-2024/use/uses` \| ci_low", result.stdout)

    @pytest.mark.parametrize(
        ("revision", "message"),
        [("no-such-branch", "git cannot give `no-such-branch`"), ("HEAD:data", "git cannot give `HEAD:data`")],
    )
    def test_a_revision_that_is_none_is_a_sentence(self, repository: Path, revision: str, message: str) -> None:
        result = self.compare(repository, revision)
        assert result.returncode == 1 and result.stdout == ""
        assert message in result.stderr and "Traceback" not in result.stderr


def git(folder: Path, *arguments: str) -> None:
    named = ["-c", "user.name=Test", "-c", "user.email=test@example.org", "-c", "commit.gpgsign=false"]
    subprocess.run(["git", *named, *arguments], cwd=folder, check=True, capture_output=True)


class TestRelease:
    """`make release` packs the same bytes for the same site, and checksums of them."""

    def package(self, script: Callable[[str], ModuleType], monkeypatch: pytest.MonkeyPatch, *arguments: str) -> int:
        monkeypatch.setattr(sys, "argv", ["package_release", *arguments])
        return script("package_release").main()

    def test_a_release_is_reproducible_and_whole(
        self, script: Callable[[str], ModuleType], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        shutil.copy(ROOT / "pyproject.toml", tmp_path)
        site = tmp_path / "_build" / "html"
        for name in ("index.html", "data/datapackage.json", "data/nordic-ai-evidence.xlsx", "chapters/ø.html"):
            (site / name).parent.mkdir(parents=True, exist_ok=True)
            (site / name).write_text(name, encoding="utf-8")
        monkeypatch.chdir(tmp_path)
        assert self.package(script, monkeypatch) == 0
        first = {file.name: file.read_bytes() for file in Path("_build/release").iterdir()}
        for file in Path("_build/html").rglob("*"):
            os.utime(file, (2_000_000_000, 2_000_000_000))
        assert self.package(script, monkeypatch) == 0
        assert {file.name: file.read_bytes() for file in Path("_build/release").iterdir()} == first
        subprocess.run(["sha256sum", "--check", "--strict", "SHA256SUMS"], cwd="_build/release", check=True)
        (packed,) = Path("_build/release").glob("*-site.zip")
        with zipfile.ZipFile(packed) as archive:
            names = [name.partition("/")[2] for name in archive.namelist()]
            assert archive.testzip() is None
        assert names == sorted(file.relative_to(site).as_posix() for file in site.rglob("*") if file.is_file())
        (packed,) = Path("_build/release").glob("*-data.zip")
        with zipfile.ZipFile(packed) as archive:
            assert any(name.endswith("/datapackage.json") for name in archive.namelist())
        assert [content for name, content in first.items() if name.endswith(".xlsx")] == [
            b"data/nordic-ai-evidence.xlsx"
        ]

    def test_a_tag_that_is_not_the_version_is_refused(
        self,
        script: Callable[[str], ModuleType],
        tmp_path: Path,
        monkeypatch: pytest.MonkeyPatch,
        capsys: pytest.CaptureFixture[str],
    ) -> None:
        shutil.copy(ROOT / "pyproject.toml", tmp_path)
        monkeypatch.chdir(tmp_path)
        assert self.package(script, monkeypatch, "--tag", "v99.0.0") == 1
        assert "the tag is v99.0.0, but pyproject.toml says version" in capsys.readouterr().err
        shutil.copy(ROOT / "tests" / "small" / "CITATION.cff", tmp_path)
        file = tmp_path / "CITATION.cff"
        file.write_text(re.sub("(?m)^date-released: .*\n", "", file.read_text("utf-8")), encoding="utf-8")
        version = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]["version"]
        assert self.package(script, monkeypatch, "--tag", f"v{version}") == 1
        assert f"so the pages call {version} a draft" in capsys.readouterr().err
        assert self.package(script, monkeypatch) == 1
        assert "there is no site in _build/html; run `make book` first" in capsys.readouterr().err
        assert not Path("_build").exists()


class TestLinks:
    """`make links` tells dead links from those that only refuse programs, and keeps one issue."""

    @pytest.fixture
    def elsewhere(self) -> Iterator[str]:
        class Handler(http.server.BaseHTTPRequestHandler):
            def do_GET(self) -> None:  # noqa: N802, the name that the library calls
                self.send_response({"/good": 200, "/gone": 404, "/closed": 403, "/busy": 503}[self.path])
                self.end_headers()

            def log_message(self, *_: object) -> None:
                pass

        server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()

    def look(self, folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
        command = [sys.executable, str(ROOT / "scripts" / "check_links.py"), "--site", ".", *arguments]
        settings = os.environ | {"PATH": f"{folder / 'bin'}:{os.environ['PATH']}"}
        return subprocess.run(command, cwd=folder, env=settings, capture_output=True, text=True, check=False)

    def test_only_what_is_gone_is_dead_and_the_issue_says_where(self, tmp_path: Path, elsewhere: str) -> None:
        links = "".join(f'<a href="{elsewhere}/{name}#part">x</a>' for name in ("good", "gone", "closed", "busy"))
        (tmp_path / "index.html").write_text(f"<!doctype html><title>x</title>{links}", encoding="utf-8")
        result = self.look(tmp_path)
        assert result.returncode == 1
        assert f"{elsewhere}/good: 200" in result.stdout and f"{elsewhere}/closed: 403" in result.stdout
        assert "dead links: 1 of 4" in result.stdout

        (tmp_path / "bin").mkdir()
        stand_in = tmp_path / "bin" / "gh"
        for number, change in (("", ["issue", "create"]), ("7", ["issue", "edit", "7"])):
            asked = tmp_path / "asked"
            asked.unlink(missing_ok=True)
            stand_in.write_text(
                f'#!/bin/sh\nprintf "%s\\n" "$@" >> {asked}\n[ "$2" = list ] && echo {number} || true\n',
                encoding="utf-8",
            )
            stand_in.chmod(0o755)
            assert self.look(tmp_path, "--issue").returncode == 0
            told = asked.read_text(encoding="utf-8")
            assert "\n".join(change) in told
            assert f"- {elsewhere}/gone: 404 Not Found; on index.html" in told and "/closed" not in told
