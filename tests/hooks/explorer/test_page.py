import json
import re
import struct
from html.parser import HTMLParser
from importlib.resources import files
from io import BytesIO

import numpy as np
import pytest
from PIL import Image

from hooks.explorer.page import SCRIPTS, WHY, fragment, page, small

EVIL = '</script><script>alert("&")</script><!--'


class Reader(HTMLParser):
    """The elements of a piece of HTML, and what the scripts hold."""

    def __init__(self):
        super().__init__()
        self.elements, self.scripts, self.text = [], [], []

    def handle_starttag(self, tag, attrs):
        self.elements.append((tag, dict(attrs)))

    def handle_data(self, data):
        kind = self.elements[-1][0] if self.elements else ""
        (self.scripts if kind == "script" else self.text).append(data)


def read(html):
    reader = Reader()
    reader.feed(html)
    reader.close()
    return reader


def test_a_name_cannot_leave_its_place():
    data = {"frames": [EVIL], "layers": {EVIL: [0, 1]}}
    reader = read(page(fragment(data, [b"png"], EVIL), EVIL))
    assert json.loads(reader.scripts[0]) == data
    assert [tag for tag, _ in reader.elements].count("script") == 2
    (image,) = (attrs for tag, attrs in reader.elements if tag == "img")
    assert image["alt"] == EVIL
    assert not re.search(r"<(?!/script>)", reader.scripts[0])


def test_without_scripts_there_are_pictures_and_the_reason():
    reader = read(fragment({"frames": []}, [b"one", b"two"], "what it shows"))
    images = [attrs for tag, attrs in reader.elements if tag == "img"]
    assert [each["alt"] for each in images] == ["what it shows"] * 2
    assert all(each["src"].startswith("data:image/png;base64,") for each in images)
    assert WHY in "".join(reader.text)


def test_the_key_comes_of_the_content():
    keys = [
        re.search('data-key="(.*?)"', fragment({"frames": frames}, [], ""))[1]
        for frames in ([1], [1], [2])
    ]
    assert keys[0] == keys[1] != keys[2]


def test_nothing_is_asked_for_from_anywhere():
    html = page(fragment({}, [], ""), "")
    reader = read(html)
    places = {"src", "href", "action", "srcset", "data"}
    assert not [attrs for _, attrs in reader.elements if places & attrs.keys()]
    assert not re.search(r"@import|url\(|fetch\(|XMLHttp|import\s*\(", html)
    assert re.findall(r"https?://[^\"]*", html) == ["http://www.w3.org/2000/svg"]


def test_a_title_with_a_dollar_sign():
    assert page("$x", "5 $title").count("5 $title") == 2


def test_every_file_of_the_page_is_in_the_package():
    there = {each.name for each in files("hooks.explorer").iterdir()}
    assert {*SCRIPTS, "explorer.css", "page.html"} <= there


def test_a_picture_of_few_shades_looks_the_same():
    shades = np.linspace(0, 255, 40).astype(np.uint8)
    picture = np.stack([np.tile(shades, (200, 5))] * 3, axis=-1)
    buffer = BytesIO()
    Image.fromarray(picture).save(buffer, "png", compress_level=0)
    packed = small(buffer.getvalue())
    assert len(packed) < len(buffer.getvalue()) / 4
    again = np.asarray(Image.open(BytesIO(packed)).convert("RGB"))
    np.testing.assert_allclose(again, picture, atol=2)
    assert struct.unpack(">II", packed[16:24]) == (200, 200)


@pytest.mark.parametrize("name", SCRIPTS)
def test_a_script_cannot_end_the_script(name):
    code = files("hooks.explorer").joinpath(name).read_text("utf-8")
    assert "</script" not in code
    assert "<!--" not in code
