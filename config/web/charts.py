"""Charts as parts of a page: where each bar, point and cell lies, what it says and where it leads. Pure geometry.

A template draws them as SVG (`templates/_chart.html`). Across, everything is a percentage of the width, down it is
pixels: so a chart fits a phone and a wall, and its letters stay as large as those of the page. In languages that are
written from the right, charts begin there too.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from itertools import pairwise

from django.utils.translation import get_language_bidi

from config.tables.cell_text import percent

TOP, BOTTOM = 12, 26  # px above the highest value, and below the lowest for the words on the axis
HEIGHT = 200  # px between them
ROW, CELL = 46, 34  # px: a bar with its name above it, and a row of a heat map
MOST_WORDS = 4  # on an axis of days or bars: what fits on a phone
MOST_IN_CELLS = 10  # columns of a heat map whose cells have room for their number
HEATS = 7  # steps of colour, from the lowest to the highest share
LONGEST_NAME = 32


@dataclass(frozen=True, slots=True)
class Datum:
    """One value of a chart. `says` it in words; `url`: the page of what is behind it. None: nothing is known."""

    label: str
    value: float | None
    says: str
    url: str
    low: bool = False


@dataclass(frozen=True, slots=True)
class ChartText:
    x: float  # %
    y: float  # px
    words: str
    anchor: str = "middle"


@dataclass(frozen=True, slots=True)
class ChartMark:
    """A datum as it is drawn. The area that is pressed may be larger than what is seen."""

    datum: Datum
    area: tuple[float, float, float, float]  # x and width in %, y and height in px: x, y, width, height
    shape: str  # bar, point or cell
    box: tuple[float, float, float, float]
    tone: str = ""
    words: ChartText | None = None

    @property
    def centre(self) -> tuple[float, float]:
        x, y, width, height = self.box
        return x + width / 2, y + height / 2


@dataclass(frozen=True, slots=True)
class ChartLine:
    x1: float
    y1: float
    x2: float
    y2: float
    tone: str


@dataclass(frozen=True, slots=True)
class ChartPicture:
    """`axis`: words beside the picture; `side`: the width in px that they need."""

    height: int
    marks: list[ChartMark] = field(default_factory=list)
    lines: list[ChartLine] = field(default_factory=list)
    texts: list[ChartText] = field(default_factory=list)
    axis: list[ChartText] = field(default_factory=list)
    side: int = 0


def shares_over_time(data: Sequence[Datum], *, limit: float) -> ChartPicture:
    """Points joined by a line, with gaps where nothing is known, and the limit below which something is wrong."""
    step, marks = 100 / max(1, len(data)), []
    for place, datum in enumerate(data):
        if datum.value is not None:
            box = ((place + 0.5) * step, _down(datum.value, 100), 0.0, 0.0)
            marks.append(
                ChartMark(datum, (place * step, 0, step, TOP + HEIGHT), "point", box, "low" if datum.low else "")
            )
    joined = [
        ChartLine(*one.centre, *two.centre, "trend")
        for one, two in pairwise(marks)
        if round((two.box[0] - one.box[0]) / step) == 1
    ]
    lines = [
        *_rules([0, 25, 50, 75, 100], 100),
        ChartLine(0, _down(limit, 100), 100, _down(limit, 100), "limit"),
        *joined,
    ]
    return _mirrored(ChartPicture(_full(), marks, lines, _below(data), _percents(), 52))


def counts_in_bars(data: Sequence[Datum]) -> ChartPicture:
    """A histogram. What is `low` looks otherwise."""
    ticks = _ticks(max((datum.value or 0 for datum in data), default=0))
    step, marks = 100 / max(1, len(data)), []
    for place, datum in enumerate(data):
        if datum.value:
            top = _down(datum.value, ticks[-1])
            box = ((place + 0.06) * step, top, 0.88 * step, TOP + HEIGHT - top)
            tone = "low" if datum.low else ""
            marks.append(ChartMark(datum, (place * step, 0, step, TOP + HEIGHT), "bar", box, tone))
    axis = [ChartText(50, _down(tick, ticks[-1]) + 4, str(tick)) for tick in ticks]
    return _mirrored(ChartPicture(_full(), marks, _rules(ticks, ticks[-1]), _below(data), axis, 40))


def shares_in_bars(data: Sequence[Datum], *, limit: float) -> ChartPicture:
    """One bar for each, its name and its share above it, so that long names have room on a phone too."""
    marks, texts = [], []
    for place, datum in enumerate(data):
        y, share = place * ROW, datum.value or 0.0
        box = (0.0, y + 22.0, max(share, 0.6), 16.0)
        marks.append(ChartMark(datum, (0, y, 100, ROW), "bar", box, "low" if datum.low else ""))
        texts.append(ChartText(0, y + 15, shortened(datum.label), "start"))
        texts.append(ChartText(100, y + 15, "–" if datum.value is None else percent(datum.value), "end"))
    height = ROW * len(data)
    return _mirrored(ChartPicture(height, marks, [ChartLine(limit, 0, limit, height, "limit")], texts))


def heat_map(cells: Sequence[Sequence[Datum]], rows: Sequence[str], columns: Sequence[str]) -> ChartPicture:
    """A share in each cell, in a number too; empty where nothing is known."""
    step, marks = 100 / max(1, len(columns)), []
    for row, data in enumerate(cells):
        for column, datum in enumerate(data):
            marks.append(_cell(datum, column * step, row * CELL, step, with_words=len(columns) <= MOST_IN_CELLS))
    every = -(-len(columns) // MOST_IN_CELLS)
    below = [
        ChartText((place + 0.5) * step, CELL * len(rows) + 18, words)
        for place, words in enumerate(columns)
        if place % every == 0
    ]
    axis = [ChartText(50, row * CELL + 21, words) for row, words in enumerate(rows)]
    return _mirrored(ChartPicture(CELL * len(rows) + BOTTOM, marks, [], below, axis, 92))


def _cell(datum: Datum, x: float, y: float, width: float, *, with_words: bool) -> ChartMark:
    box = (x + 0.04 * width, y + 1.0, 0.92 * width, CELL - 2.0)
    words = ChartText(x + width / 2, y + 21, f"{datum.value:.0f}") if with_words and datum.value is not None else None
    return ChartMark(datum, (x, y, width, CELL), "cell", box, heat_of(datum.value), words)


def heat_of(share: float | None) -> str:
    return "none" if share is None else f"heat-{min(int(share / 100 * HEATS), HEATS - 1)}"


# --- what they share ----------------------------------------------------------------------------


def _full() -> int:
    return TOP + HEIGHT + BOTTOM


def _down(value: float, most: float) -> float:
    """Pixels from the top."""
    return round(TOP + HEIGHT * (1 - value / most), 2)


def _rules(ticks: Sequence[float], most: float) -> list[ChartLine]:
    return [ChartLine(0, _down(tick, most), 100, _down(tick, most), "rule") for tick in ticks]


def _percents() -> list[ChartText]:
    return [ChartText(50, _down(share, 100) + 4, f"{share} %") for share in (0, 25, 50, 75, 100)]


def _ticks(most: float) -> list[int]:
    """Whole numbers from 0, about four steps, the last one at or above `most`."""
    step = next(
        factor * 10**power for power in range(12) for factor in (1, 2, 5) if factor * 10**power * 4 >= max(1, most)
    )
    return list(range(0, int(-(-max(1, most) // step)) * step + 1, step))


def _below(data: Sequence[Datum]) -> list[ChartText]:
    """As many of the labels as have room."""
    every, step = max(1, -(-len(data) // MOST_WORDS)), 100 / max(1, len(data))
    return [
        ChartText((place + 0.5) * step, TOP + HEIGHT + 20, datum.label)
        for place, datum in enumerate(data)
        if place % every == every // 2
    ]


def shortened(label: str) -> str:
    return label if len(label) <= LONGEST_NAME else f"{label[: LONGEST_NAME - 1]}…"


def _mirrored(picture: ChartPicture) -> ChartPicture:
    """As it is, or from the right. A text that begins at the edge begins at the other one: its letters turn with it."""
    if not get_language_bidi():
        return picture
    return replace(
        picture,
        marks=[_turned(mark) for mark in picture.marks],
        lines=[replace(line, x1=100 - line.x1, x2=100 - line.x2) for line in picture.lines],
        texts=[replace(text, x=100 - text.x) for text in picture.texts],
    )


def _turned(mark: ChartMark) -> ChartMark:
    (x, y, width, height), (ax, ay, awidth, aheight) = mark.box, mark.area
    words = replace(mark.words, x=100 - mark.words.x) if mark.words else None
    area = (100 - ax - awidth, ay, awidth, aheight)
    return replace(mark, box=(100 - x - width, y, width, height), area=area, words=words)
