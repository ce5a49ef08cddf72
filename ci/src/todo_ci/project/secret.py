"""The tables of ``release.toml`` on Secrets, and on where each key of one comes from."""

from typing import Annotated

from msgspec import Meta

from todo_ci.project.fields import Key, KeyPrefix, Table


class Value(Table, frozen=True):
    """The source of a Secret's key: a flag, unless it is made or written here."""

    required: Annotated[bool, Meta(description="True: nothing is applied without it.")] = False
    plain: Annotated[
        str,
        Meta(
            description="The flag takes the value itself, as this placeholder shows; any other "
            "takes a reference to a secret.",
            min_length=1,
        ),
    ] = ""
    random: Annotated[
        int, Meta(description="Made once in the cluster, of so many random bytes.", ge=16, le=1024)
    ] = 0
    text: Annotated[str, Meta(description="This text, which is no secret.", min_length=1)] = ""

    @property
    def is_given(self) -> bool:
        """Tell whether a flag gives it; any other is made, or written in the file."""
        return not (self.random or self.text)


class Secret(Table, frozen=True):
    """A Secret that the release reads."""

    keys: Annotated[dict[Key, Value], Meta(description="Its keys.", min_length=1)]
    flags: Annotated[
        KeyPrefix, Meta(description="What stands before a key's name in the name of its flag.")
    ] = ""
    together: Annotated[
        bool, Meta(description="True: all keys are given, or the Secret is left alone.")
    ] = False
    hint: Annotated[
        str,
        Meta(description="What else may be wrong where it does not do, in words.", min_length=1),
    ] = ""
    restart: Annotated[
        bool, Meta(description="True: what runs is restarted when a value changed.")
    ] = True

    def flag_of(self, key: str) -> str:
        """Name the flag that gives a key."""
        return f"{self.flags}{key}"
