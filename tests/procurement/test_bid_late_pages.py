"""A late second is late over HTTP too, by the moment of receipt; what was typed is kept."""

import datetime as dt

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from tests.cast import cast
from tests.procurement import builders_tender as made
from zhagen.platform import clock
from zhagen.procurement.models import Bid


@pytest.mark.parametrize(("seconds", "is_late"), [(-1, False), (0, True), (1, True)])
def test_a_bid_a_second_before_the_end_is_taken_and_at_the_end_refused(seconds, is_late):
    people = cast()
    tender = made.a_tender(people, "open")
    form = {"price_fen": "171717.17", "hours": "1717", "summary": "摘要"}
    form["file"] = SimpleUploadedFile("策划书.docx", made.a_docx())

    with clock.batch_at(made.CLOSES_AT + dt.timedelta(seconds=seconds)):
        answer = people["agency_head"].client.post(reverse("bid_submit", args=[tender.pk]), form)

    assert answer.status_code == (422 if is_late else 200)
    assert Bid.objects.filter(tender=tender).count() == (0 if is_late else 1)
    assert "171717.17" in answer.content.decode() or not is_late
