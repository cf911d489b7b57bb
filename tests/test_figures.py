"""A figure without a finding, a description or rows is an error at the call, and what it draws fits."""

from __future__ import annotations

import json
import re
import struct
import xml.etree.ElementTree as ElementTree
from dataclasses import replace

import pytest
from resvg_py import svg_to_bytes

from nordic_ai import charts, figure, observations
from nordic_ai.figures.drawn_chart import draw_chart
from nordic_ai.figures.figure import MIME_TYPE, FigureData, LeftOver
from nordic_ai.figures.pictures import SLIDE, poster
from nordic_ai.figures.style import WIDTHS

STRATEGY = "dansk-erhverv-2024/strategy"


def drawings() -> dict[str, charts.Drawing]:
    """Draw each kind of chart from the evidence."""
    return {
        "dots": charts.dots(observations(STRATEGY, "governo-2025/state-support-2024", "ks-2024/initiatives-by-field")),
        "divided bars": charts.divided_bars(observations(STRATEGY, "governo-2025/cooperation-private-2024")),
        "changes": charts.changes(
            observations("governo-2025/benefits-2018"),
            observations("governo-2025/benefits-2024"),
            ["Service to citizens and businesses", "Quality of work", "Efficiency", "Work environment"],
            ("2018", "2024"),
        ),
        "panels": charts.panels(
            [
                (
                    "Denmark",
                    observations(f"{STRATEGY}/has", f"{STRATEGY}/others"),
                    ["Has a strategy", "All other answers"],
                ),
                ("Sweden", observations("governo-2025/strategy-2024/has"), ["Has a strategy or plan"]),
                ("Sweden before", observations("governo-2025/strategy-2018/has"), ["Had a strategy or plan"]),
                ("Help", observations("governo-2025/state-support-2024"), [f"Support of kind {i}" for i in range(6)]),
            ]
        ),
        "amounts": charts.amounts(observations("hoeje-taastrup-2025/net-change", "hoeje-taastrup-2025/efficiency")),
    }


KINDS = list(drawings())


@pytest.mark.parametrize(
    ("arguments", "complaint"),
    [
        ({"title": " "}, "has no title"),
        ({"title": None}, "has no title"),
        ({"description": ""}, "has no description"),
        ({"id": "Not an id"}, "must be lower-case words"),
        ({"drawing": charts.dots(observations(STRATEGY)[:0])}, "has no rows"),
        (
            {"drawing": charts.dots(observations(STRATEGY, "dansk-erhverv-2017/gains-harvested"))},
            "artificial intelligence and digitalisation on one scale",
        ),
    ],
)
def test_an_incomplete_figure_is_refused(arguments: dict[str, object], complaint: str) -> None:
    complete = {"drawing": charts.dots(observations(STRATEGY)), "id": "a", "title": "T", "description": "D"}
    with pytest.raises(ValueError, match=complaint):
        figure(**(complete | arguments))


def test_unknown_ids_and_other_units_are_refused() -> None:
    with pytest.raises(KeyError, match="has the id `dansk-erhverv-2024/strategi`"):
        observations("dansk-erhverv-2024/strategi")
    with pytest.raises(ValueError, match="only shares in per cent"):
        charts.dots(observations("hoeje-taastrup-2025/net-change"))
    with pytest.raises(ValueError, match="cannot share a scale: full-time equivalents, thousand DKK"):
        charts.amounts(observations("hoeje-taastrup-2025/net-change", "hoeje-taastrup-2025/full-time-equivalents"))
    with pytest.raises(ValueError, match="use dots for several choices"):
        charts.divided_bars(observations("governo-2025/state-support-2024"))
    with pytest.raises(ValueError, match="would count twice"):
        charts.divided_bars(observations("governo-2025/projects-2024"))
    with pytest.raises(ValueError, match="is named twice"):
        observations(f"{STRATEGY}/has", f"{STRATEGY}/has")
    with pytest.raises(ValueError, match="needs a number at both ends"):
        charts.changes(
            observations(f"{STRATEGY}/has"), observations("governo-2025/projects-2024/no-plans"), ["x"], ("a", "b")
        )
    with pytest.raises(ValueError, match="2 labels for 5 rows"):
        charts.dots(observations(STRATEGY), ["one", "two"])


def test_restatements_are_left_out_unless_named() -> None:
    assert all(row.restates is None for row in observations(STRATEGY))
    assert [row.value for row in observations(f"{STRATEGY}/planned/largest-part")] == [50]


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("width", WIDTHS.values())
def test_specifications_are_valid_vega_lite(kind: str, width: int) -> None:
    drawings()[kind].draw(width).to_dict(validate=True)  # raises what the schema says against it


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("width", WIDTHS.values())
def test_text_stands_inside_the_picture_and_apart(kind: str, width: int) -> None:
    stand_inside_and_apart(draw_chart(drawings()[kind].draw(width).to_dict()), width)


def stand_inside_and_apart(picture: str, width: int) -> None:
    """Check that no text leaves a picture or meets another, reckoned with a generous width for every character."""
    drawn = ElementTree.fromstring(picture)
    _, _, right, bottom = (float(part) for part in drawn.attrib["viewBox"].split())
    assert right == width
    boxes = []
    for x, y, size, anchor, text in _texts(drawn):
        length = len(text) * size * 0.5
        left = x - {"start": 0, "middle": length / 2, "end": length}[anchor]
        boxes.append((left, left + length, y - size * 0.75, y + size * 0.2, text))
    assert boxes
    for left, end, top, base, text in boxes:
        assert left >= -2 and end <= right + 2 and top >= -1 and base <= bottom + 1, text
    for index, one in enumerate(boxes):
        for other in boxes[index + 1 :]:
            apart = one[1] <= other[0] + 1 or other[1] <= one[0] + 1 or one[3] <= other[2] + 1 or other[3] <= one[2] + 1
            assert apart, (one, other)


def _texts(drawn: ElementTree.Element) -> list[tuple[float, float, float, str, str]]:
    """List every line of text with its place in the picture."""
    found = []

    def walk(node: ElementTree.Element, x: float, y: float) -> None:
        shift = re.search(r"translate\(([-\d.e]+),([-\d.e]+)\)", node.attrib.get("transform", ""))
        if shift:
            x, y = x + float(shift[1]), y + float(shift[2])
        if node.tag.endswith("}text"):
            size = float(node.attrib["font-size"].removesuffix("px"))
            anchor = node.attrib.get("text-anchor", "start")
            spans = list(node)
            if node.text and node.attrib.get("opacity") != "0":
                found.append((x, y, size, anchor, node.text))
            for span in spans:
                y += float(span.attrib.get("dy", 0))
                found.append((x, y, size, anchor, span.text or ""))
        for child in node:
            walk(child, x, y)

    walk(drawn, 0, 0)
    return found


@pytest.mark.parametrize("kind", KINDS)
def test_every_mark_says_what_it_shows(kind: str) -> None:
    drawn = draw_chart(drawings()[kind].draw(WIDTHS["wide"]).to_dict())
    assert re.search(r'aria-label="[^"]{5,}" role="graphics-symbol"', drawn)
    assert "NaN" not in drawn and "undefined" not in drawn


def test_a_chart_of_shares_that_are_all_unknown_is_drawn() -> None:
    (known,) = observations(f"{STRATEGY}/has")
    unknown = replace(known, value=None, ci_low=None, ci_high=None)
    drawn = draw_chart(charts.dots([unknown], ["Has a strategy"]).draw(WIDTHS["wide"]).to_dict())
    assert ElementTree.fromstring(drawn) and ">Has a strategy<" in drawn and "graphics-symbol" not in drawn


@pytest.mark.parametrize("kind", ["dots", "panels", "divided bars", "changes"])
def test_intervals_lie_along_the_scale(kind: str) -> None:
    drawn = ElementTree.fromstring(draw_chart(drawings()[kind].draw(WIDTHS["wide"]).to_dict()))
    lines = [line for line in drawn.iter() if line.tag.endswith("}line") and line.get("stroke-width") == "5"]
    assert len(lines) >= 3
    for line in lines:
        assert line.get("y2", "0") == "0"
        assert float(line.get("x2")) != 0


@pytest.mark.parametrize("width", WIDTHS.values())
def test_the_dots_of_a_change_stand_on_the_lines_of_their_years(width: int) -> None:
    spec = drawings()["changes"].draw(width).to_dict()
    texts = {text["y"]: "".join(text["text"]) for text in spec["layer"][-1]["data"]["values"]}
    dots = next(layer["data"]["values"] for layer in spec["layer"] if layer["mark"].get("type") == "point")
    assert len(dots) == 8
    for index, dot in enumerate(dots):
        assert texts[dot["y"]].startswith(f"{('2018', '2024')[index % 2]}: {dot['number']}")


def test_a_figure_says_what_its_picture_shows_beyond_the_printed_numbers() -> None:
    drawn = figure(charts.divided_bars(observations(STRATEGY)), id="a", title="T", description="D")
    (rest,) = drawn.left_over
    assert rest == LeftOver(STRATEGY, "2 of 58 in answers that are not told", "about 3%")
    called = figure(charts.dots(observations(f"{STRATEGY}/has"), ["Has one"]), id="a", title="T", description="D")
    assert called.names == {f"{STRATEGY}/has": "Has one"}


@pytest.mark.parametrize("kind", KINDS)
def test_a_picture_to_take_away_is_landscape_and_fits_a_slide(kind: str) -> None:
    specification = drawings()[kind].draw(WIDTHS["wide"]).to_dict()
    shown = figure(charts.dots(observations(STRATEGY)), id="a", title="T" * 150, description="D")
    shown = shown.model_copy(update={"pictures": {"wide": draw_chart(specification)}})
    width, height = struct.unpack(">II", svg_to_bytes(svg_string=poster(shown, SLIDE))[16:24])
    assert (width, height <= 720) == (1280, True)


def test_bars_begin_at_zero() -> None:
    spec = json.dumps(drawings()["amounts"].draw(WIDTHS["wide"]).to_dict())
    assert '"domain": [-550.0, 600.0]' in spec
    assert '"x2": {"field": "zero"' in spec
    assert '"zero": 0' in spec


def test_the_notebook_gets_data_and_a_picture() -> None:
    shown = figure(charts.dots(observations(STRATEGY)), id="a", title="T", description="D")._repr_mimebundle_()
    assert list(shown)[:2] == [MIME_TYPE, "image/svg+xml"]
    assert json.loads(json.dumps(shown[MIME_TYPE]))["rows"][0]["value"] == 16
    assert shown["image/svg+xml"].startswith("<svg")


def test_figures_are_read_as_they_were_recorded() -> None:
    data = figure(charts.dots(observations(STRATEGY)), id="a", title="T", description="D")
    assert FigureData.model_validate_json(data.model_dump_json()) == data


def test_drawing_twice_gives_the_same_picture() -> None:
    one, two = (draw_chart(drawings()["changes"].draw(WIDTHS["narrow"]).to_dict()) for _ in range(2))
    assert one == two
