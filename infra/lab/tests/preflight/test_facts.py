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


def test_a_kubernetes_is_known_by_the_processes_that_live(tmp_path: Path):
    fields = " ".join(str(number) for number in range(4, 53))
    processes = {
        (1, "S"): "systemd", (7, "S"): "kubelet", (8, "Z"): "kube-proxy", (40, "R"): "k3s-server",
        (41, "S"): "kubelet (old)",
    }  # fmt: skip
    for (pid, state), name in processes.items():
        (tmp_path / str(pid)).mkdir()
        (tmp_path / str(pid) / "stat").write_text(f"{pid} ({name}) {state} {fields}\n")
    (tmp_path / "99").mkdir()
    (tmp_path / "99" / "stat").write_text("")  # it ended while it was read
    assert facts.kubernetes(tmp_path) == ("kubelet (process 7)", "k3s-server (process 40)")
    assert facts.kubernetes(tmp_path, own=[7, 40]) == ()
