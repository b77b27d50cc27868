"""Every page of delivery opens for whom it is meant, in both languages; each form does what it says."""

import datetime as dt
import io

import pytest
import time_machine
from django.urls import reverse
from PIL import Image

from tests.cast import COMMUNITY, STREET, cast, foreign_cast
from tests.delivery.builders import AT, DAY, a_case, a_staffing, a_task, an_activity
from tests.procurement.builders_contract import ENDS, STARTS, a_contract
from zhagen.delivery.actions.activity import open_check_in
from zhagen.delivery.actions.case import write_note
from zhagen.delivery.actions.supervision import log_supervision
from zhagen.delivery.models import (
    Activity,
    Attendance,
    CaseFile,
    OffPlanTask,
    Staffing,
    Supervision,
    WageMonth,
)
from zhagen.delivery.views.activity import check_in_token
from zhagen.platform.vault import PersonalData
from zhagen.procurement.actions.contract import begin_ending

SECRET = "儿子三年没有回家"
DAILY = time_machine.travel(AT, tick=False)
LANGUAGES = pytest.mark.parametrize("language", ["zh-hans", "en"])


@pytest.fixture
def people():
    return cast()


@pytest.fixture
def world(people):
    """A contract in service with one of everything."""
    contract = a_contract(people)
    worker = a_staffing(contract, people["social_worker"])
    lead = a_staffing(contract, people["station_lead"], "lead")
    activity = an_activity(people, worker=worker, doors=("3-201",), note=SECRET)
    case = a_case(people, worker=worker, client=PersonalData(name="赵桂兰", phone="13800138000"))
    write_note(case, SECRET, by=people["social_worker"].actor, now=AT)
    task = a_task(people, worker=worker)
    session = log_supervision(
        worker, held_on=DAY, topic="个案方法", minutes=60, by=people["supervisor"].actor, now=AT
    )
    return {
        "contract": contract, "worker": worker, "lead": lead, "activity": activity, "case": case,
        "task": task, "session": session,
    }  # fmt: skip


def url(name, *objects):
    return reverse(name, args=[each.pk if hasattr(each, "pk") else each for each in objects])


PAGES = [
    ("staffing_list", "contract", "handler community agency_head station_lead social_worker auditor"),
    ("staffing_place", "contract", "agency_head station_lead"),
    ("staffing_end", "worker", "agency_head station_lead"),
    ("staffing_wages", "contract", "agency_head"),
    ("staffing_door_card", "worker", "agency_head station_lead social_worker community"),
    ("paperwork_answer", "worker", "social_worker"),
    ("activity_list", "contract", "handler community agency_head station_lead social_worker auditor"),
    ("activity_log", None, "social_worker station_lead"),
    ("activity_view", "activity", "handler community agency_head station_lead social_worker auditor"),
    ("activity_withdraw", "activity", "social_worker station_lead"),
    ("activity_photo_add", "activity", "social_worker station_lead"),
    ("activity_check_in", "activity", "social_worker station_lead"),
    ("here_spoken", None, "outsider handler"),
    ("case_list", None, "social_worker station_lead supervisor"),
    ("case_open", None, "social_worker station_lead"),
    ("case_view", "case", "social_worker station_lead supervisor"),
    ("case_write", "case", "social_worker station_lead"),
    ("case_close", "case", "social_worker station_lead"),
    ("case_contact", "case", "social_worker station_lead"),
    ("case_hand_over", "case", "station_lead"),
    ("off_plan_list", None, "handler community agency_head station_lead social_worker auditor"),
    ("off_plan_record", None, "social_worker station_lead"),
    ("off_plan_ask", None, "handler chief leader community"),
    ("off_plan_view", "task", "handler community agency_head station_lead social_worker auditor"),
    ("off_plan_finish", "task", "social_worker station_lead"),
    ("off_plan_dispute", "task", "handler community"),
    ("off_plan_decline", "task", "social_worker station_lead"),
    ("off_plan_withdraw", "task", "social_worker station_lead"),
    ("off_plan_code", None, "outsider handler"),
    ("supervision_list", "contract", "handler agency_head station_lead social_worker supervisor auditor"),
    ("supervision_log", "contract", "supervisor"),
    ("supervision_confirm", "session", "social_worker"),
    ("month_view", "contract", "handler community agency_head station_lead social_worker auditor"),
    ("closing_view", "contract", "handler community agency_head station_lead social_worker auditor"),
    ("closing_write", "contract", "agency_head station_lead"),
    ("closing_end", "contract", "handler"),
    ("closing_terminate", "contract", "chief"),
    ("load_rate", "contract", "community"),
]
EVERYONE = [
    "handler",
    "chief",
    "leader",
    "finance",
    "discipline",
    "auditor",
    "operator",
    "expert",
    "community",
    "resident",
    "agency_head",
    "station_lead",
    "social_worker",
    "supervisor",
    "evaluator",
    "outsider",
]
OPEN_TO_MORE = {
    "staffing_list", "activity_list", "activity_view", "off_plan_list", "off_plan_view", "month_view",
    "closing_view", "supervision_list", "off_plan_dispute", "here_spoken", "off_plan_code",
}  # fmt: skip


@DAILY
@LANGUAGES
@pytest.mark.parametrize(("name", "about", "who"), PAGES)
def test_every_page_opens_for_whom_it_is_meant(people, world, name, about, who, language):
    where = url(name, world[about]) if about else url(name)

    for role in who.split():
        answer = people[role].client.get(where, headers={"accept-language": language})
        assert answer.status_code == 200, role


@DAILY
@pytest.mark.parametrize(("name", "about", "who"), PAGES)
def test_every_other_role_and_every_foreigner_finds_nothing(people, world, name, about, who):
    where = url(name, world[about]) if about else url(name)

    if name not in OPEN_TO_MORE:
        for role in set(EVERYONE) - set(who.split()):
            assert people[role].client.get(where).status_code in (302, 404), role
    if about:
        foreign = foreign_cast()
        for role in who.split():
            assert foreign[role].client.get(where).status_code == 404, role


@DAILY
@pytest.mark.parametrize(
    "role", [each for each in EVERYONE if each not in "social_worker station_lead supervisor"]
)
def test_nobody_else_reads_a_word_of_a_case(people, world, role):
    client = people[role].client
    contract = world["contract"]
    pages = [
        url(name, contract) for name in ("contract_view", "activity_list", "month_view", "closing_view")
    ] + [url("activity_view", world["activity"]), url("case_view", world["case"]), url("case_list")]

    read = "".join(client.get(page).content.decode() for page in pages)

    assert SECRET not in read
    assert "赵桂兰" not in read
    assert world["case"].code not in read


@DAILY
def test_a_service_is_logged_in_one_page_with_everything_known_filled_in(people, world):
    client, worker = people["social_worker"].client, world["worker"]
    page = client.get(url("activity_log")).content.decode()
    assert f'value="{worker.pk}"' in page
    assert DAY.isoformat() in page

    roll = "#接龙\n1. 王阿姨 3-201\n2. 李叔 5-302 两人\n3. 赵姐 13800138000"
    form = {
        "kind": "group",
        "title": "剪纸",
        "minutes": "90",
        "held_on": DAY,
        "worker": worker.pk,
        "roll": roll,
    }
    answer = client.post(url("activity_log"), form)

    activity = Activity.objects.get(title="剪纸")
    assert answer.status_code == 302
    assert (activity.headcount, activity.worker) == (4, worker)
    assert sorted(activity.attendance.values_list("door", flat=True)) == ["3-201", "5-302"]
    again = client.get(f"{url('activity_log')}?like={activity.pk}").content.decode()
    assert 'value="剪纸"' in again


@DAILY
def test_what_was_typed_stays_when_the_rule_refuses(people, world):
    form = {
        "kind": "visit", "title": "走访三户", "minutes": "30", "worker": world["worker"].pk,
        "held_on": DAY + dt.timedelta(days=1),
    }  # fmt: skip

    answer = people["social_worker"].client.post(url("activity_log"), form)

    assert answer.status_code == 422
    assert "走访三户" in answer.content.decode()
    for bad in ({}, {**form, "minutes": "abc"}, {**form, "worker": "x"}, {**form, "held_on": "2026-99-99"}):
        assert people["social_worker"].client.post(url("activity_log"), bad).status_code == 422
    assert Activity.objects.count() == 1


@DAILY
def test_a_colleagues_post_cannot_be_logged_for_by_a_worker(people, world):
    form = {"kind": "visit", "title": "x", "minutes": "30", "worker": world["lead"].pk, "held_on": DAY}

    assert people["social_worker"].client.post(url("activity_log"), form).status_code == 422


@DAILY
def test_without_a_post_the_page_says_what_to_do(people):
    for name in ("activity_log", "off_plan_record", "case_open"):
        assert "到岗" in people["social_worker"].client.get(url(name)).content.decode()
    assert "在岗的社工" in people["handler"].client.get(url("off_plan_ask")).content.decode()


@DAILY
def test_withdrawn_it_stays_with_its_mark(people, world):
    client, where = people["social_worker"].client, url("activity_withdraw", world["activity"])

    assert client.post(where, {"reason": ""}).status_code == 422
    client.post(where, {"reason": "重复"})

    assert "已撤回" in client.get(url("activity_view", world["activity"])).content.decode()
    assert "已撤回" in client.get(url("activity_list", world["contract"])).content.decode()


@DAILY
def test_a_resident_checks_in_with_one_tap_and_counts_once(people, world):
    worker, resident = people["social_worker"].client, people["outsider"].client
    opened = worker.post(url("activity_check_in", world["activity"]))
    assert opened.status_code == 302
    activity = Activity.objects.get(pk=world["activity"].pk)
    assert activity.spoken_code in worker.get(url("activity_check_in", activity)).content.decode()
    link = reverse("here", args=[check_in_token(activity)])

    assert resident.get(link).status_code == 200
    first = resident.post(link)
    again = resident.post(link)
    spoken = resident.post(url("here_spoken"), {"code": activity.spoken_code})

    assert "签到好了" in first.content.decode()
    assert "已经签到" in again.content.decode()
    assert "已经签到" in spoken.content.decode()
    assert Attendance.objects.filter(activity=activity, way="qr").count() == 1
    other = people["outsider"].client
    other.get(url("here_spoken"))
    assert "签到好了" in other.post(url("here_spoken"), {"code": activity.spoken_code}).content.decode()


@DAILY
def test_a_wrong_code_or_a_damaged_link_says_so(people, world):
    open_check_in(world["activity"], by=people["social_worker"].actor, now=AT)
    client = people["outsider"].client

    for code in ("abcd", "", "99999"):
        assert client.post(url("here_spoken"), {"code": code}).status_code == 422
    assert client.get(reverse("here", args=["damaged"])).status_code == 422
    token = check_in_token(world["activity"])
    with time_machine.travel(AT + dt.timedelta(days=2), tick=False):
        assert client.get(reverse("here", args=[token])).status_code == 422
        assert client.post(reverse("here", args=[token])).status_code == 422


def a_jpeg(colour="red"):
    image, out = Image.new("RGB", (40, 30), colour), io.BytesIO()
    exif = image.getexif()
    exif[0x010F] = "PHONE-MAKER"
    image.save(out, "JPEG", exif=exif)
    out.seek(0)
    out.name = "a.jpg"
    return out


@DAILY
def test_a_photo_is_kept_without_its_metadata_and_served_only_to_readers(people, world):
    client, activity = people["social_worker"].client, world["activity"]

    added = client.post(url("activity_photo_add", activity), {"photo": a_jpeg()})

    assert added.status_code == 302
    where = url("activity_photo", activity, activity.photos.get())
    served = client.get(where)
    assert served["Content-Type"] == "image/jpeg"
    assert b"PHONE-MAKER" not in served.content
    assert people["handler"].client.get(where).status_code == 200
    assert people["outsider"].client.get(where).status_code == 302
    assert people["evaluator"].client.get(where).status_code == 404
    other = an_activity(people, worker=world["worker"])
    assert client.get(url("activity_photo", other, activity.photos.get())).status_code == 404
    client.post(url("activity_photo_add", other), {"photo": a_jpeg()})
    assert "相同或相近" in client.get(url("activity_view", other)).content.decode()
    text = io.BytesIO(b"not a photo")
    text.name = "a.jpg"
    assert client.post(url("activity_photo_add", other), {"photo": text}).status_code == 422


@DAILY
def test_a_person_is_placed_and_leaves_with_every_case_handed_over(people, world):
    lead = people["station_lead"].client
    placed = lead.post(
        url("staffing_place", world["contract"]),
        {"name": "新来的小周", "place": COMMUNITY, "post": "worker", "from_on": DAY},
    )
    assert placed.status_code == 302
    assert lead.post(url("staffing_place", world["contract"]), {"place": COMMUNITY}).status_code == 422

    where, case = url("staffing_end", world["worker"]), world["case"]
    form = {"until_on": "2026-03-31", "reason": "调岗"}
    assert lead.post(where, form).status_code == 422
    more = {f"to_{case.pk}": world["lead"].pk, f"note_{case.pk}": "已一起上门", f"told_{case.pk}": DAY}
    assert lead.post(where, form | more).status_code == 302

    case.refresh_from_db()
    assert case.worker == world["lead"]
    assert Staffing.objects.get(pk=world["worker"].pk).until_on == dt.date(2026, 3, 31)
    with time_machine.travel(dt.datetime(2026, 4, 2, 2, tzinfo=dt.UTC), tick=False):
        fresh = people["station_lead"].client
        assert "已离岗" in fresh.get(url("staffing_list", world["contract"])).content.decode()


@DAILY
def test_wages_and_paperwork_are_stated_in_two_fields(people, world):
    head, worker = people["agency_head"].client, people["social_worker"].client

    head.post(url("staffing_wages", world["contract"]), {"month": STARTS, "paid_on": DAY})
    answered = worker.post(
        url("paperwork_answer", world["worker"]), {"paper_minutes": "300", "service_minutes": "1200"}
    )

    assert WageMonth.objects.get().paid_on == DAY
    assert answered.status_code == 302
    assert world["worker"].paperwork.get().paper_minutes == 300


@DAILY
def test_a_case_is_opened_written_closed_and_its_client_read_with_a_reason(people):
    a_staffing(a_contract(people), people["social_worker"])
    client = people["social_worker"].client
    worker = Staffing.objects.get()

    opened = client.post(
        url("case_open"),
        {"worker": worker.pk, "opened_on": DAY, "name": "赵桂兰", "phone": "13800138000", "note": "独居"},
    )
    case = CaseFile.objects.get()
    assert opened.status_code == 302
    page = client.get(url("case_view", case)).content.decode()
    assert "赵**" in page
    assert "赵桂兰" not in page
    assert "独居" in page
    assert client.post(url("case_contact", case), {"reason": ""}).status_code == 422
    assert "赵桂兰" in client.post(url("case_contact", case), {"reason": "回访"}).content.decode()
    assert client.post(url("case_write", case), {"text": "已联系女儿"}).status_code == 302
    assert client.post(url("case_close", case), {"closed_on": DAY, "outcome": "好转"}).status_code == 302
    assert client.post(url("case_close", case), {"closed_on": DAY, "outcome": "好转"}).status_code == 422


@DAILY
def test_a_task_is_written_by_the_worker_and_confirmed_in_one_tap(people, world):
    form = {
        "what": "帮忙发通知", "asker": "community", "minutes": "45", "done_on": DAY, "worker": world["worker"].pk,
    }  # fmt: skip
    people["social_worker"].client.post(url("off_plan_record"), form)
    task = OffPlanTask.objects.get(what="帮忙发通知")

    seen = people["community"].client.get(url("off_plan_view", task)).content.decode()
    assert reverse("off_plan_confirm", args=[task.pk]) in seen
    handlers = people["handler"].client.get(url("off_plan_view", task)).content.decode()
    assert reverse("off_plan_confirm", args=[task.pk]) not in handlers
    assert people["community"].client.post(url("off_plan_confirm", task)).status_code == 302

    task.refresh_from_db()
    assert task.state == "confirmed"
    people["community"].client.post(url("off_plan_dispute", world["task"]), {"remark": "不是我们"})
    withdrawn = people["social_worker"].client.post(
        url("off_plan_withdraw", world["task"]), {"remark": "记错"}
    )
    assert withdrawn.status_code == 302


@DAILY
def test_an_order_needs_no_entry_by_the_worker(people, world):
    form = {"what": "布置会场", "minutes": "60", "done_on": DAY, "worker": world["worker"].pk}
    assert people["community"].client.post(url("off_plan_ask"), form).status_code == 302
    task = OffPlanTask.objects.get(what="布置会场")
    an_activity(people, worker=world["worker"], minutes=1440)
    desk = people["social_worker"].client.get(url("desk")).content.decode()

    assert "布置会场" in desk
    declined = people["social_worker"].client.post(url("off_plan_decline", task), {"remark": "本月太多"})
    assert declined.status_code == 422
    people["social_worker"].client.post(url("off_plan_finish", task), {"minutes": "50"})

    task.refresh_from_db()
    assert (task.state, task.minutes) == ("confirmed", 50)


@DAILY
def test_a_resident_confirms_by_the_code_of_the_slip(people, world):
    task, other = (a_task(people, worker=world["worker"], asker="resident") for _ in range(2))
    assert (
        task.confirm_code in people["social_worker"].client.get(url("off_plan_view", task)).content.decode()
    )
    assert task.confirm_code not in people["handler"].client.get(url("off_plan_view", task)).content.decode()
    client = people["outsider"].client

    assert client.post(url("off_plan_code"), {"code": "WRONG", "word": "yes"}).status_code == 422
    assert client.post(url("off_plan_code"), {"code": task.confirm_code, "word": "yes"}).status_code == 200
    assert client.post(url("off_plan_code"), {"code": other.confirm_code, "word": "no"}).status_code == 422
    answer = client.post(url("off_plan_code"), {"code": other.confirm_code, "word": "no", "remark": "没来过"})

    assert answer.status_code == 200
    assert {each.state for each in OffPlanTask.objects.filter(asker="resident")} == {"confirmed", "disputed"}


@DAILY
def test_supervision_counts_with_both_sides_minutes(people, world):
    supervisor, worker = people["supervisor"].client, people["social_worker"].client
    form = {"worker": world["worker"].pk, "held_on": DAY, "minutes": "60", "topic": "小组方法"}

    assert supervisor.post(url("supervision_log", world["contract"]), form).status_code == 302
    session = Supervision.objects.get(topic="小组方法")
    assert worker.post(url("supervision_confirm", session), {"minutes": "45"}).status_code == 302

    session.refresh_from_db()
    assert session.worker_minutes == 45
    assert "45" in supervisor.get(url("supervision_list", world["contract"])).content.decode()


@DAILY
def test_the_contract_ends_from_the_pages_with_its_word_list(people, world):
    contract, case = world["contract"], world["case"]
    begin_ending(contract, "服务期将满", by=people["handler"].actor, now=AT)
    lead, handler = people["station_lead"].client, people["handler"].client

    assert handler.post(url("closing_end", contract), {"ended_on": ENDS}).status_code == 422
    lead.post(
        url("case_hand_over", case), {"name": "晨光 吴静", "note": "已一起上门", "resident_told_on": DAY}
    )
    lead.post(
        url("closing_write", contract),
        {
            "receiver": "晨光社会服务社", "records": "钥匙，2把，服务站\n台账", "records_on": DAY,
            "told_how": "张贴公告", "told_on": DAY,
        },
    )  # fmt: skip
    word = lead.get(url("closing_paper", contract))
    assert word.content.startswith(b"PK")
    assert case.code in _text(word.content)
    assert case.code not in _text(handler.get(url("closing_paper", contract)).content)
    assert handler.post(url("closing_end", contract), {"ended_on": ENDS}).status_code == 302

    contract.refresh_from_db()
    assert contract.state == "ended"


def _text(content):
    from docx import Document

    paper = Document(io.BytesIO(content))
    cells = [cell.text for table in paper.tables for row in table.rows for cell in row.cells]
    return "\n".join([*(line.text for line in paper.paragraphs), *cells])


@DAILY
@pytest.mark.parametrize("form", ["street", "station", "community", "agency"])
def test_the_month_is_derived_in_each_demanders_form(people, world, form):
    client, where = people["handler"].client, url("month_view", world["contract"])

    page = client.get(f"{where}?form={form}&month=2026-03").content.decode()
    word = client.get(f"{where}?form={form}&month=2026-03&format=docx")
    sheet = client.get(f"{where}?form={form}&month=2026-03&format=xlsx")

    assert "小组" in page
    assert "东园社区为老服务" in _text(word.content)
    assert b"".join(sheet.streaming_content).startswith(b"PK")
    assert client.get(f"{where}?form=nonsense&month=nonsense").status_code == 200


@DAILY
def test_the_load_page_shows_tasks_against_the_cap_and_takes_one_rating(people, world):
    community = people["community"].client
    where = reverse("load_view", args=[COMMUNITY])

    assert people["handler"].client.get(where).status_code == 200
    assert people["social_worker"].client.get(where).status_code == 404
    assert "上限" in community.get(where).content.decode()
    form = {"rating": "4", "place": COMMUNITY}
    assert community.post(url("load_rate", world["contract"]), form).status_code == 302
    assert community.post(url("load_rate", world["contract"]), form).status_code == 422
    assert foreign_cast()["community"].client.get(where).status_code == 404
    assert people["handler"].client.get(reverse("load_view", args=[STREET])).status_code in (200, 404)


@DAILY
def test_the_contract_page_leads_to_everything(people, world):
    page = people["handler"].client.get(url("contract_view", world["contract"])).content.decode()

    for name in ("activity_list", "staffing_list", "month_view", "supervision_list"):
        assert reverse(name, args=[world["contract"].pk]) in page


@DAILY
@LANGUAGES
@pytest.mark.parametrize(
    "role", ["handler", "community", "social_worker", "station_lead", "agency_head", "supervisor"]
)
def test_the_desk_of_each_opens(people, world, role, language):
    assert people[role].client.get(url("desk"), headers={"accept-language": language}).status_code == 200


@time_machine.travel(dt.datetime(2026, 12, 1, 2, tzinfo=dt.UTC), tick=False)
def test_late_in_the_year_the_community_is_asked_for_its_rating(people):
    contract = a_contract(people)

    assert (
        reverse("load_view", args=[COMMUNITY]) in people["community"].client.get(url("desk")).content.decode()
    )
    assert contract.state == "in_service"


@DAILY
def test_a_list_asks_as_often_for_many_rows_as_for_one(people, world, django_assert_max_num_queries):
    for _ in range(30):
        an_activity(people, worker=world["worker"])
    client = people["handler"].client

    with django_assert_max_num_queries(25):
        client.get(url("activity_list", world["contract"]))


@DAILY
def test_a_worker_puts_hours_and_a_photo_on_his_door_card_and_takes_the_photo_down(people, world):
    worker, client = world["worker"], people["social_worker"].client
    empty = client.get(url("staffing_door_card", worker)).content.decode()
    form = {"hours": "周一至周五 9:00–17:00", "photo": a_jpeg()}

    wrong = client.post(url("staffing_card_write", worker), {"photo": io.BytesIO(b"not a photo")})
    written = client.post(url("staffing_card_write", worker), form)
    card = people["community"].client.get(url("staffing_door_card", worker)).content.decode()
    photo = people["community"].client.get(url("staffing_photo", worker))
    down = client.post(url("staffing_card_write", worker), {"hours": "", "without_photo": "on"})

    assert "贴本人照片" in empty
    assert (wrong.status_code, written.status_code, photo.status_code) == (422, 302, 200)
    assert "周一至周五 9:00–17:00" in card
    assert url("staffing_photo", worker) in card
    assert down.status_code == 302
    assert client.get(url("staffing_photo", worker)).status_code == 404
    assert people["handler"].client.get(url("staffing_card_write", worker)).status_code == 404
