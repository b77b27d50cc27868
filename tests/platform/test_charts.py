"""Each chart is an SVG with words, the same figures in a table, and colours that survive grey print."""

import datetime as dt
import re
import time
from itertools import pairwise
from xml.etree import ElementTree

import pytest
from hypothesis import given
from hypothesis import strategies as st

from zhagen.platform.charts import (
    PALETTE,
    Interval,
    Term,
    bar_chart,
    draw_charts,
    interval_chart,
    month_chart,
    stacked_bar_chart,
    term_chart,
)
from zhagen.platform.small_charts import interval_svg, sparkline_svg, wide_bar_svg
from zhagen.platform.tables import text_rows

CHARTS = {
    "bars": bar_chart(
        "各社区预算余额", [("和顺社区", 1234500), ("安宁<社区>", 5000)], unit="元", kind="money"
    ),
    "stacked": stacked_bar_chart(
        "需求去向", [("一季度", {"购买": 5, "转办": 3}), ("二季度", {"购买": 4})], unit="件"
    ),
    "intervals": interval_chart(
        "解决率", [Interval("和顺社区", 0.5, 0.62, 0.71)], unit="比例", bounds=(0, 1)
    ),
    "months": month_chart(
        "支付进度", {"计划": [("2026-01", 10), ("2026-02", 20)], "实际": [("2026-01", 8)]}, unit="万元"
    ),
    "terms": term_chart(
        "合同期限",
        [Term("甲合同", dt.date(2026, 1, 1), dt.date(2026, 12, 31), "项目制")],
        today=dt.date(2026, 6, 1),
    ),
}


@pytest.fixture(scope="module")
def drawn(tmp_path_factory):
    folder = tmp_path_factory.mktemp("charts")
    return dict(zip(CHARTS, draw_charts(list(CHARTS.values()), folder), strict=True)), folder


@pytest.mark.parametrize("name", CHARTS)
def test_a_chart_is_an_svg_with_title_words_and_its_labels(name, drawn):
    chart, svg = CHARTS[name], drawn[0][name].read_text("utf-8")

    root = ElementTree.fromstring(svg)

    assert root.get("role") == "img"
    assert root.get("aria-label") == chart.alternative
    assert root.find("{http://www.w3.org/2000/svg}title").text == chart.title
    shown = "".join(root.itertext())
    for row in text_rows(chart.table):
        assert row[0] in shown or name == "stacked"
    assert "<script" not in svg
    assert 'style="' not in svg


@pytest.mark.parametrize("name", CHARTS)
def test_the_words_and_the_table_carry_the_figures(name):
    chart = CHARTS[name]

    rows = list(text_rows(chart.table))

    assert rows
    assert rows[0][0] in chart.alternative
    assert len(rows[0]) == len(chart.table.columns)


def test_money_is_drawn_in_yuan_and_told_exactly():
    chart = CHARTS["bars"]

    assert chart.spec["data"]["values"][0]["value"] == 12345.0
    assert "和顺社区 12,345.00" in chart.alternative


def test_a_drawn_chart_is_kept_and_not_drawn_again(drawn):
    paths, folder = drawn
    before = paths["bars"].stat().st_mtime_ns

    began = time.monotonic()
    again = draw_charts(list(CHARTS.values()), folder)

    assert again == list(paths.values())
    assert paths["bars"].stat().st_mtime_ns == before
    assert time.monotonic() - began < 0.1
    assert {path.suffix for path in folder.iterdir()} == {".svg"}


def test_the_line_at_today_stands_between_the_ends_of_a_term(drawn):
    root = ElementTree.fromstring(drawn[0]["terms"].read_text("utf-8"))

    lines = [
        line for line in root.iter("{http://www.w3.org/2000/svg}line") if line.get("stroke") == "#000000"
    ]
    places = [float(line.get("transform").partition("(")[2].partition(",")[0]) for line in lines]
    assert [round(place / 480, 1) for place in places] == [0.4]  # the first of June


def test_another_figure_or_title_is_another_drawing():
    one, two, three = (
        bar_chart(title, [("甲", value)], unit="件") for title, value in (("图", 1), ("图", 2), ("画", 1))
    )

    assert len({one.digest, two.digest, three.digest}) == 3


def test_neighbouring_colours_differ_in_lightness():
    def lightness(colour):
        red, green, blue = (int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5))
        linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in (red, green, blue)]
        return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]

    steps = [abs(lightness(one) - lightness(other)) for one, other in pairwise(PALETTE)]

    assert min(steps) > 0.1


@given(st.lists(st.none() | st.floats(-1e9, 1e9), max_size=40), st.text(alphabet="近月<>&\"'", max_size=9))
def test_any_figures_make_a_well_formed_small_line(values, words):
    root = ElementTree.fromstring(sparkline_svg(values, words=words))

    assert root.get("aria-label") == words
    assert "nan" not in ElementTree.tostring(root, "unicode").lower()


@given(st.floats(-10, 10), st.floats(-10, 10), st.floats(-10, 10))
def test_a_small_interval_stays_on_its_scale(low, value, high):
    root = ElementTree.fromstring(interval_svg(low, value, high, bounds=(0, 1), words="x", mark=0.7))

    dot = root.find("{http://www.w3.org/2000/svg}circle")
    assert 0 < float(dot.get("cx")) < 120


def test_a_thousand_small_drawings_take_no_time():
    began = time.perf_counter()
    for i in range(1_000):
        sparkline_svg([i, 3, 5, None, 9, 2] * 2, words="近12个月")
        interval_svg(0.2, 0.5, 0.7, bounds=(0, 1), words="x")

    assert time.perf_counter() - began < 1


def test_a_wide_bar_draws_the_part_within_the_whole_to_the_scale_of_the_longest():
    drawn = wide_bar_svg(250, 500, 1000, words='得到 250，申请 500 & "更多"')

    assert [float(each) for each in re.findall(r"M0 0h([\d.]+)v", drawn)] == [1000, 500, 250]
    assert 'preserveAspectRatio="none"' in drawn
    assert "style" not in drawn
    assert "得到 250，申请 500 &amp; " in drawn
    assert wide_bar_svg(0, 0, 0, words="无").count("<path") == 3
