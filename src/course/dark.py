"""A figure for a dark slide: paper and ink change places, and hues get lighter."""

from __future__ import annotations

import colorsys
from typing import Any

import numpy as np
from matplotlib import colors
from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.collections import Collection
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import Patch
from matplotlib.text import Text

PAPER, INK = 0.08, 0.93  # grey, from 0 to 1
DARKEST = 0.1  # the ink of a light figure
GREY = 0.08  # red, green and blue differ by less
LIGHTER = 0.35  # of the way to white, for hues
PASTEL = 0.45  # lighter ones fill what text stands on: none gets lighter than this
FADE = 0.8  # how fast they get darker on the way to white, which is paper
RGBA = tuple[float, float, float, float]


def turned(colour: Any) -> RGBA:
    """Say what a colour is on dark paper; how much it covers stays.

    Args:
        colour: as matplotlib takes one.

    Example:
        >>> colors.to_hex(turned("white")), colors.to_hex(turned("#1a1a1a"))
        ('#141414', '#ededed')
        >>> colors.to_hex(turned("#0072B2"))
        '#27b1ff'
    """
    red, green, blue, alpha = colors.to_rgba(colour)
    if max(red, green, blue) - min(red, green, blue) < GREY:
        depth = min((1 - (red + green + blue) / 3) / (1 - DARKEST), 1)
        grey = PAPER + depth * (INK - PAPER)
        return grey, grey, grey, alpha
    hue, light, strength = colorsys.rgb_to_hls(red, green, blue)
    if light > PASTEL:
        light = min(PASTEL, PAPER + (1 - light) * FADE)
    else:
        light += (1 - light) * LIGHTER
    return *colorsys.hls_to_rgb(hue, light, strength), alpha


def darken(figure: Figure) -> None:
    """Turn all colours of a figure, in place; pictures and colour scales stay.

    Args:
        figure: as it was drawn for white paper.

    Example:
        >>> figure = Figure()
        >>> darken(figure)
        >>> colors.to_hex(figure.get_facecolor())
        '#141414'
    """
    figure.draw_without_rendering()  # ticks are made when they are first drawn
    kept = {artist for axes in figure.axes for artist in _on_pictures(axes)}
    for artist in dict.fromkeys(figure.findobj()):
        if artist not in kept:
            _turn(artist)
    for axes in figure.axes:
        for axis in (axes.xaxis, axes.yaxis):  # of ticks that are made later
            look = axis.get_tick_params()
            for part in ("color", "labelcolor", "grid_color"):
                if part in look:
                    axis.set_tick_params(**{part: turned(look[part])})  # type: ignore[arg-type]


def _on_pictures(axes: Axes) -> list[Artist]:
    """List texts and lines that were given a colour for the picture below them."""
    filled = [c for c in axes.collections if c.get_array() is not None]
    pictures = [*axes.images, *(mesh for mesh in filled if not _is_grey(mesh))]
    boxes = [picture.get_window_extent() for picture in pictures]
    return [
        artist
        for artist in (*axes.texts, *axes.lines)
        if any(box.contains(*_centre(artist)) for box in boxes)
    ]


def _centre(artist: Artist) -> tuple[float, float]:
    box = artist.get_window_extent()
    return (box.x0 + box.x1) / 2, (box.y0 + box.y1) / 2


def _turn(artist: Artist) -> None:
    for effect in artist.get_path_effects() or ():
        look = getattr(effect, "_gc", {})  # matplotlib has no other way to it
        if "foreground" in look:
            look["foreground"] = turned(look["foreground"])
    if isinstance(artist, Text):
        artist.set_color(turned(artist.get_color()))
        # neither is a child that `findobj` would find
        for part in (artist.get_bbox_patch(), getattr(artist, "arrow_patch", None)):
            if part is not None:
                _turn(part)
    elif isinstance(artist, Line2D):
        # read both before a change: they may follow the colour of the line
        face, edge = artist.get_markerfacecolor(), artist.get_markeredgecolor()
        artist.set_color(turned(artist.get_color()))
        artist.set_markerfacecolor(turned(face))
        artist.set_markeredgecolor(turned(edge))
    elif isinstance(artist, Patch):
        face, edge = artist.get_facecolor(), artist.get_edgecolor()
        # of a patch with an opacity of its own, only "none" stays without colour
        artist.set_facecolor(turned(face) if turned(face)[3] else "none")
        artist.set_edgecolor(turned(edge) if turned(edge)[3] else "none")
    elif isinstance(artist, Collection):
        faces, edges = artist.get_facecolor(), artist.get_edgecolor()
        if artist.get_array() is None:
            artist.set_facecolor([turned(colour) for colour in faces])
            artist.set_edgecolor([turned(colour) for colour in edges])
        elif _is_grey(artist):
            shades = artist.get_cmap()(range(artist.get_cmap().N))
            artist.set_cmap(colors.ListedColormap([turned(shade) for shade in shades]))
            if len(edges) == 1:  # one for all: not a shade itself
                artist.set_edgecolor(turned(edges[0]))


def _is_grey(filled: Collection) -> bool:
    """Say whether its values have shades of grey, which mean paper and ink."""
    shades = filled.get_cmap()(range(filled.get_cmap().N))[:, :3]
    return filled.get_array() is not None and bool(np.ptp(shades, axis=1).max() < GREY)
