"""QR codes are well-formed SVG with a text alternative."""

from xml.etree import ElementTree

from zhagen.platform.qr import qr_svg


def test_a_code_is_an_svg_with_its_text_alternative_and_no_script():
    svg = qr_svg("https://zhagen.example/r/7K2M-9QXD", title="回执二维码 <1>")

    root = ElementTree.fromstring(svg)

    assert root.tag.endswith("svg")
    assert root.find("{http://www.w3.org/2000/svg}title").text == "回执二维码 <1>"
    assert int(root.get("width")) >= 150, "a phone reads it off a screen"
    assert "script" not in svg
    assert "style" not in svg


def test_two_texts_give_two_codes():
    assert qr_svg("甲", title="x") != qr_svg("乙", title="x")
