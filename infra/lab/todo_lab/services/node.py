"""Describe the node: kubelet and kube-proxy, and which servers resolve names for pods."""

import ipaddress
import json
from pathlib import Path
from typing import Any

from todo_lab import files, paths, pki
from todo_lab.host import cgroups
from todo_lab.services import supervisor

KUBELET_ROOT = paths.STATE / "kubelet"
POD_LOGS = paths.STATE / "pod-logs"
_RESOLV_CONF = paths.STATE / "resolv.conf"
# systemd-resolved's own file names the real servers; the usual one then only names its stub.
_MACHINE_RESOLV_CONF = (Path("/run/systemd/resolve/resolv.conf"), Path("/etc/resolv.conf"))


def kubelet_config() -> dict[str, Any]:
    """Return the kubelet's configuration, for cgroup v1 and v2."""
    return {
        "apiVersion": "kubelet.config.k8s.io/v1beta1",
        "kind": "KubeletConfiguration",
        "containerRuntimeEndpoint": f"unix://{paths.CONTAINERD_SOCKET}",
        "cgroupDriver": "cgroupfs",
        "cgroupRoot": f"/{cgroups.NAME}",
        "failCgroupV1": False,
        "failSwapOn": False,
        # Some machines' root may not lower a score below its own.
        "oomScoreAdj": 0,
        "address": paths.NODE_IP,
        "healthzBindAddress": "127.0.0.1",
        "authentication": {
            "x509": {"clientCAFile": str(paths.PKI / "ca.crt")},
            "webhook": {"enabled": True},
            "anonymous": {"enabled": False},
        },
        "authorization": {"mode": "Webhook"},
        "tlsCertFile": str(paths.PKI / "kubelet-server.crt"),
        "tlsPrivateKeyFile": str(paths.PKI / "kubelet-server.key"),
        "clusterDNS": [paths.DNS_IP],
        "clusterDomain": "cluster.local",
        "resolvConf": str(_RESOLV_CONF),
        "volumePluginDir": str(KUBELET_ROOT / "volume-plugins"),
        "podLogsDir": str(POD_LOGS),
        # A laptop's disk may be nearly full for reasons of its own: nothing is evicted for that.
        "imageGCHighThresholdPercent": 100,
        "imageGCLowThresholdPercent": 99,
        "evictionHard": {
            "memory.available": "100Mi",
            "nodefs.available": "1%",
            "nodefs.inodesFree": "1%",
            "imagefs.available": "1%",
        },
        "serializeImagePulls": False,
        "registryPullQPS": 0,
    }


def kube_proxy_config() -> dict[str, Any]:
    """Return kube-proxy's configuration; it leaves the machine's connection tracking alone."""
    return {
        "apiVersion": "kubeproxy.config.k8s.io/v1alpha1",
        "kind": "KubeProxyConfiguration",
        "mode": "iptables",
        "clientConnection": {"kubeconfig": str(pki.kubeconfig_path("kube-proxy"))},
        "hostnameOverride": paths.NODE_NAME,
        "clusterCIDR": paths.POD_CIDR,
        "bindAddress": paths.NODE_IP,
        "healthzBindAddress": "127.0.0.1:10256",
        "metricsBindAddress": "127.0.0.1:10249",
        "conntrack": {
            "maxPerCore": 0,
            "min": 0,
            "tcpEstablishedTimeout": "0s",
            "tcpCloseWaitTimeout": "0s",
        },
        # NodePorts on 127.0.0.1 would need the sysctl route_localnet.
        "iptables": {"localhostNodePorts": False, "minSyncPeriod": "100ms"},
        "oomScoreAdj": 0,
    }


def kubelet() -> supervisor.Service:
    """Write the kubelet's files and return the service."""
    config = paths.STATE / "kubelet.json"
    files.write(config, json.dumps(kubelet_config(), indent=2))
    servers = nameservers()
    # Names that are not of the cluster end in the cluster's own server when there is no other.
    files.write(_RESOLV_CONF, "".join(f"nameserver {ip}\n" for ip in servers or [paths.DNS_IP]))
    return supervisor.Service(
        name="kubelet",
        argv=(
            str(paths.BIN / "kubelet"),
            f"--config={config}",
            f"--kubeconfig={pki.kubeconfig_path('kubelet')}",
            f"--root-dir={KUBELET_ROOT}",
            f"--cert-dir={KUBELET_ROOT / 'pki'}",
            f"--hostname-override={paths.NODE_NAME}",
            f"--node-ip={paths.NODE_IP}",
        ),
        files=(config, pki.kubeconfig_path("kubelet"), paths.PKI / "kubelet-server.crt"),
    )


def kube_proxy() -> supervisor.Service:
    """Write kube-proxy's configuration and return the service."""
    config = paths.STATE / "kube-proxy.json"
    files.write(config, json.dumps(kube_proxy_config(), indent=2))
    return supervisor.Service(
        name="kube-proxy",
        argv=(str(paths.BIN / "kube-proxy"), f"--config={config}"),
        files=(config, pki.kubeconfig_path("kube-proxy")),
    )


def nameservers() -> list[str]:
    """Return the machine's name servers that a pod can reach."""
    for file in _MACHINE_RESOLV_CONF:
        found = parse_nameservers(file.read_text()) if file.exists() else []
        if found:
            return found
    return []


def parse_nameservers(resolv_conf: str) -> list[str]:
    """Return the IPv4 name servers of a resolv.conf text that are not on loopback."""
    found: list[str] = []
    for line in resolv_conf.splitlines():
        words = line.split()
        if len(words) >= 2 and words[0] == "nameserver" and _is_reachable(words[1]):
            found.append(words[1])
    return found


def _is_reachable(address: str) -> bool:
    try:
        parsed = ipaddress.ip_address(address)
    except ValueError:
        return False
    return parsed.version == 4 and not parsed.is_loopback
