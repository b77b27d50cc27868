"""Organisations: entered and corrected; a doubtful credit code is said, not refused."""

import pytest
from django.urls import reverse

from tests.cast import cast
from zhagen.audit.models import EventPayload
from zhagen.parties.models import Organisation


@pytest.fixture
def handler():
    return cast()["handler"].client


def add(client, **changes):
    form = {
        "name": "和风社工服务中心",
        "kind": "agency",
        "uscc": "52110105MJ00000XX8",
        "_key": "o1",
        **changes,
    }
    return client.post(reverse("organisation_add"), form, follow=True)


def test_a_good_code_raises_no_doubt_and_is_kept_in_capitals(handler):
    page = add(handler, uscc=" 52110105mj00000xx8 ").content.decode()

    made = Organisation.objects.get(name="和风社工服务中心")
    assert (made.uscc, made.uscc_doubt) == ("52110105MJ00000XX8", "")
    assert "校验码应为" not in page


def test_a_code_that_fails_its_check_is_kept_with_a_warning(handler):
    page = add(handler, uscc="91350100M0001TGQXM").content.decode()

    assert Organisation.objects.get(name="和风社工服务中心").uscc_doubt == "uscc.check"
    assert "校验码应为 1" in page


@pytest.mark.parametrize(
    "wrong", [{"name": ""}, {"kind": "bank"}, {"mail": "x"}, {"name": "扎根社工服务中心"}]
)
def test_a_wrong_entry_is_shown_again(handler, wrong):
    answer = add(handler, **wrong)

    assert answer.status_code == 422
    assert Organisation.objects.count() == 2


def test_two_organisations_never_share_a_code(handler):
    add(handler)
    other = Organisation.objects.get(name="扎根社工服务中心")

    answer = handler.post(
        reverse("organisation_edit", args=[other.pk]),
        {"name": other.name, "kind": "agency", "uscc": "52110105MJ00000XX8", "_key": "o2"},
    )

    assert answer.status_code == 422
    assert "和风社工服务中心" in answer.content.decode()


def test_a_correction_is_on_the_log_with_what_stood_before(handler):
    add(handler)
    made = Organisation.objects.get(name="和风社工服务中心")

    answer = handler.post(
        reverse("organisation_edit", args=[made.pk]),
        {"name": "和风社会工作服务中心", "kind": "agency", "uscc": made.uscc, "_key": "o2"},
    )

    assert answer.status_code == 302
    made.refresh_from_db()
    assert made.name == "和风社会工作服务中心"
    said = EventPayload.objects.get(event__kind="organisation.edited").figures
    assert (said["before"]["name"], said["after"]["name"]) == ("和风社工服务中心", "和风社会工作服务中心")
