"""The list of doors: typed, or from a sheet whose template the page gives."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from tests.cast import COMMUNITY, cast
from zhagen.parties.models import Door
from zhagen.platform.sheets import read_sheet
from zhagen.procurement.views.door import SHEET


@pytest.fixture
def people():
    return cast()


def sheet(text, place=COMMUNITY):
    return {"place": place, "sheet": SimpleUploadedFile("doors.csv", text.encode()), "_key": str(len(text))}


def test_a_community_imports_its_doors_and_every_bad_cell_is_named(people):
    client, url = people["community"].client, reverse("door_import")

    wrong = client.post(url, sheet("楼栋,门牌号\n3号楼,401\n,402\n5号楼,\n"))
    nothing = Door.objects.count()
    done = client.post(url, sheet("楼栋,门牌号\n3号楼,401\n3号楼,402\n"))

    assert (wrong.status_code, nothing, done.status_code) == (422, 0, 302)
    assert all(cell in wrong.content.decode() for cell in ("A3", "B4"))
    assert Door.objects.count() == 2


def test_doors_go_into_ones_own_community_only_and_an_agency_has_no_such_page(people):
    foreign = sheet("楼栋,门牌号\n3号楼,401\n", place="990101001002")

    refused = people["community"].client.post(reverse("door_import"), foreign)

    assert refused.status_code == 422
    assert people["agency_head"].client.get(reverse("door_import")).status_code == 404
    assert not Door.objects.exists()


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_the_template_is_a_sheet_that_the_import_reads(people, language):
    made = people["handler"].client.get(reverse("door_template"), headers={"accept-language": language})

    read = read_sheet(made.content, SHEET)

    assert (read.rows, read.errors) == ((), ())


def test_the_pages_link_to_each_other_and_the_menu_leads_there(people):
    client = people["community"].client

    assert reverse("door_add") in client.get(reverse("desk")).content.decode()
    assert reverse("door_import") in client.get(reverse("door_add")).content.decode()
    assert reverse("door_template") in client.get(reverse("door_import")).content.decode()
