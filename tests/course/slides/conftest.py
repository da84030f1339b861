"""Pictures of any size."""

import base64
from io import BytesIO

import pytest
from PIL import Image


@pytest.fixture(scope="session")
def png():
    """What a cell shows that draws: `png(888, 448)`; see `made`."""

    def made(width=888, height=448, drawn=()):
        """A row of `drawn` has lines across it, from the middle of the height on."""
        picture = Image.new("L", (width, height), 255)
        for row in drawn:
            for column in range(0, width, 8):
                picture.putpixel((column, height // 2 + row), 0)
        picture.save(file := BytesIO(), "png")
        text = base64.b64encode(file.getvalue()).decode()
        return {"text/plain": "<Figure size 8x4>", "image/png": text}

    return made
