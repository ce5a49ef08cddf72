"""Images that nobody is to touch: what a test of a release is given has been pushed."""

from todo_ci.core.ports import BuiltImage, ImageSpec


class NoImages:
    """Refuse whatever is asked of the Images port."""

    async def build(self, spec: ImageSpec) -> BuiltImage:
        raise AssertionError(f"nothing is built here: {spec}")

    async def push(self, image: BuiltImage, reference: str) -> str:
        raise AssertionError(f"nothing is pushed here: {image} {reference}")

    async def resolve(self, reference: str) -> str | None:
        raise AssertionError(f"nothing is resolved here: {reference}")

    async def dockerfile(self, spec: ImageSpec) -> str:
        raise AssertionError(f"nothing is built here: {spec}")

    async def tag(self, reference: str, tag: str) -> None:
        raise AssertionError(f"nothing is tagged here: {reference} {tag}")
