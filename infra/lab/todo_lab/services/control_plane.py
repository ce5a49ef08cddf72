"""Describe the control plane: API server, controller manager, scheduler."""

from todo_lab import files, paths, pki
from todo_lab.services import etcd, supervisor

_AUDIT_POLICY = paths.STATE / "audit-policy.yaml"
# What the pipeline asked for, not what it sent: requests hold Secrets.
_AUDITED = f"""\
apiVersion: audit.k8s.io/v1
kind: Policy
omitStages: [RequestReceived]
rules:
- level: Metadata
  users: ["system:serviceaccount:{paths.NAMESPACE}:{paths.PIPELINE_ACCOUNT}"]
- level: None
"""


def api_server() -> supervisor.Service:
    """Return the API server, on the node's address alone; it notes what the pipeline does."""
    files.write(_AUDIT_POLICY, _AUDITED)
    return supervisor.Service(
        name="kube-apiserver",
        argv=(
            str(paths.BIN / "kube-apiserver"),
            f"--etcd-servers={etcd.CLIENT_URL}",
            f"--etcd-cafile={_pki('ca.crt')}",
            f"--etcd-certfile={_pki('apiserver-etcd-client.crt')}",
            f"--etcd-keyfile={_pki('apiserver-etcd-client.key')}",
            f"--advertise-address={paths.NODE_IP}",
            f"--bind-address={paths.NODE_IP}",
            f"--secure-port={paths.API_PORT}",
            f"--tls-cert-file={_pki('apiserver.crt')}",
            f"--tls-private-key-file={_pki('apiserver.key')}",
            f"--client-ca-file={_pki('ca.crt')}",
            f"--kubelet-client-certificate={_pki('apiserver-kubelet-client.crt')}",
            f"--kubelet-client-key={_pki('apiserver-kubelet-client.key')}",
            f"--kubelet-certificate-authority={_pki('ca.crt')}",
            # The node's name is not in any resolver.
            "--kubelet-preferred-address-types=InternalIP",
            f"--service-cluster-ip-range={paths.SERVICE_CIDR}",
            "--service-account-issuer=https://kubernetes.default.svc.cluster.local",
            f"--service-account-key-file={_pki('sa.pub')}",
            f"--service-account-signing-key-file={_pki('sa.key')}",
            f"--requestheader-client-ca-file={_pki('ca.crt')}",
            "--requestheader-allowed-names=front-proxy-client",
            "--requestheader-username-headers=X-Remote-User",
            "--requestheader-group-headers=X-Remote-Group",
            "--requestheader-extra-headers-prefix=X-Remote-Extra-",
            f"--proxy-client-cert-file={_pki('front-proxy-client.crt')}",
            f"--proxy-client-key-file={_pki('front-proxy-client.key')}",
            "--authorization-mode=Node,RBAC",
            "--enable-admission-plugins=NodeRestriction",
            "--anonymous-auth=false",
            "--allow-privileged=true",
            "--profiling=false",
            f"--audit-policy-file={_AUDIT_POLICY}",
            f"--audit-log-path={paths.AUDIT_LOG}",
            "--audit-log-maxsize=50",
            "--audit-log-maxbackup=1",
        ),
        files=(paths.PKI / "apiserver.crt", paths.PKI / "sa.pub", _AUDIT_POLICY),
    )


def controller_manager() -> supervisor.Service:
    """Return the controller manager.

    It signs no certificates, so no request to the API can ever become a client of etcd.
    """
    return supervisor.Service(
        name="kube-controller-manager",
        argv=(
            str(paths.BIN / "kube-controller-manager"),
            *_client("controller-manager"),
            f"--service-account-private-key-file={_pki('sa.key')}",
            f"--root-ca-file={_pki('ca.crt')}",
            "--use-service-account-credentials=true",
            f"--flex-volume-plugin-dir={paths.STATE / 'volume-plugins'}",
            "--controllers=*,-certificatesigningrequest-signing-controller",
        ),
        files=(pki.kubeconfig_path("controller-manager"),),
    )


def scheduler() -> supervisor.Service:
    """Return the scheduler."""
    return supervisor.Service(
        name="kube-scheduler",
        argv=(str(paths.BIN / "kube-scheduler"), *_client("scheduler")),
        files=(pki.kubeconfig_path("scheduler"),),
    )


def _client(name: str) -> tuple[str, ...]:
    kubeconfig = pki.kubeconfig_path(name)
    return (
        f"--kubeconfig={kubeconfig}",
        f"--authentication-kubeconfig={kubeconfig}",
        f"--authorization-kubeconfig={kubeconfig}",
        "--bind-address=127.0.0.1",
        "--leader-elect=false",
        "--profiling=false",
        # The default limits on its own requests cost five seconds at start.
        "--kube-api-qps=500",
        "--kube-api-burst=1000",
    )


def _pki(name: str) -> str:
    return str(paths.PKI / name)
