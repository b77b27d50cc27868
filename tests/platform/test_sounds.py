"""Voice notes: which are taken, and what is no longer in them."""

import io
import wave

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.platform.voices import SECRET, VOICES, a_page, an_m4a, an_mp3, an_ogg, box
from zhagen.core.errors import RuleError
from zhagen.platform import sounds
from zhagen.platform.sounds import CONTENT_TYPES, MOST_BYTES, clean_in_child, page_checksum, take_sound


@pytest.mark.parametrize("kind", VOICES)
def test_a_voice_note_is_known_by_content_and_loses_the_words_about_it(kind):
    uploaded = VOICES[kind]()

    kept = take_sound(uploaded)

    assert SECRET in uploaded
    assert SECRET not in kept.content
    assert kept.content_type == CONTENT_TYPES[kind]
    assert take_sound(kept.content).content == kept.content, "cleaning twice changes nothing"


def test_what_is_heard_stays_as_it_was():
    with wave.open(io.BytesIO(take_sound(VOICES["wav"]()).content)) as sound:
        frames = sound.readframes(400)
    mp3, m4a, ogg = (take_sound(VOICES[kind]()).content for kind in ("mp3", "m4a", "ogg"))

    assert frames == b"\x01\x02" * 400
    assert mp3 in an_mp3()
    assert len(m4a) == len(an_m4a())
    assert m4a.index(b"sound") == an_m4a().index(b"sound"), "no offset moved"
    assert b"\x7b" not in m4a, "the time of recording is gone"
    assert ogg[ogg.index(b"sound") :] == an_ogg()[an_ogg().index(b"sound") :]


def test_the_page_of_comments_bears_a_right_checksum():
    kept = take_sound(an_ogg()).content
    start = kept.index(b"OggS", 4)
    page = kept[start : kept.index(b"OggS", start + 4)]

    assert int.from_bytes(page[22:26], "little") == page_checksum(page[:22] + b"\0" * 4 + page[26:])


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "upload.empty"),
        (b"\0" * (MOST_BYTES + 1), "upload.too_large"),
        (b"<svg>", "upload.not_a_sound"),
        (b"#!AMR\n" + b"\0" * 40, "upload.not_a_sound"),
        (an_m4a(b"vide"), "upload.damaged"),
        (box(b"ftyp", b"isom") + an_m4a()[16:].replace(b"uuid", b"moov"), "upload.damaged"),
        (box(b"ftyp", b"M4A "), "upload.damaged"),
        (an_m4a()[:-3], "upload.damaged"),
        (b"RIFF\0\0\0\0WAVEfmt \2\0\0\0ab", "upload.damaged"),
        (b"ID3\4\0\0\0\0\0\2ab", "upload.damaged"),
        (
            box(b"ftyp", b"M4A ") + b"".join(box(b"moov", b"")[:4] + b"moov" for _ in range(3)),
            "upload.damaged",
        ),
        (an_ogg()[:-3], "upload.damaged"),
        (an_ogg() + b"more", "upload.damaged"),
        (a_page(0, b"OpusHead"), "upload.damaged"),
        (a_page(0, b"OpusHead") + a_page(1, b"no") + a_page(2, b"x"), "upload.damaged"),
        (b"OggS", "upload.not_a_sound"),
    ],
)
def test_what_is_no_voice_note_is_refused_with_its_reason(content, code):
    with pytest.raises(RuleError) as caught:
        take_sound(content)

    assert caught.value.code == code


def test_boxes_that_hide_in_one_another_without_end_are_refused():
    nested = b""
    for _ in range(1_500):
        nested = box(b"moov", nested)
    with pytest.raises(RuleError) as caught:
        take_sound(box(b"ftyp", b"M4A ") + nested)

    assert caught.value.code == "upload.damaged"


def test_a_film_is_no_voice_note():
    both = an_m4a().replace(b"mdat", b"mdat", 1)
    film = both[: both.index(b"moov") - 4] + an_m4a(b"vide")[both.index(b"moov") - 4 :]
    track = box(b"moov", box(b"trak", box(b"mdia", box(b"hdlr", b"\0" * 8 + b"soun" + b"\0" * 12))))
    with pytest.raises(RuleError) as caught:
        take_sound(film + track)

    assert caught.value.code == "upload.not_a_sound"


@settings(max_examples=150)
@given(st.sampled_from(sorted(VOICES)), st.data())
def test_a_broken_voice_note_is_refused_or_kept_and_never_an_error(tmp_path_factory, kind, data):
    whole = bytearray(VOICES[kind]())
    for _ in range(data.draw(st.integers(1, 4))):
        whole[data.draw(st.integers(0, len(whole) - 1))] = data.draw(st.integers(0, 255))
    source = tmp_path_factory.getbasetemp() / "in"
    source.write_bytes(bytes(whole[: data.draw(st.integers(1, len(whole)))]))

    try:
        answer = clean_in_child(source, source.with_name("out"), {})
    except RuleError as error:
        answer = {"code": error.code}

    assert answer.get("kind") in sounds.CONTENT_TYPES or answer["code"].startswith("upload.")
