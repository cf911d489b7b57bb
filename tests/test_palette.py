"""The report's colours can be told apart by readers who see colours differently, on light pages and on dark ones."""

from __future__ import annotations

import re
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest

CSS = Path(__file__).resolve().parent.parent / "src" / "nordic_ai" / "site" / "static" / "report.css"

# How light is seen without one kind of cones, in linear RGB: Machado, Oliveira and Fernandes (2009),
# "A physiologically-based model for simulation of color vision deficiency", severity 1.0.
SEEN = {
    "all cones": np.eye(3),
    "no long": np.array(
        [[0.152286, 1.052583, -0.204868], [0.114503, 0.786281, 0.099216], [-0.003882, -0.048116, 1.051998]]
    ),
    "no medium": np.array(
        [[0.367322, 0.860646, -0.227968], [0.280085, 0.672501, 0.047413], [-0.011820, 0.042940, 0.968881]]
    ),
    "no short": np.array(
        [[1.255528, -0.076749, -0.178779], [-0.078411, 0.930809, 0.147602], [0.004733, 0.691367, 0.303900]]
    ),
}
# From linear sRGB to CIE XYZ (D65), IEC 61966-2-1, and the white that CIELAB is relative to.
TO_XYZ = np.array([[0.4124, 0.3576, 0.1805], [0.2126, 0.7152, 0.0722], [0.0193, 0.1192, 0.9505]])


def colours(scheme: str) -> dict[str, str]:
    """Read the variables of a scheme: those of the light pages, and what dark ones put in their place."""
    text = CSS.read_text(encoding="utf-8")
    found = dict(re.findall(r"--([\w-]+): (#[0-9a-f]{6});", re.search(r"\nbody \{(.*?)\n\}", text, re.S)[1]))
    if scheme == "dark":
        blocks = re.findall(r"body(?:\[data-theme=\"dark\"\]|:not\(\[data-theme=\"light\"\]\)) \{(.*?)\}", text, re.S)
        chosen, by_system = (dict(re.findall(r"--([\w-]+): (#[0-9a-f]{6});", block)) for block in blocks)
        assert chosen == by_system
        found |= chosen
    return found


def linear(colour: str) -> np.ndarray:
    values = np.array([int(colour[i : i + 2], 16) for i in (1, 3, 5)]) / 255
    return np.where(values <= 0.04045, values / 12.92, ((values + 0.055) / 1.055) ** 2.4)


def lab(colour: str, seen: str) -> np.ndarray:
    xyz = TO_XYZ @ np.clip(SEEN[seen] @ linear(colour), 0, 1) / TO_XYZ.sum(axis=1)
    x, y, z = np.where(xyz > 216 / 24389, np.cbrt(xyz), (24389 / 27 * xyz + 16) / 116)
    return np.array([116 * y - 16, 500 * (x - y), 200 * (y - z)])


def contrast(one: str, other: str) -> float:
    """Give the contrast that WCAG 2.2 defines."""
    low, high = sorted(TO_XYZ[1] @ linear(colour) + 0.05 for colour in (one, other))
    return high / low


def test_the_measures_are_those_of_the_standards() -> None:
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast("#777777", "#ffffff") == pytest.approx(4.48, abs=0.005)
    assert lab("#ff0000", "all cones") == pytest.approx([53.24, 80.09, 67.20], abs=0.1)


@pytest.mark.parametrize("seen", SEEN)
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_marks_are_told_apart_by_everyone(scheme: str, seen: str) -> None:
    found = colours(scheme)
    assert np.linalg.norm(lab(found["fig-mark"], seen) - lab(found["fig-second"], seen)) > 20
    ramp = [lab(found[f"fig-ramp-{step}"], seen)[0] for step in range(1, 6)]
    assert all(later - earlier > 7 for earlier, later in pairwise(ramp))


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_words_and_marks_stand_out_from_the_page(scheme: str) -> None:
    found = colours(scheme)
    for paper in ("fig-paper", "tint", "color-background-primary", "color-background-secondary"):
        for words in ("fig-ink", "fig-quiet", "color-brand-content", "color-foreground-secondary"):
            assert contrast(found[words], found[paper]) >= 4.5, (words, paper)
        for mark in ("fig-mark", "fig-second"):
            assert contrast(found[mark], found[paper]) >= 3, (mark, paper)
    for step in (1, 2):  # the figures write white words on the two strong colours
        assert contrast("#ffffff", found[f"fig-ramp-{step}"]) >= 4.5
    assert contrast("#1c2733", found["fig-ramp-3"]) >= 4.5
