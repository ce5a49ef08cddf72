"""Make the cluster's certificate authority, its certificates and the kubeconfigs that hold them."""

import base64
from dataclasses import dataclass
from pathlib import Path

from todo_lab import files, paths, subprocesses

_DAYS = "3650"
_KEY = ("-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-noenc")


@dataclass(frozen=True)
class Certificate:
    """Describe a certificate: its file name, subject, use and the names it is valid for."""

    name: str
    subject: str
    usage: str = "clientAuth"
    names: tuple[str, ...] = ()


_SERVICE_IP = paths.SERVICE_CIDR.rsplit(".", 1)[0] + ".1"
_API_NAMES = (
    *("DNS:kubernetes" + rest for rest in ("", ".default", ".default.svc")),
    "DNS:kubernetes.default.svc.cluster.local",
    "DNS:localhost",
    "IP:127.0.0.1",
    f"IP:{_SERVICE_IP}",
    f"IP:{paths.NODE_IP}",
)
_NODE_NAMES = (f"DNS:{paths.NODE_NAME}", f"IP:{paths.NODE_IP}")
_NODE_SUBJECT = f"/O=system:nodes/CN=system:node:{paths.NODE_NAME}"

CLIENTS = (
    Certificate("admin", "/O=system:masters/CN=admin"),
    Certificate("controller-manager", "/CN=system:kube-controller-manager"),
    Certificate("scheduler", "/CN=system:kube-scheduler"),
    Certificate("kubelet", _NODE_SUBJECT),
    Certificate("kube-proxy", "/CN=system:kube-proxy"),
)
CERTIFICATES = (
    Certificate("apiserver", "/CN=kube-apiserver", "serverAuth", _API_NAMES),
    Certificate("kubelet-server", _NODE_SUBJECT, "serverAuth", _NODE_NAMES),
    Certificate("apiserver-kubelet-client", "/O=system:masters/CN=kube-apiserver-kubelet-client"),
    Certificate("front-proxy-client", "/CN=front-proxy-client"),
    Certificate("etcd", "/CN=etcd", "serverAuth,clientAuth", ("IP:127.0.0.1",)),
    Certificate("apiserver-etcd-client", "/CN=kube-apiserver-etcd-client"),
    *CLIENTS,
)


def ensure() -> None:
    """Make what is missing; what exists stays, so running parts keep trusting each other."""
    paths.PKI.mkdir(parents=True, exist_ok=True, mode=0o700)
    if not (paths.PKI / "ca.crt").exists():
        _request(
            "ca",
            "/CN=todo-lab",
            "basicConstraints=critical,CA:TRUE",
            "keyUsage=critical,keyCertSign,cRLSign,digitalSignature",
        )
    for certificate in CERTIFICATES:
        if not (paths.PKI / f"{certificate.name}.crt").exists():
            _sign(certificate)
    _ensure_dapr()
    if not (paths.PKI / "sa.pub").exists():
        _openssl("genrsa", "-out", _pki("sa.key"), "2048")
        _openssl("rsa", "-in", _pki("sa.key"), "-pubout", "-out", _pki("sa.pub"))
    for client in CLIENTS:
        files.write(kubeconfig_path(client.name), kubeconfig(client.name), mode=0o600)


def _ensure_dapr() -> None:
    """Make Dapr's root and the issuer that signs for its sidecars.

    Left to itself Dapr makes them after its pods have mounted the empty bundle, and a pod may wait
    more than a minute for the kubelet to bring it the full one.
    """
    usage = "keyUsage=critical,digitalSignature,keyCertSign,cRLSign"
    if not (paths.PKI / "dapr-root.crt").exists():
        _request("dapr-root", "/O=cluster.local", "basicConstraints=critical,CA:TRUE", usage)
    if not (paths.PKI / "dapr-issuer.crt").exists():
        _request(
            "dapr-issuer",
            "/O=dapr-sentry",
            "basicConstraints=critical,CA:TRUE,pathlen:0",
            usage,
            options=("-CA", _pki("dapr-root.crt"), "-CAkey", _pki("dapr-root.key")),
        )


def kubeconfig_path(client: str) -> Path:
    """Return where a client's kubeconfig is; the person's own is the lab's contract."""
    return paths.ADMIN_KUBECONFIG if client == "admin" else paths.PKI / f"{client}.kubeconfig"


def kubeconfig(client: str) -> str:
    """Return the kubeconfig of a client that signs in by certificate."""
    certificate, key = (_base64(paths.PKI / f"{client}.{kind}") for kind in ("crt", "key"))
    return render_kubeconfig(
        client, f"client-certificate-data: {certificate}\n    client-key-data: {key}"
    )


def render_kubeconfig(user: str, credential: str, namespace: str = "default") -> str:
    """Return a kubeconfig for the lab's API server; `credential` is the user's YAML body."""
    return f"""\
apiVersion: v1
kind: Config
clusters:
- name: todo-lab
  cluster:
    server: {paths.API_URL}
    certificate-authority-data: {_base64(paths.PKI / "ca.crt")}
users:
- name: {user}
  user:
    {credential}
contexts:
- name: todo-lab
  context: {{cluster: todo-lab, user: {user}, namespace: {namespace}}}
current-context: todo-lab
"""


def _sign(certificate: Certificate) -> None:
    extensions = [
        "basicConstraints=critical,CA:FALSE",
        "keyUsage=critical,digitalSignature",
        f"extendedKeyUsage={certificate.usage}",
    ]
    if certificate.names:
        extensions.append("subjectAltName=" + ",".join(certificate.names))
    authority = ("-CA", _pki("ca.crt"), "-CAkey", _pki("ca.key"))
    _request(certificate.name, certificate.subject, *extensions, options=authority)


def _request(name: str, subject: str, *extensions: str, options: tuple[str, ...] = ()) -> None:
    added = [word for extension in extensions for word in ("-addext", extension)]
    # Renamed when whole: an interrupted run must not leave a key without its certificate.
    draft = _pki(f"{name}.crt.new")
    _openssl(
        "req",
        "-x509",
        *_KEY,
        "-keyout",
        _pki(f"{name}.key"),
        "-out",
        draft,
        "-subj",
        subject,
        "-days",
        _DAYS,
        "-sha256",
        *options,
        *added,
    )
    Path(draft).replace(_pki(f"{name}.crt"))


def _openssl(*arguments: str) -> None:
    subprocesses.run("openssl", *arguments, fix="apt-get install --reinstall openssl")


def _pki(name: str) -> str:
    return str(paths.PKI / name)


def _base64(path: Path) -> str:
    return base64.b64encode(path.read_bytes()).decode()
