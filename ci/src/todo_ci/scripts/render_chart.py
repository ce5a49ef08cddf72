"""Render a chart and look for each component's image and label; run inside a step.

Standard input is a JSON object with ``command`` and ``components``: name to the image by digest. A
chart that reads no digest would release an image nobody pushed, and pods without the label are
nobody's to the pipeline. Standard library only, so that both are looked for in the text.
"""

import json
import re
import subprocess
import sys
from collections.abc import Iterator, Mapping

LABEL = "app.kubernetes.io/component"
SHAPE = "docs/your-app.md of the pipeline shows the lines"


def lacking(rendered: str, components: Mapping[str, str]) -> Iterator[str]:
    """Say what a chart does not do with what it was given."""
    for name, image in components.items():
        if image not in rendered:
            repository = image.partition("@")[0]
            yield f"no container runs {repository} by the digest that was given; {SHAPE}"
        if not re.search(rf"^ +{re.escape(LABEL)}: [\"']?{re.escape(name)}[\"']?$", rendered, re.M):
            yield f"nothing has the label {LABEL}: {name}; {SHAPE}"


def main() -> int:
    """Render, look, and return the exit code."""
    order = json.load(sys.stdin)
    done = subprocess.run(order["command"], capture_output=True, text=True, check=False)
    sys.stderr.write(done.stderr)
    if done.returncode:
        return done.returncode
    found = list(lacking(done.stdout, order["components"]))
    sys.stderr.writelines(f"{line}\n" for line in found)
    return 1 if found else 0


if __name__ == "__main__":
    raise SystemExit(main())
