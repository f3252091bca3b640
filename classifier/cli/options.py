"""Options that several commands take."""

from pathlib import Path
from typing import Annotated

import typer

ModelFolder = Annotated[Path | None, typer.Option(help="A model folder; default $OSDLINT_MODEL or the shipped one.")]
Encoding = Annotated[str | None, typer.Option(help="Encoding of the inputs; default UTF-8.")]
MaxBytes = Annotated[int, typer.Option(min=1, help="Refuse larger inputs.")]
