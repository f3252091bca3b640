"""The command line as a user meets it: real processes, a tiny model."""

import json
import os
import subprocess
import sys
from importlib.resources import files

import jsonschema
import pytest

SCHEMA = json.loads(files("classifier").joinpath("resources/report.schema.json").read_text("utf-8"))
OPEN = "You may use it as you like.\n"
CLOSED = "You may use it. It is not for commercial ends.\n"


@pytest.fixture
def osdlint(model_dir, tmp_path):
    """Run the command in an empty folder; `exe` arguments are those a user types."""

    def run(*args, stdin=b"", env=None):
        return subprocess.run(
            [sys.executable, "-m", "classifier", *args],
            input=stdin,
            capture_output=True,
            cwd=tmp_path,
            env={**os.environ, "OSDLINT_MODEL": str(model_dir), "PYTHONIOENCODING": "utf-8", **(env or {})},
            timeout=60,
            check=False,
        )

    return run


@pytest.fixture
def texts(tmp_path):
    (tmp_path / "OPEN").write_text(OPEN)
    (tmp_path / "CLOSED").write_text(CLOSED)
    return tmp_path


def test_a_file_is_checked_without_naming_a_command(osdlint, texts):
    done = osdlint("CLOSED")
    assert done.returncode == 0
    assert done.stdout.decode().startswith("CLOSED: deviates from the Open Source Definition")
    assert "Not legal advice" in done.stdout.decode()


@pytest.mark.parametrize("args", [[], ["-"], ["check"], ["check", "-"]])
def test_standard_input_is_checked(osdlint, args):
    assert osdlint(*args, stdin=CLOSED.encode()).stdout.decode().startswith("<stdin>: deviates")


def test_a_file_named_like_a_command_is_reached_through_check(osdlint, texts):
    (texts / "labels").write_text(CLOSED)
    assert osdlint("check", "labels").stdout.decode().startswith("labels: deviates")


@pytest.mark.parametrize("args", [["--format", "json"], ["check", "--format", "json"], ["-f", "json"]])
def test_json_of_one_file_is_one_object_of_the_schema(osdlint, texts, args):
    report = json.loads(osdlint(*args, "CLOSED").stdout)
    jsonschema.validate(report, SCHEMA)
    assert (report["verdict"], report["source"]["name"]) == ("deviates", "CLOSED")


def test_json_of_several_files_is_an_array_in_input_order(osdlint, texts):
    reports = json.loads(osdlint("--format", "json", "OPEN", "CLOSED", "OPEN").stdout)
    assert [report["source"]["name"] for report in reports] == ["OPEN", "CLOSED", "OPEN"]


def test_jsonl_is_one_report_a_line(osdlint, texts):
    lines = osdlint("--format", "jsonl", "OPEN", "CLOSED").stdout.decode().splitlines()
    assert [json.loads(line)["verdict"] for line in lines] == ["unclear", "deviates"]


def test_a_bad_file_does_not_stop_the_others(osdlint, texts):
    done = osdlint("--format", "jsonl", "absent", "CLOSED")
    bad, good = map(json.loads, done.stdout.decode().splitlines())
    jsonschema.validate(bad, SCHEMA)
    assert done.returncode == 2
    assert bad["error"]["code"] == "unreadable-input"
    assert good["verdict"] == "deviates"
    assert done.stderr.decode() == "osdlint: absent: no such file\n"


@pytest.mark.parametrize(("name", "code"), [("CLOSED", 1), ("OPEN", 0)])
def test_fail_on_deviation_sets_the_exit_code(osdlint, texts, name, code):
    assert osdlint("--fail-on", "deviation", name).returncode == code


def test_an_unreadable_file_outweighs_a_deviation(osdlint, texts):
    assert osdlint("--fail-on", "deviation", "CLOSED", "absent").returncode == 2


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "is empty"),
        (b"  \n \t\n", "is empty"),
        ("You may".encode("utf-16"), "--encoding utf-16"),
        (b"\x93quoted\x94 text", "--encoding cp1252"),
        (bytes(range(256)), "is binary"),
    ],
)
def test_bad_content_is_one_line_without_traceback(osdlint, texts, content, words):
    (texts / "bad").write_bytes(content)
    done = osdlint("bad")
    message = done.stderr.decode()
    assert done.returncode == 2
    assert message.startswith("osdlint: bad: ")
    assert words in message
    assert message.count("\n") == 1


def test_a_huge_file_is_refused(osdlint, texts):
    (texts / "huge").write_bytes(b"word " * 2_100_000)
    assert b"--max-bytes" in osdlint("huge").stderr


def test_a_folder_is_refused(osdlint, texts):
    assert b"is a folder" in osdlint(".").stderr


@pytest.mark.parametrize(
    ("prepare", "words"),
    [
        (lambda folder: None, "no model here"),
        (lambda folder: (folder / "config.json").write_text("{"), "unreadable"),
        (lambda folder: (folder / "config.json").write_text("[]"), "expected a JSON object"),
        (lambda folder: (folder / "config.json").write_text("{}"), "not an osdlint model"),
    ],
)
def test_a_model_folder_without_a_sound_model_is_named(osdlint, texts, prepare, words):
    folder = texts / "broken"
    folder.mkdir()
    prepare(folder)
    done = osdlint("--model", "broken", "OPEN")
    assert done.returncode == 2
    assert words in done.stderr.decode()
    assert b"Traceback" not in done.stderr


@pytest.mark.parametrize("name", ["linear.npz", "vocabulary.txt", "thresholds.json"])
def test_a_damaged_model_file_is_named(osdlint, texts, model_dir, name):
    (model_dir / name).write_bytes(b"\x00damaged")
    done = osdlint("OPEN")
    assert done.returncode == 2
    assert done.stderr.decode().startswith(f"osdlint: {model_dir}")
    assert b"Traceback" not in done.stderr


@pytest.mark.parametrize("args", [["--no-such-option"], ["--format", "pdf", "OPEN"], ["--max-bytes", "0", "OPEN"]])
def test_wrong_usage_exits_with_2(osdlint, texts, args):
    done = osdlint(*args)
    assert done.returncode == 2
    assert b"Traceback" not in done.stderr


def test_piped_output_has_no_colour(osdlint, texts):
    assert b"\x1b[" not in osdlint("CLOSED").stdout


def test_terminal_controls_in_a_license_do_not_reach_the_terminal(osdlint, texts):
    (texts / "hostile").write_text("It is not for commercial \x1b[31mends\u202e.\n", encoding="utf-8")
    assert not {"\x1b", "\u202e"} & set(osdlint("hostile").stdout.decode())


@pytest.mark.parametrize("args", [("zh",), ("diff", "CLOSED", "zh"), ("suggest", "zh", "-o", "next.jsonl")])
def test_what_is_piped_is_utf8_whatever_the_locale_says(osdlint, texts, args):
    name = "许可证"
    (texts / "zh").write_text("不得用于 commercial 目的。\n", encoding="utf-8")
    (texts / name).write_text(CLOSED)
    done = osdlint(*(name if arg == "CLOSED" else arg for arg in args), env={"PYTHONIOENCODING": "cp1252"})
    assert (done.returncode, b"Traceback" in done.stderr) == (0, False)
    assert done.stdout.decode("utf-8")


@pytest.mark.skipif(os.name != "posix", reason="a closed pipe has another error here")
@pytest.mark.parametrize("format", ["text", "json", "jsonl"])
def test_a_reader_that_leaves_is_an_error_not_a_deviation(model_dir, texts, format):
    reader, writer = os.pipe()
    os.close(reader)
    done = subprocess.run(
        [sys.executable, "-m", "classifier", "--format", format, "CLOSED"],
        stdout=writer,
        stderr=subprocess.PIPE,
        cwd=texts,
        env={**os.environ, "OSDLINT_MODEL": str(model_dir)},
        timeout=60,
        check=False,
    )
    os.close(writer)
    assert (done.returncode, done.stderr) == (2, b"")


def test_version_is_printed(osdlint):
    from classifier import __version__

    assert osdlint("--version").stdout.decode() == f"osdlint {__version__}\n"


@pytest.mark.parametrize("args", [[], ["check"], ["labels"], ["train"], ["evaluate"], ["corpus"], ["corpus", "fetch"]])
def test_help_is_everywhere(osdlint, args):
    done = osdlint(*args, "--help")
    assert done.returncode == 0
    assert b"Usage: osdlint" in done.stdout


def test_labels_lists_every_label_with_its_osd_status(osdlint):
    rows = json.loads(osdlint("labels", "--format", "json").stdout)
    assert len(rows) == 81
    assert next(r for r in rows if r["id"] == "use.military")["osd"][0]["status"] == "deviates"


def test_labels_of_an_unknown_group_names_the_groups(osdlint):
    done = osdlint("labels", "nonsense")
    assert (done.returncode, b"permission" in done.stderr) == (2, True)


HEAVY = ("torch", "transformers", "datasets", "sklearn", "scipy", "spacy")


@pytest.mark.parametrize(
    "code",
    [
        "import classifier",
        "import classifier.cli.app",
        "from classifier import predict; predict('You may use it.')",
    ],
)
def test_light_paths_load_nothing_heavy(model_dir, code):
    check = f"{code}\nimport sys\nprint([m for m in {HEAVY} if m in sys.modules])"
    done = subprocess.run(
        [sys.executable, "-c", check],
        capture_output=True,
        text=True,
        env={**os.environ, "OSDLINT_MODEL": str(model_dir)},
        check=True,
    )
    assert done.stdout == "[]\n"


def test_import_loads_no_numpy():
    code = "import classifier, sys; print('numpy' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout == "False\n"
