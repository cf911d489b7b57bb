"""Write the script that draws interactive figures, from the drawing engine that the project has installed."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

import vl_convert

RUNTIME = Path("src/nordic_ai/site/static/vendor/vega.js")


def main() -> int:
    """Write the script where the site takes it from; making it anew in every build would cost seconds."""
    argparse.ArgumentParser(description=__doc__).parse_args()
    (Path(__file__).resolve().parent.parent / RUNTIME).write_text(runtime(), encoding="utf-8")
    print(f"wrote {RUNTIME}")
    return 0


def runtime() -> str:
    """Give Vega, Vega-Lite and Vega-Embed as one script."""
    # In a function of its own: its top-level names meet those of Sphinx's scripts.
    return f"(() => {{{vl_convert.javascript_bundle()}}})();\n"


if __name__ == "__main__":
    sys.exit(main())
