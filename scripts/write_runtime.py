"""Write the script that draws interactive figures, from the drawing engine that the project has installed."""

from pathlib import Path

import vl_convert
from command_line import command

RUNTIME = Path("src/nordic_ai/site/static/vendor/vega.js")


@command()
def main() -> None:
    """Write the script into the site's static files; making it in every build would cost seconds."""
    (Path(__file__).resolve().parent.parent / RUNTIME).write_text(runtime(), encoding="utf-8")
    print(f"wrote {RUNTIME}")


def runtime() -> str:
    """Give Vega, Vega-Lite and Vega-Embed as one script."""
    # A function of its own keeps its top-level names from clashing with those of Sphinx's scripts.
    return f"(() => {{{vl_convert.javascript_bundle()}}})();\n"


if __name__ == "__main__":
    raise SystemExit(main())
