"""What was lost is reset once, by two people, never by the person concerned."""

import pytest

from tests.cast import STREET, cast
from zhagen.core.errors import RuleError
from zhagen.parties.actions.access_reset import ask_access_reset, confirm_access_reset, use_access_reset
from zhagen.parties.models import AccessReset, Place, User
from zhagen.platform.clock import now

PASSWORD = "三号楼的石榴树有七棵"


@pytest.fixture
def people():
    return cast()


def ask(people, who="handler", kind=AccessReset.Kind.PASSWORD):
    street = Place.objects.get(pk=STREET)
    return ask_access_reset(
        people[who].user, kind, "忘记了", place=street, by=people["operator"].actor, now=now()
    )


def confirm(people, reset, by="chief"):
    return confirm_access_reset(reset, by=people[by].actor, now=now())


def test_an_operator_does_not_ask_for_himself(people):
    with pytest.raises(RuleError, match=r"access_reset\.own"):
        ask(people, "operator")


def test_a_second_request_waits_until_the_first_is_confirmed_but_the_other_kind_does_not(people):
    first = ask(people)
    with pytest.raises(RuleError, match=r"access_reset\.open"):
        ask(people)
    ask(people, kind=AccessReset.Kind.SECOND_FACTOR)

    confirm(people, first)

    assert ask(people).pk != first.pk


def test_a_reset_is_confirmed_once_so_that_there_is_one_link(people):
    reset, token = confirm(people, ask(people))
    digest = AccessReset.objects.get().token_digest

    with pytest.raises(RuleError, match=r"access_reset\.done"):
        confirm(people, reset, by="leader")
    assert token
    assert AccessReset.objects.get().token_digest == digest


def test_the_second_of_two_who_use_one_link_at_once_changes_nothing(people):
    reset, _ = confirm(people, ask(people))
    use_access_reset(reset, PASSWORD, now=now())

    with pytest.raises(RuleError, match=r"access_reset\.used"):
        use_access_reset(reset, "另一个口令也很长", now=now())
    assert User.objects.get(pk=people["handler"].user.pk).check_password(PASSWORD)
