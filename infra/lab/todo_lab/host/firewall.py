"""Add the lab's packet filter rules, and find and remove exactly those.

Every rule of the lab carries the comment `todo-lab`; chains named KUBE-* are made by its kubelet
and kube-proxy (preflight refuses a machine where another Kubernetes runs). All others stay as they
are.
"""

import json
import shlex
from itertools import pairwise

from todo_lab import files, paths, subprocesses

COMMENT = "todo-lab"
_PROGRAMS = {"iptables": "ip", "ip6tables": "ip6"}  # and nft's name of the family
_TABLES_NOTE = paths.RUN / "nft-tables.json"


def rules() -> list[tuple[str, str, tuple[str, ...]]]:
    """Return the lab's own rules as (table, chain, match and target)."""
    pods, bridge = paths.POD_CIDR, paths.BRIDGE
    established = ("-m", "conntrack", "--ctstate", "RELATED,ESTABLISHED")
    return [
        # Firewalls that drop by default (ufw, Docker) must let pods reach the node and out.
        ("filter", "INPUT", ("-i", bridge, "-d", paths.NODE_IP, "-j", "ACCEPT")),
        ("filter", "FORWARD", ("-i", bridge, "-j", "ACCEPT")),
        ("filter", "FORWARD", ("-o", bridge, *established, "-j", "ACCEPT")),
        # The gateway listens on every address; only loopback and the node's own may be used.
        (
            "filter",
            "INPUT",
            (
                "-p",
                "tcp",
                "--dport",
                str(paths.GATEWAY_PORT),
                "!",
                "-i",
                "lo",
                "!",
                "-d",
                paths.NODE_IP,
                "-j",
                "REJECT",
                "--reject-with",
                "tcp-reset",
            ),
        ),
        (
            "nat",
            "POSTROUTING",
            ("-s", pods, "!", "-d", pods, "!", "-o", bridge, "-j", "MASQUERADE"),
        ),
    ]


def set_up() -> None:
    """Add the lab's rules that are not there, at the head of their chains."""
    if not _TABLES_NOTE.exists():
        files.write(_TABLES_NOTE, json.dumps(sorted(_nft_tables())))
    for table, chain, rule in rules():
        words = (*rule, "-m", "comment", "--comment", COMMENT)
        argv = ("iptables", "--wait", "--table", table)
        if not subprocesses.succeeds(*argv, "-C", chain, *words):
            subprocesses.run(*argv, "-I", chain, *words)


def take_down() -> None:
    """Remove the lab's rules and chains, and the tables that had to be made to hold them."""
    for program in _PROGRAMS:
        script = cleanup_script(saved(program))
        if script:
            subprocesses.run(f"{program}-restore", "--wait", "--noflush", stdin=script)
    if _TABLES_NOTE.exists():
        found: list[str] = json.loads(_TABLES_NOTE.read_text())
        for program, family in _PROGRAMS.items():
            for table in empty_tables(saved(program)):
                if f"{family} {table}" in _nft_tables() - set(found):
                    subprocesses.run("nft", "delete", "table", family, table)
        _TABLES_NOTE.unlink()


def saved(program: str) -> str:
    """Return all rules as `iptables-save` prints them; empty where the program is absent."""
    return subprocesses.output(f"{program}-save")


def own_lines(text: str) -> list[str]:
    """Return the lines of an `iptables-save` text that are the lab's: chains and rules."""
    return [line for line in text.splitlines() if _is_own(line)]


def cleanup_script(text: str) -> str:
    """Return input for `iptables-restore --noflush` that removes the lab's lines, "" if none."""
    script: list[str] = []
    for table, lines in _sections(text).items():
        own = [line for line in lines if _is_own(line)]
        chains = [line[1:].split()[0] for line in own if line.startswith(":")]
        entries = [line for line in own if line.startswith("-A")]
        # A declared chain is emptied, so only rules in chains of others are deleted one by one.
        foreign = [entry for entry in entries if entry.split()[1] not in chains]
        if own:
            script += [
                f"*{table}",
                *(f":{chain} - [0:0]" for chain in chains),
                *("-D" + entry.removeprefix("-A") for entry in foreign),
                *(f"-X {chain}" for chain in chains),
                "COMMIT",
            ]
    return "\n".join(script) + "\n" if script else ""


def empty_tables(text: str) -> list[str]:
    """Return the tables of an `iptables-save` text that do nothing.

    Those have no rule, no chain but the built-in ones, and let everything pass.
    """
    return [
        table
        for table, lines in _sections(text).items()
        if all(line.startswith("#") or " ACCEPT " in line for line in lines if line != "COMMIT")
        and not any(line.startswith("-") for line in lines)
    ]


def _sections(text: str) -> dict[str, list[str]]:
    sections: dict[str, list[str]] = {}
    lines: list[str] = []
    for line in text.splitlines():
        if line.startswith("*"):
            lines = sections.setdefault(line[1:], [])
        else:
            lines.append(line)
    return sections


def _is_own(line: str) -> bool:
    if line.startswith(":"):
        return line.startswith(":KUBE-")
    if not line.startswith("-A"):
        return False
    words = shlex.split(line)
    if words[1].startswith("KUBE-"):
        return True
    pairs = list(pairwise(words))
    return ("--comment", COMMENT) in pairs or any(
        flag in {"-j", "-g"} and value.startswith("KUBE-") for flag, value in pairs
    )


def _nft_tables() -> set[str]:
    lines = subprocesses.output("nft", "list", "tables").splitlines()
    return {line.removeprefix("table ") for line in lines}
