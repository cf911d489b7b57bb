"""The font and the colours of charts."""

# Helvetica, Arial and the free fonts that stand in for them set text equally wide, so broken lines fit everywhere.
FONT = "Helvetica, Arial, sans-serif"

# CSS variables with fallbacks, so that one picture serves light and dark pages.
INK = "var(--fig-ink, #1c2733)"
QUIET = "var(--fig-quiet, #55616d)"
GRID = "var(--fig-grid, #d5dbe1)"
PAPER = "var(--fig-paper, #ffffff)"
MARK = "var(--fig-mark, #0b6275)"
SECOND = "var(--fig-second, #a34a12)"

# From most to least; neighbours differ in lightness, so that the order survives without colour.
RAMP = (
    "var(--fig-ramp-1, #0b4554)",
    "var(--fig-ramp-2, #14788c)",
    "var(--fig-ramp-3, #6fb0bd)",
    "var(--fig-ramp-4, #b9d8de)",
    "var(--fig-ramp-5, #e4f0f2)",
)
# Text on each of these, which are the same on light and dark pages.
ON_RAMP = ("#ffffff", "#ffffff", "#1c2733", "#1c2733", "#1c2733")
