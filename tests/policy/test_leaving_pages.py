"""Taking a file for the lab over HTTP: who may, what it says first, what comes, and what is said where nothing can."""

import json
import re

import pytest

from tests.cast import cast
from tests.procurement.builders_contract import a_contract
from tests.procurement.builders_tender import a_round
from zhagen.audit.models import Event
from zhagen.lab.past_cases import read_cases
from zhagen.lab.snapshot import read_snapshot
from zhagen.parties.models import Place
from zhagen.platform import clock
from zhagen.procurement.models import Contract


@pytest.fixture
def people():
    return cast()


def one_street():
    Place.objects.filter(code__startswith="990101002").update(is_active=False)


def press(client, url):
    page = client.get(url).content.decode()
    keys = dict(re.findall(r'name="(_key)" value="([^"]+)"', page))
    return client.post(url, keys)


def test_the_chief_of_the_only_street_downloads_the_snapshot_and_the_log_has_its_hash(people):
    contract = a_contract(people)
    Contract.objects.filter(pk=contract.pk).update(
        starts_on=clock.today().replace(year=clock.today().year - 1)
    )
    one_street()
    client = people["chief"].client

    said = client.get("/lab/snapshot/").content.decode()
    answer = press(client, "/lab/snapshot/")

    assert "也不能用别的数推算出来" in said
    assert answer["Content-Disposition"] == 'attachment; filename="district-snapshot.json"'
    made = read_snapshot(answer.content.decode())
    assert made.digest in Event.objects.get(kind="snapshot.made").payload.text


def test_past_cases_come_as_a_file_that_a_replay_reads(people):
    a_round(people, "scored")
    one_street()

    answer = press(people["auditor"].client, "/lab/cases/")

    assert len(read_cases(answer.content.decode()).rounds) == 1
    assert json.loads(answer.content)["kind"] == "zhagen-past-cases"


def test_what_cannot_be_taken_is_said_on_the_page_and_nothing_is_on_record(people):
    a_contract(people)
    several = press(people["chief"].client, "/lab/cases/")
    one_street()
    nothing = press(people["chief"].client, "/lab/cases/")

    assert (several.status_code, nothing.status_code) == (422, 422)
    assert "没有案例可以导出" in nothing.content.decode()
    assert not Event.objects.filter(kind="past_case.taken").exists()


@pytest.mark.parametrize("who", ["handler", "leader", "community", "agency_head", "evaluator", "resident"])
def test_nobody_else_finds_the_pages(people, who):
    client = people[who].client

    assert {client.get(url).status_code for url in ("/lab/snapshot/", "/lab/cases/")} == {404}


def test_the_list_of_rehearsals_leads_there_whoever_may(people):
    chief = people["chief"].client.get("/lab/").content.decode()
    handler = people["handler"].client.get("/lab/").content.decode()

    assert "/lab/snapshot/" in chief
    assert "/lab/cases/" in chief
    assert "/lab/snapshot/" not in handler


def test_the_page_is_there_in_english(people):
    english = people["chief"].client.get("/lab/cases/", headers={"accept-language": "en"}).content.decode()

    assert "Download the past cases" in english
    assert "Past cases" in english
