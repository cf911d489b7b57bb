"""Show the site in a browser while it is written: build after every change, and reload the page."""

from __future__ import annotations

import argparse
import functools
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import uvicorn
from build_book import find_project, makes_the_site
from sphinx_autobuild.middleware import JavascriptInjectorMiddleware
from sphinx_autobuild.server import RebuildServer
from sphinx_autobuild.utils import find_free_port
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.routing import Mount, WebSocketRoute
from starlette.staticfiles import StaticFiles


def main() -> int:
    """Build, serve on this machine alone, and build again on each change until interrupted."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--port", type=int, default=8000, help="port to serve on; 0 takes any free one")
    options = parser.parse_args()
    root = find_project()
    if root is None:
        print("serve: no _toc.yml here or above; run this from the project", file=sys.stderr)
        return 1
    site = root / "_build" / "html"
    site.mkdir(parents=True, exist_ok=True)
    try:
        build_again(root)
    except KeyboardInterrupt:
        return 1
    address = f"127.0.0.1:{options.port or find_free_port()}"
    # A function of the module, because the watcher calls it from a process of its own.
    watcher = RebuildServer([root], functools.partial(is_apart, root), functools.partial(build_again, root))
    app = Starlette(
        routes=[
            WebSocketRoute("/websocket-reload", watcher, name="reload"),
            Mount("/", app=StaticFiles(directory=site, html=True), name="site"),
        ],
        middleware=[Middleware(JavascriptInjectorMiddleware, ws_url=address)],
        lifespan=watcher.lifespan,
    )
    print(f"Serving on http://{address}; it builds again when a file changes. Ctrl+C ends it.", flush=True)
    host, port = address.split(":")
    uvicorn.run(app, host=host, port=int(port), log_level="warning")
    return 0


def is_apart(root: Path, path: str) -> bool:
    """Tell whether a changed file is none that the site is made from, or a recording, which follows its chapter."""
    return path.endswith((".ipynb", ".part", "~")) or not makes_the_site(Path(path).relative_to(root))


def build_again(root: Path, changed_paths: Sequence[Path] = ()) -> None:
    """Build the site as `make book` does; an error is told and the last good site goes on being served."""
    for path in changed_paths:
        print(f"changed: {path.relative_to(root.resolve())}", flush=True)
    subprocess.run([sys.executable, str(Path(__file__).with_name("build_book.py"))], cwd=root, check=False)


if __name__ == "__main__":
    sys.exit(main())
