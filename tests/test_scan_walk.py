"""How a scan walks a folder: links, caps, tools' folders and what may not be read."""

import os
import sys

import pytest
from scanned import CLOSED, OPEN, write

from classifier.pipeline import Classifier
from classifier.scan import scan_folder


@pytest.fixture
def plain(keyword_tagger):
    """Return a quick classifier that knows no texts."""
    return Classifier(keyword_tagger, known=lambda: None)


@pytest.fixture
def scan(tmp_path, plain):
    """Write files into an empty folder and scan it."""
    return lambda content, **options: scan_folder(write(tmp_path, content), plain, **options)


def test_links_are_followed_only_inside(plain, tmp_path):
    inside, outside = tmp_path / "in", tmp_path / "out"
    write(tmp_path, {"in/blobs/1": OPEN, "out/LICENSE": CLOSED, "out/sub/LICENSE": CLOSED})
    (inside / "LICENSE").symlink_to("blobs/1")
    (inside / "COPYING").symlink_to(outside / "LICENSE")
    (inside / "vendor").symlink_to(outside)
    (inside / "back").symlink_to(inside)
    (inside / "LICENSE-LOOP").symlink_to("LICENSE-LOOP")
    (inside / "LICENSE-GONE").symlink_to("nowhere")
    (inside / "note.txt").symlink_to(outside / "LICENSE")
    found = scan_folder(inside, plain)
    assert [text.source for unit in found.units for text in unit.texts] == ["LICENSE"]
    assert sorted(problem.source for problem in found.problems) == ["COPYING", "LICENSE-GONE", "LICENSE-LOOP", "vendor"]
    assert all("link" in problem.message for problem in found.problems)


def test_the_root_may_be_a_link(plain, tmp_path):
    write(tmp_path, {"real/LICENSE": OPEN})
    (tmp_path / "root").symlink_to("real")
    assert len(scan_folder(tmp_path / "root", plain).units) == 1


@pytest.mark.parametrize("folder", [".git", "node_modules", "__pycache__", ".venv"])
def test_folders_of_tools_are_skipped(scan, folder):
    assert scan({f"{folder}/LICENSE": CLOSED, "LICENSE": OPEN}).files == 1


def test_a_virtual_environment_of_any_name_is_skipped(scan):
    assert [unit.folder for unit in scan({"env3/pyvenv.cfg": "", "env3/LICENSE": CLOSED, "LICENSE": OPEN}).units] == [
        "."
    ]


def test_the_walk_stops_at_the_cap_and_says_so(scan):
    found = scan({f"f{i:02}": "" for i in range(10)} | {"LICENSE": OPEN}, max_files=5)
    assert "--max-files" in found.problems[0].message
    assert len(found.units) == 1


def test_deep_trees_are_not_followed_to_the_end(scan):
    found = scan({"/".join("d" * 80) + "/LICENSE": OPEN})
    assert "deeper than" in found.problems[0].message


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="needs named pipes")
def test_a_pipe_is_not_waited_for(scan, tmp_path):
    os.mkfifo(tmp_path / "LICENSE")
    assert "no regular file" in scan({}).problems[0].message


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="root may read everything")
def test_what_may_not_be_read_is_a_problem(scan, tmp_path):
    write(tmp_path, {"LICENSE": OPEN, "shut/LICENSE": OPEN, "ok/LICENSE": OPEN})
    (tmp_path / "LICENSE").chmod(0)
    (tmp_path / "shut").chmod(0)
    found = scan({})
    (tmp_path / "shut").chmod(0o700)
    assert sorted(problem.source for problem in found.problems) == ["LICENSE", "shut"]
    assert [unit.folder for unit in found.units] == ["ok"]


@pytest.mark.skipif(sys.platform != "linux", reason="file names are bytes only here")
def test_a_name_that_is_no_text_is_shown(scan, tmp_path):
    folder = os.fsencode(tmp_path) + b"/\xff\xfe"
    os.mkdir(folder)
    with open(folder + b"/LICENSE", "w") as stream:
        stream.write(OPEN)
    assert scan({}).units[0].folder == "\ufffd\ufffd"
