"""Pages of needs over HTTP: a resident without an account, the helper, the desk, the evaluator."""

import datetime as dt
import io
import re

import pytest
import xlsxwriter
from django.urls import reverse

from tests.cast import COMMUNITY, OTHER_COMMUNITY, cast, foreign_cast
from tests.procurement.builders import a_need
from zhagen.audit.models import Event
from zhagen.parties.actions.door import add_doors
from zhagen.parties.models import Door, Organisation, Place
from zhagen.platform.clock import now
from zhagen.platform.vault import PersonalData, masked_person
from zhagen.procurement.actions.need_receipt import receipt_of
from zhagen.procurement.actions.need_triage import clear_need
from zhagen.procurement.models import Need, NeedDoor, NeedRound, NeedWord


@pytest.fixture
def people():
    return cast()


def text_of(answer) -> str:
    return answer.content.decode()


def raise_on_phone(client, **more):
    form = {
        "place": COMMUNITY,
        "text": "楼道灯坏了，老人晚上不敢下楼",
        "theme": "safety",
        "who": "shared",
    } | more
    return client.post(reverse("need_raise"), form)


# ── the resident


def test_a_resident_raises_a_need_and_keeps_a_code_that_opens_its_page(people):
    client = people["outsider"].client

    answer = raise_on_phone(client, phone="138 0013 8000", name="王桂芳")
    page = client.get(answer["Location"])

    need = Need.objects.get()
    receipt = receipt_of(need)
    assert receipt in text_of(page)
    assert "2026" in text_of(page) or need.next_on.isoformat() in text_of(page)
    assert "街道经办人" in text_of(page)
    assert masked_person(need.raiser_ref).name == "王**"
    found = client.post(reverse("need_status"), {"receipt": receipt.replace("-", "").lower()})
    assert found["Location"] == reverse("need_follow", args=[receipt])


def test_the_status_page_shows_no_personal_data_and_no_private_text(people):
    client = people["outsider"].client
    need = a_need(
        people, text="家里老人生病没人照看", is_private=True, person=PersonalData("王桂芳", "13800138000")
    )

    page = text_of(client.get(reverse("need_follow", args=[receipt_of(need)])))

    for secret in ("王桂芳", "13800138000", "138****8000", "老人生病"):
        assert secret not in page


def test_nothing_chosen_means_only_the_desk_sees_it(people):
    people["outsider"].client.post(reverse("need_raise"), {"place": COMMUNITY, "text": "想找人说说话"})

    need = Need.objects.get()
    assert (need.is_private, need.theme) == (True, "other")


def test_the_short_address_of_a_poster_knows_community_and_building(people):
    page = text_of(
        people["outsider"].client.get(reverse("need_raise_at", args=[COMMUNITY]) + "?building=3号楼")
    )

    assert "东园社区" in page
    assert 'value="3号楼"' in page
    assert f'value="{COMMUNITY}"' in page
    assert people["outsider"].client.get("/n/000000000000/").status_code == 404


def test_the_raising_page_needs_no_script_and_no_account(people):
    page = text_of(people["outsider"].client.get(reverse("need_raise")))

    form = page[page.index('<form method="post" enctype') :]
    assert "onclick" not in page
    assert "<script" not in form
    assert form.count("required") <= 8


@pytest.mark.parametrize(
    ("typed", "told"),
    [
        ({"text": ""}, "这个字段是必填项"),
        ({"text": "灯" * 1001}, "1000"),
        ({"phone": "12345"}, "不像可以拨打的号码"),
        ({"place": "nowhere"}, ""),
        ({"theme": "<script>"}, ""),
        ({"who": "everyone"}, ""),
        ({"text": "灯\x00坏了"}, ""),
        ({"building": "楼" * 41}, "40"),
    ],
)
def test_bad_input_is_told_kept_and_keeps_nothing(people, typed, told):
    answer = raise_on_phone(people["outsider"].client, **{"name": "王桂芳"} | typed)

    assert answer.status_code == 422
    assert told in text_of(answer)
    assert "王桂芳" in text_of(answer)
    assert not Need.objects.exists()


def test_too_many_needs_from_one_address_are_stopped_with_what_was_typed(people):
    client = people["outsider"].client
    for number in range(30):
        assert raise_on_phone(client, text=f"第{number}件事").status_code == 302

    stopped = raise_on_phone(client, text="第三十一件事")

    assert stopped.status_code == 422
    assert "第三十一件事" in text_of(stopped)
    assert Need.objects.count() == 30


def test_a_wrong_code_is_an_absent_page(people):
    client = people["outsider"].client
    need = a_need(people)

    for wrong in ("ABCD-EFGH-JKMN", need.code, f"{need.code}2222", "x", "%00"):
        assert client.get(f"/n/status/{wrong}/").status_code == 404
    assert client.post(reverse("need_status"), {"receipt": "ABCD"}).status_code == 422


def test_three_big_buttons_take_the_raisers_word(people):
    client = people["outsider"].client
    need = a_need(people, "explained")
    url = reverse("need_follow", args=[receipt_of(need)])
    page = text_of(client.get(url))

    assert re.findall(r'name="word" value="(\w+)"', page) == ["met", "partly_met", "unmet"]
    client.post(reverse("need_say", args=[receipt_of(need)]), {"word": "met", "remark": "亮了"})

    need.refresh_from_db()
    assert need.state == "met"
    assert "已解决" in text_of(client.get(url))
    client.post(reverse("need_reopen", args=[receipt_of(need)]), {"remark": "又坏了"})
    need.refresh_from_db()
    assert need.state == "raised"


def test_a_word_before_any_answer_and_a_made_up_word_are_refused_clearly(people):
    client = people["outsider"].client
    need = a_need(people)
    url = reverse("need_say", args=[receipt_of(need)])

    assert client.post(url, {"word": "met", "remark": "我说的"}).status_code == 422
    assert "我说的" in text_of(client.post(url, {"word": "wonderful", "remark": "我说的"}))
    need.refresh_from_db()
    assert need.state == "raised"


def test_a_raiser_erases_his_phone_himself(people):
    need = a_need(people)

    people["outsider"].client.post(reverse("need_forget", args=[receipt_of(need)]))

    need.refresh_from_db()
    assert need.raiser_ref == ""
    assert Event.objects.filter(kind="person.erased").exists()


def test_the_slip_prints_as_page_and_pdf(people):
    client = people["outsider"].client
    receipt = receipt_of(a_need(people))

    assert receipt in text_of(client.get(reverse("need_slip", args=[receipt])))
    pdf = client.get(reverse("need_slip_pdf", args=[receipt]))
    assert pdf.content.startswith(b"%PDF")


# ── the helper


def test_a_helper_records_and_gets_a_slip_to_hand_over(people):
    client = people["community"].client
    form = {
        "place": COMMUNITY, "text": "独居，想有人陪着去医院", "theme": "elderly", "channel": "helper",
        "private_kind": "illness", "name": "李奶奶", "phone": "13900139000",
    }  # fmt: skip

    refused = client.post(reverse("need_record"), form)
    kept = client.post(reverse("need_record"), {**form, "has_consent": "on"})

    need = Need.objects.get()
    assert refused.status_code == 422
    assert "本人" in text_of(refused)
    assert "/slip/" in kept["Location"]
    assert (need.is_private, need.private_kind, need.helper) == (True, "illness", people["community"].user)


def test_a_helper_cannot_record_for_a_foreign_community(people):
    foreign_cast()
    form = {
        "place": OTHER_COMMUNITY,
        "text": "灯",
        "theme": "safety",
        "channel": "helper",
        "private_kind": "shared",
        "has_consent": "on",
    }

    assert people["community"].client.post(reverse("need_record"), form).status_code == 422
    assert not Need.objects.exists()


def test_a_pasted_chain_is_looked_through_before_it_is_kept(people):
    client = people["community"].client
    chain = "#接龙\n1. 王阿姨 3号楼501 想要晚上开放活动室 13800138000\n2. 谢谢社区\n3. 路灯坏了"

    page = client.post(reverse("need_paste"), {"place": COMMUNITY, "text": chain})
    assert not Need.objects.exists()
    assert "想要晚上开放活动室" in text_of(page)
    form = {"place": COMMUNITY, "form-TOTAL_FORMS": "3", "form-INITIAL_FORMS": "3"}
    for number, (text, keep) in enumerate(
        [("想要晚上开放活动室", "on"), ("谢谢社区", ""), ("路灯坏了", "on")]
    ):
        form |= {
            f"form-{number}-text": text,
            f"form-{number}-theme": "other",
            f"form-{number}-phone": "13800138000",
        }
        form |= {f"form-{number}-keep": keep} if keep else {}
    client.post(reverse("need_paste_keep"), form)

    assert sorted(Need.objects.values_list("text", flat=True)) == ["想要晚上开放活动室", "路灯坏了"]
    assert set(Need.objects.values_list("channel", flat=True)) == {"paste"}


def test_a_wrong_phone_in_one_entry_keeps_none_and_says_so(people):
    form = {"place": COMMUNITY, "form-TOTAL_FORMS": "2", "form-INITIAL_FORMS": "2"}
    for number, phone in enumerate(("13800138000", "12")):
        form |= {
            f"form-{number}-text": "路灯坏了",
            f"form-{number}-keep": "on",
            f"form-{number}-phone": phone,
        }

    answer = people["community"].client.post(reverse("need_paste_keep"), form)

    assert answer.status_code == 422
    assert "路灯坏了" in text_of(answer)
    assert not Need.objects.exists()


# ── the hotline's sheet


def a_sheet(rows, headings=("工单号", "社区", "诉求内容", "联系电话", "工单类别")) -> io.BytesIO:
    out = io.BytesIO()
    with xlsxwriter.Workbook(out, {"in_memory": True}) as book:
        sheet = book.add_worksheet()
        for line, row in enumerate([headings, *rows]):
            sheet.write_row(line, 0, row)
    out.seek(0)
    out.name = "hotline.xlsx"
    return out


GOOD = [("A1", "东园社区", "路灯坏了", "13800138000", "一般"), ("A2", COMMUNITY, "下水道堵", "", "紧急")]


def test_a_hotline_sheet_is_taken_in_and_may_be_sent_again(people):
    client = people["handler"].client

    first = client.post(reverse("need_import"), {"sheet": a_sheet(GOOD)})
    again = client.post(
        reverse("need_import"), {"sheet": a_sheet([*GOOD, ("A3", "东园社区", "井盖响", "", "")])}
    )

    assert first.status_code == again.status_code == 200
    assert sorted(Need.objects.values_list("work_order_no", flat=True)) == ["A1", "A2", "A3"]
    assert "跳过 2 条" in text_of(again)
    need = Need.objects.get(work_order_no="A1")
    assert (need.channel, need.order_class, need.is_private) == ("hotline", "ordinary", True)
    assert Event.objects.filter(kind="need.raised").count() == 3


@pytest.mark.parametrize(
    "bad",
    [
        ("A3", "不存在社区", "灯", "", ""),
        ("A3", "东园社区", "", "", ""),
        ("A3", "东园社区", "灯", "12", ""),
        ("A3", "东园社区", "灯", "", "特急"),
        ("A1", "东园社区", "同一工单", "", ""),
        ("A3", "柳岸社区", "别的街道", "", ""),
    ],
)
def test_one_wrong_row_keeps_the_whole_sheet_out_unless_asked(people, bad):
    client = people["handler"].client

    refused = client.post(reverse("need_import"), {"sheet": a_sheet([*GOOD, bad])})
    assert refused.status_code == 422
    assert not Need.objects.exists()
    carried_on = dict(re.findall(r'name="(sheet_kept|keep_good)" value="([^"]*)"', refused.content.decode()))
    kept = client.post(reverse("need_import"), carried_on)

    assert kept.status_code == 200
    assert Need.objects.count() == 2


@pytest.mark.parametrize("content", [b"", b"not a sheet", b"PK\x03\x04broken", b"%PDF-1.7"])
def test_what_is_no_sheet_is_refused_clearly(people, content):
    bad = io.BytesIO(content)
    bad.name = "hotline.xlsx"

    answer = people["handler"].client.post(reverse("need_import"), {"sheet": bad})

    assert answer.status_code == 422
    assert not Need.objects.exists()


def test_the_template_can_be_had_and_the_marked_copy_too(people):
    client = people["handler"].client

    assert client.get(reverse("need_import_template")).content.startswith(b"PK")
    marked = client.post(
        reverse("need_import"), {"sheet": a_sheet([("A3", "东园社区", "", "", "")]), "marked": "on"}
    )
    assert marked.content.startswith(b"PK")


# ── the desk


def test_the_list_filters_and_exports(people):
    client = people["handler"].client
    for state in ("raised", "to_buy", "met"):
        a_need(people, state, text=f"一件{state}的事")
    a_need(people, text="一件私密的事", is_private=True)

    assert "一件met的事" in text_of(client.get(reverse("need_list")))
    only = text_of(client.get(reverse("need_list"), {"state": "to_buy"}))
    assert "一件to_buy的事" in only
    assert "一件met的事" not in only
    assert "一件私密的事" in text_of(client.get(reverse("need_list"), {"show": "private"}))
    assert "一件私密的事" not in text_of(people["community"].client.get(reverse("need_list")))
    for kind in ("xlsx", "csv", "docx", "pdf"):
        made = client.get(reverse("need_list"), {"format": kind})
        assert made.status_code == 200
        assert b"".join(made.streaming_content)
    assert client.get(reverse("need_list"), {"state": "<x>", "place": "zz", "page": "-1"}).status_code == 200


def test_the_queries_of_the_list_do_not_grow_with_its_rows(people, django_assert_max_num_queries):
    client = people["handler"].client
    for _number in range(12):
        a_need(people)

    with django_assert_max_num_queries(22):
        client.get(reverse("need_list"))


@pytest.mark.parametrize(
    ("name", "form", "state"),
    [
        ("need_buy", {}, "to_buy"),
        ("need_transfer", {"to": "物业公司", "work_order_no": "W1"}, "transferred"),
        ("need_explain", {"answer": "周一修"}, "explained"),
        ("need_rule_out", {"to": "自来水集团", "answer": "供水管网由他们修"}, "outside_remit"),
    ],
)
def test_each_way_of_sorting_has_its_page(people, name, form, state):
    client, need = people["handler"].client, a_need(people)
    url = reverse(name, args=[need.pk])

    assert client.get(url).status_code == 200
    if form:
        assert client.post(url, {}).status_code == 422
    client.post(url, form)

    need.refresh_from_db()
    assert need.state == state
    assert client.get(reverse("need_view", args=[need.pk])).status_code == 200


def test_many_are_sorted_at_once(people):
    client = people["handler"].client
    needs = [a_need(people, text=f"工单{number}") for number in range(3)]

    client.post(
        reverse("need_sort_many"), {"needs": [need.pk for need in needs], "way": "transfer", "to": "物业公司"}
    )

    assert set(Need.objects.values_list("state", flat=True)) == {"transferred"}
    assert client.post(reverse("need_sort_many"), {"needs": [], "way": "buy"}).status_code == 422


def test_contact_is_shown_for_a_reason_only_and_the_reading_is_in_the_story(people):
    client, need = people["handler"].client, a_need(people)
    url = reverse("need_contact", args=[need.pk])

    page = text_of(client.get(reverse("need_view", args=[need.pk])))
    assert "138****8000" in page
    assert "13800138000" not in page
    assert "13800138000" not in text_of(client.post(url, {"reason": ""}))
    assert "13800138000" in text_of(client.post(url, {"reason": "回电答复"}))
    assert "查看联系方式" in text_of(client.get(reverse("need_view", args=[need.pk])))
    assert people["community"].client.get(url).status_code == 404


@pytest.mark.parametrize(
    "state", ["raised", "in_service", "asked", "met", "unmet", "merged", "outside_remit"]
)
@pytest.mark.parametrize("role", ["handler", "chief", "community"])
@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_a_need_opens_in_each_state_for_each_reader(people, state, role, language):
    need = a_need(people, state)

    answer = people[role].client.get(
        reverse("need_view", args=[need.pk]), headers={"accept-language": language}
    )

    assert answer.status_code == 200
    assert "need." not in re.sub(r"<[^>]+>", "", text_of(answer))


def test_duplicates_are_offered_and_merged_by_a_button(people):
    client = people["handler"].client
    main, copy = a_need(people, text="楼道灯坏了"), a_need(people, text="楼道的灯不亮了")

    assert main.code in text_of(client.get(reverse("need_view", args=[copy.pk])))
    client.post(reverse("need_merge", args=[copy.pk]), {"into": main.pk})
    copy.refresh_from_db()
    assert copy.merged_into == main
    assert "并案" in text_of(people["outsider"].client.get(reverse("need_follow", args=[receipt_of(copy)])))
    assert client.get(reverse("need_notice", args=[copy.pk])).content.startswith(b"%PDF")
    client.post(reverse("need_unmerge", args=[copy.pk]))
    copy.refresh_from_db()
    assert copy.state == "raised"
    assert client.post(reverse("need_merge", args=[copy.pk]), {"into": "nonsense"}).status_code == 404


@pytest.mark.parametrize("role", ["agency_head", "social_worker", "handler", "leader", "outsider"])
def test_the_page_to_record_a_word_is_absent_for_who_may_not_listen(people, role):
    need = a_need(people, "asked")

    answer = people[role].client.post(reverse("need_hear", args=[need.pk]), {"word": "met"})

    assert answer.status_code in {302, 404}
    need.refresh_from_db()
    assert need.state == "asked"


def test_a_community_worker_records_what_she_heard_on_the_phone(people):
    need = a_need(people, "asked")
    url = reverse("need_hear", args=[need.pk])

    people["community"].client.post(url, {"word": "unreachable"})
    people["community"].client.post(url, {"word": "partly_met", "remark": "修了一半"})

    need.refresh_from_db()
    assert (need.state, need.ask_tries) == ("partly_met", 1)


# ── the public


def test_the_public_list_shows_cleared_words_only_and_takes_support(people):
    client = people["outsider"].client
    need = clear_need(
        a_need(people, text="3单元502王桂芳说灯坏了"),
        "3号楼楼道灯不亮",
        by=people["handler"].actor,
        now=now(),
    )
    a_need(people, text="没有审定的话")

    page = text_of(client.get(reverse("need_public")))
    assert "3号楼楼道灯不亮" in page
    assert "王桂芳" not in page
    assert "没有审定的话" not in page
    url = reverse("need_support", args=[need.pk])
    client.post(url, {"phone": "13900139000"})
    client.post(url, {"phone": "13900139000"})
    assert need.supports.count() == 1
    assert client.post(url, {}).status_code == 422


def test_an_uncleared_or_private_need_has_no_public_page(people):
    client = people["outsider"].client

    for need in (a_need(people), a_need(people, is_private=True)):
        assert client.get(reverse("need_support", args=[need.pk])).status_code in {302, 404}


def test_small_counts_are_hidden_in_the_summary(people):
    for number in range(6):
        a_need(people, text=f"灯{number}")
    a_need(people, theme="health", text="一件孤单的事")

    page = text_of(people["handler"].client.get(reverse("need_summary")))

    assert ">6<" in page
    assert "＜5" in page


# ── rounds


@pytest.fixture
def opened(people):
    place = Place.objects.get(pk=COMMUNITY)
    add_doors(place, "3号楼 101-106,201-206\n5号楼 101-108", by=people["community"].actor, now=now())
    need = clear_need(a_need(people, "in_service"), "3号楼楼道灯不亮", by=people["handler"].actor, now=now())
    evaluator = Organisation.objects.get(kind="evaluator")
    form = {
        "place": COMMUNITY,
        "evaluator": evaluator.pk,
        "answer_until": (now() + dt.timedelta(days=20)).date().isoformat(),
    }
    answer = people["handler"].client.post(reverse("need_round_open"), form)
    assert answer.status_code == 302, text_of(answer)
    return NeedRound.objects.get(), need


def test_a_round_is_drawn_answered_by_phone_and_code_and_summed_up(people, opened):
    round_, need = opened
    evaluator, public = people["evaluator"].client, people["outsider"].client
    doors = list(round_.drawn.all())
    assert round_.draw_seed not in text_of(evaluator.get(reverse("need_round_view", args=[round_.pk])))
    assert evaluator.get(reverse("need_round_notices", args=[round_.pk])).content.startswith(b"%PDF")

    for drawn in doors[:-2]:
        evaluator.post(
            reverse("need_round_answer", args=[round_.pk]) + f"?door={drawn.order}", {str(need.pk): "met"}
        )
    page = public.get(reverse("need_door", args=[doors[-2].code]))
    assert "3号楼楼道灯不亮" in text_of(page)
    public.post(reverse("need_door", args=[doors[-2].code]), {str(need.pk): "unmet"})
    assert evaluator.post(reverse("need_round_close", args=[round_.pk])).status_code == 422
    evaluator.post(
        reverse("need_round_answer", args=[round_.pk]) + f"?door={doors[-1].order}", {"contact": "refused"}
    )
    evaluator.post(reverse("need_round_close", args=[round_.pk]))

    round_.refresh_from_db()
    need.refresh_from_db()
    assert (round_.state, need.sampled_word, need.state) == ("closed", "met", "met")
    assert round_.draw_seed in text_of(
        people["auditor"].client.get(reverse("need_round_view", args=[round_.pk]))
    )
    assert "已经答复过" in text_of(public.get(reverse("need_door", args=[doors[0].code])))


def test_the_draw_follows_the_committed_seed(people, opened):
    from zhagen.core import draws

    round_, _need = opened
    assert draws.commit(bytes.fromhex(round_.draw_seed)) == round_.draw_commitment
    assert {door.door.place_id for door in round_.drawn.select_related("door")} == {COMMUNITY}
    for building in ("3号楼", "5号楼"):
        frame = sorted(str(pk) for pk in Door.objects.filter(building=building).values_list("pk", flat=True))
        drawn = [
            str(pk)
            for pk in round_.drawn.filter(door__building=building)
            .order_by("order")
            .values_list("door_id", flat=True)
        ]
        seed = bytes.fromhex(round_.draw_seed)
        assert drawn == draws.draw(seed, frame, len(drawn), public=f"{round_.pk}/{building}")


def test_a_round_is_not_drawn_twice_and_answers_count_once(people, opened):
    round_, need = opened
    evaluator, drawn = people["evaluator"].client, round_.drawn.first()
    url = reverse("need_round_answer", args=[round_.pk]) + f"?door={drawn.order}"
    form = {"place": COMMUNITY, "evaluator": round_.evaluator_id, "answer_until": "2030-01-01"}

    again = people["handler"].client.post(reverse("need_round_open"), form)
    evaluator.post(url, {str(need.pk): "met"})
    twice = evaluator.post(url, {str(need.pk): "unmet"})

    assert again.status_code == twice.status_code == 422
    assert NeedWord.objects.filter(drawn_door=drawn).count() == 1


@pytest.mark.parametrize("role", ["handler", "community", "agency_head", "outsider", "auditor"])
def test_nobody_but_the_evaluator_of_the_round_answers_for_a_door(people, opened, role):
    round_, need = opened

    answer = people[role].client.post(
        reverse("need_round_answer", args=[round_.pk]) + "?door=1", {str(need.pk): "met"}
    )

    assert answer.status_code in {302, 404}
    assert not NeedWord.objects.exists()
    assert not NeedDoor.objects.exclude(answered_at=None).exists()


def test_the_worse_of_raiser_and_draw_counts(people, opened):
    round_, need = opened
    evaluator = people["evaluator"].client
    people["outsider"].client.post(reverse("need_say", args=[receipt_of(need)]), {"word": "met"})
    for drawn in round_.drawn.all():
        evaluator.post(
            reverse("need_round_answer", args=[round_.pk]) + f"?door={drawn.order}", {str(need.pk): "unmet"}
        )

    evaluator.post(reverse("need_round_close", args=[round_.pk]))

    need.refresh_from_db()
    assert need.state == "unmet"


@pytest.mark.parametrize("typed", ["3号楼", "3号楼 一零一", "3号楼 9-1", "x"])
def test_doors_that_cannot_be_read_are_told_with_their_line(people, typed):
    answer = people["community"].client.post(reverse("door_add"), {"place": COMMUNITY, "text": typed})

    assert answer.status_code == 422
    assert "第 1 行" in text_of(answer)
    assert not Door.objects.exists()
