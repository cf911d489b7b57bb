"""What notebooks and site agree on about figures: the type of their data, their widths and their typeface."""

from __future__ import annotations

MIME_TYPE = "application/vnd.nordic-ai.figure+json"
"""Under which a notebook keeps a figure: what `Figure.payload` gives, with its `pictures`."""

WITHOUT_PICTURES = "NORDIC_AI_WITHOUT_PICTURES"
"""The environment variable that tells a kernel to leave the pictures to whoever runs it: one process draws for all
chapters of a build, because starting the drawing engine costs more than running a chapter."""

WIDTHS = {"wide": 680, "narrow": 300}
"""Of the pictures of a figure, in pixels: for wide screens and for phones."""

# Helvetica, Arial and the free fonts that stand in for them set text equally wide, so broken lines fit everywhere.
FONT = "Helvetica, Arial, sans-serif"
