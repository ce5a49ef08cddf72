"""Print the chart of a revision as files, out of the record that helm keeps of it.

It is sent into the step's container with the module it imports, standard library only:

    python3 -m scripts.release_chart --namespace NAME --secret sh.helm.release.v1.NAME.v7
"""

import argparse
import base64
import gzip
import json
import sys
from collections.abc import Sequence
from typing import Any

from .kubectl import KubectlError, kubectl


def read(record: str) -> dict[str, Any]:
    """Read the chart from a record: JSON, packed, in helm's base64 within that of a Secret."""
    packed = base64.b64decode(base64.b64decode(record))
    return json.loads(gzip.decompress(packed))["chart"]


def files_of(chart: dict[str, Any]) -> dict[str, str]:
    """Return a chart's files by their paths; JSON stands for the YAML that it was read from.

    Raises:
        ValueError: where the record has not all of it as text.
    """
    if chart["metadata"].get("dependencies"):
        raise ValueError("has charts within it, which helm keeps no record of")
    files = {
        "Chart.yaml": json.dumps(chart["metadata"]),
        "values.yaml": json.dumps(chart.get("values") or {}),
    }
    if chart.get("schema"):
        files["values.schema.json"] = base64.b64decode(chart["schema"]).decode()
    for file in (*(chart.get("templates") or ()), *(chart.get("files") or ())):
        try:
            files[file["name"]] = base64.b64decode(file["data"] or "").decode()
        except UnicodeDecodeError:
            raise ValueError(f"has a file that is no text: {file['name']}") from None
    return files


def main(arguments: "Sequence[str] | None" = None) -> int:
    """Print the files, or why they cannot be had, as one JSON object."""
    parser = argparse.ArgumentParser(description="Print the chart of a revision as files.")
    parser.add_argument("--namespace", required=True)
    parser.add_argument("--secret", required=True)
    given = parser.parse_args(arguments)
    path = "--output=jsonpath={.data.release}"
    try:
        record = kubectl("--namespace", given.namespace, "get", "secret", given.secret, path)
    except KubectlError as error:
        print(error, file=sys.stderr)
        return 1
    try:
        told: dict[str, Any] = {"files": files_of(read(record)), "why": ""}
    except ValueError as error:
        told = {"files": {}, "why": str(error)}
    print(json.dumps(told))
    return 0


if __name__ == "__main__":
    sys.exit(main())
