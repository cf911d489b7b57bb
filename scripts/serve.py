"""Show the site in a browser while it is written: build after every change, and reload the page."""

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
from starlette.routing import Mount, WebSocketRoute
from starlette.staticfiles import StaticFiles

from nordic_ai.fingerprint import makes_the_site


def build_again(changed_paths: Sequence[Path] = ()) -> None:
    """Build the site as `make book` does, in a process of the watcher; after an error the last good site stays."""
    for path in changed_paths:
        print(f"changed: {path.relative_to(ROOT)}", flush=True)
    subprocess.run([sys.executable, str(Path(__file__).with_name("build_book.py"))], cwd=ROOT, check=False)


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
        middleware=[Middleware(JavascriptInjectorMiddleware, ws_url=f"127.0.0.1:{port}")],
        lifespan=watcher.lifespan,
    )
    print(f"Serving on http://127.0.0.1:{port}; it builds again when a file changes. Ctrl+C ends it.", flush=True)
    uvicorn.run(app, port=port, log_level="warning")
