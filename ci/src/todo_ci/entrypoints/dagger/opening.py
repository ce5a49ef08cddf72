"""Open what a call is about: this repository's app, or the one that --source and --project name."""

from typing import Any

import dagger

from todo_ci.adapters.engine.clone import folder_of, read_owner, read_tree
from todo_ci.adapters.engine.context import open_engine_context
from todo_ci.adapters.engine.images import DaggerImages
from todo_ci.adapters.engine.sources import (
    FILES,
    Sources,
    is_given,
    open_own_project,
    open_project_in,
)
from todo_ci.core import own_images
from todo_ci.core.context import Context
from todo_ci.core.working_tree import WorkingTree, registry_of
from todo_ci.entrypoints.dagger import telling
from todo_ci.environments import target
from todo_ci.errors import InputError


class Opening:
    """The module's arguments, and what is opened from them."""

    backend: dagger.Directory
    frontend: dagger.Directory
    helm: dagger.Directory
    own: dagger.Directory
    infra: dagger.Directory
    release_file: dagger.File
    source: dagger.Directory
    project: str
    own_images: str

    async def _open(self, env: str = "", **options: Any) -> tuple[Context, DaggerImages]:
        own = own_images.read(self.own_images, "--own-images")
        return await open_engine_context(await self._sources(), env, own=own, **options)

    async def _sources(self) -> Sources:
        if await is_given(self.source):
            telling.about(self.project)
            return await open_project_in(self.source, self.project)
        if self.project:
            raise InputError(
                f"--project {self.project} is below no --source",
                accepted="--project beside --source, which says in which clone",
                next_step="cd to the top folder of the clone, and give --source . as well",
            )
        await open_own_project(self.release_file)
        components = {"backend": self.backend, "frontend": self.frontend}
        top = self.infra.with_directory("ci", self.own)
        return Sources(components, self.helm, top, FILES)

    async def _registry(self, env: str, given: str, owner: str) -> str:
        await self._sources()
        return registry_of(given or target(env).registry, owner)

    async def _tree(
        self, git: dagger.GitRepository, config: dagger.Directory, commit: str
    ) -> WorkingTree:
        if await is_given(self.source):
            git, config = self.source.as_git(), await folder_of(self.source)
        return (await read_tree(git, config, self.project)).at(commit)

    async def _owner(self, config: dagger.Directory) -> str:
        if await is_given(self.source):
            config = await folder_of(self.source)
        return await read_owner(config)
