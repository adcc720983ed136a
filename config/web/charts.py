"""Charts as SVG, drawn by matplotlib in the colours of the pages, by day and in the dark.

Text stays text in the page's own fonts. matplotlib is imported when the first chart is drawn; it is not safe in several
threads at once, so one chart is drawn after the other.
"""

from __future__ import annotations

import io
import os
import re
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from threading import Lock
from typing import Any

from django.conf import settings

CSP = {"default-src": ["'none'"], "style-src": ["'unsafe-inline'"]}  # what such a picture needs, and nothing else

# By day and in the dark, as in ostiary-tokens.css. matplotlib draws with the first; the reader's browser chooses.
COLOURS = {
    "ink": ("#1b2426", "#e9eeec"),
    "soft": ("#4d5b5b", "#a9b6b4"),
    "line": ("#dbd7cc", "#2d3a3d"),
    "brand": ("#0e4f55", "#84d2d1"),
    "brass": ("#7d5200", "#e3b565"),
    "error": ("#9e201c", "#ff9f97"),
    "sunken": ("#eceae2", "#0b1012"),
}
INK, SOFT, RULE, BRAND, BRASS, ERROR, SUNKEN = (day for day, _dark in COLOURS.values())
# From the lowest to the highest share, in steps that are told apart in print and by those who see no red. The same by
# day and in the dark, so none of them is exactly one of the above.
HEAT = ("#9e211c", "#c65d2e", "#dc9a4b", "#cfc287", "#7fb0a0", "#3f8583", "#0e5055")
HEAT_TEXT = ("#ffffff", "#ffffff", "#1a2426", "#1a2426", "#1a2426", "#ffffff", "#ffffff")

WIDTH = 6.4  # inches; the page scales it
STYLE: dict[Any, Any] = {
    "svg.fonttype": "none",
    "svg.hashsalt": "ostiary",
    "font.family": "DejaVu Sans",
    "font.size": 11,
    "text.color": INK,
    "axes.labelcolor": SOFT,
    "axes.edgecolor": RULE,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.axisbelow": True,
    "axes.grid": True,
    "grid.color": RULE,
    "xtick.color": SOFT,
    "ytick.color": SOFT,
    "figure.facecolor": "none",
    "axes.facecolor": "none",
    "savefig.facecolor": "none",
}
FONTS = "system-ui, -apple-system, 'Segoe UI', Roboto, 'Noto Sans', 'Liberation Sans', sans-serif"
_one_at_a_time = Lock()


def shares_over_time(labels: Sequence[str], shares: Sequence[float | None], *, x: str, y: str, limit: float) -> str:
    """A line of percentages, with gaps where nothing is known, and the limit below which something is wrong."""
    with _axes(3.3) as (axes, done):
        values = [float("nan") if share is None else share for share in shares]
        axes.plot(range(len(values)), values, color=BRAND, linewidth=2.4, marker="o", markersize=5)
        axes.axhline(limit, color=ERROR, linewidth=1.4, linestyle=(0, (5, 4)))
        _percent_axis(axes.yaxis, axes.set_ylim)
        _ticks(axes, labels)
        axes.grid(axis="x", visible=False)
        _words(axes, x, y)
    return done()


def shares_in_bars(labels: Sequence[str], shares: Sequence[float | None], *, x: str, limit: float | None) -> str:
    """One bar for each, the longest names readable; below the limit in another colour and hatched."""
    with _axes(0.9 + 0.42 * max(1, len(labels))) as (axes, done):
        places = range(len(labels))
        for place, share in zip(places, shares, strict=True):
            low = limit is not None and share is not None and share < limit
            axes.barh(place, share or 0, height=0.62, color=BRASS if low else BRAND, hatch="//" if low else None)
            words = "–" if share is None else f"{share:.1f} %"
            axes.text((share or 0) + 1, place, words, va="center", color=INK, fontsize=10)
        axes.set_yticks(list(places), [_shortened(label) for label in labels])
        axes.invert_yaxis()
        axes.grid(axis="y", visible=False)
        _percent_axis(axes.xaxis, axes.set_xlim, 112)
        _words(axes, x, "")
    return done()


def heat_map(cells: Sequence[Sequence[float | None]], rows: Sequence[str], columns: Sequence[str], *, x: str) -> str:
    """A share in each cell, in words too; empty where nothing is known."""
    with _axes(0.9 + 0.44 * len(rows)) as (axes, done):
        for row, shares in enumerate(cells):
            for column, share in enumerate(shares):
                _heat_cell(axes, row, column, share)
        axes.set_xlim(-0.5, len(columns) - 0.5)
        axes.set_ylim(len(rows) - 0.5, -0.5)
        axes.set_xticks(range(len(columns)), list(columns))
        axes.set_yticks(range(len(rows)), list(rows))
        axes.grid(visible=False)
        axes.tick_params(length=0)
        axes.spines[:].set_visible(False)
        _words(axes, x, "")
    return done()


def _heat_cell(axes: Any, row: int, column: int, share: float | None) -> None:
    step = 0 if share is None else min(int(share / 100 * len(HEAT)), len(HEAT) - 1)
    box = (column - 0.47, row - 0.45)
    axes.add_patch(_rectangle(box, 0.94, 0.9, SUNKEN if share is None else HEAT[step]))
    if share is not None:
        words = {"ha": "center", "va": "center", "fontsize": 10, "color": HEAT_TEXT[step]}
        axes.text(column, row, f"{share:.0f}", **words)


def counts_in_bars(labels: Sequence[str], counts: Sequence[int], *, x: str, y: str, after: int | None = None) -> str:
    """A histogram. `after`: from this bar on it is too late, and the bars look otherwise."""
    with _axes(3.3) as (axes, done):
        for place, count in enumerate(counts):
            late = after is not None and place >= after
            axes.bar(place, count, width=0.9, color=BRASS if late else BRAND, hatch="//" if late else None)
        axes.set_xticks(range(len(labels)), list(labels), rotation=45, ha="right", rotation_mode="anchor")
        axes.yaxis.get_major_locator().set_params(integer=True)
        axes.grid(axis="x", visible=False)
        _words(axes, x, y)
    return done()


# --- what they share ----------------------------------------------------------------------------


@contextmanager
def _axes(height: float) -> Iterator[tuple[Any, Callable[[], str]]]:
    """Axes to draw on, and afterwards what was drawn, as SVG."""
    drawn = io.StringIO()
    with _one_at_a_time:
        os.environ.setdefault("MPLCONFIGDIR", str(settings.VAR_DIR / "matplotlib"))  # where it keeps its list of fonts
        from matplotlib import rc_context
        from matplotlib.figure import Figure

        with rc_context(STYLE):
            figure = Figure(figsize=(WIDTH, height), layout="constrained")
            axes = figure.add_subplot()
            yield axes, lambda: _finished(drawn.getvalue())
            figure.savefig(drawn, format="svg", metadata={"Date": None, "Creator": settings.SITE_NAME})


def _finished(svg: str) -> str:
    """The page's fonts, and each colour by day and in the dark."""
    svg = re.sub(r"'?DejaVu Sans'?(, [^;\"]*)?", FONTS, svg)
    for day, dark in COLOURS.values():
        svg = svg.replace(day, f"light-dark({day}, {dark})")
    return svg.replace("<defs>", "<style>:root{color-scheme:light dark}</style>\n <defs>", 1)


def _rectangle(corner: tuple[float, float], width: float, height: float, colour: str) -> Any:
    from matplotlib.patches import Rectangle

    return Rectangle(corner, width, height, color=colour, linewidth=0)


def _percent_axis(axis: Any, set_limits: Any, most: float = 103) -> None:
    axis.set_ticks([0, 25, 50, 75, 100], ["0 %", "25 %", "50 %", "75 %", "100 %"])
    set_limits(0, most)


def _ticks(axes: Any, labels: Sequence[str]) -> None:
    """As many of the labels as have room."""
    step = max(1, -(-len(labels) // 9))
    axes.set_xticks(range(0, len(labels), step), labels[::step])


def _words(axes: Any, x: str, y: str) -> None:
    axes.set_xlabel(x, labelpad=8)
    axes.set_ylabel(y, labelpad=8)


def _shortened(label: str) -> str:
    return label if len(label) <= 34 else f"{label[:33]}…"
