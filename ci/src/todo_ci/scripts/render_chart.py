"""Render a chart and look for each component's Deployment and image; run inside a step.

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
    objects = re.split(r"^---$", rendered, flags=re.M)
    deployments = [text for text in objects if re.search(r"^kind: Deployment$", text, re.M)]
    for name, image in components.items():
        label = rf"^ +{re.escape(LABEL)}: [\"']?{re.escape(name)}[\"']?$"
        own = [text for text in deployments if re.search(label, text, re.M)]
        if not own:
            yield f"no Deployment has the label {LABEL}: {name}; {SHAPE}"
            continue
        repository = image.partition("@")[0]
        runs = [image in text for text in own]
        # Verify refuses each pod under the label that runs another one.
        if not all(runs):
            which = f"{runs.count(False)} of {len(runs)} Deployments of {name} do not run"
            which = which if any(runs) else f"no Deployment of {name} runs"
            yield f"{which} {repository} by the digest given; {SHAPE}"


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
