"""The archive folder: order, what is missing, the zip with its catalogue, filing what is lacking."""

import io
import zipfile

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from python_calamine import CalamineWorkbook

from tests.cast import cast, foreign_cast
from tests.procurement.builders_contract import NOW, a_claim, a_contract
from tests.procurement.builders_tender import a_plan, a_round
from tests.procurement.test_contract_pages import PDF
from zhagen.core.errors import RuleError
from zhagen.integrity.actions.folder import file_contract_paper
from zhagen.integrity.folder import folder_of_contract, folder_of_plan
from zhagen.platform.files import stored_path
from zhagen.procurement.actions.paper import add_paper, evidence_root
from zhagen.procurement.models import Paper


@pytest.fixture
def people():
    return cast()


@pytest.fixture
def contract(people):
    return a_contract(people)


def status(folder):
    return {line.kind.code: line.status for line in folder.lines}


def unzip(answer):
    return zipfile.ZipFile(io.BytesIO(b"".join(answer.streaming_content)))


def test_before_its_stage_a_paper_is_not_missing_yet(people):
    plan = a_plan(people)

    found = status(folder_of_plan(plan))

    assert found["decision_minutes"] == "missing"
    assert (found["tender_notice"], found["voucher"]) == ("later", "later")
    assert found["query_papers"] == "optional"


def test_a_paid_claim_without_its_voucher_is_missing_it_even_where_another_has_one(people, contract):
    first, second = a_claim(people, 1_000_000, contract), a_claim(people, 1_000_000, contract)
    type(first).objects.update(state="paid")
    handler = people["handler"].actor
    add_paper(first, "voucher", "凭证", content=PDF, content_type="application/pdf", by=handler, now=NOW)

    assert status(folder_of_contract(contract))["voucher"] == "missing"

    add_paper(second, "voucher", "凭证", content=PDF, content_type="application/pdf", by=handler, now=NOW)
    contract = type(contract).objects.get(pk=contract.pk)
    assert status(folder_of_contract(contract))["voucher"] == "on_file"


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_handler_and_auditor_see_the_folder_and_the_agency_does_not(people, contract, language):
    url = reverse("folder_contract_view", args=[contract.pk])
    said = {"zh-hans": "政府采购法 第四十二条", "en": "at least 15 years"}[language]

    for who in ("handler", "auditor"):
        page = people[who].client.get(url, headers={"accept-language": language})
        assert said in page.content.decode()
        assert people[who].client.get(reverse("folder_list")).status_code == 200
    assert people["agency_head"].client.get(url).status_code == 404
    assert foreign_cast()["auditor"].client.get(url).status_code == 404


def test_a_paper_of_a_kind_that_the_catalogue_does_not_know_is_refused(people, contract):
    papers = Paper.objects.count()

    for kind, code in (("love_letter", r"paper\.kind_unknown"), ("voucher", r"folder\.claim_needed")):
        with pytest.raises(RuleError, match=code):
            file_contract_paper(
                contract, kind=kind, title="扫描", claim=None, content=PDF, content_type="application/pdf",
                by=people["handler"].actor, now=NOW,
            )  # fmt: skip
    assert Paper.objects.count() == papers


def test_the_lacking_scan_is_filed_on_the_page_and_then_no_longer_missing(people, contract):
    handler, url = people["handler"].client, reverse("folder_contract_add", args=[contract.pk])
    assert status(folder_of_contract(contract))["contract_scan"] == "missing"

    def send(**data):
        scan = SimpleUploadedFile("扫描.pdf", PDF, "application/pdf")
        return handler.post(url, {"title": "合同扫描件", "file": scan, **data})

    assert send(kind="voucher").status_code == 422  # a payment's paper without its payment
    assert send(kind="contract_scan").status_code == 302
    assert (
        status(folder_of_contract(type(contract).objects.get(pk=contract.pk)))["contract_scan"] == "on_file"
    )


def test_the_zip_holds_every_paper_by_its_hash_and_a_catalogue_with_the_missing_ones(people, contract):
    handler = people["handler"].actor
    for title in ("合同/甲", "合同/甲"):
        add_paper(
            contract, "contract_scan", title, content=PDF, content_type="application/pdf", by=handler, now=NOW
        )

    whole = unzip(people["auditor"].client.get(reverse("folder_contract_zip", args=[contract.pk])))

    names = whole.namelist()
    papers = [name for name in names if name.endswith(".pdf")]
    assert len(papers) == len(set(papers)) == 2
    assert all(whole.read(name) == PDF for name in papers)
    book = CalamineWorkbook.from_filelike(io.BytesIO(whole.read("00-目录.xlsx")))
    rows = book.get_sheet_by_index(0).to_python()
    assert any(Paper.objects.first().file_digest in row for row in rows)
    assert any("履约验收单" in row and "未到阶段" in row for row in rows)


def test_a_paper_that_was_altered_on_the_disk_is_told_by_the_catalogue_and_not_handed_out(people, contract):
    paper = add_paper(
        contract, "contract_scan", "扫描件", content=PDF, content_type="application/pdf",
        by=people["handler"].actor, now=NOW,
    )  # fmt: skip
    path = stored_path(evidence_root(), paper.file_digest)
    path.chmod(0o600)
    path.write_bytes(b"forged")

    whole = unzip(people["auditor"].client.get(reverse("folder_contract_zip", args=[contract.pk])))
    path.write_bytes(PDF)

    assert [name for name in whole.namelist() if name.endswith(".pdf")] == []


def test_opened_bids_are_in_the_folder_and_sealed_ones_are_not(people):
    sealed = a_round(people, "bids").tender
    assert status(folder_of_plan(sealed.plan))["bids"] != "on_file"

    opened = a_round(people, "opened", of=a_plan(people)).tender

    assert (
        len(next(line for line in folder_of_plan(opened.plan).lines if line.kind.code == "bids").items) == 3
    )
    names = unzip(people["handler"].client.get(reverse("folder_plan_zip", args=[opened.plan_id]))).namelist()
    assert sum("扎根社工服务中心" in name for name in names) == 1
