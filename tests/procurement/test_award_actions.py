"""From a plan to an award by the actions alone."""

import pytest

from tests.cast import cast
from tests.procurement.builders_tender import an_award
from zhagen.procurement.actions.award import awarded_terms
from zhagen.procurement.models import BudgetLine


@pytest.fixture
def people():
    return cast()


def test_a_selection_goes_from_plan_to_award_and_holds_only_what_was_won(people):
    award = an_award(people)

    assert award.agency.name == "扎根社工服务中心"
    assert award.amount_fen == 17_200_000
    assert award.tender.plan.state == "buying"
    assert BudgetLine.objects.get().committed_fen == 13_500_000
    assert [line["rank"] for line in award.result["ranking"]] == [1, 2, 3]


def test_the_contract_gets_the_terms_frozen_at_the_notice(people):
    award = an_award(people)

    terms = awarded_terms(award)

    assert terms.terms.deemed_days == 15
    assert terms.term_months == 12
    assert terms.frozen_digest == award.tender.frozen_digest
    assert terms.hours == 1800
    assert [place.name for place in terms.communities] == ["东园社区"]
