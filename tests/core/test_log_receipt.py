"""A receipt's code survives handwriting, and its file proves its event offline or not at all."""

import json
import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.core.log_world import KEY, a_log, signed_root
from zhagen.core.checkpoint import public_key
from zhagen.core.errors import RuleError
from zhagen.core.log_form import canonical
from zhagen.core.log_receipt import CODE_HEX, check_receipt, code_of, hex_of, receipt_text
from zhagen.core.merkle import inclusion_proof, leaf_hash, nodes_of

LOG = a_log(random.Random(1), 23)
LEAVES = [leaf_hash(event.leaf) for event in LOG]


def receipt_of(index: int) -> bytes:
    return receipt_text(
        LOG[index].leaf, index + 1, inclusion_proof(nodes_of(LEAVES), index, 23), signed_root(LOG)
    )


def refusal(text: bytes, **options) -> str:
    with pytest.raises(RuleError) as caught:
        check_receipt(text, **options)
    return caught.value.code


@given(st.binary(min_size=32, max_size=32))
def test_a_code_leads_back_to_the_start_of_its_hash_however_it_is_typed(digest: bytes) -> None:
    code = code_of(digest.hex())

    assert hex_of(code) == digest.hex()[:CODE_HEX]
    assert hex_of(f" {code.lower().replace('-', ' ')} ") == digest.hex()[:CODE_HEX]
    assert hex_of(code.replace("0", "O").replace("1", "l")) == digest.hex()[:CODE_HEX]


@pytest.mark.parametrize("code", ["", "ABCD", "ABCD-EFGH-JKMU", "ABCD-EFGH-JKM扎", "A" * 13])
def test_a_mistyped_code_says_so(code: str) -> None:
    with pytest.raises(RuleError) as caught:
        hex_of(code)
    assert caught.value.code == "log.code_malformed"


def test_every_event_is_proved_by_its_receipt() -> None:
    for index, event in enumerate(LOG):
        found = check_receipt(receipt_of(index), keys=[KEY])
        assert canonical(found) == event.leaf


def test_a_receipt_reformatted_on_its_way_still_proves() -> None:
    pretty = json.dumps(json.loads(receipt_of(3)), indent=4, ensure_ascii=False).encode()

    assert check_receipt(pretty, keys=[KEY])["kind"] == LOG[3].kind


def test_a_receipt_with_any_part_of_another_is_false() -> None:
    honest, other = json.loads(receipt_of(4)), json.loads(receipt_of(9))
    for part in ("event", "number", "proof"):
        assert refusal(canonical(honest | {part: other[part]}), keys=[KEY]) == "log.receipt_false"
    older = {"checkpoint": signed_root(LOG, 20)}
    assert refusal(canonical(honest | older), keys=[KEY]) == "log.receipt_false"
    assert refusal(canonical(honest | {"number": 0})) == "log.receipt_false"


def test_a_root_signed_by_a_stranger_is_refused() -> None:
    assert refusal(receipt_of(1), keys=[public_key("stranger", bytes(32))]) == "log.signature_wrong"
    assert check_receipt(receipt_of(1))["kind"] == LOG[1].kind


@pytest.mark.parametrize(
    "change",
    [
        {"form": "other"},
        {"number": "many"},
        {"event": 3},
        {"proof": ["xy"]},
        {"checkpoint": "x"},
        {"proof": None},
    ],
)
def test_what_is_no_receipt_says_so(change: dict) -> None:
    assert refusal(canonical(json.loads(receipt_of(1)) | change)) == "log.receipt_malformed"
    assert refusal(b"not json") == "log.receipt_malformed"
