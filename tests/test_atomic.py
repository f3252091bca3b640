"""Files are replaced whole, and what is no file is left what it is."""

import os
import stat
import threading

import pytest

from classifier.atomic import replace_file

posix = pytest.mark.skipif(os.name != "posix", reason="needs POSIX permissions and links")


@posix
@pytest.mark.parametrize("mode", [0o600, 0o664])
def test_a_file_keeps_its_permissions(tmp_path, mode):
    target = tmp_path / "file"
    target.write_bytes(b"old")
    target.chmod(mode)
    replace_file(target, b"new")
    assert (target.read_bytes(), stat.S_IMODE(target.stat().st_mode)) == (b"new", mode)


@posix
def test_a_new_file_gets_the_permissions_of_any_new_file(tmp_path):
    (tmp_path / "usual").write_bytes(b"")
    replace_file(tmp_path / "new", b"new")
    assert (tmp_path / "new").stat().st_mode == (tmp_path / "usual").stat().st_mode


@posix
@pytest.mark.parametrize("old", [b"old", None], ids=["file", "nothing"])
def test_a_link_is_written_through(tmp_path, old):
    if old is not None:
        (tmp_path / "real").write_bytes(old)
    (tmp_path / "link").symlink_to("real")
    replace_file(tmp_path / "link", b"new")
    assert (tmp_path / "link").is_symlink()
    assert (tmp_path / "real").read_bytes() == b"new"


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no named pipes here")
def test_a_pipe_is_written_to_not_replaced(tmp_path):
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    thread = threading.Thread(target=replace_file, args=(pipe, b"words"))
    thread.start()
    assert pipe.read_bytes() == b"words"
    thread.join(timeout=10)
    assert pipe.is_fifo()


def test_threads_do_not_write_into_each_others_files(tmp_path):
    contents = [bytes([65 + number]) * 100_000 for number in range(8)]
    threads = [threading.Thread(target=replace_file, args=(tmp_path / "file", data)) for data in contents]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert (tmp_path / "file").read_bytes() in contents
    assert [path.name for path in tmp_path.iterdir()] == ["file"]


def test_a_folder_is_not_replaced(tmp_path):
    with pytest.raises(OSError, match=r"irectory|denied"):
        replace_file(tmp_path, b"new")
