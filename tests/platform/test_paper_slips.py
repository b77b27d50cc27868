"""The slips that residents get are set with Chinese glyphs, QR codes and all their words."""

import re
import shutil
import subprocess

import pytest

from zhagen.core.errors import RuleError
from zhagen.platform.pdf import pdf_from_typst
from zhagen.platform.qr import qr_svg

QR = qr_svg("https://zhagen.example/n/7K2M-9QXD", title="回执")
COMMON = {
    "office": "和平街道办事处", "contact_name": "吴静", "contact_phone": "010-55550123",
    "qr_svg": QR, "qr_words": "扫码查看全部进展", "printed_on": "2026年11月23日",
}  # fmt: skip
SLIPS = {
    "need_receipt": COMMON | {
        "number": "XQ-2026-0031", "code": "7K2M-9QXD", "text": "楼上独居老人没人帮买菜 #include <x> *星*",
        "place": "和顺社区", "raised_on": "2026年3月5日", "next_step": "社区打电话核实", "next_on": "3月8日",
        "address": "zhagen.example",
    },
    "notice_slip": COMMON | {
        "title": "抽访告知书", "number": "TZ-12", "recipient": "3号楼各位居民", "issued_on": "2026年3月5日",
        "paragraphs": ["本月将随机抽取门牌号上门听取意见。", "您可以不参加。"],
    },
    "building_sheet": COMMON | {
        "building": "和顺里3号楼", "quarter": "2026年第三季度", "total_cost": "1,234.50",
        "contact": {"name": "吴静", "phone": "010-55550123", "hours": "周二、周四"}, "notes": ["含待核实规则值"],
        "needs": [{"said": "楼道灯不亮", "done": "联系物业更换", "result": "已解决", "cost": "0.00"}] * 3
        + [{"said": "老人买菜难", "done": "邻里助餐小组", "result": "部分解决", "cost": "1,234.50"}],
    },
}  # fmt: skip


def words_of(pdf, tmp_path):
    if shutil.which("pdftotext") is None:
        pytest.skip("pdftotext (poppler-utils) is not installed: the slip is not read back")
    path = tmp_path / "slip.pdf"
    path.write_bytes(pdf)
    done = subprocess.run(["pdftotext", "-layout", path, "-"], check=True, capture_output=True, text=True)
    return re.sub(r"\s", "", done.stdout)


def texts_in(data):
    for key, value in data.items():
        if key == "qr_svg":
            continue
        for each in value if isinstance(value, list) else [value]:
            yield from each.values() if isinstance(each, dict) else [each]


@pytest.mark.parametrize("name", SLIPS)
def test_every_word_of_a_slip_is_on_the_paper(name, tmp_path):
    data = SLIPS[name]
    shown = words_of(pdf_from_typst(f"platform/{name}", data), tmp_path)
    unused = {"printed_on", "qr_words"} if name in ("need_receipt", "notice_slip") else set()

    for text in texts_in({key: value for key, value in data.items() if key not in unused}):
        assert re.sub(r"\s", "", text) in shown, text


def test_a_building_without_needs_says_what_to_do(tmp_path):
    data = SLIPS["building_sheet"] | {"needs": []}

    assert "说一次就行" in words_of(pdf_from_typst("platform/building_sheet", data), tmp_path)


def test_the_font_of_the_installed_package_will_do(tmp_path, monkeypatch):
    pytest.importorskip("manimgx_fonts_cjk")
    from zhagen.platform import fonts

    monkeypatch.setattr(fonts, "SYSTEM_FOLDERS", ())
    fonts.chinese_font.cache_clear()
    try:
        shown = words_of(pdf_from_typst("platform/building_sheet", SLIPS["building_sheet"]), tmp_path)
        assert "manimgx" in str(fonts.chinese_font().folders[0])
    finally:
        fonts.chinese_font.cache_clear()
    assert "楼道灯不亮" in shown


def test_an_unknown_slip_and_a_missing_field_are_refused_in_words():
    with pytest.raises(RuleError, match=r"document\.no_such_template"):
        pdf_from_typst("platform/none", {})
    with pytest.raises(RuleError, match=r"child\.failed"):
        pdf_from_typst("platform/need_receipt", {"office": "x"})
