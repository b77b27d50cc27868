"""Pages of the policy lab over HTTP: levers, result in directions only, red banner, files with the watermark."""

import re

import pytest
from django.urls import reverse

from tests.cast import STREET, cast
from tests.policy.builders import CREDIT, asked, begun, computed
from tests.policy.result import REASONS, RESULT
from zhagen.lab.local_facts import PREFIX, shipped_facts
from zhagen.lab.office_levers import office_levers
from zhagen.parties.rules import rules_for
from zhagen.platform.clock import now, today
from zhagen.policy.actions.lab_work import fail_run
from zhagen.policy.models import LabRun
from zhagen.policy.views.lab_ask import MARK
from zhagen.policy.views.lab_changes import percent

USUAL = {"draws": 5, "replications": 2, "communities": 20, "seed": 1, "title": "多算计划外任务", "_key": "k"}


@pytest.fixture
def people():
    return cast()


def page(person, name, *args, **kwargs):
    return person.client.get(reverse(name, args=args), **kwargs).content.decode()


def typed(**changes):
    """Return what a reader types: shares, given here in basis points, in percent."""
    shares = {lever.path for lever in office_levers(rules_for(STREET, today())) if lever.unit == "bp"}
    shares |= {PREFIX + fact.name for fact in shipped_facts().values() if fact.unit == "bp"}
    named = {name.replace("__", "."): value for name, value in changes.items()}
    values = {MARK + name: percent(int(value)) if name in shares else value for name, value in named.items()}
    return {**USUAL, "rules_on": "2099-01-01", **values}


def test_the_screen_shows_each_lever_with_its_value_in_force_and_its_clause(people):
    shown = page(people["handler"], "lab_run_ask")

    assert f'name="{MARK}{CREDIT}"' in shown
    assert "内控：写入合同的条款，以合同为准" in shown
    assert 'name="rule:procurement' not in shown


def test_a_question_typed_on_the_screen_is_queued(people):
    answer = people["handler"].client.post(reverse("lab_run_ask"), typed(off_plan__credit_max="3500"))

    run = LabRun.objects.get()
    assert answer["Location"] == reverse("lab_run_view", args=[run.pk])
    assert run.reform["values"] == {CREDIT: 3500}
    assert "下一个就是它" in page(people["handler"], "lab_run_view", run.pk)


def test_shares_are_typed_and_shown_in_percent(people):
    shown = page(people["handler"], "lab_run_ask")

    field = re.search(rf'name="{MARK}{CREDIT}"[^>]*value="([^"]*)"', shown)
    assert field is not None
    assert field[1] == "10"
    assert "10% · 范围：0–50 %" in shown


@pytest.mark.parametrize("wrong", ["101", "-1", "1.234", "许多"])
def test_a_share_that_is_none_is_refused_and_kept(people, wrong):
    answer = people["handler"].client.post(
        reverse("lab_run_ask"), {**typed(), MARK + CREDIT: wrong}
    )  # fmt: skip

    assert answer.status_code == 422
    assert f'value="{wrong}"' in answer.content.decode()
    assert not LabRun.objects.exists()


def test_no_change_is_told_and_what_was_typed_is_kept(people):
    answer = people["handler"].client.post(reverse("lab_run_ask"), typed(off_plan__credit_max="1000"))

    shown = answer.content.decode()
    assert answer.status_code == 422
    assert "没有改动任何一项规则" in shown
    assert 'value="多算计划外任务"' in shown


def test_weights_that_do_not_make_the_whole_are_refused_in_words(people):
    answer = people["handler"].client.post(
        reverse("lab_run_ask"), typed(evaluation__scheme__met_share="9000")
    )

    assert answer.status_code == 422
    assert "10000" in answer.content.decode()
    assert not LabRun.objects.exists()


@pytest.mark.parametrize("by", ["script", "button"])
def test_what_the_law_says_is_told_before_asking_and_nothing_is_kept(people, by):
    headers = {"HX-Request": "true"} if by == "script" else {}
    form = typed(practice__post_based="1", off_plan__credit_max="2000")

    shown = people["chief"].client.post(reverse("lab_run_check"), form, headers=headers).content.decode()

    assert "触碰法定界限" in shown
    assert "不能整体采纳为规则" in shown
    assert ("<html" in shown) == (by == "button")
    assert not LabRun.objects.exists()


def test_without_a_change_the_check_says_so_and_a_refused_value_why(people):
    same = people["chief"].client.post(reverse("lab_run_check"), typed()).content.decode()
    refused = (
        people["chief"]
        .client.post(reverse("lab_run_check"), typed(evaluation__scheme__met_share="9000"))
        .content.decode()
    )

    assert "还没有改动" in same
    assert "10000" in refused


def test_a_result_shows_directions_and_agreeing_draws_and_no_amount(people):
    run = computed(people, result=RESULT | REASONS)
    LabRun.objects.filter(pk=run.pk).update(with_reasons=True)

    shown = page(people["auditor"], "lab_run_view", run.pk)

    assert "未校准" in shown
    assert "50 组参数中有 47 组如此" in shown
    assert "方向不确定（30 组上升，20 组下降，0 组不变）" in shown
    assert "机构换一种行为方式" in shown
    assert "租户：" in shown
    assert "靠改动“评估权重”、机制“人情”" in shown
    assert "十分之 1 到十分之 2" in shown
    assert "不得作为事前绩效评估引用" in shown
    outcomes, asked_for = shown.split("<main")[1].split("</main>")[0].split("改动了什么")
    body = re.sub(r"<svg.*?</svg>", "", outcomes)
    assert "<strong>35%</strong>" in asked_for  # what the office typed is no result
    assert "%" not in re.sub(r"/\S*", "", body)


def test_the_rules_of_honesty_stand_on_every_page_of_a_run_and_of_the_list(people):
    run = asked(people)

    shown = page(people["handler"], "lab_run_view", run.pk)

    assert "不进入任何评估得分" in shown
    assert "不针对任何一家机构" in shown
    assert "事前绩效评估" in page(people["handler"], "lab_run_list")


def test_an_unlawful_reform_stands_under_a_red_banner_and_offers_no_adoption(people):
    run = computed(people, {"practice.post_based": True})

    shown = page(people["chief"], "lab_run_view", run.pk)

    assert "alert-danger" in shown
    assert "触碰法定界限：只能看，不能采纳" in shown
    assert reverse("rule_draft_draw_up", args=[run.pk]) not in shown


@pytest.mark.parametrize("format_", ["csv", "xlsx"])
def test_every_file_carries_watermark_and_honesty(people, format_):
    run = computed(people)

    answer = people["leader"].client.get(reverse("lab_run_table", args=[run.pk]), {"format": format_})
    content = b"".join(answer.streaming_content)

    if format_ == "csv":
        text = content.decode("utf-8-sig")
        assert text.count("不得作为事前绩效评估引用") == len(RESULT["outcomes"])
        assert "47" in text
    else:
        assert content[:2] == b"PK"


def test_an_unfinished_run_gives_no_file_but_its_page(people):
    run = asked(people)

    answer = people["leader"].client.get(reverse("lab_run_table", args=[run.pk]), {"format": "csv"})

    assert not answer.streaming


def test_progress_is_a_part_for_the_script_and_a_page_without(people):
    run = begun(people)
    LabRun.objects.filter(pk=run.pk).update(rows=40, rows_done=10)
    url = reverse("lab_run_progress", args=[run.pk])

    part = people["handler"].client.get(url, headers={"HX-Request": "true"})
    whole = people["handler"].client.get(url)

    assert "已算 10 / 40 行" in part.content.decode()
    assert "<html" not in part.content.decode()
    assert "<html" in whole.content.decode()


def test_the_script_asks_no_more_once_a_run_is_done(people):
    run = fail_run(begun(people), "child.too_slow", at=now())

    part = people["handler"].client.get(
        reverse("lab_run_progress", args=[run.pk]), headers={"HX-Request": "true"}
    )

    assert (part.status_code, part["HX-Refresh"]) == (286, "true")
    assert "child.too_slow" in page(people["handler"], "lab_run_view", run.pk)


def test_a_run_is_cancelled_and_put_back_by_buttons(people):
    run = asked(people)

    people["handler"].client.post(reverse("lab_run_cancel", args=[run.pk]), {"_key": "a"})
    cancelled = page(people["handler"], "lab_run_view", run.pk)
    people["handler"].client.post(reverse("lab_run_resume", args=[run.pk]), {"_key": "b"})

    assert "接着算" in cancelled
    assert LabRun.objects.get().state == "queued"


def test_a_queue_says_how_many_come_before(people):
    asked(people)
    second = asked(people, {CREDIT: 2000})

    assert "前面还有 1 项" in page(people["handler"], "lab_run_view", second.pk)


def test_the_list_is_narrowed_by_state_and_says_what_to_do_when_empty(people):
    empty = page(people["handler"], "lab_run_list")
    computed(people)
    asked(people, {CREDIT: 2000}, title="第二个问题")

    narrowed = people["handler"].client.get(reverse("lab_run_list"), {"state": "queued"}).content.decode()

    assert "还没有预演" in empty
    assert "第二个问题" in narrowed
    assert "多算计划外任务" not in narrowed


def test_a_question_is_asked_again_from_an_earlier_one(people):
    run = computed(people, {CREDIT: 2500, "practice.plans_from_needs": 9000})

    shown = people["handler"].client.get(reverse("lab_run_ask"), {"from": str(run.pk)}).content.decode()
    strange = people["handler"].client.get(reverse("lab_run_ask"), {"from": "x"})

    assert 'value="25"' in shown
    assert 'value="90"' in shown
    assert strange.status_code == 200


def test_the_pages_are_whole_in_english(people):
    run = computed(people, result=RESULT | REASONS)

    shown = page(people["chief"], "lab_run_view", run.pk, headers={"accept-language": "en"})

    assert "Uncalibrated" in shown or "uncalibrated" in shown
    assert "47 of 50" in shown or "47" in shown
    assert "ex-ante performance evaluation" in shown


def test_nobody_outside_the_office_sees_a_rehearsal(people):
    run = computed(people)

    for role in ("agency_head", "community", "resident", "evaluator", "finance"):
        assert people[role].client.get(reverse("lab_run_view", args=[run.pk])).status_code == 404
    assert people["outsider"].client.get(reverse("lab_run_list")).status_code == 302
