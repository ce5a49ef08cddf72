"""Certificates are of the lab's own authority, and made once."""

import subprocess
from pathlib import Path

import pytest
import yaml

from todo_lab import paths, pki


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(paths, "PKI", tmp_path / "pki")
    monkeypatch.setattr(paths, "ADMIN_KUBECONFIG", tmp_path / "admin.kubeconfig")
    pki.ensure()
    return tmp_path / "pki"


def verifies(authority: Path, certificate: Path) -> bool:
    argv = ["openssl", "verify", "-CAfile", str(authority), str(certificate)]
    return subprocess.run(argv, check=False, capture_output=True).returncode == 0


def test_every_certificate_is_of_the_labs_authority(folder: Path):
    for certificate in pki.CERTIFICATES:
        assert verifies(folder / "ca.crt", folder / f"{certificate.name}.crt"), certificate.name


def test_a_certificate_of_another_authority_is_told(folder: Path, tmp_path: Path):
    argv = ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256",
            "-noenc", "-keyout", str(tmp_path / "x.key"), "-out", str(tmp_path / "x.crt"),
            "-subj", "/CN=todo-lab"]  # fmt: skip
    subprocess.run(argv, check=True, capture_output=True)
    assert not verifies(tmp_path / "x.crt", folder / "apiserver.crt")


def test_the_api_servers_certificate_names_all_its_addresses(folder: Path):
    argv = ["openssl", "x509", "-in", str(folder / "apiserver.crt"), "-noout", "-text"]
    text = subprocess.run(argv, check=True, capture_output=True, text=True).stdout
    names = ("10.255.0.1", "10.96.0.1", "kubernetes.default.svc.cluster.local")
    assert all(name in text for name in names)


def test_keys_and_kubeconfigs_are_for_root_alone(folder: Path):
    assert folder.stat().st_mode & 0o777 == 0o700
    for file in (*folder.glob("*.key"), paths.ADMIN_KUBECONFIG):
        assert file.stat().st_mode & 0o077 == 0, file


def test_a_second_run_changes_no_file(folder: Path):
    before = {file: file.stat().st_mtime_ns for file in folder.iterdir()}
    pki.ensure()
    assert {file: file.stat().st_mtime_ns for file in folder.iterdir()} == before


def test_a_certificate_that_was_not_finished_is_made_again(folder: Path):
    (folder / "scheduler.crt").unlink()
    pki.ensure()
    assert verifies(folder / "ca.crt", folder / "scheduler.crt")


def test_a_kubeconfig_names_server_user_and_namespace(folder: Path):
    made = yaml.safe_load(pki.render_kubeconfig("pipeline", "token: abc", "todo"))
    assert made["clusters"][0]["cluster"]["server"] == "https://10.255.0.1:6443"
    assert made["users"] == [{"name": "pipeline", "user": {"token": "abc"}}]
    assert made["contexts"][0]["context"]["namespace"] == "todo"
    assert made["current-context"] == made["contexts"][0]["name"]


def test_daprs_issuer_is_of_daprs_own_root_and_of_no_other(folder: Path):
    assert verifies(folder / "dapr-root.crt", folder / "dapr-issuer.crt")
    assert not verifies(folder / "ca.crt", folder / "dapr-issuer.crt")
    argv = ["openssl", "x509", "-in", str(folder / "dapr-issuer.crt"), "-noout", "-text"]
    text = subprocess.run(argv, check=True, capture_output=True, text=True).stdout
    assert "CA:TRUE, pathlen:0" in text
    assert (folder / "dapr-issuer.key").stat().st_mode & 0o077 == 0
