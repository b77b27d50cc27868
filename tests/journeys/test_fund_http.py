"""The money that a community runs itself over HTTP, each step a form posted by the person whose step it is.

From the street's draft to the closed book; no action is called and no row is written except by a posted form.
Codes on slips are read from the printed PDF, receipts from the pages that show them.
"""

import re
import subprocess
import sys
from urllib.parse import urlsplit

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from tests.cast import COMMUNITY, cast
from tests.journeys import scenario_fund as story
from tests.journeys.scenario import PDF
from tests.journeys.seeds_fund import settle
from tests.journeys.test_chain_http import at, proposed, see, send
from zhagen.audit.export import check_live
from zhagen.audit.models import Event
from zhagen.audit.sealer import seal_pending
from zhagen.cli import recount_votes
from zhagen.community.actions.fund_entry import posted
from zhagen.community.models import (
    Ballot,
    FundCycle,
    FundEntry,
    FundReceipt,
    Grant,
    GrantClaim,
    Idea,
    PaperBallot,
    Proposal,
    ProposedList,
)
from zhagen.core.fund.book import Account, balances
from zhagen.parties.models import Organisation
from zhagen.platform.clock import now
from zhagen.platform.due import run_due


@pytest.fixture
def people():
    found = cast()
    settle(found)
    return found


@at(story.DRAFTED_AT)
def begin(people) -> FundCycle:
    """Draft, open."""
    coach = str(Organisation.objects.get(name=story.COACH).pk)
    form = proposed(
        people["handler"], "fund_cycle_draft", **{**story.CYCLE, "coach": coach, "place": COMMUNITY}
    )
    send(people["handler"], "fund_cycle_draft", **form)
    cycle = FundCycle.objects.get()
    send(people["chief"], "fund_cycle_open", cycle.pk)
    return cycle


@at(story.SAID_AT)
def say_ideas(people, cycle: FundCycle) -> str:
    """Two ideas, shown and co-signed; return the receipt of the first."""
    said = send(people["outsider"], "idea_raise", cycle.pk, **story.IDEA)
    receipt = urlsplit(said["Location"]).path.rstrip("/").rsplit("/", 1)[-1]
    send(people["community"], "idea_record", cycle.pk, **story.BY_PHONE)
    for place, (words, shown) in enumerate(story.SHOWN.items()):
        idea = Idea.objects.get(text__contains=words)
        send(people["social_worker"], "idea_show", idea.pk, text=shown)
        send(people["social_worker"], "idea_take_up", idea.pk)
        for number in range(story.SIGNERS):
            send(people["outsider"], "idea_co_sign", idea.pk, phone=f"139000{place}{number:04d}")
    return receipt


@at(story.COACHED_AT)
def write_and_check(people) -> None:
    """Write both proposals, submit, check costs and list."""
    for words, typed in story.PROPOSALS.items():
        idea, worker = Idea.objects.get(shown_text__contains=words), people["social_worker"]
        send(worker, "proposal_write", idea.pk, **proposed(worker, "proposal_write", idea.pk, **typed))
        proposal = Proposal.objects.get(idea=idea)
        send(worker, "proposal_submit", proposal.pk)
        send(people["finance"], "proposal_check_cost", proposal.pk, **story.COST_NOTE)
        send(people["handler"], "proposal_check_list", proposal.pk, **story.LIST_ANSWERS)


@at(story.LISTED_AT)
def publish_list(people, cycle: FundCycle, receipt: str) -> None:
    """The clock ends the ideas; the list is public and the resident finds his proposal."""
    run_due(now())
    send(people["community"], "fund_cycle_publish_list", cycle.pk)
    assert story.TABLE in see(people["outsider"], "proposal_public_list")
    assert story.TABLE in see(people["outsider"], "idea_follow", receipt)


@at(story.PREPARED_AT)
def prepare_vote(people, cycle: FundCycle) -> tuple[Ballot, list[str]]:
    """Roll from a sheet, slips; return the vote and the codes on the slips."""
    community = people["community"]
    send(community, "ballot_prepare", cycle.pk)
    ballot = Ballot.objects.get()
    send(
        community, "ballot_roll_import", ballot.pk, sheet=SimpleUploadedFile("名册.csv", story.ROLL.encode())
    )
    slips = community.client.post(reverse("ballot_slips", args=[ballot.pk]))
    return ballot, story.codes_on(slips.content)


def numbers(titles: tuple[str, ...]) -> list[str]:
    return [str(Proposal.objects.get(title=title).number) for title in titles]


@at(story.VOTED_AT)
def vote(people, ballot: Ballot, codes: list[str]) -> None:
    """Five online, one with help, one on paper that two people key in."""
    send(people["handler"], "ballot_open", ballot.pk)
    for code, titles in zip(codes, story.ONLINE, strict=False):
        send(people["outsider"], "ballot_vote", code, choice=numbers(titles), step="cast")
        assert "已投票，谢谢您" in see(people["outsider"], "ballot_vote", code)
    send(people["community"], "ballot_assist", ballot.pk, code=codes[5], choice=numbers(story.HELPED))
    people["community"].client.post(reverse("ballot_print_papers", args=[ballot.pk]), {"count": 1})
    send(people["community"], "ballot_mark_paper", ballot.pk, code=codes[6])
    paper = {"serial": PaperBallot.objects.get().serial, "choice": numbers(story.ON_PAPER)}
    for reader in ("community", "overseer"):
        send(people[reader], "ballot_key_paper", ballot.pk, **paper)


@at(story.COUNTED_AT)
def count(people, ballot: Ballot, folder) -> None:
    """Count; plain python3 counts the published ballots again and finds what the page shows."""
    run_due(now())
    send(people["overseer"], "ballot_count", ballot.pk)
    page = see(people["outsider"], "ballot_public", ballot.pk)
    votes = people["outsider"].client.get(reverse("ballot_votes_file", args=[ballot.pk])).content
    (folder / "votes.pb").write_bytes(votes)
    done = subprocess.run(
        [sys.executable, "-I", recount_votes.__file__, str(folder / "votes.pb")],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout + done.stderr
    assert re.search(r"[0-9a-f]{64}", page.partition("选票清单的哈希")[2]).group() in done.stdout
    assert story.TABLE in done.stdout
    ballot.refresh_from_db()
    assert {each["title"]: each["votes"] for each in ballot.result["projects"]} == story.VOTES
    won = page.partition("入选的项目")[2].partition("没有入选的项目")[0]
    assert story.TABLE in won
    assert story.FLOWERS not in won


def decide_and_grant(people, cycle: FundCycle) -> Grant:
    """The list, three decisions, the grant."""
    with at(story.COUNTED_AT):
        send(people["community"], "fund_cycle_propose", cycle.pk)
    made = ProposedList.objects.get()
    for role, step, moment, typed in story.DECISIONS:
        with at(moment):
            name = f"list_decision_{step}"
            send(people[role], name, made.pk, **proposed(people[role], name, made.pk, **typed))
    with at(story.GRANTED_AT):
        committee = str(Organisation.objects.get(name=story.COMMITTEE).pk)
        proposal = Proposal.objects.get(title=story.TABLE)
        send(people["handler"], "grant_make", proposal.pk, **{**story.GRANT, "grantee": committee})
    return Grant.objects.get()


@at(story.BOUGHT_AT)
def spend(people, grant: Grant) -> None:
    """Start, receipt, check, claim, three signatures, voucher."""
    send(people["social_worker"], "grant_start", grant.pk)
    scan = SimpleUploadedFile("发票.pdf", PDF, "application/pdf")
    typed = proposed(people["social_worker"], "fund_receipt_add", grant.pk, **story.RECEIPT, scan=scan)
    send(people["social_worker"], "fund_receipt_add", grant.pk, **typed)
    send(people["community"], "fund_receipt_check", FundReceipt.objects.get().pk)
    send(people["station_lead"], "grant_claim_submit", grant.pk)
    claim = GrantClaim.objects.get()
    for role in story.SIGNERS_OF_CLAIM:
        send(people[role], "grant_claim_sign", claim.pk)
    send(people["finance"], "grant_claim_record_payment", claim.pk, **story.PAYMENT)


def settle_money(people, cycle: FundCycle, grant: Grant) -> None:
    """Report, acceptance, coaching by two people's word, clearing, the closed book."""
    with at(story.DONE_AT):
        send(people["social_worker"], "grant_report", grant.pk, **story.REPORT)
        send(people["handler"], "grant_accept", grant.pk, **story.ACCEPTED)
        send(people["handler"], "fund_cycle_pay_coaching", cycle.pk, **story.COACHING)
        send(people["finance"], "fund_entry_approve", FundEntry.objects.get(way="coached").pk)
    with at(story.CLOSED_AT):
        send(people["finance"], "fund_cycle_clear", cycle.pk)
        send(people["finance"], "fund_cycle_close", cycle.pk, **story.GIVEN_BACK)
        book = see(people["outsider"], "fund_book_public", cycle.pk)
    assert story.SPENT in book
    assert story.BACK in book


LOGGED = {
    "fund_cycle.opened", "idea.raised", "idea.co_signed", "proposal.written", "proposal.cost_checked",
    "fund_cycle.list_published", "ballot.opened", "ballot.voted", "ballot.paper_keyed", "ballot.counted",
    "proposed_list.made", "list_decision.recorded", "grant.made", "fund_receipt.checked", "grant_claim.paid",
    "grant.accepted", "fund_cycle.closed",
}  # fmt: skip


def test_an_idea_becomes_a_vote_a_grant_and_receipts_that_anyone_reads(people, tmp_path):
    cycle = begin(people)
    receipt = say_ideas(people, cycle)
    write_and_check(people)
    publish_list(people, cycle, receipt)
    ballot, codes = prepare_vote(people, cycle)
    vote(people, ballot, codes)
    count(people, ballot, tmp_path)
    grant = decide_and_grant(people, cycle)
    spend(people, grant)
    settle_money(people, cycle, grant)

    found = balances(posted(cycle))
    assert sum(found.values()) == 0
    assert found[Account.RETURNED, ""] == 400_000
    seal_pending()
    assert set(Event.objects.values_list("kind", flat=True)) >= LOGGED
    assert check_live().findings == ()
