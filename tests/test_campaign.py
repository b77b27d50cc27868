"""The campaign: figures come from its state alone, and it resumes."""

from pathlib import Path

from tests import campaign, proofs


def test_the_page_of_figures_is_what_the_runs_found():
    assert campaign.PAGE.read_text("utf-8") == campaign.page(campaign.read_state()), (
        "python -m tests.campaign --page"
    )


def test_what_is_proved_for_this_code_at_this_size_is_not_run_again():
    state = {"races / SQLite": {"code": "abc", "share": 0.5}}

    assert campaign.is_proved(state, "races / SQLite", "abc", 0.1)
    assert not campaign.is_proved(state, "races / SQLite", "abc", 1)
    assert not campaign.is_proved(state, "races / SQLite", "changed", 0.1)
    assert not campaign.is_proved(state, "races / PostgreSQL", "abc", 0.1)


def test_every_test_marked_campaign_belongs_to_a_proof():
    marked = {
        file.relative_to(campaign.ROOT).as_posix()
        for file in Path(campaign.ROOT, "tests").rglob("test_*.py")
        if "@pytest.mark.campaign" in file.read_text("utf-8") and file.name != Path(__file__).name
    }
    known = {each.tests for each in campaign.PROOFS}

    assert {file for file in marked if not any(file.startswith(each) for each in known)} == set()
    assert all((campaign.ROOT / each).exists() for each in known)


def test_a_size_is_the_slice_or_a_share_of_the_full_one(monkeypatch):
    sizes = []
    for share in ("", "0.1", "1"):
        monkeypatch.setenv(proofs.SHARE, share)
        sizes.append(proofs.size(5, 200))

    assert sizes == [5, 20, 200]


def test_figures_stand_in_the_order_of_the_kept_state_whatever_order_they_were_found_in():
    assert campaign.figures_of({"passed": 3, "broken_by": 1}) == "broken by 1, passed 3"
