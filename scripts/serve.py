"""Show the site in a browser while it is written: build after every change, and reload the page."""

import html
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import uvicorn
from command_line import ROOT, argument, command
from sphinx_autobuild.middleware import JavascriptInjectorMiddleware
from sphinx_autobuild.server import RebuildServer
from sphinx_autobuild.utils import find_free_port
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.responses import HTMLResponse, Response
from starlette.routing import Mount, WebSocketRoute
from starlette.staticfiles import StaticFiles
from starlette.types import ASGIApp, Receive, Scope, Send

from nordic_ai.fingerprint import makes_the_site

# What the last build found wrong; a file, because the watcher builds in a process of its own.
_PROBLEMS = ROOT / "_build" / "preview-problems.txt"
_SHOWN = """<pre role="alert" style="position: fixed; inset: auto 0 0; z-index: 99; max-height: 50vh; overflow: auto;
margin: 0; padding: 1rem; white-space: pre-wrap; background: #fff; color: #a00; border-top: 4px solid">%s</pre>"""


def build_again(changed_paths: Sequence[Path] = ()) -> None:
    """Build the site as `make book` does, in a process of the watcher; after an error the last good site stays."""
    for path in changed_paths:
        print(f"changed: {path.relative_to(ROOT)}", flush=True)
    build = [sys.executable, str(Path(__file__).with_name("build_book.py"))]
    result = subprocess.run(build, cwd=ROOT, stderr=subprocess.PIPE, text=True, check=False)
    _PROBLEMS.parent.mkdir(exist_ok=True)
    _PROBLEMS.write_text(result.stderr if result.returncode else "", encoding="utf-8")
    print(result.stderr, end="", file=sys.stderr, flush=True)


def with_problems(app: ASGIApp, ws_url: str) -> ASGIApp:
    """Add to every page the script that reloads it and what is wrong."""

    async def answer(scope: Scope, receive: Receive, send: Send) -> None:
        page = JavascriptInjectorMiddleware(app, ws_url)
        problems = _PROBLEMS.read_text(encoding="utf-8") if _PROBLEMS.is_file() else ""
        page.script += (_SHOWN % html.escape(problems)).encode() if problems else b""
        await page(scope, receive, send)

    return answer


class FreshFiles(StaticFiles):
    """Files that a browser must not keep, because what is wrong changes and is no part of them."""

    def file_response(self, *arguments: Any, **named: Any) -> Response:
        """Give a file that is asked for each time."""
        response = super().file_response(*arguments, **named)
        response.headers["Cache-Control"] = "no-store"
        return response


def no_page(*_: object) -> Response:
    """Answer where there is no page, as before the first build that succeeds; it reloads too."""
    return HTMLResponse("<!doctype html><title>No page</title><p>There is no page here.</p>", status_code=404)


@command(argument("--port", type=int, default=8000, help="port to serve on; 0 takes any free one"))
def main(port: int) -> None:
    """Build, serve on this machine alone, and build again on each change until interrupted."""
    site = ROOT / "_build" / "html"
    site.mkdir(parents=True, exist_ok=True)
    build_again()
    port = port or find_free_port()
    watcher = RebuildServer([ROOT], lambda path: not makes_the_site(Path(path).relative_to(ROOT)), build_again)
    app = Starlette(
        routes=[
            WebSocketRoute("/websocket-reload", watcher, name="reload"),
            Mount("/", app=FreshFiles(directory=site, html=True), name="site"),
        ],
        middleware=[Middleware(with_problems, ws_url=f"127.0.0.1:{port}")],
        exception_handlers={404: no_page},
        lifespan=watcher.lifespan,
    )
    print(f"Serving on http://127.0.0.1:{port}; it builds again when a file changes. Ctrl+C ends it.", flush=True)
    uvicorn.run(app, port=port, log_level="warning")
