"""Addresses of integrity."""

from django.urls import path

from zhagen.integrity.views import chain, folder, log, overview

urlpatterns = [
    path("log/", log.log_show, name="log_show"),
    path("log/root/", log.log_root, name="log_root"),
    path("log/receipt/<slug:code>/", log.log_receipt, name="log_receipt"),
    path("log/export/", log.log_export, name="log_export"),
    path("chain/", chain.chain_view, name="chain_view"),
    path("chain/claim/<uuid:pk>/", chain.chain_claim, name="chain_claim"),
    path("chain/need/<uuid:pk>/", chain.chain_need, name="chain_need"),
    path("folders/", folder.folder_list, name="folder_list"),
    path("folders/plan/<uuid:pk>/", folder.folder_plan_view, name="folder_plan_view"),
    path("folders/plan/<uuid:pk>/zip/", folder.folder_plan_zip, name="folder_plan_zip"),
    path("folders/contract/<uuid:pk>/", folder.folder_contract_view, name="folder_contract_view"),
    path("folders/contract/<uuid:pk>/zip/", folder.folder_contract_zip, name="folder_contract_zip"),
    path("folders/contract/<uuid:pk>/add/", folder.folder_contract_add, name="folder_contract_add"),
    path("overview/", overview.overview_view, name="overview_view"),
]
