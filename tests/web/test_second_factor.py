"""The second factor: forced on staff, proved by a code, refused to a password alone; and lock-out."""

import datetime as dt

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value, yield_hotp_counters_from_time
from django.core.cache import cache
from django.test import Client
from django.urls import reverse

from tests.cast import cast
from zhagen.platform.clock import mark_demo

PASSWORD = "三号楼的石榴树有七棵"


@pytest.fixture
def handler():
    cache.clear()
    person = cast()["handler"]
    person.user.set_password(PASSWORD)
    person.user.save()
    return person


def code_for(secret: str) -> str:
    return format_hotp_value(hotp_value(secret, next(iter(yield_hotp_counters_from_time()))))


def sign_in(client: Client, password: str = PASSWORD):
    return client.post(reverse("account_login"), {"login": "handler", "password": password})


def set_up(client: Client) -> str:
    page = client.get(reverse("mfa_activate_totp"))
    secret = page.context["form"].secret
    client.post(reverse("mfa_activate_totp"), {"code": code_for(secret)})
    return secret


def test_a_session_with_a_password_only_opens_no_page_of_the_office(handler):
    client = handler.password_client

    answers = {
        client.get(reverse(name)).headers.get("Location") for name in ("desk", "need_list", "my_account")
    }

    assert answers == {reverse("mfa_activate_totp")}
    assert client.post(reverse("place_add"), {"code": "x"}).headers["Location"] == reverse(
        "mfa_activate_totp"
    )


def test_setting_it_up_opens_the_pages_and_gives_recovery_codes(handler):
    client = Client()
    sign_in(client)

    secret = set_up(client)

    assert Authenticator.objects.filter(user=handler.user, type="totp").exists()
    assert client.get(reverse("desk")).status_code == 200
    codes = client.get(reverse("mfa_view_recovery_codes")).content.decode()
    assert codes.count("<code>") == 10
    stored = Authenticator.objects.get(user=handler.user, type="totp").data["secret"]
    assert secret not in stored


def test_at_the_next_sign_in_the_password_is_not_enough(handler):
    first, second = Client(), Client()
    sign_in(first)
    secret = set_up(first)

    asked = sign_in(second)
    before = second.get(reverse("desk"))
    wrong = second.post(reverse("mfa_authenticate"), {"code": "000000"})
    cache.clear()  # the code of this half minute was used once already
    right = second.post(reverse("mfa_authenticate"), {"code": code_for(secret)})

    assert asked["Location"].startswith(reverse("mfa_authenticate"))
    assert before.status_code == 302
    assert wrong.status_code == 200
    assert right.status_code == 302
    assert second.get(reverse("desk")).status_code == 200


def test_a_password_session_from_before_the_set_up_must_prove_the_code(handler):
    early, other = handler.password_client, Client()
    sign_in(other)
    set_up(other)

    answer = early.get(reverse("desk"))

    assert answer["Location"] == reverse("mfa_reauthenticate")


def test_nobody_switches_the_own_second_factor_off(handler):
    client = Client()
    sign_in(client)
    set_up(client)

    client.post(reverse("mfa_deactivate_totp"))

    assert Authenticator.objects.filter(user=handler.user, type="totp").exists()


def test_a_database_marked_as_demo_asks_for_none_and_says_so(handler):
    mark_demo(dt.datetime(2026, 6, 30, 1, 0, tzinfo=dt.UTC))

    page = handler.password_client.get(reverse("desk"))

    assert page.status_code == 200
    assert "不要求二次验证" in page.content.decode()


def test_five_wrong_passwords_lock_the_account_for_a_while_even_against_the_right_one(handler):
    answers = [sign_in(Client(), "错误的密码") for _ in range(5)]

    sixth = sign_in(Client())

    assert all(answer.status_code == 200 for answer in answers)
    assert sixth.status_code == 200
    assert "_auth_user_id" not in sixth.client.session


@pytest.mark.parametrize(
    "name",
    ["account_login", "mfa_activate_totp", "mfa_index", "account_change_password", "usersessions_list"],
)
@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_the_account_pages_wear_the_frame_of_the_site_without_inline_code(handler, name, language):
    client = Client()
    if name != "account_login":
        sign_in(client)

    page = client.get(reverse(name), headers={"accept-language": language}).content.decode()

    assert 'class="site-head"' in page
    assert "data:image" not in page
    assert " style=" not in page
