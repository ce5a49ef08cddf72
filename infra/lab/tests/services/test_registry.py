"""The registry asks for a password, and stands in for Docker Hub."""

import base64
import json
import tomllib
from pathlib import Path

import pytest
import yaml
from todo_ci.core.own_images import with_own_images

from todo_lab import paths
from todo_lab.build import base_images
from todo_lab.services import registry


def test_the_registry_asks_everybody_for_the_password(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
):
    monkeypatch.setattr(paths, "STATE", tmp_path)
    config = yaml.safe_load(registry.config())
    assert config["http"]["addr"] == paths.REGISTRY
    assert set(config["auth"]) == {"htpasswd"}


def test_docker_hubs_names_are_looked_up_in_the_labs_registry_first():
    config = tomllib.loads(registry.registries_conf())
    hub = next(entry for entry in config["registry"] if entry.get("prefix") == "docker.io")
    assert hub["mirror"] == [{"location": paths.REGISTRY, "insecure": True}]
    assert config["unqualified-search-registries"] == ["docker.io"]


def test_the_pipeline_is_told_which_images_are_the_labs_own():
    config = tomllib.loads(registry.registries_conf())
    assert config["todo-ci"]["own-images"] == [f"docker.io/{base.name}" for base in base_images.ALL]
    for name in config["todo-ci"]["own-images"]:
        text = f"FROM {name.removeprefix('docker.io/library/')}@sha256:{'0' * 64}\n"
        tagged = f"FROM {name.removeprefix('docker.io/library/')}\n"
        assert with_own_images(text, config["todo-ci"]["own-images"], "Dockerfile") == tagged


def test_the_credential_file_is_for_the_labs_registry_alone():
    auths = json.loads(registry.auth_json("s3cret"))["auths"]
    assert list(auths) == [paths.REGISTRY]
    assert base64.b64decode(auths[paths.REGISTRY]["auth"]) == b"todo:s3cret"
