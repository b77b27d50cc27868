"""An office's own Word template: checked on upload, kept in versions, used by the papers, taken back."""

import io

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from docx import Document

from tests.cast import OTHER_STREET, STREET, cast, foreign_cast
from zhagen.audit.models import Event
from zhagen.platform.documents import fill_document, sample_data
from zhagen.platform.models import PaperTemplate
from zhagen.platform.word_templates import build_paper

PAPER = "procurement/award_notice"
ARGS = PAPER.split("/")


@pytest.fixture
def people():
    return cast()


def upload(person, *lines, name="自用模板.docx", content=None):
    body = content or build_paper("\n".join(["# 青禾街道中选通知", *lines]))
    return person.client.post(
        reverse("paper_template_upload", args=ARGS),
        {"file": SimpleUploadedFile(name, body), "note": "按街道办文格式"},
    )


def text_of(office):
    filled = fill_document(PAPER, sample_data(PAPER), office=office)
    return "\n".join(line.text for line in Document(io.BytesIO(filled.content)).paragraphs)


def test_an_own_template_is_used_for_its_street_only(people):
    answer = upload(people["handler"], "兹通知 {{ supplier }} 中选。")

    assert answer.status_code == 302
    assert "青禾街道中选通知" in text_of(STREET)
    assert "兹通知 同行社会工作服务中心 中选。" in text_of(STREET)
    assert "青禾街道中选通知" not in text_of(OTHER_STREET)
    assert Event.objects.filter(kind="paper_template.added").count() == 1


def test_a_wrong_field_is_named_and_nothing_is_put_in_force(people):
    answer = upload(people["handler"], "兹通知 {{ suplier }} 中选，金额 {{ amount_fen|yuan }} 元。")

    told = answer.content.decode()
    assert answer.status_code == 422
    assert "suplier" in told
    assert "按街道办文格式" in told  # what was typed is kept
    assert not PaperTemplate.objects.exists()
    assert "青禾街道中选通知" not in text_of(STREET)


@pytest.mark.parametrize(
    "content", [b"<html><body>{{ supplier }}</body></html>", b"PK\x03\x04broken", b"%PDF-1.7"]
)
def test_what_is_no_word_file_is_refused_clearly(people, content):
    answer = upload(people["handler"], content=content)

    assert answer.status_code == 422
    assert not PaperTemplate.objects.exists()


def test_a_step_that_is_not_allowed_is_refused(people):
    answer = upload(people["handler"], "{{ supplier.__class__ }}", "{% set x = 1 %}")

    assert answer.status_code == 422
    assert not PaperTemplate.objects.exists()


def test_versions_are_kept_used_again_and_the_built_in_restored(people):
    handler = people["handler"]
    upload(handler, "第一版 {{ supplier }}")
    upload(handler, "第二版 {{ supplier }}")
    first = PaperTemplate.objects.get(version=1)
    assert "第二版" in text_of(STREET)

    handler.client.post(reverse("paper_template_use", args=[first.pk]))
    assert "第一版" in text_of(STREET)
    page = handler.client.get(reverse("paper_template_view", args=ARGS)).content.decode()
    assert "本单位第 1 版" in page

    handler.client.post(reverse("paper_template_restore", args=ARGS))
    assert "第一版" not in text_of(STREET)
    assert PaperTemplate.objects.count() == 2
    assert handler.client.post(reverse("paper_template_restore", args=ARGS)).status_code == 422


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_the_pages_open_with_fields_and_files(people, language):
    upload(people["chief"], "自用 {{ supplier }}")
    own, header = PaperTemplate.objects.get(), {"accept-language": language}
    client = people["auditor"].client

    listed = client.get(reverse("paper_template_list"), headers=header).content.decode()
    shown = client.get(reverse("paper_template_view", args=ARGS), headers=header).content.decode()
    files = [
        client.get(reverse(name, args=args))
        for name, args in (
            ("paper_template_file", [own.pk]),
            ("paper_template_built_in", ARGS),
            ("paper_template_sample", ARGS),
        )
    ]

    assert reverse("paper_template_view", args=ARGS) in listed
    assert "{{ amount_fen|yuan }}" in shown
    assert reverse("paper_template_upload", args=ARGS) not in shown  # an auditor changes nothing
    for each in files:
        Document(io.BytesIO(each.content))


def test_another_street_sees_and_changes_nothing_and_an_unknown_paper_is_absent(people):
    upload(people["handler"], "自用 {{ supplier }}")
    own, stranger = PaperTemplate.objects.get(), foreign_cast()["handler"]

    assert stranger.client.get(reverse("paper_template_file", args=[own.pk])).status_code == 404
    assert stranger.client.post(reverse("paper_template_use", args=[own.pk])).status_code == 404
    assert "本单位第" not in stranger.client.get(reverse("paper_template_view", args=ARGS)).content.decode()
    assert people["agency_head"].client.get(reverse("paper_template_list")).status_code in {403, 404}
    for name in (
        "paper_template_view",
        "paper_template_built_in",
        "paper_template_sample",
        "paper_template_upload",
    ):
        assert people["handler"].client.get(reverse(name, args=["procurement", "nothing"])).status_code == 404
