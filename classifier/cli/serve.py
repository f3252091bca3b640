"""`osdlint serve`: the web page and its API."""

import signal
from typing import Annotated

import typer

from classifier.cli.options import ModelFolder


def serve(
    *,
    host: Annotated[str, typer.Option(help="Address to listen on.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(min=0, max=65535, help="Port to listen on; 0 takes any free one.")] = 8000,
    model: ModelFolder = None,
    max_bytes: Annotated[int, typer.Option(min=1, help="Refuse larger requests.")] = 1_000_000,
    workers: Annotated[int, typer.Option(min=1, help="How many texts are checked at the same time.")] = 2,
    timeout: Annotated[float, typer.Option(min=1, help="Seconds that a check may take.")] = 60,
    allow_host: Annotated[
        list[str] | None, typer.Option(help="A host name to answer to besides the local ones; repeat for more.")
    ] = None,
) -> None:
    """Serve a web page that checks license texts, and an API at `/api/v1`; needs the extra `web`.

    Works offline and stores nothing. Only this machine can reach it, unless `--host` says otherwise; there is no login.

    Examples:
    `osdlint serve`

    `osdlint serve --host 0.0.0.0 --allow-host licenses.example.org`
    """
    from classifier.pipeline import Classifier
    from classifier.web.app import LOCAL_HOSTS, Limits, create_app
    from classifier.web.server import bind, run

    listener = bind(host, port)
    shown = f"[{host}]" if ":" in host else host
    limits = Limits(max_bytes, workers, timeout, (*LOCAL_HOSTS, shown, *(allow_host or ())))
    # What is pasted here may be confidential: no report is kept for a text that comes again.
    app = create_app(Classifier.from_pretrained(model, remember=0), limits)
    typer.echo(f"http://{shown}:{listener.getsockname()[1]} (Ctrl-C ends it)", err=True)
    # After a stop in good order the server raises the signal again. That must end the process at once: a check
    # cannot be stopped, and its native code does not survive the end of the interpreter.
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    run(app, listener)
