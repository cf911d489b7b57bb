"""Show the site in a browser while it is written: build after every change, and reload the page."""

import html
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import uvicorn
from command_line import ROOT, argument, command
from sphinx_autobuild.middleware import JavascriptInjectorMiddleware
from sphinx_autobuild.server import RebuildServer
from sphinx_autobuild.utils import find_free_port
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.responses import HTMLResponse
from starlette.routing import Mount, WebSocketRoute
from starlette.staticfiles import StaticFiles
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from nordic_ai.fingerprint import makes_the_site

# What the last build found wrong, as HTML; in a file, because the watcher builds in a process of its own.
_PROBLEMS = ROOT / "_build" / "preview-problems.html"
_SHOWN = """<pre role="alert" style="position: fixed; inset: auto 0 0; z-index: 99; max-height: 50vh; overflow: auto;
margin: 0; padding: 1rem; white-space: pre-wrap; background: #fff; color: #a00; border-top: 4px solid">%s</pre>"""


def build_again(changed_paths: Sequence[Path] = ()) -> None:
    """Build the site as `make book` does, in a process of the watcher; after an error the last good site stays."""
    for path in changed_paths:
        print(f"changed: {path.relative_to(ROOT)}", flush=True)
    build = [sys.executable, str(Path(__file__).with_name("build_book.py"))]
    result = subprocess.run(build, cwd=ROOT, stderr=subprocess.PIPE, text=True, check=False)
    print(result.stderr, end="", file=sys.stderr, flush=True)
    _PROBLEMS.parent.mkdir(exist_ok=True)
    _PROBLEMS.write_text(_SHOWN % html.escape(result.stderr) if result.returncode else "", encoding="utf-8")


def with_problems(app: ASGIApp, ws_url: str) -> ASGIApp:
    """Add to every page the script that reloads it and what is wrong; a browser keeps none, because that changes."""

    async def answer(scope: Scope, receive: Receive, send: Send) -> None:
        async def send_fresh(message: Message) -> None:
            message.get("headers", []).append((b"cache-control", b"no-store"))
            await send(message)

        page = JavascriptInjectorMiddleware(app, ws_url)
        page.script += _PROBLEMS.read_bytes() if _PROBLEMS.exists() else b""
        await page(scope, receive, send_fresh)

    return answer


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
            Mount("/", app=StaticFiles(directory=site, html=True), name="site"),
        ],
        middleware=[Middleware(with_problems, ws_url=f"127.0.0.1:{port}")],
        # HTML, so that it reloads and shows what is wrong before there is a site.
        exception_handlers={404: lambda *_: HTMLResponse("There is no page here.", status_code=404)},
        lifespan=watcher.lifespan,
    )
    print(f"Serving on http://127.0.0.1:{port}; it builds again when a file changes. Ctrl+C ends it.", flush=True)
    uvicorn.run(app, port=port, log_level="warning")
