"""The notebooks: executed from a copy of the checkout, committed without outputs, listed in their index."""

import json
import shutil
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
NOTEBOOKS = sorted((ROOT / "notebooks").glob("*.ipynb"))
CELL_TIMEOUT = 180
NEEDED = {"02-train": ("torch", "sklearn")}
"""Notebook -> what it imports beyond the extra `notebook`."""
STARTS = [*((path, "notebooks") for path in NOTEBOOKS), *((path, ".") for path in NOTEBOOKS[:1])]
"""Where each is started; they find their data in the same way, so from elsewhere one is enough."""

pytestmark = pytest.mark.checkout
each_notebook = pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)


@pytest.fixture(scope="module")
def copy(tmp_path_factory):
    """A copy of what notebooks read, so that a run leaves the checkout as it is."""
    folder = tmp_path_factory.mktemp("checkout")
    shutil.copytree(ROOT / "data", folder / "data", ignore=shutil.ignore_patterns("build"))
    shutil.copytree(ROOT / "notebooks", folder / "notebooks")
    return folder


def faults(notebook):
    outputs = [output for cell in notebook.cells for output in cell.get("outputs", ())]
    errors = [output for output in outputs if output.output_type == "error"]
    return [
        *("\n".join(error.traceback) for error in errors),
        *(output.text for output in outputs if output.get("name") == "stderr" and "Warning" in output.text),
    ]


@pytest.mark.corpus
@pytest.mark.parametrize(("path", "start"), STARTS, ids=lambda value: getattr(value, "stem", value))
def test_a_notebook_runs_without_errors(path, start, copy, corpus, tmp_path, monkeypatch):
    nbclient = pytest.importorskip("nbclient", reason="needs the extra notebook")
    nbformat = pytest.importorskip("nbformat")
    for module in NEEDED.get(path.stem, ()):
        pytest.importorskip(module, reason="needs the extra train")
    # The reader's own start-up files and plotting backend are no part of the test.
    monkeypatch.setenv("IPYTHONDIR", str(tmp_path))
    monkeypatch.delenv("MPLBACKEND", raising=False)
    notebook = nbformat.read(copy / "notebooks" / path.name, as_version=4)
    resources = {"metadata": {"path": str(copy / start)}}
    client = nbclient.NotebookClient(notebook, timeout=CELL_TIMEOUT, resources=resources, allow_errors=True)
    client.execute()
    assert faults(notebook) == []
    assert all(cell.execution_count for cell in notebook.cells if cell.cell_type == "code")


@each_notebook
def test_a_notebook_is_committed_without_outputs(path):
    cells = json.loads(path.read_text("utf-8"))["cells"]
    code = [cell for cell in cells if cell["cell_type"] == "code"]
    assert code
    assert [cell["id"] for cell in code if cell["outputs"] or cell["execution_count"] is not None] == []


@each_notebook
def test_the_index_has_one_line_for_a_notebook(path):
    lines = (ROOT / "notebooks" / "README.md").read_text("utf-8").splitlines()
    assert len([line for line in lines if line.startswith(f"| [`{path.name}`]({path.name}) |")]) == 1
