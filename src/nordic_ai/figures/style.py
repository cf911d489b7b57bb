"""The sizes, the font and the colours of charts."""

WIDTHS = {"wide": 680, "narrow": 340}
"""Widths of a figure's pictures in pixels, for wide screens and for phones."""

# Helvetica, Arial and the free fonts that stand in for them set text equally wide, so broken lines fit everywhere.
FONT = "Helvetica, Arial, sans-serif"
LINE_HEIGHT = 17
"""From one line of text to the next, in pixels."""

# CSS variables with fallbacks, so that one picture serves light and dark pages.
INK = "var(--fig-ink, #1c2733)"
QUIET = "var(--fig-quiet, #55616d)"
GRID = "var(--fig-grid, #d5dbe1)"
PAPER = "var(--fig-paper, #ffffff)"
MARK = "var(--fig-mark, #0b6275)"
SECOND = "var(--fig-second, #a34a12)"

# From most to least, each with the colour of text on it, the same on light and dark pages. Neighbours differ in
# lightness, so that the order survives without colour.
RAMP = (
    ("var(--fig-ramp-1, #0b4554)", "#ffffff"),
    ("var(--fig-ramp-2, #14788c)", "#ffffff"),
    ("var(--fig-ramp-3, #6fb0bd)", "#1c2733"),
    ("var(--fig-ramp-4, #b9d8de)", "#1c2733"),
    ("var(--fig-ramp-5, #e4f0f2)", "#1c2733"),
)
