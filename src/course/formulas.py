r"""Formulas as pictures for the eye and as MathML for the ear, made ahead of time.

MathML alone leaves it to the fonts of each computer whether a root is drawn over what
it is the root of; a script that draws it would be some megabytes.
"""

from __future__ import annotations

import re
import warnings

from latex2mathml.converter import convert

SIZE = 20  # of a formula's letters in the units of its picture
EM = 17.0  # as many of these units are one em on the page: x is as high as the text's


def svg(tex: str, inline: bool) -> str:
    """Draw a formula in the colour of the text around it.

    Args:
        tex: in LaTeX, without dollars.
        inline: whether it stands within a line.

    Example:
        >>> svg("x", inline=True)[:23]
        '<svg aria-hidden="true"'
    """
    with warnings.catch_warnings():  # how it finds its fonts is deprecated in 3.11
        warnings.simplefilter("ignore", DeprecationWarning)
        from ziamath.config import config
        from ziamath.zmath import Latex
    config.svg2 = False  # paths alone: nothing to name, nothing to clash
    formula = Latex(tex, size=SIZE, color="currentColor", inline=inline)
    sink = f"vertical-align: {formula.getyofst() / EM:.3f}em"
    drawn = re.sub(
        r'width="([\d.]+)" height="([\d.]+)"',
        lambda found: 'width="{:.3f}em" height="{:.3f}em"'.format(
            *(float(side) / EM for side in found.groups())
        ),
        formula.svg(),
        count=1,
    )
    style = f' style="{sink}"' if inline else ""
    return drawn.replace("<svg ", f'<svg aria-hidden="true"{style} ', 1)


def html(tex: str, inline: bool) -> str:
    """Write a formula for the eye and for a screen reader.

    Args:
        tex: in LaTeX, without dollars.
        inline: whether it stands within a line.

    Returns:
        an element of the class "formula"; what is only for the ear in it is of the
        class "visually-hidden".

    Example:
        >>> "<math" in html("x^2", inline=False)
        True
    """
    spoken = convert(tex, display="inline" if inline else "block")
    tag = "span" if inline else "div"
    hidden = f'<span class="visually-hidden">{spoken}</span>'
    return f'<{tag} class="formula">{svg(tex, inline)}{hidden}</{tag}>'
