"""The vault: what is put in comes out for a reason, and not at all once the key is gone."""

import pytest
from django.conf import settings
from django.db import connection
from hypothesis import given as for_all
from hypothesis import strategies as st

from tests.cast import cast
from zhagen.audit.models import Event
from zhagen.core.errors import RuleError
from zhagen.platform import vault
from zhagen.platform.models import VaultPerson
from zhagen.platform.vault import PersonalData

WANG = PersonalData("王桂芳", "138 0013 8000", "3号楼2单元501", "听力不好")


@pytest.fixture
def handler():
    return cast()["handler"].actor


def _everything_stored() -> bytes:
    with connection.cursor() as cursor:
        cursor.execute("SELECT * FROM platform_vaultperson")
        rows = cursor.fetchall()
        cursor.execute("SELECT * FROM audit_eventpayload")
        rows += cursor.fetchall()
    return b"".join(
        bytes(v) if isinstance(v, bytes | memoryview) else str(v).encode() for r in rows for v in r
    )


def test_a_person_is_read_back_whole_and_the_reading_is_an_event_with_its_reason(handler):
    ref = vault.keep_person(WANG, by=handler)

    read = vault.read_person(ref, by=handler, reason="回电答复")

    assert read == PersonalData("王桂芳", "13800138000", "3号楼2单元501", "听力不好")
    event = Event.objects.get(kind="person.read")
    assert (event.actor_key, event.payload.figures) == (handler.key, {"reason": "回电答复"})


def test_nothing_stored_and_no_event_holds_the_data_in_the_clear(handler):
    ref = vault.keep_person(WANG, by=handler)
    vault.change_person(ref, PersonalData("王桂芳", "13900139000"), by=handler, reason="换号")
    stored = _everything_stored()

    for secret in ("王桂芳", "13800138000", "13900139000", "2单元501", "听力"):
        assert secret.encode() not in stored
    assert "王桂芳" not in repr(WANG)


def test_without_a_reason_nothing_is_read(handler):
    ref = vault.keep_person(WANG, by=handler)

    with pytest.raises(RuleError) as refused:
        vault.read_person(ref, by=handler, reason="  ")

    assert refused.value.code == "vault.reason_missing"


def test_erasing_deletes_the_key_and_with_it_index_and_data(handler):
    ref = vault.keep_person(WANG, by=handler)
    vault.erase_person(ref, by=handler, reason="本人要求")
    vault.erase_person(ref, by=handler, reason="再次")

    with pytest.raises(RuleError) as refused:
        vault.read_person(ref, by=handler, reason="回电")

    row = VaultPerson.objects.get()
    assert refused.value.code == "vault.erased"
    assert (row.wrapped_key, row.sealed, row.phone_index) == (None, None, "")
    assert vault.masked_person(ref) is None
    assert vault.refs_with_phone("13800138000") == []
    assert Event.objects.filter(kind="person.erased").count() == 1


def test_the_same_phone_is_found_however_it_is_typed(handler):
    ref = vault.keep_person(WANG, by=handler)
    vault.keep_person(PersonalData("李", "13700137000"), by=handler)

    assert vault.refs_with_phone("+86138-0013-8000") == [ref]
    assert vault.refs_with_phone("１３８００１３８０００") == [ref]
    assert vault.refs_with_phone("") == vault.refs_with_phone("abc") == []


def test_sealed_data_moved_to_another_person_do_not_open(handler):
    one = vault.keep_person(WANG, by=handler)
    two = vault.keep_person(PersonalData("李建国", "13700137000"), by=handler)
    row = VaultPerson.objects.get(pk=one)
    VaultPerson.objects.filter(pk=two).update(wrapped_key=row.wrapped_key, sealed=row.sealed)

    with pytest.raises(RuleError) as refused:
        vault.read_person(two, by=handler, reason="回电")

    assert refused.value.code == "vault.cannot_open"


def test_after_the_office_key_is_turned_only_the_new_one_opens(handler):
    ref = vault.keep_person(WANG, by=handler)
    key_file = settings.HOME / "keys" / "vault"
    old = key_file.read_text()
    try:
        assert vault.turn_key(old, "a new secret of the office") == 1
        with pytest.raises(RuleError) as refused:
            vault.read_person(ref, by=handler, reason="回电")
        key_file.write_text("a new secret of the office")
        assert vault.read_person(ref, by=handler, reason="回电").name == "王桂芳"
    finally:
        key_file.write_text(old)
    assert refused.value.code == "vault.cannot_open"


def test_a_list_shows_surname_and_the_ends_of_the_phone_without_an_event(handler):
    ref = vault.keep_person(WANG, by=handler)

    shown = vault.masked_person(ref)

    assert (shown.name, shown.phone, shown.address, shown.remark) == ("王**", "138****8000", "", "")
    assert not Event.objects.filter(kind="person.read").exists()


@pytest.mark.parametrize("phone", ["12345", "1380013800x", "电话在我妈那", "1" * 30])
def test_what_is_no_phone_number_is_refused_and_not_quoted_in_full(handler, phone):
    with pytest.raises(RuleError) as refused:
        vault.keep_person(PersonalData(phone=phone), by=handler)

    assert refused.value.code == "vault.bad_phone"
    assert not VaultPerson.objects.exists()


def test_an_empty_person_is_not_kept(handler):
    assert vault.keep_person(PersonalData(), by=handler) == ""


@for_all(st.text(max_size=12))
def test_a_mask_never_shows_more_than_surname_or_seven_digits(text):
    assert len(vault.mask_name(text)) == len(text)
    assert sum(a == b != "*" for a, b in zip(text, vault.mask_name(text), strict=True)) <= 2
    assert sum(c != "*" for c in vault.mask_phone(text)) <= 7
