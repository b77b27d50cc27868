"""By which address callers are counted: the proxy's word, and only where the operator said that there is one."""

import pytest
from django.test import RequestFactory

from zhagen.platform.limits import caller_of


@pytest.mark.parametrize(
    ("header", "sent", "counted"),
    [
        ("", {"HTTP_X_FORWARDED_FOR": "1.2.3.4", "HTTP_X_REAL_IP": "1.2.3.4"}, "10.0.0.9"),
        ("X-Real-IP", {"HTTP_X_REAL_IP": "1.2.3.4"}, "1.2.3.4"),
        ("X-Real-IP", {}, "10.0.0.9"),
        ("X-Forwarded-For", {"HTTP_X_FORWARDED_FOR": "6.6.6.6, 1.2.3.4"}, "1.2.3.4"),
    ],
)
def test_a_forged_address_is_not_believed(settings, header, sent, counted):
    settings.CLIENT_ADDRESS_HEADER = header

    assert caller_of(RequestFactory().get("/", REMOTE_ADDR="10.0.0.9", **sent)) == counted
