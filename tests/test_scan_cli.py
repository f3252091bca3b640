"""`osdlint scan` and `osdlint claim` as a user meets them."""

import json
import os
import subprocess
import sys
from importlib.resources import files

import jsonschema
import pytest
from scanned import gguf, write

SCHEMA = json.loads(files("classifier").joinpath("resources/scan.schema.json").read_text("utf-8"))
CLOSED = "You may use it. It is not for commercial ends.\n"
CARD = "---\nlicense: mit\n---\n\nThis is open source.\n"


@pytest.fixture
def osdlint(model_dir, tmp_path):
    """Run the command in an empty folder."""

    def run(*args, stdin=b""):
        return subprocess.run(
            [sys.executable, "-m", "classifier", *args],
            input=stdin,
            capture_output=True,
            cwd=tmp_path,
            env={**os.environ, "OSDLINT_MODEL": str(model_dir), "PYTHONIOENCODING": "utf-8"},
            timeout=60,
            check=False,
        )

    return run


@pytest.fixture
def folder(tmp_path):
    return write(tmp_path / "m", {"LICENSE": CLOSED, "README.md": CARD, "m.gguf": gguf({"general.license": "mit"})})


def test_scan_shows_sources_and_mismatches(osdlint, folder):
    done = osdlint("scan", "m")
    shown = done.stdout.decode()
    assert done.returncode == 0
    assert shown.startswith("m: 2 mismatches")
    assert "README.md:2  “license: mit”" in shown
    assert "LICENSE:1  “It is not for commercial ends.”" in shown
    assert "Not legal advice" in shown
    assert "\x1b[" not in shown


@pytest.mark.parametrize(("command", "args"), [("scan", ["m"]), ("claim", ["m/README.md", "m/LICENSE"])])
def test_json_fits_the_schema(osdlint, folder, command, args):
    jsonschema.validate(json.loads(osdlint(command, "--format", "json", *args).stdout), SCHEMA)


@pytest.mark.parametrize(("card", "code"), [(CARD, 1), ("Text.\n", 0)])
@pytest.mark.parametrize(("command", "args"), [("scan", ["m"]), ("claim", ["m/README.md", "m/LICENSE"])])
def test_fail_on_mismatch_sets_the_exit_code(osdlint, tmp_path, command, args, card, code):
    write(tmp_path / "m", {"LICENSE": CLOSED, "README.md": card})
    assert osdlint(command, "--fail-on", "mismatch", *args).returncode == code


@pytest.mark.parametrize(
    ("args", "words"),
    [
        (["scan"], "Missing argument"),
        (["scan", "absent"], "absent: no such folder"),
        (["scan", "m/LICENSE"], "is a file"),
        (["scan", "--max-files", "0", "m"], "Invalid value"),
        (["claim", "m/README.md"], "Missing argument"),
        (["claim", "absent", "m/LICENSE"], "absent: no such file"),
        (["claim", "m/README.md", "m"], "is a folder"),
        (["claim", "-", "-"], "cannot both be standard input"),
    ],
)
def test_wrong_usage_is_named_and_exits_with_2(osdlint, folder, args, words):
    done = osdlint(*args)
    assert done.returncode == 2
    assert words in done.stderr.decode()
    assert b"Traceback" not in done.stderr


def test_problems_leave_the_exit_code_alone(osdlint, tmp_path):
    write(tmp_path / "m", {"LICENSE": CLOSED, "x.gguf": b"GGUF"})
    done = osdlint("scan", "m")
    assert done.returncode == 0
    assert "x.gguf: truncated" in " ".join(done.stdout.decode().split())


def test_a_folder_with_nothing_is_told(osdlint, tmp_path):
    (tmp_path / "m").mkdir()
    done = osdlint("scan", "m")
    assert (done.returncode, b"nothing that speaks of a license" in done.stdout) == (0, True)


def test_a_readme_without_a_claim_is_told(osdlint, tmp_path):
    write(tmp_path, {"README.md": "Text.\n", "LICENSE": CLOSED})
    assert b"says nothing about being open" in osdlint("claim", "README.md", "LICENSE").stdout


def test_a_readme_may_come_from_standard_input(osdlint, folder):
    assert b"contradicts" in osdlint("claim", "-", "m/LICENSE", stdin=CARD.encode()).stdout


def test_terminal_controls_do_not_reach_the_terminal(osdlint, tmp_path):
    evil = "\x1b[31m\u202e"
    write(
        tmp_path / "m",
        {
            "LICENSE": CLOSED,
            "README.md": f"---\nlicense: 'mi{evil}t'\n---\nThis {evil} is open source.\n",
            f"a{evil}.gguf": b"",
        },
    )
    for args in (["scan", "m"], ["claim", "m/README.md", "m/LICENSE"]):
        assert not {"\x1b", "\u202e"} & set(osdlint(*args).stdout.decode())


@pytest.mark.parametrize("command", ["scan", "claim"])
def test_help_names_the_exit_and_format(osdlint, command):
    done = osdlint(command, "--help")
    assert done.returncode == 0
    assert b"--fail-on" in done.stdout
