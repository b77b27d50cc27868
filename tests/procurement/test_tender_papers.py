"""The Word papers of a round: what they say, when they can be made, their hash on file."""

import dataclasses
import datetime as dt
import io

import pytest
import time_machine
from django.urls import reverse
from docx import Document

from tests.cast import cast
from tests.procurement import builders_tender as made
from zhagen.audit.models import Event
from zhagen.core.errors import RuleError
from zhagen.platform.files import read_stored, sha256_hex
from zhagen.procurement.actions import award, tender
from zhagen.procurement.actions.paper import evidence_root
from zhagen.procurement.actions.tender_paper import ready_kinds, tender_document
from zhagen.procurement.models import Bid, Paper, Tender

LATER = made.AWARDED_AT + dt.timedelta(hours=1)


@pytest.fixture
def people():
    return cast()


def words_of(paper: Paper) -> str:
    file = Document(io.BytesIO(read_stored(evidence_root(), paper.file_digest)))
    cells = [cell.text for grid in file.tables for row in grid.rows for cell in row.cells]
    return "\n".join([*(line.text for line in file.paragraphs), *cells])


def make(people, of: Tender, kind: str) -> list[Paper]:
    return tender_document(of, kind, by=people["handler"].actor, now=LATER)


def test_each_paper_comes_with_its_step_and_never_before(people):
    known = {
        "draft": set(),
        "open": {"tender_notice"},
        "drawn": {"tender_notice", "draw_record"},
        "opened": {"tender_notice", "draw_record", "opening_record"},
        "scored": {"tender_notice", "draw_record", "opening_record", "score_sheets", "evaluation_report"},
    }
    plan = made.a_plan(people)
    for state, kinds in known.items():
        round_ = made.a_round(people, state, of=plan)
        assert ready_kinds(round_.fresh()) == kinds, state
        if state != "scored":
            ended = dt.datetime(2026, 3, 20, 2, 0, tzinfo=dt.UTC)
            Tender.objects.filter(pk=round_.tender.pk).update(state="cancelled", ended_at=ended)

    with pytest.raises(RuleError) as refused:
        make(people, round_.tender, "award_letter")
    assert refused.value.code == "paper.not_yet"


def test_the_opening_record_says_who_opened_what_and_when(people):
    round_ = made.a_round(people, "opened")

    (paper,) = make(people, round_.tender, "opening_record")

    text = words_of(paper)
    assert "启封时间\n2026-03-20 09:00（北京时间）" in text
    assert "经办人陈立文、财务许静" in text
    for bid in Bid.objects.filter(tender=round_.tender):
        assert bid.agency.name in text
        assert bid.content_digest[:16] in text
    assert "172,000.00" in text


def test_score_sheets_show_every_member_s_marks_as_handed_in_and_the_report_sums_them(people):
    of = made.a_tender(people, "scored")

    (sheets,) = make(people, of, "score_sheets")
    (report,) = make(people, of, "evaluation_report")

    text, summary = words_of(sheets), words_of(report)
    for seat in of.seats.filter(recused_at=None):
        assert seat.user.name in text
    assert "88" in text and "74" in text  # noqa: PT018 - best mark of the first, of the last member
    first = of.result["ranking"][0]
    assert f"{first['total_bp'] / 100:.2f}" in summary
    assert "推荐排序第一的 扎根社工服务中心" in summary
    assert "内控：自行采购管理办法（比选）" in summary


def test_result_decision_and_letters_name_the_winner_the_figures_and_each_loser_s_reasons(people):
    given = made.an_award(people)

    texts = {
        kind: [words_of(each) for each in make(people, given.tender, kind)]
        for kind in ("award_minutes", "result_notice", "award_letter", "loser_letters")
    }

    assert "青禾办纪〔2026〕9号" in texts["award_minutes"][0]
    assert "壹拾柒万贰仟元整" in texts["award_minutes"][0]
    assert "2026年3月27日前书面提出" in texts["result_notice"][0]
    assert "2026年4月23日前与我单位签订合同" in texts["award_letter"][0]
    assert len(texts["loser_letters"]) == 2
    for letter in texts["loser_letters"]:
        assert "扎根社工服务中心" in letter
        assert "总分与成交供应商相差" in letter
        assert "人员稳定与督导" in letter


def test_a_void_bid_gets_its_reason_and_no_marks(people):
    round_ = made.a_round(people, "opened")
    bid = made.bid_of(round_.tender, "和邻公益发展中心")
    Bid.objects.filter(pk=bid.pk).update(void_reason="没有按要求盖章")
    made._mark(people, round_)
    made._score(people, round_)
    award.decide_award(round_.fresh(), made.AWARD_DECISION, by=people["leader"].actor, now=made.AWARDED_AT)

    letters = make(people, round_.fresh(), "loser_letters")

    text = next(words_of(each) for each in letters if "和邻" in each.title)
    assert "没有按要求盖章" in text
    assert "响应无效，未计分" in text


def test_a_failed_round_publishes_why(people):
    of = made.a_tender(people, "closed")
    tender.fail_tender(of, "有效响应少于规定家数", by=people["handler"].actor, now=made.OPENED_AT)
    of.refresh_from_db()

    (paper,) = make(people, of, "result_notice")

    assert "本次采购没有成交，理由：有效响应少于规定家数" in words_of(paper)
    assert "成交供应商：" not in words_of(paper)
    assert "award_letter" not in ready_kinds(of)


def test_the_seed_stays_out_of_the_draw_record_until_the_award(people):
    of = made.a_tender(people, "scored")
    (before,) = make(people, of, "draw_record")
    award.decide_award(of, made.AWARD_DECISION, by=people["leader"].actor, now=made.AWARDED_AT)

    (after,) = make(people, of, "draw_record")

    assert of.draw_seed not in words_of(before)
    assert of.draw_seed in words_of(after)


def test_the_hash_on_file_is_the_file_s_and_stands_in_the_log(people):
    of = made.a_tender(people, "open")

    (paper,) = make(people, of, "tender_notice")

    content = read_stored(evidence_root(), paper.file_digest)
    assert paper.file_digest == sha256_hex(content)
    event = Event.objects.filter(kind="tender.document_made").get()
    assert paper.file_digest in event.payload.text
    assert of.frozen_digest in words_of(paper)


def test_no_paper_is_made_of_a_round_whose_rows_were_changed_behind_the_notice(people):
    of = made.a_tender(people, "opened")
    Tender.objects.filter(pk=of.pk).update(notice="改过的公告")
    of.refresh_from_db()

    with pytest.raises(RuleError) as refused:
        make(people, of, "opening_record")

    assert refused.value.code == "tender.frozen_differs"
    assert not Paper.objects.exists()


def test_papers_are_made_by_a_button_on_the_page_in_chinese_for_an_english_reader_too(people):
    of = made.a_tender(people, "scored")
    client = people["handler"].client
    page = client.get(reverse("tender_view", args=[of.pk]), headers={"accept-language": "en"})
    url = reverse("tender_document", args=[of.pk, "evaluation_report"])

    with time_machine.travel(LATER, tick=False):
        answer = client.post(url, headers={"accept-language": "en"})

    assert url in page.content.decode()
    assert answer.status_code == 302
    paper = Paper.objects.get(kind="evaluation_report")
    assert paper.tender_id == of.pk
    assert "以比选方式采购" in words_of(paper)
    again = client.get(reverse("tender_view", args=[of.pk])).content.decode()
    assert reverse("paper_download", args=[paper.pk]) in again


@pytest.mark.parametrize("kind", ["award_letter", "no_such_paper"])
def test_a_paper_too_early_or_unknown_is_a_clear_message(people, kind):
    of = made.a_tender(people, "open")

    answer = people["handler"].client.post(reverse("tender_document", args=[of.pk, kind]))

    assert answer.status_code == 422
    assert not Paper.objects.exists()


def test_a_tie_in_totals_is_told_in_the_report(people):
    round_ = made.a_round(
        people, "opened", criteria=(*made.TABLE[:1], dataclasses.replace(made.TABLE[2], weight_bp=8000))
    )
    Bid.objects.filter(tender=round_.tender).update(price_fen=17_000_000)
    made.mark_alike(people, round_)

    (paper,) = make(people, round_.fresh(), "evaluation_report")

    assert "按公告时承诺的种子抽签" in words_of(paper)
