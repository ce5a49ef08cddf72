"""A patched module has what is built, and the lab's package in place of its own."""

from pathlib import Path

import pytest

from todo_lab.build import go_patches


def test_only_sources_that_are_built_are_copied(tmp_path: Path):
    module = tmp_path / "module"
    for name in ("a.go", "a_test.go", "sub/b.go", "providers/c.go", "README.md"):
        (module / name).parent.mkdir(parents=True, exist_ok=True)
        (module / name).write_text("package x")
        (module / name).chmod(0o444)
    go_patches.copy_sources(module, tmp_path / "copy", ("providers",))
    copied = sorted(path for path in (tmp_path / "copy").rglob("*") if path.is_file())
    assert [path.relative_to(tmp_path / "copy").as_posix() for path in copied] == [
        "a.go",
        "sub/b.go",
    ]
    copied[0].write_text("can be changed")


def test_dapr_is_built_with_the_labs_components_in_place_of_its_own(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    module, source = tmp_path / "module", tmp_path / "source"
    for name in ("go.mod", "pkg/a.go", "cmd/daprd/app/app.go", "cmd/daprd/components/all.go",
                 "tests/x.go", "charts/dapr/embed.go", "charts/dapr/crds/a.yaml"):  # fmt: skip
        (module / name).parent.mkdir(parents=True, exist_ok=True)
        (module / name).write_text(name)
    (source / "components").mkdir(parents=True)
    (source / "components" / "components.go").write_text("ours")
    (source / "go.mod").write_text("module x\n")
    monkeypatch.setattr(go_patches, "download", lambda *_: module)
    made = go_patches.with_few_components(source, tmp_path / "draft")
    files = sorted(str(path.relative_to(made)) for path in made.rglob("*") if path.is_file())
    assert files == [
        "dapr/charts/dapr/crds/a.yaml", "dapr/charts/dapr/embed.go", "dapr/cmd/daprd/app/app.go",
        "dapr/cmd/daprd/components/components.go", "dapr/go.mod", "dapr/pkg/a.go", "go.mod",
    ]  # fmt: skip
    assert "replace github.com/dapr/dapr => ./dapr\n" in (made / "go.mod").read_text()
    assert (source / "components").exists()


def test_cosign_is_built_with_the_labs_packages_in_place_of_its_own_and_without_cloud_logins(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    module, source = tmp_path / "module", tmp_path / "source"
    logins = "cmd/cosign/cli/options/registry.go"
    for name in ("go.mod", logins, "pkg/cosign/keys.go", "pkg/cosign/rego/rego.go",
                 "pkg/cosign/rego/more.go", "test/x.go"):  # fmt: skip
        (module / name).parent.mkdir(parents=True, exist_ok=True)
        (module / name).write_text(name)
    (module / logins).write_text("docker.Login()\necr.Login()\nsecret.Login()\n")
    (source / "replaced/pkg/cosign/rego").mkdir(parents=True)
    (source / "replaced/pkg/cosign/rego/rego.go").write_text("ours")
    (source / "go.mod").write_text("module x\n")
    monkeypatch.setattr(go_patches, "download", lambda *_: module)
    made = go_patches.without_clouds(source, tmp_path / "draft")
    files = sorted(str(path.relative_to(made)) for path in made.rglob("*") if path.is_file())
    assert files == [
        f"cosign/{logins}", "cosign/go.mod", "cosign/pkg/cosign/keys.go",
        "cosign/pkg/cosign/rego/rego.go", "go.mod",
    ]  # fmt: skip
    assert (made / "cosign/pkg/cosign/rego/rego.go").read_text() == "ours"
    assert (made / "cosign" / logins).read_text() == "docker.Login()\nsecret.Login()\n"
    assert "replace github.com/sigstore/cosign/v3 => ./cosign\n" in (made / "go.mod").read_text()
    assert (source / "replaced").exists()
