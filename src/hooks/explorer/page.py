"""The explorer as HTML: in a notebook's cell, and as a page of its own."""

import json
from base64 import b64encode
from hashlib import sha256
from html import escape
from io import BytesIO
from pathlib import Path
from string import Template

HERE = Path(__file__).parent
ORDER = "unpack shapes scales words grid large controls explorer start"
SCRIPTS = tuple(f"{name}.js" for name in ORDER.split())
COLOURS = 64  # of the static picture, whose shades are those of one colour map
WHY = (
    "This is a picture of the last snapshot: no scripts run here, as on GitHub, in a "
    "notebook that is not trusted, or where they are switched off. In JupyterLab, run "
    "the cell, or choose Trust Notebook, to move through the snapshots."
)


def fragment(data: dict[str, object], pictures: list[bytes], words: str) -> str:
    """Write the explorer as a piece of HTML, to stand in any page, more than once.

    The static pictures are all that is to be seen where scripts do not run; where they
    do, the explorer takes their place.

    Args:
        data: see `encode`.
        pictures: PNG files.
        words: what the pictures show.
    Example:
        >>> html = fragment({"frames": ["</script>"]}, [], "nothing")
        >>> html.count("</script>")
        2
    """
    text = json.dumps(data, separators=(",", ":"), ensure_ascii=False)
    code = "\n".join((HERE / name).read_text("utf-8") for name in SCRIPTS)
    style = (HERE / "explorer.css").read_text("utf-8")
    key = sha256(f"{text}{code}{style}".encode()).hexdigest()[:16]
    images = "".join(
        f'<img src="data:image/png;base64,{b64encode(each).decode()}" '
        f'alt="{escape(words)}" style="max-width: 100%">'
        for each in pictures
    )
    safe = text.replace("<", "\\u003c")  # "</script" would end it, wherever it stands
    return (
        f'<div class="hooks-explorer" data-key="{key}">'
        f'<p class="hooks-why">{escape(WHY)}</p>{images}'
        f'<script type="application/json">{safe}</script>'
        f'<script type="module">\nconst KEY = "{key}";\n'
        f"const STYLE = {json.dumps(style)};\n{code}</script></div>"
    )


def page(explorer: str, title: str) -> str:
    """Write a page that holds an explorer and asks for nothing from anywhere.

    Example:
        >>> "<title>a &lt; b</title>" in page("", "a < b")
        True
    """
    template = Template((HERE / "page.html").read_text("utf-8"))
    return template.substitute(title=escape(title), explorer=explorer)


def small(png: bytes) -> bytes:
    """Make a picture of few shades small, by giving it a palette.

    Args:
        png: a PNG file.
    Returns:
        A PNG file of the same size in pixels, with `COLOURS` shades at most.
    Example:
        >>> from PIL import Image
        >>> picture, buffer = Image.new("RGB", (8, 4), "white"), BytesIO()
        >>> picture.save(buffer, "png")
        >>> made = Image.open(BytesIO(small(buffer.getvalue())))
        >>> made.size, made.mode
        ((8, 4), 'P')
    """
    from PIL import Image  # comes with matplotlib, and is as slow to import

    picture = Image.open(BytesIO(png)).convert("RGB")
    few = picture.quantize(COLOURS, dither=Image.Dither.NONE)
    buffer = BytesIO()
    few.save(buffer, "png", optimize=True)
    return buffer.getvalue()
