"""The block of figures in both READMEs, written from a loaded demo: `make readme`.

python -m zhagen.web.demo.readme README.md README.zh-CN.md   (ZHAGEN_HOME says where the demo lies)
"""

import os
import sys
from pathlib import Path

BEGIN, END = "<!-- figures of the demo: make readme -->", "<!-- end of the figures -->"
SHOWN_DIGITS = 16
THOUSAND = 1_000


def block(language: str) -> str:
    """Return the block of a language, "zh" or "en", with its markers."""
    lines = _chinese() if language == "zh" else _english()
    return "\n".join([BEGIN, *(f"- {line}" for line in lines), END])


def _chinese() -> list[str]:
    from zhagen.core.money import format_yuan
    from zhagen.web.demo.facts import facts

    of = facts()
    return [
        f"两个虚构街道，三年，到 {of.ends_on.isoformat()} 为止：{of.communities} 个社区，"
        f"{of.doors:,} 户，{of.agencies} 家机构，{of.workers} 名社工。",
        f"居民说了 {of.needs:,} 件事，其中 {of.private_needs:,} 件不公开；"
        f"听到 {of.raisers_heard:,} 位提出人的话，{of.raisers_met:,} 位说已解决。",
        f"{of.contracts} 份合同（{of.running} 份在服务），{of.sessions:,} 次服务，{of.evaluations} 次抽访评估；"
        f"计划外任务 {of.off_plan:,} 件，{of.off_plan_confirmed:,} 件由交办方确认。",
        f"已付款 {format_yuan(of.paid_fen)} 元。",
        f"社区自治金：{of.fund_ideas} 个点子，{of.fund_proposals} 个提案，{of.fund_votes} 张选票，"
        f"{of.fund_grants} 项立项共 {format_yuan(of.fund_granted_fen)} 元，{of.fund_receipts} 张票据。",
        f"日志 {of.events // THOUSAND},000 多条，故事指纹 `{of.digest[:SHOWN_DIGITS]}`（同一种子每次相同）。",
    ]


def _english() -> list[str]:
    from zhagen.core.money import format_yuan
    from zhagen.web.demo.facts import facts

    of = facts()
    return [
        f"Two made-up streets over three years up to {of.ends_on.isoformat()}: {of.communities} communities, "
        f"{of.doors:,} doors, {of.agencies} agencies, {of.workers} social workers.",
        f"Residents said {of.needs:,} needs, {of.private_needs:,} of them private; "
        f"{of.raisers_heard:,} raisers were heard, {of.raisers_met:,} said *met*.",
        f"{of.contracts} contracts ({of.running} in service), {of.sessions:,} sessions, {of.evaluations} evaluations "
        f"by drawn doors; {of.off_plan:,} tasks beside the plan, {of.off_plan_confirmed:,} confirmed by who asked.",
        f"{format_yuan(of.paid_fen)} yuan paid.",
        f"Community fund: {of.fund_ideas} ideas, {of.fund_proposals} proposals, {of.fund_votes} ballots, "
        f"{of.fund_grants} grants of {format_yuan(of.fund_granted_fen)} yuan in all, {of.fund_receipts} receipts.",
        f"Over {of.events // THOUSAND},000 events in the log; "
        f"fingerprint of the story `{of.digest[:SHOWN_DIGITS]}` (the same each time).",
    ]


def write(path: Path) -> None:
    """Put the block of a file's language between its markers."""
    before, begin, rest = path.read_text(encoding="utf-8").partition(BEGIN)
    _, end, after = rest.partition(END)
    if not (begin and end):
        raise ValueError(f"{path}: no place for the figures: {BEGIN} … {END}")
    language = "zh" if ".zh" in path.name else "en"
    path.write_text(before + block(language) + after, encoding="utf-8")


def main(*paths: str) -> None:
    """Write the blocks of the files."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "zhagen.web.settings")
    import django

    django.setup()
    for path in paths:
        write(Path(path))


if __name__ == "__main__":
    main(*sys.argv[1:])
