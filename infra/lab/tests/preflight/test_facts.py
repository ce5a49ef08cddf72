"""This machine can be read, whatever it lacks."""

from pathlib import Path

from todo_lab.preflight import facts


def test_this_machine_can_be_read():
    read = facts.read()
    assert "MemTotal" in read.meminfo
    assert read.free > 0
    assert read.python >= (3, 11)


def test_a_kernel_without_modules_is_known_by_its_symbols():
    symbols = "0000000000000000 T nft_do_chain\n0000000000000000 t ipt_do_table_other\n"
    assert facts.carried(symbols) == ["nf_tables"]
    assert facts.carried("") == []


def test_a_kubernetes_is_known_by_its_processes(tmp_path: Path):
    names = {1: "systemd", 7: "kubelet", 40: "k3s-server", 41: "kubelet-exporter"}
    for pid, name in names.items():
        (tmp_path / str(pid)).mkdir()
        (tmp_path / str(pid) / "comm").write_text(f"{name}\n")
    assert facts.kubernetes(tmp_path) == ("kubelet (process 7)", "k3s-server (process 40)")
    assert facts.kubernetes(tmp_path, own=[7, 40]) == ()
