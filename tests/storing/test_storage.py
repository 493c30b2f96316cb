"""Every storage keeps the same promises, on a folder and on a server that fails."""

from __future__ import annotations

import random
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from benchmarks.object_server import Answer, address, environment, failing
from pipelines.storing import Changed, Missing, Storage, Taken, Unreachable, open_storage
from pipelines.storing.conditional_writes import require_conditional_writes
from pipelines.storing.storage import checked_key


def test_what_was_put_is_read_listed_and_removed(storage: Storage, tmp_path: Path) -> None:
    large = random.Random(1).randbytes(40_000_000)
    source = tmp_path / "large"
    source.write_bytes(large)
    storage.put("objects/ab/large.bin", source)
    storage.put("objects/ab/small.txt", b"small")
    storage.put("objects/ab/small.txt", b"smaller")
    storage.put("other/x", b"x")
    assert storage.read("objects/ab/small.txt")[0] == b"smaller"
    storage.download("objects/ab/large.bin", tmp_path / "again")
    assert (tmp_path / "again").read_bytes() == large
    listed = {entry.key: entry.size for entry in storage.entries("objects")}
    assert listed == {"objects/ab/large.bin": len(large), "objects/ab/small.txt": 7}
    storage.remove("objects/ab/small.txt")
    storage.remove("objects/ab/small.txt")
    for missing in (lambda: storage.read("objects/ab/small.txt"), lambda: storage.download("nothing", tmp_path / "n")):
        with pytest.raises(Missing, match="there is no"):
            missing()


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="only there is a device that is full")
def test_a_fault_of_this_machine_is_not_told_as_one_of_the_storage(storage: Storage, tmp_path: Path) -> None:
    storage.put("objects/x", b"x" * 100_000)
    with pytest.raises(OSError, match="No space left on device"):
        storage.download("objects/x", Path("/dev/full"))
    with pytest.raises(FileNotFoundError, match="No such file or directory"):
        storage.download("objects/x", tmp_path / "no folder" / "x")


def test_what_is_created_is_never_replaced(storage: Storage) -> None:
    tag = storage.create("pointer", b"one")
    assert storage.create("pointer", b"one") == tag, "the same again is our own write that landed"
    with pytest.raises(Taken):
        storage.create("pointer", b"two")
    newer = storage.swap("pointer", b"two", tag)
    with pytest.raises(Changed):
        storage.swap("pointer", b"three", tag)
    assert storage.read("pointer") == (b"two", newer)


def test_of_many_who_write_at_once_one_wins(storage: Storage) -> None:
    for number in range(5):
        key = f"round/{number}"
        tag = storage.create(key, b"before")

        def won(writer: int, key: str = key, tag: str = tag) -> bool:
            try:
                storage.swap(key, f"writer {writer}".encode(), tag)
            except Changed:
                return False
            return True

        with ThreadPoolExecutor(8) as writers:
            assert sum(writers.map(won, range(8))) == 1


def test_a_storage_with_conditions_is_accepted(storage: Storage) -> None:
    require_conditional_writes(storage)
    assert not list(storage.entries("probe"))


@pytest.mark.parametrize(("header", "told"), [("if-none-match", "If-None-Match"), ("if-match", "If-Match")])
def test_a_server_that_ignores_a_condition_is_refused(endpoint: str, header: str, told: str) -> None:
    with failing(endpoint, lambda *_: Answer.PASS, without=(header,)) as proxy, environment(proxy):
        storage = open_storage(address())
        with pytest.raises(Unreachable, match=f"ignores {told}"):
            require_conditional_writes(storage)


def test_a_server_that_knows_no_conditions_is_refused(endpoint: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("pipelines.storing.object_store._MOST_RETRIES", 0)
    unknown = lambda method, _: Answer.UNKNOWN if method == "PUT" else Answer.PASS  # noqa: E731
    with failing(endpoint, unknown) as proxy, environment(proxy):
        storage = open_storage(address())
        with pytest.raises(Unreachable, match="knows no conditional writes"):
            require_conditional_writes(storage)


def test_refused_and_lost_answers_change_nothing(endpoint: str, tmp_path: Path) -> None:
    """Of ten requests three are refused, and of two more the answer is lost after they were done."""
    chance = random.Random(7)
    fates = (*[Answer.REFUSE] * 3, *[Answer.LOSE] * 2, *[Answer.PASS] * 5)
    with failing(endpoint, lambda *_: chance.choice(fates)) as proxy, environment(proxy):
        storage = open_storage(address())
        tag = storage.create("pointer", b"0")
        for number in range(1, 12):
            tag = storage.swap("pointer", f"{number}".encode(), tag)
            storage.put(f"objects/{number}", f"object {number}".encode())
        assert storage.read("pointer") == (b"11", tag)
        assert len(list(storage.entries("objects"))) == 11
        storage.download("objects/7", tmp_path / "seven")
    assert (tmp_path / "seven").read_bytes() == b"object 7"


@pytest.mark.parametrize("has_landed", [True, False])
def test_an_upload_whose_completion_is_unknown_is_looked_at_and_sent_again(
    endpoint: str, tmp_path: Path, *, has_landed: bool
) -> None:
    large = random.Random(2).randbytes(20 * 2**20)
    (tmp_path / "large").write_bytes(large)
    answers = iter([Answer.LOSE, Answer.GONE] if has_landed else [Answer.GONE])

    def decide(method: str, path: str) -> int:
        return next(answers, Answer.PASS) if method == "POST" and "uploadId" in path else Answer.PASS

    with failing(endpoint, decide) as proxy, environment(proxy):
        storage = open_storage(address())
        storage.put("objects/ab/large", tmp_path / "large")
        assert storage.read("objects/ab/large")[0] == large
    assert next(answers, None) is None


@pytest.mark.parametrize("has_key", [True, False])
def test_a_server_that_does_not_answer_is_told(has_key: bool) -> None:
    told = "the keys in the environment and" if has_key else r"environment \(AWS_ACCESS_KEY_ID is not set\) and"
    with environment("http://127.0.0.1:9"), pytest.MonkeyPatch.context() as patched:
        if not has_key:
            for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
                patched.delenv(name)
            patched.setenv("AWS_SKIP_SIGNATURE", "true")
        patched.setattr("pipelines.storing.object_store._RETRY_SECONDS", 1)
        patched.setattr("pipelines.storing.object_store._MOST_RETRIES", 1)
        with pytest.raises(
            Unreachable, match=rf"s3://nowhere/current\.json: .*check the address, .*{told} the network"
        ):
            open_storage("s3://nowhere").read("current.json")


@pytest.mark.parametrize("key", ["", "/a", "a/", "a//b", "../a", "a/../b", "a/.hidden", "a b", "数据", "a\\b"])
def test_a_key_leads_nowhere_else(key: str) -> None:
    with pytest.raises(ValueError, match="expected names"):
        checked_key(key)


def test_an_unknown_scheme_is_told() -> None:
    with pytest.raises(
        Unreachable, match="no storage is known by ftp://; known: s3://, gs://, az://, file:// and paths"
    ):
        open_storage("ftp://example.cn/reports")


def test_a_folder_of_nobody_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("no folder")
    with pytest.raises(Unreachable, match="check the folder, its permissions and its space"):
        open_storage(str(tmp_path / "file")).put("key", b"data")


def test_a_folder_needs_no_object_store() -> None:
    program = (
        "import sys; from pipelines.storing import open_storage; open_storage('/tmp/x')\n"
        "sys.exit(bool({'obstore', 'fsspec', 'duckdb'} & {*sys.modules}))"
    )
    assert subprocess.run([sys.executable, "-c", program], check=False).returncode == 0
