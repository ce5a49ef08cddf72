"""This machine can be read, whatever it lacks."""

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
