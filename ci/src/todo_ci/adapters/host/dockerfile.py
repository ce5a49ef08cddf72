"""Say in a Dockerfile what Debian's buildah (1.28) would otherwise overlook."""

import re
from collections.abc import Mapping

# A whole instruction, over all its continued lines.
_METADATA = re.compile(r"^[ \t]*(?:ENV|LABEL)\b(?:.*\\\n)*.*$", re.MULTILINE | re.IGNORECASE)
# No blank is given back, behind which --platform would be another word; nor is it Python's from.
_FROM = re.compile(
    r"^[ \t]*FROM[ \t]++(?!--platform|\S+[ \t]+import\b)(.*)$", re.MULTILINE | re.IGNORECASE
)


def with_arguments(dockerfile: str, values: Mapping[str, str]) -> str:
    """Write build arguments into the ENV and LABEL lines of a Dockerfile.

    buildah's cache compares these lines as they are written and not what ``$SOURCE`` stands for:
    it would answer with the image that was told another one.
    """

    def expand(instruction: re.Match[str]) -> str:
        text = instruction[0]
        for name, value in values.items():
            text = re.sub(rf"\$(?:{name}\b|{{{name}}})", lambda _, value=value: value, text)
        return text

    return _METADATA.sub(expand, dockerfile)


def for_platform(dockerfile: str, platform: str) -> str:
    """Write the platform into every stage that names none.

    buildah would start such a stage from what it pulled under the same name for the stage before:
    an image said to be for arm64 would hold the builder's programs. And its cache tells platforms
    apart by their base images alone, so that of two images from scratch one would be lost; the
    name of an argument that has a value is in the cache's key, and not in the configuration.
    """
    argument = "BUILT_FOR_" + re.sub(r"\W", "_", platform).upper()
    return _FROM.sub(rf"FROM --platform={platform} \1\nARG {argument}=1", dockerfile)
