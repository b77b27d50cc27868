"""Buying over HTTP: from the plan to the award, and every page in every state and both languages."""

import datetime as dt

import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from tests.cast import COMMUNITY, cast, foreign_cast
from tests.procurement import builders_tender as made
from zhagen.audit.receipts import handed_in
from zhagen.procurement.actions.panel import active
from zhagen.procurement.models import Award, Bid, Plan, Tender


@pytest.fixture
def people():
    return cast()


def post(person, name, *args, **data):
    return person.client.post(reverse(name, args=args), data)


def plan_form(line) -> dict:
    return {
        "title": "东园社区独居老人支持服务", "kind": "project", "category": "elderly", "communities": [COMMUNITY],
        "no_needs_reason": "入户走访汇总的共性需求", "content": "定期探访、个案和互助小组。", "budget_line": str(line.pk),
        "budget_fen": "180000", "year_fen": "135,000", "method": "selection", "term_months": "12",
        "not_reserved_reason": "承接主体为社会服务机构", "staff_percent": "60", "wage_day": "15", "deemed_days": "15",
        "closing": ["term_elapsed", "acceptance_passed"], "promise_hours": "1800", "promise_visits": "240",
    }  # fmt: skip


def filled(client, url, data) -> dict:
    """Return the form's own initial values under what is typed."""
    form = client.get(url).context["form"]
    values = {name: form.get_initial_for_field(field, name) for name, field in form.fields.items()}
    return {name: value for name, value in values.items() if value is not None and value != ""} | data


def test_the_light_path_is_walked_over_http_from_plan_to_award(people):  # noqa: PLR0915 - one walk
    line = made.a_budget_line(people)
    handler, finance, discipline = people["handler"], people["finance"], people["discipline"]

    with time_machine.travel(made.DRAFTED_AT, tick=False):
        form = filled(handler.client, reverse("plan_draft"), plan_form(line))
        drafted = handler.client.post(reverse("plan_draft"), form)
        assert drafted.status_code == 302, drafted.context["form"].errors
        plan = Plan.objects.get()
        assert post(handler, "plan_submit", plan.pk).status_code == 302
        assert post(people["chief"], "plan_check", plan.pk).status_code == 302
        approved = post(
            people["leader"], "plan_approve", plan.pk, body="主任办公会", number="青禾办纪〔2026〕7号",
            decided_on="2026-03-02", attendees="5",
        )  # fmt: skip
        assert approved.status_code == 302
    with time_machine.travel(made.PUBLISHED_AT, tick=False):
        table = {"closes_at": "2026-03-19T17:00", "buyer": str(people["chief"].user.pk)}
        form = filled(handler.client, reverse("tender_draft", args=[plan.pk]), table)
        assert handler.client.post(reverse("tender_draft", args=[plan.pk]), form).status_code == 302
        tender = Tender.objects.get()
        words = {}
        for person, kind in ((handler, "handler"), (finance, "finance"), (discipline, "discipline")):
            shown = post(person, "tender_hold", tender.pk)
            words[kind] = shown.context["words"].words
        assert post(handler, "tender_publish", tender.pk).status_code == 302
        notice = people["outsider"].client.get(reverse("tender_notice", args=[tender.pk]))
        assert "对居民需求的理解" in notice.content.decode()
    with time_machine.travel(made.CLOSES_AT - dt.timedelta(hours=1), tick=False):
        for name, head in made.bidders(people).items():
            upload = SimpleUploadedFile("响应文件.docx", made.a_docx(name))
            sent = head.client.post(
                reverse("bid_submit", args=[tender.pk]),
                {"price_fen": str(made.PRICES[name]), "summary": f"{name}的做法", "file": upload},
            )
            assert "核验码" in sent.content.decode()
            assert handed_in(sent.context["bid"], "bid.sealed").code in sent.content.decode()
    with time_machine.travel(made.OPENED_AT, tick=False):
        assert post(handler, "tender_close", tender.pk).status_code == 302
        assert post(handler, "tender_draw", tender.pk).status_code == 302
        opened = post(
            handler, "tender_open_bids", tender.pk, first="handler", first_words=words["handler"],
            second="discipline", second_words=words["discipline"],
        )  # fmt: skip
        assert opened.status_code == 302, opened.context["form"].errors
        for seat in active(tender):
            person = made.member(people, seat)
            assert post(person, "seat_declare", seat.pk).status_code == 302
            marks = {f"{bid}:{line}": mark for (bid, line), mark in made.a_sheet(tender).marks.items()}
            assert post(person, "seat_score", seat.pk, dissent="", **marks).status_code == 302
        assert post(handler, "tender_finish_scoring", tender.pk).status_code == 302
        decided = post(
            people["leader"], "award_decide", tender.pk, body="主任办公会", number="青禾办纪〔2026〕9号",
            decided_on="2026-03-20", attendees="5",
        )  # fmt: skip
        assert decided.status_code == 302
        award = Award.objects.get()
        loser = made.bid_of(tender, "同心社会工作服务社")
        reasons = people["agency_head_2"].client.get(reverse("award_reasons", args=[loser.pk]))

    assert award.agency.name == "扎根社工服务中心"
    assert "贵机构第" in reasons.content.decode()


PAGES = (
    ("handler", "tender_view"), ("chief", "tender_view"), ("finance", "tender_view"), ("auditor", "tender_view"),
    ("outsider", "tender_notice"), ("agency_head", "bid_submit"), ("agency_head", "query_raise"),
)  # fmt: skip


@pytest.mark.parametrize("language", ["zh-hans", "en"])
@pytest.mark.parametrize("state", ["draft", "open", "closed", "opened", "scored", "awarded"])
def test_the_pages_of_a_round_open_in_every_state_and_language(people, state, language):
    tender = made.an_award(people).tender if state == "awarded" else made.a_tender(people, state)
    seat = tender.seats.first()
    asked = [(who, name, tender.pk) for who, name in PAGES]
    asked += [
        ("handler", name, None) for name in ("tender_list", "plan_list", "budget_line_list", "query_list")
    ]
    asked += [
        ("agency_head", "bid_offers", None),
        ("expert", "seat_list", None),
        ("outsider", "tender_notices", None),
    ]
    asked += [
        ("handler", "plan_view", tender.plan_id),
        ("handler", "budget_line_view", tender.plan.budget_line_id),
    ]
    asked += [
        ("agency_head", "bid_view", bid.pk) for bid in Bid.objects.filter(agency__name__startswith="扎根")
    ]
    asked += [("handler", "tender_cancel", tender.pk), ("handler", "tender_open_bids", tender.pk)]

    for who, name, pk in asked:
        url = reverse(name, args=[pk] if pk else [])
        answer = people[who].client.get(url, headers={"accept-language": language})
        secret = state == "draft" and name in {"tender_notice", "bid_submit", "query_raise"}
        expected = 404 if secret or (name == "tender_cancel") else 200
        assert answer.status_code == expected, (who, name)
    if seat and state in {"opened", "scored"}:
        url = reverse("seat_view", args=[seat.pk])
        member = made.member(people, seat)
        assert member.client.get(url, headers={"accept-language": language}).status_code == 200


def test_nothing_on_the_streets_pages_tells_how_many_or_who_before_the_opening(people):
    round_ = made.a_round(people, "closed")
    names = [name.encode() for name in round_.heads]

    for who in ("handler", "chief", "leader", "finance", "discipline", "auditor"):
        page = people[who].client.get(reverse("tender_view", args=[round_.tender.pk])).content
        assert not any(name in page for name in names), who
        for bid in Bid.objects.all():
            assert people[who].client.get(reverse("bid_view", args=[bid.pk])).status_code == 404
            assert people[who].client.get(reverse("bid_file", args=[bid.pk])).status_code == 404


def test_a_foreign_street_and_a_foreign_agency_see_what_an_absent_one_shows(people):
    award = made.an_award(people)
    foreign = foreign_cast()
    absent = "00000000-0000-4000-8000-000000000000"
    bid = made.bid_of(award.tender, "扎根社工服务中心")
    asked = [
        ("handler", "tender_view", award.tender_id), ("handler", "plan_view", award.tender.plan_id),
        ("handler", "award_view", award.pk), ("agency_head", "bid_view", bid.pk), ("agency_head", "bid_file", bid.pk),
        ("agency_head", "award_reasons", bid.pk), ("finance", "budget_line_view", award.tender.plan.budget_line_id),
        ("expert", "seat_view", award.tender.seats.first().pk), ("expert", "bid_file", bid.pk),
    ]  # fmt: skip

    for who, name, pk in asked:
        seen = foreign[who].client.get(reverse(name, args=[pk]))
        missing = foreign[who].client.get(reverse(name, args=[absent]))
        assert seen.status_code == missing.status_code == 404, (who, name)
        assert seen.content == missing.content


def test_wrong_words_show_a_clear_message_and_open_nothing(people):
    round_ = made.a_round(people, "drawn")
    other = made.a_round(people, "draft", of=made.a_plan(people))

    with time_machine.travel(made.OPENED_AT, tick=False):
        answer = post(
            people["handler"], "tender_open_bids", round_.tender.pk, first="handler",
            first_words=round_.words["handler"], second="finance", second_words=other.words["finance"],
        )  # fmt: skip

    assert answer.status_code == 422
    assert "许静" in answer.content.decode()
    assert round_.fresh().state == "closed"
    assert not Bid.objects.filter(price_fen__isnull=False).exists()
