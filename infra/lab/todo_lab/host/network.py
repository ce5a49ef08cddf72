"""Give the node its address and let pods reach it and the world; undo exactly that."""

import json

from todo_lab import paths, subprocesses
from todo_lab.host import firewall, sysctls

_BRIDGE_FILTER = "net.bridge.bridge-nf-call-iptables"


def set_up() -> None:
    """Give lo the node's address, set the sysctls pods need and add the lab's rules."""
    if not sysctls.file(_BRIDGE_FILTER).exists():
        subprocesses.run("modprobe", "br_netfilter", fix="use a kernel with br_netfilter")
    sysctls.note()
    sysctls.write("net.ipv4.ip_forward", "1")
    # Answers between two pods pass the bridge; a Service's address is put back only by a rule.
    sysctls.write(_BRIDGE_FILTER, "1")
    if not has_address():
        subprocesses.run("ip", "address", "add", f"{paths.NODE_IP}/32", "dev", "lo")
    firewall.set_up()


def take_down() -> None:
    """Remove the bridge, the rules and the address, and put the sysctls back."""
    remove_bridge()
    firewall.take_down()
    if has_address():
        subprocesses.run("ip", "address", "del", f"{paths.NODE_IP}/32", "dev", "lo")
    sysctls.restore()


def remove_bridge() -> None:
    """Remove the bridge of the pods and the host ends of their links."""
    for link in own_links():
        # A link may go by itself meanwhile, with the pod's end of it.
        subprocesses.output("ip", "link", "del", link)


def own_links() -> list[str]:
    """Return the bridge and what is plugged into it, plugs first."""
    links: list[dict[str, object]] = json.loads(subprocesses.run("ip", "-json", "link"))
    plugged = [str(link["ifname"]) for link in links if link.get("master") == paths.BRIDGE]
    bridge = [paths.BRIDGE for link in links if link["ifname"] == paths.BRIDGE]
    return plugged + bridge


def has_address() -> bool:
    """Tell whether lo has the node's address."""
    shown = subprocesses.run("ip", "-json", "address", "show", "dev", "lo", "to", paths.NODE_IP)
    return any(json.loads(shown))
