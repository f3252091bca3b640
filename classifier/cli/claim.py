"""`osdlint claim`: hold what a README says about its openness against a license."""

from typing import Annotated

import typer

from classifier.cli import EXIT_DEVIATION
from classifier.cli.options import Encoding, MaxBytes, ModelFolder
from classifier.cli.output import TextOrJson, result_console, write
from classifier.cli.scan import ScanFailOn
from classifier.errors import UsageError
from classifier.render.escape import dump_json
from classifier.sources import DEFAULT_MAX_BYTES, STDIN, read_document


def claim(
    readme: Annotated[str, typer.Argument(metavar="README", help="A README or model card; `-` is standard input.")],
    license_file: Annotated[str, typer.Argument(metavar="LICENSE", help="The license text beside it.")],
    *,
    output_format: Annotated[TextOrJson, typer.Option("--format", "-f", help="How to show it.")] = TextOrJson.text,
    model: ModelFolder = None,
    fail_on: Annotated[ScanFailOn, typer.Option(help="Exit with 1 when the license contradicts.")] = ScanFailOn.never,
    encoding: Encoding = None,
    max_bytes: MaxBytes = DEFAULT_MAX_BYTES,
) -> None:
    """Check whether a README calls open what its license does not let be open.

    Finds "open source", "free software", "fully open", 开源 and their denials, and says for each whether the
    license agrees, contradicts or leaves it unclear, with both quotes.

    Examples:
    `osdlint claim README.md LICENSE`

    `osdlint claim --fail-on mismatch README.md LICENSE`
    """
    from classifier.claims import check_claim
    from classifier.pipeline import Classifier

    if readme == license_file == STDIN:
        raise UsageError("README and LICENSE cannot both be standard input; name a file for one of them")
    card = read_document(readme, encoding=encoding, max_bytes=max_bytes)
    license_document = read_document(license_file, encoding=encoding, max_bytes=max_bytes)
    check = check_claim(card, Classifier.from_pretrained(model).predict(license_document))
    if output_format is TextOrJson.json:
        from classifier.scan.json import claim_dict

        write(dump_json(claim_dict(check, license_document.text)))
    else:
        from classifier.scan.show import show_claim

        show_claim(check, license_document, result_console())
    if fail_on is ScanFailOn.mismatch and check.outcome == "contradicts":
        raise typer.Exit(EXIT_DEVIATION)
