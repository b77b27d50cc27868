"""Every official paper fills from its fields and reads back; an own template shows data, no more."""

import io
import tomllib

import pytest

from zhagen.core.errors import RuleError, SeveralRulesError, render
from zhagen.platform.documents import check_template, fill_document, paper_fields, sample_data
from zhagen.platform.files import sha256_hex
from zhagen.platform.texts import catalogue
from zhagen.platform.word_templates import build_paper, source_files

PAPERS = [f"{path.parents[1].name}/{path.stem}" for path in source_files()]
NAMED = (
    *("project_request", "meeting_paper", "requirement_plan", "selection_notice", "award_notice"),
    *("unsuccessful_notice", "contract_project", "contract_post", "acceptance_form", "payment_approval"),
    *("opening_record", "draw_record", "score_sheets", "evaluation_report", "decision_record"),
    *("result_notice", "direct_reason"),
    *("self_evaluation", "handover_list"),
    *("month_street", "month_station", "month_community", "month_agency"),
)


def read_back(content):
    """Return all text of a Word file: paragraphs, then cells."""
    from docx import Document

    paper = Document(io.BytesIO(content))
    cells = [cell.text for grid in paper.tables for row in grid.rows for cell in row.cells]
    return "\n".join([*(line.text for line in paper.paragraphs), *cells])


def own_template(*lines):
    """Return an office's own template with these lines."""
    return build_paper("\n".join(["# 本街道立项请示", *lines]))


def problems(*lines):
    with pytest.raises(SeveralRulesError) as caught:
        check_template("procurement/project_request", own_template(*lines))
    return [(error.code, error.figures) for error in caught.value.errors]


def test_all_papers_of_the_chain_ship():
    assert {name.split("/")[1] for name in PAPERS} == set(NAMED)


@pytest.mark.parametrize("name", PAPERS)
def test_a_paper_fills_from_its_fields_and_reads_back(name):
    data = sample_data(name)

    filled = fill_document(name, data)

    text = read_back(filled.content)
    assert filled.sha256 == sha256_hex(filled.content)
    assert "{{" not in text
    assert "{%" not in text
    for key, value in data.items():
        if isinstance(value, str) and value:
            assert value in text, key
        if isinstance(value, list):
            for part in (part for part in value[0].values() if isinstance(part, str)):
                assert text.count(part) >= 2, (key, part)


@pytest.mark.parametrize("path", source_files(), ids=lambda path: path.stem)
def test_a_shipped_word_file_is_what_its_source_builds(path):
    source = tomllib.loads(path.read_text("utf-8"))

    assert read_back(path.with_suffix(".docx").read_bytes()) == read_back(build_paper(source["body"]))
    assert set(source["title"]) == {"zh", "en"}


@pytest.mark.parametrize("name", PAPERS)
def test_a_shipped_template_passes_the_check_that_an_office_s_own_must_pass(name):
    from zhagen.platform.documents import template_path

    check_template(name, template_path(name).read_bytes())


def test_money_days_and_empty_fields_are_written_as_papers_write_them():
    data = sample_data("procurement/payment_approval") | {"amount_fen": 7040050, "voucher_number": None}

    text = read_back(fill_document("procurement/payment_approval", data).content)

    assert "人民币70,400.50元（大写：柒万零肆佰元伍角）" in text
    assert "2026年10月12日" in text
    assert "支付凭证号（财政系统支付后填写）：＿＿＿＿" in text


def test_what_a_person_typed_stays_text_in_the_paper():
    nasty = "甲 <w:p/> & {{ office }} {% x %} \x00 第二行\n第三行"
    data = sample_data("procurement/project_request") | {"scope": nasty}

    text = read_back(fill_document("procurement/project_request", data).content)

    assert "甲 <w:p/> & {{ office }} {% x %}  第二行\n第三行" in text


def test_a_missing_value_is_named_in_chinese():
    data = sample_data("procurement/project_request")
    del data["budget_fen"]

    with pytest.raises(RuleError) as caught:
        fill_document("procurement/project_request", data)

    assert caught.value.figures["missing"] == "预算（分）"


def test_an_office_s_own_template_of_the_same_name_is_used(tmp_path):
    own = own_template(
        "本街道：{{ office }}，预算 {{ budget_fen|yuan }} 元", "{{ needs[0].text }}"[:0] or "完"
    )
    (tmp_path / "project_request.docx").write_bytes(own)
    name = "procurement/project_request"

    filled = fill_document(name, sample_data(name), own_folder=tmp_path)

    assert "本街道：和平街道办事处，预算 180,000.00 元" in read_back(filled.content)
    assert filled.template_sha256 == sha256_hex(own)


def test_unknown_fields_of_an_own_template_are_named_at_once():
    found = problems("{{ offce }}", "{%p for need in needs %}", "{{ need.txt }}", "{%p endfor %}")

    assert [(code, figures["field"]) for code, figures in found] == [
        ("document.unknown_field", "offce"),
        ("document.unknown_field", "txt"),
    ]


@pytest.mark.parametrize(
    "line",
    [
        "{{ office.__class__ }}",
        "{{ office.upper() }}",
        "{{ ''.__class__.__mro__ }}",
        "{{ 9**9**9 }}",
        "{{ office * 1000000000 }}",
        "{{ range(9) }}",
        "{{ needs|map(attribute='text') }}",
        "{{ office|attr('x') }}",
        "{% set x = 1 %}",
        "{% include 'x' %}",
        "{% macro m() %}{% endmacro %}",
        "{{ lipsum }}",
        "{{ self }}",
        "{{ 'a' ~ 'b' }}",
        "{{ needs['__len__'] }}",
        "{% for a, b in needs %}{% endfor %}",
    ],
)
def test_an_own_template_can_run_nothing(line):
    assert {code for code, _ in problems(line)} <= {
        "document.step_not_allowed", "document.unknown_field", "document.bad_syntax",
    }  # fmt: skip


def test_broken_braces_are_told_with_what_to_do():
    found = problems("{{ office }", "{%p for need in needs %}")

    assert found[0][0] == "document.bad_syntax"
    text = render(RuleError(found[0][0], **found[0][1]), catalogue(), "zh")
    assert "{{ }}" in text


def test_a_hostile_property_of_the_file_reaches_nothing(tmp_path):
    from docx import Document

    out = io.BytesIO()
    paper = Document(io.BytesIO(own_template("{{ office }}")))
    paper.core_properties.subject = "{{ ''.__class__.__mro__[1].__subclasses__() }}"
    paper.save(out)
    (tmp_path / "project_request.docx").write_bytes(out.getvalue())
    name = "procurement/project_request"

    with pytest.raises(RuleError):
        fill_document(name, sample_data(name), own_folder=tmp_path)


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04broken", b"%PDF-1.4", "文字".encode()])
def test_a_file_that_is_no_word_file_is_refused(content):
    with pytest.raises(RuleError, match=r"upload\."):
        check_template("procurement/project_request", content)


@pytest.mark.parametrize("name", ["../x", "procurement/none", "procurement/../../x", ""])
def test_an_unknown_paper_is_named(name):
    with pytest.raises(RuleError, match=r"document\.no_such_template"):
        paper_fields(name)


def test_the_post_based_contract_has_no_field_of_labour_dispatch():
    fields = set(paper_fields("procurement/contract_post"))

    assert not {field for field in fields if "wage" in field or "person" in field or "appoint" in field}
    assert set(paper_fields("procurement/contract_project")) == fields


def test_the_guide_names_every_paper_and_field_form():
    guide = (source_files()[0].parents[3] / "docs" / "guides" / "papers.md").read_text("utf-8")

    assert all(f"`{path.stem}.docx`" in guide for path in source_files())
    assert all(f"|{name} }}}}" in guide for name in ("yuan", "capital", "day", "percent"))
