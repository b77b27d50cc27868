"""The chain's story: what each person types and on which day, walked over HTTP and in Chromium alike.

Keys are the names of form fields, values what is typed; ids of rows are added by who walks.
"""

import datetime as dt

from tests.cast import COMMUNITY
from tests.procurement.builders_tender import PRICES

SHANGHAI = dt.timezone(dt.timedelta(hours=8))


def day(year: int, month: int, date: int, hour: int = 10) -> dt.datetime:
    """Return an hour of a day in Shanghai."""
    return dt.datetime(year, month, date, hour, tzinfo=SHANGHAI)


WORDS = "楼上独居的刘奶奶摔倒过，希望有人常去看看"
CLEARED = "独居老人日常探望"
WINNER = "扎根社工服务中心"
LOSER = "同心社会工作服务社"
PRICE_FEN = PRICES[WINNER] * 100
VOUCHER = "记-2026-1018"
PDF = (
    b"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n"
    b"2 0 obj<</Type/Pages/Kids[]/Count 0>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n"
)

RAISED_AT = day(2026, 2, 23)
NEED = {"place": COMMUNITY, "text": WORDS, "theme": "elderly", "who": "shared"}

PLANNED_AT = day(2026, 3, 2)
BUDGET_LINE = {
    "year": "2026", "code": "2080299", "title": "社区服务购买", "amount_fen": "2000000", "arrived_on": "2026-02-20",
}  # fmt: skip
TERMS = {
    "staff_percent": "60", "wage_day": "15", "deemed_days": "15", "promise_visits": "4", "promise_hours": "6",
    "closing": ["term_elapsed", "acceptance_passed"],
}  # fmt: skip
PLAN = {
    "title": "东园社区独居老人支持服务", "kind": "project", "category": "elderly", "communities": [COMMUNITY],
    "content": "定期探访独居老人。", "budget_fen": "180000", "year_fen": "135000", "method": "selection",
    "term_months": "12", "not_reserved_reason": "承接主体为社会服务机构", **TERMS,
}  # fmt: skip

DECIDED_AT = day(2026, 3, 6)
PLAN_DECISION = {
    "body": "主任办公会", "number": "青禾办纪〔2026〕7号", "decided_on": "2026-03-06", "attendees": "5",
}  # fmt: skip

PUBLISHED_AT = day(2026, 3, 9)
CLOSES_AT = "2026-03-19T17:00"
HOLDERS = ("handler", "finance", "discipline")
BID_AT = day(2026, 3, 19, 15)
OPENED_AT = day(2026, 3, 20, 9)

AWARDED_AT = day(2026, 3, 24)
AWARD_DECISION = {
    "body": "主任办公会", "number": "青禾办纪〔2026〕9号", "decided_on": "2026-03-23", "attendees": "5",
}  # fmt: skip

SIGNED_AT = day(2026, 3, 31)
INSTALMENTS = {
    "amount_fen_1": "68800", "due_on_1": "2026-04-20", "budget_year_1": "2026", "condition_1": "合同签订后",
    "is_on_signing_1": "on",
    "amount_fen_2": "51600", "due_on_2": "2026-09-30", "budget_year_2": "2026", "condition_2": "中期验收合格后",
    "amount_fen_3": "51600", "due_on_3": "2027-03-31", "budget_year_3": "2027", "condition_3": "履约验收合格后",
}  # fmt: skip
CONTRACT = {"number": "青禾购〔2026〕1号", "starts_on": "2026-04-01", **INSTALMENTS}

STARTED_AT = day(2026, 4, 1)
STAFFING = {"place": COMMUNITY, "post": "worker", "from_on": "2026-04-01"}

SERVED_AT = day(2026, 4, 10, 16)
VISITS = ("上午看望刘奶奶", "下午装扶手")
VISIT = {"held_on": "2026-04-10", "kind": "visit", "minutes": "90"}
OFF_PLAN = {"what": "帮社区录台账", "asker": "community", "minutes": "60", "done_on": "2026-04-10"}

ACCEPTED_AT = day(2026, 10, 8)
OPINION = {"speaker": "刘奶奶", "word": "kept"}
PAYABLE = {"payable_fen": "51600"}

PAID_AT = day(2026, 10, 18)
CLAIM = {"amount_fen": "51,600", "invoice_no": "00112233"}
PAYMENT = {"voucher_no": VOUCHER, "paid_on": "2026-10-18"}

HEARD_AT = day(2026, 10, 20)
OWN_WORD = {"word": "met", "remark": "每周都来"}

NOTICED_AT = day(2026, 10, 21)
DOORS = tuple((f"{building}号楼", f"{floor}01") for building in (1, 2) for floor in range(1, 7))
EVALUATION = {
    "evaluator": "明镜评估中心", "commission_no": "评委〔2026〕1号", "period_from": "2026-04-01",
    "period_until": "2026-10-31", "notice_on": "2026-10-22", "ask_until": "2026-11-20", "phone": "010-55550101",
}  # fmt: skip
ASKED_AT = day(2026, 11, 5)
ANSWER = {"knows_agency": "yes", "knows_work": "yes", "trust": "4", "satisfied": "5"}
SUMMED_AT = day(2026, 11, 21)
FINAL_AT = day(2026, 12, 15)

REVIEWED_AT = day(2027, 3, 10)
REVIEW_DECISION = {
    "decision": "renew", "body": "党工委会", "number": "〔2027〕1号", "decided_on": "2027-03-09",
    "attendees": "全体班子成员", "differs_reason": "居民本人说已解决，要求继续",
}  # fmt: skip
