"""Default arguments of ``todo-ci``, from the environment: ``<VERB>_<ARGUMENT>``."""

import os
from collections.abc import Iterator

from cyclopts import App, ArgumentCollection, Token
from cyclopts.config import Env

# A verb whose variables a stranger sets: GitLab gives every job its own CI_REGISTRY_PASSWORD and
# more. Of these only what the clone's own .env says counts, as it does for an engine.
_OTHERS = ("ci",)


class Defaults(Env):
    """Give an argument the variable of its name; what the command line says wins."""

    own: frozenset[str] = frozenset()
    """The variables that the clone's .env names."""

    def __call__(self, app: App, commands: tuple[str, ...], arguments: ArgumentCollection) -> None:
        """Read what is not yet given."""
        for argument in arguments:
            names = () if argument.tokens else self._names(commands, argument.name)
            known = next((name for name in names if name in os.environ), None)
            if known:
                token = Token(keyword=known, value=os.environ[known], source=self.source)
                argument.append(token)

    def _names(self, commands: tuple[str, ...], argument: str) -> Iterator[str]:
        """Name the variables of an argument; the engine finds the second spelling alone."""
        prefix = self._prefix(commands)
        words = argument.lstrip("-").upper()
        for name in (prefix + words.replace("-", "_"), prefix + words.replace("-", "")):
            if name in self.own or not set(commands) & set(_OTHERS):
                yield name
