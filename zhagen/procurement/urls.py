"""Addresses of procurement."""

from django.urls import path

from zhagen.procurement.views import amendment, claim, contract, need, paper

urlpatterns = [
    path("needs/new/", need.need_raise, name="need_raise"),
    path("needs/", need.need_list, name="need_list"),
    path("needs/<uuid:pk>/", need.need_view, name="need_view"),
    path("needs/<uuid:pk>/transfer/", need.need_transfer, name="need_transfer"),
    path("contracts/", contract.contract_list, name="contract_list"),
    path("contracts/<uuid:pk>/", contract.contract_view, name="contract_view"),
    path("contracts/<uuid:pk>/sign/", contract.contract_sign, name="contract_sign"),
    path("contracts/<uuid:pk>/start/", contract.contract_start, name="contract_start"),
    path("contracts/<uuid:pk>/suspend/", contract.contract_suspend, name="contract_suspend"),
    path("contracts/<uuid:pk>/resume/", contract.contract_resume, name="contract_resume"),
    path("contracts/<uuid:pk>/begin-ending/", contract.contract_begin_ending, name="contract_begin_ending"),
    path("contracts/<uuid:pk>/cancel/", contract.contract_cancel, name="contract_cancel"),
    path("contracts/<uuid:pk>/amend/", amendment.contract_amend, name="contract_amend"),
    path("amendments/<uuid:pk>/agree/", amendment.amendment_agree, name="amendment_agree"),
    path("instalments/<uuid:pk>/claim/", claim.claim_submit, name="claim_submit"),
    path("claims/", claim.claim_list, name="claim_list"),
    path("claims/<uuid:pk>/", claim.claim_view, name="claim_view"),
    path("claims/<uuid:pk>/resubmit/", claim.claim_resubmit, name="claim_resubmit"),
    path("claims/<uuid:pk>/check/", claim.claim_check, name="claim_check"),
    path("claims/<uuid:pk>/approve/", claim.claim_approve, name="claim_approve"),
    path("claims/<uuid:pk>/return/", claim.claim_return, name="claim_return"),
    path("claims/<uuid:pk>/withdraw/", claim.claim_withdraw, name="claim_withdraw"),
    path("claims/<uuid:pk>/note-delay/", claim.claim_note_delay, name="claim_note_delay"),
    path("claims/<uuid:pk>/record-payment/", claim.claim_record_payment, name="claim_record_payment"),
    path("papers/<uuid:pk>/", paper.paper_download, name="paper_download"),
]
