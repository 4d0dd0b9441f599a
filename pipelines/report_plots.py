"""Plots as inline SVG, each with a title, a description, axes and units.

A plot is drawn twice, for a wide and for a narrow page, so that its letters are legible on both.
"""

import math
from collections.abc import Callable, Iterable, Sequence
from itertools import count

from newsbeam.pipelines.report_html import escape

#: Widths of a plot: over the whole page, over half of it, on a phone.
WIDE, HALF, NARROW = 1120, 540, 330
_LEFT, _RIGHT, _TOP, _BOTTOM = 52, 8, 46, 40
_HEIGHT = 250
#: Series that have a colour; the last is for all others.
COLOURS = 7
_ids = count()


def figure(draw: Callable[[int], str], width: int = HALF) -> str:
    """Return a plot that ``draw`` draws, at ``width`` and for a phone."""
    return (
        f'<figure><div class="wide">{draw(width)}</div>'
        f'<div class="narrow">{draw(NARROW)}</div></figure>'
    )


def svg(width: int, height: int, title: str, description: str, inside: str, kind: str = "") -> str:
    """Return a picture with its text alternative."""
    number = next(_ids)
    shown = f' class="{kind}"' if kind else ""
    return (
        f'<svg{shown} role="img" viewBox="0 0 {width} {height}" width="{width}" height="{height}" '
        f'aria-labelledby="t{number} d{number}"><title id="t{number}">{escape(title)}</title>'
        f'<desc id="d{number}">{escape(description)}</desc>{inside}</svg>'
    )


def key(names: Iterable[tuple[int, str]]) -> str:
    """Return which colour is what."""
    squares = (
        f'<li><svg viewBox="0 0 10 10" aria-hidden="true"><rect class="s{colour}" width="10" '
        f'height="10"/></svg><bdi>{escape(name)}</bdi></li>'
        for colour, name in names
    )
    return f'<ul class="key">{"".join(squares)}</ul>'


def stacked_bars(
    width: int,
    title: str,
    description: str,
    labels: Sequence[str],
    series: Sequence[Sequence[int]],
    axes: tuple[str, str],
) -> str:
    """Return bars of several series, one bar a label, the first series at the bottom."""
    totals = [sum(values) for values in zip(*series, strict=True)]
    scale = _Scale(width, max(totals, default=0), len(labels))
    bars = []
    for place, values in enumerate(zip(*series, strict=True)):
        below = 0
        for colour, value in enumerate(values):
            if value:
                top, bottom = scale.y(below + value), scale.y(below)
                bars.append(
                    f'<rect class="s{colour}" x="{scale.x(place):.1f}" y="{top:.1f}" '
                    f'width="{scale.bar:.1f}" height="{max(bottom - top, 0.5):.1f}"/>'
                )
                below += value
    inside = _axes(scale, title, axes, labels) + "".join(bars)
    return svg(width, _HEIGHT, title, description, inside)


def line(
    width: int,
    title: str,
    description: str,
    labels: Sequence[str],
    values: Sequence[float | None],
    axes: tuple[str, str],
    say: Callable[[float], str],
) -> str:
    """Return values as points that are joined; where there is none, the line has a gap."""
    scale = _Scale(
        width, max((value for value in values if value is not None), default=0), len(labels)
    )
    points = [
        None if value is None else (scale.x(place) + scale.bar / 2, scale.y(value))
        for place, value in enumerate(values)
    ]
    marks = "".join(
        f'<circle class="s0" cx="{point[0]:.1f}" cy="{point[1]:.1f}" r="2.5"/>'
        for point in points
        if point
    )
    pieces, open_ = [], False
    for point in points:
        if point:
            pieces.append(f"{'L' if open_ else 'M'}{point[0]:.1f} {point[1]:.1f}")
        open_ = point is not None
    path = f'<path class="l0" d="{" ".join(pieces)}"/>' if pieces else ""
    inside = _axes(scale, title, axes, labels, say) + path + marks
    return svg(width, _HEIGHT, title, description, inside)


def rows_of_bars(
    width: int,
    title: str,
    description: str,
    rows: Sequence[tuple[str, Sequence[tuple[int, int]]]],
    unit: str,
) -> str:
    """Return one bar a row, each of segments: a colour and a number. The label stands above it."""
    row_height, top = 40, 30
    most = max((sum(n for _, n in segments) for _, segments in rows), default=0) or 1
    room = width - 2
    parts = [f'<text class="t" x="0" y="14">{escape(title)}</text>']
    for place, (label, segments) in enumerate(rows):
        y = top + place * row_height
        parts.append(f'<text x="0" y="{y + 12}">{escape(label)}</text>')
        x = 0.0
        for colour, number in segments:
            size = number / most * room
            if number:
                parts.append(
                    f'<rect class="s{colour}" x="{x:.1f}" y="{y + 17}" '
                    f'width="{max(size, 1):.1f}" height="14"/>'
                )
            x += size
    height = top + len(rows) * row_height + 24
    y = height - 22
    parts.append(f'<line class="x" x1="0" y1="{y}" x2="{room}" y2="{y}"/>')
    parts.append(f'<text class="a" x="0" y="{y + 16}">0</text>')
    parts.append(
        f'<text class="a" x="{room}" y="{y + 16}" text-anchor="end">{most:,} {escape(unit)}</text>'
    )
    return svg(width, height, title, description, "".join(parts))


def sparkline(values: Sequence[int], marked: Sequence[int], title: str, description: str) -> str:
    """Return small bars; where ``marked`` is more than 0, a mark stands below."""
    width, height, floor = 140, 24, 19
    step = width / max(len(values), 1)
    most = max(values, default=0) or 1
    parts = [f'<line class="g" x1="0" y1="{floor}" x2="{width}" y2="{floor}"/>']
    bars = "".join(
        f"M{place * step:.1f} {floor}h{step * 0.8:.1f}v{-max(value / most * floor, 1):.1f}"
        f"h{-step * 0.8:.1f}z"
        for place, value in enumerate(values)
        if value
    )
    parts += [f'<path class="s0" d="{bars}"/>'] if bars else []
    marks = "".join(
        f"M{place * step:.1f} {floor + 2}h{step * 0.8:.1f}v3h{-step * 0.8:.1f}z"
        for place, value in enumerate(marked)
        if value
    )
    parts += [f'<path class="s5" d="{marks}"/>'] if marks else []
    return svg(width, height, title, description, "".join(parts), "spark")


class _Scale:
    """Where things stand in a plot with two axes."""

    def __init__(self, width: int, most: float, places: int) -> None:
        self.width = width
        self.step = _nice_step(most)
        self.most = max(math.ceil(most / self.step), 1) * self.step
        self._slot = (width - _LEFT - _RIGHT) / max(places, 1)
        self.bar = max(self._slot * 0.8, 1.0)
        self.floor = _HEIGHT - _BOTTOM

    def x(self, place: int) -> float:
        return _LEFT + place * self._slot + (self._slot - self.bar) / 2

    def y(self, value: float) -> float:
        return self.floor - value / self.most * (self.floor - _TOP)


def _axes(
    scale: _Scale,
    title: str,
    axes: tuple[str, str],
    labels: Sequence[str],
    say: Callable[[float], str] = lambda value: f"{value:,.0f}",
) -> str:
    across, up = axes
    parts = [
        f'<text class="t" x="0" y="13">{escape(title)}</text>',
        f'<text class="a" x="0" y="28">{escape(up)}</text>',
        f'<text class="a" x="{scale.width - _RIGHT}" y="{_HEIGHT - 4}" text-anchor="end">'
        f"{escape(across)}</text>",
    ]
    for number in range(round(scale.most / scale.step) + 1):
        value = number * scale.step
        y = scale.y(value)
        line = "x" if not number else "g"
        parts.append(
            f'<line class="{line}" x1="{_LEFT}" y1="{y:.1f}" x2="{scale.width - _RIGHT}" '
            f'y2="{y:.1f}"/><text class="a" x="{_LEFT - 6}" y="{y + 4:.1f}" text-anchor="end">'
            f"{escape(say(value))}</text>"
        )
    longest = max(map(len, labels), default=0)
    fitting = max(int((scale.width - _LEFT) / (7 * longest + 6)), 1)
    every = max(math.ceil(len(labels) / fitting), 1)
    for place in range(0, len(labels), every):
        x = scale.x(place) + scale.bar / 2
        parts.append(
            f'<text class="a" x="{x:.1f}" y="{scale.floor + 16}" text-anchor="middle">'
            f"{escape(labels[place])}</text>"
        )
    return "".join(parts)


def _nice_step(most: float) -> float:
    """Return a round distance between about four lines up to ``most``."""
    if most <= 4:
        return 1
    power = 10 ** math.floor(math.log10(most / 4))
    return next(float(power * n) for n in (1, 2, 2.5, 5, 10) if most / (power * n) <= 4.5)
