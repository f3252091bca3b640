"""The page's files, the description of the API, the command, and what the process loads."""

import os
import re
import signal
import subprocess
import sys
import urllib.request
from importlib.resources import files

import pytest

pytest.importorskip("fastapi", reason="the extra web is not installed")
pytest.importorskip("httpx2", reason="httpx2 is not installed")

from serving import wren_classifier
from test_cli import HEAVY
from test_web import client_of

from classifier.web.app import create_app

STATIC = files("classifier").joinpath("web/static")
NAMES = sorted(entry.name for entry in STATIC.iterdir() if entry.name[0] not in "._")


@pytest.fixture(scope="module")
def client():
    return client_of(create_app(wren_classifier()))


@pytest.mark.parametrize("name", NAMES)
def test_every_file_is_served_with_its_type(client, name):
    types = {"html": "text/html", "css": "text/css", "js": "text/javascript", "svg": "image/svg+xml"}
    response = client.get("/" if name == "index.html" else f"/{name}")
    assert response.status_code == 200
    assert response.headers["content-type"].startswith(types[name.rpartition(".")[2]])


@pytest.mark.parametrize("name", NAMES)
def test_nothing_is_loaded_from_elsewhere(name):
    source = STATIC.joinpath(name).read_text("utf-8").replace("http://www.w3.org/2000/svg", "")
    assert not re.search(r"https?:|//[a-z]+\.", source)


@pytest.mark.parametrize("name", [name for name in NAMES if name.endswith(".js")])
def test_scripts_never_parse_html(name):
    source = STATIC.joinpath(name).read_text("utf-8")
    assert not re.search(r"innerHTML|outerHTML|insertAdjacent|document\.write|DOMParser|\beval\b|new Function", source)


def test_scripts_keep_nothing_in_the_browser():
    assert not any(
        re.search(
            r"localStorage|sessionStorage|indexedDB|cookie|serviceWorker", STATIC.joinpath(name).read_text("utf-8")
        )
        for name in NAMES
    )


def test_the_page_has_no_inline_script_or_style():
    source = STATIC.joinpath("index.html").read_text("utf-8")
    assert not re.search(r"<script(?![^>]* src=)|<style|\son\w+=|\sstyle=", source)


def test_the_description_is_valid_openapi(client):
    description = client.get("/openapi.json").json()
    assert description["openapi"].startswith("3.1")
    assert set(description["paths"]) == {"/api/v1/about", "/api/v1/check"}
    for reference in set(re.findall(r'"\$ref": ?"#/components/schemas/(\w+)"', str(description).replace("'", '"'))):
        assert reference in description["components"]["schemas"]


def test_the_server_loads_nothing_heavy(model_dir):
    code = f"""
import sys
from classifier.pipeline import Classifier
from classifier.web.app import create_app
create_app(Classifier.from_pretrained()); Classifier.from_pretrained().predict("You may use it.")
print([name for name in {HEAVY} if name in sys.modules])"""
    environment = {**os.environ, "OSDLINT_MODEL": str(model_dir)}
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, env=environment, check=True)
    assert done.stdout == "[]\n"


def test_a_missing_extra_is_named():
    code = (
        "import sys; sys.modules['uvicorn'] = None\nfrom classifier.cli import main; sys.argv[1:] = ['serve']; main()"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.returncode == 2
    assert done.stderr == "osdlint: the web page needs uvicorn; install it with `pip install 'osdlint[web]'`\n"


def test_serve_says_where_it_listens_answers_and_ends_on_interrupt(model_dir):
    command = [sys.executable, "-m", "classifier", "serve", "--port", "0", "--model", str(model_dir)]
    with subprocess.Popen(command, stderr=subprocess.PIPE, text=True) as server:
        try:
            address = server.stderr.readline().split()[0]
            with urllib.request.urlopen(address, timeout=10) as response:
                assert response.headers["Server"] is None
                assert b"<title>osdlint</title>" in response.read()
            server.send_signal(signal.SIGINT)
            assert server.wait(10) == -signal.SIGINT
            assert server.stderr.read() == ""
        finally:
            server.kill()


def test_serve_on_a_taken_port_is_one_line(model_dir):
    from classifier.web.server import bind

    with bind("127.0.0.1", 0) as listener:
        port = str(listener.getsockname()[1])
        command = [sys.executable, "-m", "classifier", "serve", "--port", port, "--model", str(model_dir)]
        done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=60)
    assert done.returncode == 2
    assert re.fullmatch(
        r"osdlint: 127\.0\.0\.1:\d+: cannot listen there \(.*\); choose another --host or --port\n", done.stderr
    )
