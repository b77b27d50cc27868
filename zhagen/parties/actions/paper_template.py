"""A street's own Word templates: put in force after a check, kept in versions, taken back to the built-in."""

import datetime as dt

from django.db.models import Max

from zhagen.audit.record import record
from zhagen.core.errors import RuleError
from zhagen.core.permissions import require
from zhagen.core.types import Actor
from zhagen.parties.models import Place
from zhagen.parties.office import street_of
from zhagen.platform.documents import check_template, paper_fields
from zhagen.platform.files import store
from zhagen.platform.home import data_home
from zhagen.platform.models import PaperTemplate
from zhagen.platform.scope import permit
from zhagen.platform.tx import write_tx

CHANGE = "paper_template.change"


def add_paper_template(
    paper: str, content: bytes, note: str = "", *, by: Actor, now: dt.datetime
) -> PaperTemplate:
    """Check a street's own template and put it in force; the earlier version is kept.

    The check and the file come before the transaction.

    Raises:
        RuleError: "permission.denied", "document.no_such_template"; what `check_template` raises.
    """
    require(by, CHANGE)
    paper_fields(paper)
    check_template(paper, content)
    return _add(paper, store(data_home() / "evidence", content), note, by=by, now=now)


@write_tx
def _add(paper: str, digest: str, note: str, *, by: Actor, now: dt.datetime) -> PaperTemplate:
    street = _locked_street(by)
    versions = PaperTemplate.objects.filter(place=street.pk, paper=paper)
    last = versions.aggregate(last=Max("version"))["last"] or 0
    versions.update(is_in_force=False)
    added = PaperTemplate(
        place=street.pk, paper=paper, version=last + 1, file_digest=digest, note=note, added_by=by.name, added_at=now
    )  # fmt: skip
    added.save(force_insert=True)
    record("paper_template.added", added, by=by, at=now, payload={"paper": paper, "digest": digest})
    return added


def _locked_street(by: Actor) -> Place:
    """Return the street of an actor who may change templates, locked: two uploads at once get two versions."""
    return Place.objects.select_for_update().get(pk=street_of(by, CHANGE).pk)


@write_tx
def use_paper_template(template: PaperTemplate, *, by: Actor, now: dt.datetime) -> PaperTemplate:
    """Put a kept version in force again."""
    permit(by, CHANGE, template)
    _locked_street(by)
    template = PaperTemplate.objects.select_for_update().get(pk=template.pk)
    PaperTemplate.objects.filter(place=template.place, paper=template.paper).update(is_in_force=False)
    template.is_in_force = True
    template.save(update_fields=["is_in_force"])
    record("paper_template.used_again", template, by=by, at=now, payload={"version": template.version})
    return template


@write_tx
def restore_built_in(paper: str, *, by: Actor, now: dt.datetime) -> PaperTemplate:
    """Take the street's own template out of force, so that the built-in one counts again.

    Raises:
        RuleError: "paper_template.already_built_in" or "permission.denied".
    """
    require(by, CHANGE)
    street = _locked_street(by)
    own = PaperTemplate.objects.filter(place=street.pk, paper=paper, is_in_force=True).first()
    if own is None:
        raise RuleError("paper_template.already_built_in")
    own.is_in_force = False
    own.save(update_fields=["is_in_force"])
    record("paper_template.ended", own, by=by, at=now, payload={"paper": paper, "version": own.version})
    return own
