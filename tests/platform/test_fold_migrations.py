"""A new database is made of whole tables, so that its first start is short."""

import pytest
from django.db import models
from django.db.migrations.operations import AddConstraint, AddField, CreateModel, RunPython

from zhagen.platform.fold_migrations import folded


def points_at(model: str) -> models.ForeignKey:
    return models.ForeignKey(model, on_delete=models.PROTECT)


def test_fields_and_constraints_move_into_their_model_and_models_follow_their_keys():
    once = models.UniqueConstraint(fields=("tender",), name="bid_once")
    after = RunPython(RunPython.noop)
    made = [
        CreateModel("Bid", []),
        CreateModel("Tender", []),
        AddField("bid", "tender", points_at("app.Tender")),
    ]
    tender, bid, last = folded([*made, AddConstraint("bid", once), after])
    assert (tender.name, bid.name, last) == ("Tender", "Bid", after)
    assert [name for name, _ in bid.fields] == ["tender"]
    assert bid.options["constraints"] == [once]


def test_models_that_point_at_each_other_are_refused_by_name():
    made = [
        CreateModel("Bid", [("t", points_at("app.Tender"))]),
        CreateModel("Tender", [("b", points_at("app.Bid"))]),
    ]
    with pytest.raises(ValueError, match="bid, tender"):
        folded(made)
