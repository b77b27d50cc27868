"""The fund's story: what each person types and on which day, walked over HTTP and in Chromium alike.

Keys are the names of form fields, values what is typed; ids of rows and codes on slips are read by who walks.
"""

import re
import zlib

from tests.journeys.scenario import day

COACH, COMMITTEE = "扎根社工服务中心", "东园社区居民委员会"

DRAFTED_AT = day(2026, 3, 2)
CYCLE = {
    "title": "东园社区2026年自治金", "year": "2026", "quota_way": "direct", "direct_fen": "12,000",
    "coach": COACH, "coaching_fen": "2,000", "ideas_until_on": "2026-03-20", "vote_from_on": "2026-04-10",
    "vote_until_on": "2026-04-16", "clearing_on": "2027-03-31",
}  # fmt: skip

SAID_AT = day(2026, 3, 3)
IDEA = {
    "text": "楼下石桌裂了，老人下棋没处坐", "theme": "elderly", "building": "3号楼", "name": "赵大爷",
    "phone": "13800138000",
}  # fmt: skip
BY_PHONE = {
    "text": "楼前光秃秃的，想种点花", "channel": "phone", "theme": "environment", "building": "5号楼",
    "name": "小林", "phone": "13800138001", "has_consent": "on",
}  # fmt: skip
SHOWN = {"老人下棋": "重做3号楼前的石桌", "种点花": "5号楼前种花"}
SIGNERS = 5

COACHED_AT = day(2026, 3, 12)
TABLE, FLOWERS = "3号楼前石桌", "楼前花箱"
PROPOSALS = {
    "石桌": {
        "title": TABLE, "steps": "四月买料，五月两个周末装好，楼里老人一起搬", "proposer_shown": "3号楼赵大爷",
        "has_no_ties": "on", "what_1": "石桌石凳", "quantity_1": "2", "unit_fen_1": "3,000",
        "price_source_1": "问过三家",
    },
    "种花": {
        "title": FLOWERS, "steps": "认领到户，春天一起种", "proposer_shown": "5号楼小林", "has_no_ties": "on",
        "what_1": "花箱和土", "quantity_1": "15", "unit_fen_1": "600", "price_source_1": "问过三家",
    },
}  # fmt: skip
COST_NOTE = {"note": "与三家报价相符"}
TESTS = ("private_duty", "other_liable", "government_duty")
LIST_ANSWERS = {f"passes_{test}": "yes" for test in TESTS} | {f"reason_{test}": "公共部分" for test in TESTS}

LISTED_AT = day(2026, 3, 24)
PREPARED_AT = day(2026, 3, 30)
DOORS = tuple(f"{building}号楼{floor}01" for building in (1, 2) for floor in range(1, 5))
ROLL = "门牌、户号或代表号\n" + "\n".join(DOORS)

VOTED_AT = day(2026, 4, 10)
ONLINE = ((TABLE,), (TABLE,), (TABLE, FLOWERS), (TABLE,), (FLOWERS,))
HELPED, ON_PAPER = (TABLE,), (TABLE, FLOWERS)
VOTES = {TABLE: 6, FLOWERS: 3}

COUNTED_AT = day(2026, 4, 17)
_SAT = {"entitled": "9", "present": "7", "in_favour": "6", "against": "1", "minutes": "逐项议过，同意。"}
DECISIONS = (
    ("community", "party", day(2026, 4, 20), {**_SAT, "minutes_no": "东居党纪〔2026〕2号"}),
    ("community", "assembly", day(2026, 4, 22), {
        **_SAT, "body": "authorised_council", "authorised_by": "东居代〔2025〕5号",
        "minutes_no": "东居议〔2026〕3号", "entitled": "31", "present": "25", "in_favour": "23", "against": "2"}),
    ("chief", "street", day(2026, 4, 24), {**_SAT, "minutes_no": "青办纪〔2026〕11号"}),
)  # fmt: skip
"""Who records which decision, when, as the minutes say."""

GRANTED_AT = day(2026, 4, 27)
GRANT = {"grantee": COMMITTEE, "due_on": "2026-08-31"}


BOUGHT_AT = day(2026, 6, 10)
RECEIPT = {
    "amount_fen": "6,000", "what": "石桌石凳两套", "supplier_name": "青禾石材店", "invoice_no": "25110000001",
    "invoiced_on": "2026-06-08",
}  # fmt: skip
SIGNERS_OF_CLAIM = ("community", "handler", "leader")
PAYMENT = {"voucher_no": "记-202606-031", "paid_on": "2026-06-10"}
DONE_AT = day(2026, 7, 1)
REPORT = {"text": "两套石桌石凳装好，楼里老人一起搬的", "people_reached": "60"}
ACCEPTED = {"note": "到现场看过"}
COACHING = {"amount_fen": "2,000", "what": "陪伴辅导费", "reference": "记-202606-040"}
CLOSED_AT = day(2026, 7, 6)
GIVEN_BACK = {"voucher_no": "退-202607-002"}
SPENT, BACK = "6,000.00", "4,000.00"


def codes_on(slips: bytes) -> list[str]:
    """Return the codes on printed slips, as a screen reader is told them; each once, in order."""
    parts = [slips]
    for packed in re.findall(rb"stream\r?\n(.*?)endstream", slips, re.S):
        try:
            parts.append(zlib.decompressobj().decompress(packed))
        except zlib.error:
            continue
    told = re.findall(rb"/Alt\s*<FEFF([0-9A-Fa-f]+)>", b"\n".join(parts))
    words = (bytes.fromhex(each.decode()).decode("utf-16-be") for each in told)
    return list(dict.fromkeys(code for each in words for code in re.findall(r"\w{4}-\w{4}-\w{4}", each)))
