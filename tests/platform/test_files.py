"""The evidence store keeps bytes by their hash and loses none that a row knows."""

import os
import time

import pytest

from zhagen.core.errors import RuleError
from zhagen.platform import files


def test_what_is_stored_is_read_back_under_its_own_hash(tmp_path):
    digest = files.store(tmp_path, "社区活动照片".encode())

    assert digest == files.sha256_hex("社区活动照片".encode())
    assert files.read_stored(tmp_path, digest).decode() == "社区活动照片"
    assert files.store(tmp_path, "社区活动照片".encode()) == digest
    assert list(files.stored_digests(tmp_path)) == [digest]


def test_the_file_and_its_folder_are_synced_before_the_hash_is_returned(tmp_path, monkeypatch):
    calls = []
    real_fsync, real_replace = os.fsync, os.replace
    monkeypatch.setattr(os, "fsync", lambda fd: (calls.append("fsync"), real_fsync(fd)))
    monkeypatch.setattr(os, "replace", lambda a, b: (calls.append("rename"), real_replace(a, b)))

    files.store(tmp_path, b"x")

    assert calls == ["fsync", "fsync", "fsync", "rename", "fsync"]  # two new folders, the file, its name


def test_an_altered_file_is_not_served(tmp_path):
    digest = files.store(tmp_path, b"original")
    files.stored_path(tmp_path, digest).write_bytes(b"changed")

    with pytest.raises(RuleError, match=r"file\.altered"):
        files.read_stored(tmp_path, digest)


@pytest.mark.parametrize("digest", ["../../etc/passwd", "", "A" * 64, "0" * 63, "0" * 64 + "\n"])
def test_a_name_that_is_no_hash_reaches_no_file(tmp_path, digest):
    with pytest.raises(RuleError, match=r"file\.bad_digest"):
        files.stored_path(tmp_path, digest)


def test_an_absent_file_is_named(tmp_path):
    with pytest.raises(RuleError, match=r"file\.missing"):
        files.read_stored(tmp_path, "0" * 64)


def test_the_sweep_takes_old_orphans_and_leaves_known_and_young_files(tmp_path):
    known, orphan, young = (files.store(tmp_path, text) for text in (b"known", b"orphan", b"young"))
    abandoned = files.stored_path(tmp_path, orphan).parent / ".part-x"
    abandoned.write_bytes(b"half")
    long_ago = time.time() - 7200
    for path in (files.stored_path(tmp_path, known), files.stored_path(tmp_path, orphan), abandoned):
        os.utime(path, (long_ago, long_ago))

    removed = files.sweep_orphans(tmp_path, known={known}, older_than=time.time() - 3600)

    assert removed == [orphan]
    assert set(files.stored_digests(tmp_path)) == {known, young}
    assert not abandoned.exists()
