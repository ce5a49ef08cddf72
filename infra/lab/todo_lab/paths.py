"""Names, addresses and places of the lab: the one file where they are written down.

Everything that outlives a run is in one of three places: CACHE (what was built or downloaded;
safe to delete, costs minutes), STATE (what the running lab knows; `lab down` removes it) and RUN
(sockets; gone after a reboot). Nothing is ever written into the clone.
"""

from __future__ import annotations

import os
from pathlib import Path

from todo_lab import versions

# --- places -------------------------------------------------------------------------------------
CACHE = Path(os.environ.get("TODO_LAB_CACHE") or Path.home() / ".cache" / "todo-lab")
STATE = Path("/var/lib/todo-lab")
RUN = Path("/run/todo-lab")

LAB = Path(__file__).resolve().parent.parent  # infra/lab of this clone
TOOLS = LAB / "tools"  # Go modules: kube (with coredns and helm) and traefik
MANIFESTS = LAB / "manifests"
SUBSCRIPTIONS = LAB.parent / "dapr-components" / "subscriptions.yaml"  # the app's topics
TOPIC_SETTINGS = LAB.parent / "kafka-topics.json"

# --- cache: keyed by what the thing is made from, so that two clones can share it ---------------
GO_MOD_CACHE = CACHE / "go" / "mod"
GO_BUILD_CACHE = CACHE / "go" / "build"
NPM_CACHE = CACHE / "npm"
MAVEN_CACHE = CACHE / "maven"
BINARIES = CACHE / "lab" / "bin"  # <tool>-<key>/<program>
SYSTEM_IMAGES = CACHE / "lab" / "images"  # <name>-<key>.tar, docker archives for `ctr import`
BASE_IMAGES = CACHE / "lab" / "base"  # <name>-<key>/, OCI layouts for `skopeo copy`
TIMES = CACHE / "lab" / "times.json"  # what each step took last time
BUILD_LOGS = CACHE / "lab" / "log"  # one file a tool
BUILD_LOCKS = CACHE / "lab" / "lock"
INSTALLED = CACHE / "lab" / "packages.txt"  # Debian packages that `lab up` installed

# --- state --------------------------------------------------------------------------------------
BIN = STATE / "bin"  # links to the built programs; `./do` puts it on PATH
LOGS = STATE / "log"
PKI = STATE / "pki"
ADMIN_KUBECONFIG = STATE / "admin.kubeconfig"
PIPELINE_KUBECONFIG = STATE / "pipeline.kubeconfig"
PIPELINE_ENV = STATE / "pipeline.env"
REGISTRY_PASSWORD = STATE / "registry-password"
REGISTRIES_CONF = STATE / "registries.conf"
AUTH_JSON = STATE / "auth.json"
KAFKA_PASSWORD = STATE / "kafka-password"
KAFKA_CLIENT = STATE / "kafka-client.properties"  # for Kafka's own tools
DATABASE_URL = STATE / "database-url"
BETTER_AUTH_SECRET = STATE / "better-auth-secret"
AUDIT_LOG = STATE / "audit.log"  # each call of the pipeline to the API server, without bodies

CONTAINERD_SOCKET = RUN / "containerd.sock"

# --- the node and its addresses -----------------------------------------------------------------
NODE_NAME = "todo-lab"
NODE_IP = "10.255.0.1"  # on lo, so that nothing depends on the machine's outer interface
API_PORT = 6443
API_URL = f"https://{NODE_IP}:{API_PORT}"
POD_CIDR = "10.244.0.0/24"
SERVICE_CIDR = "10.96.0.0/16"
DNS_IP = "10.96.0.10"
BRIDGE = "todolab0"

REGISTRY = f"{NODE_IP}:5000"
REGISTRY_USER = "todo"
POSTGRES_PORT = 15432
DATABASE = "todo"
DATABASE_ROLE = "todo"
KAFKA_PORT = 9092
KAFKA = f"{NODE_IP}:{KAFKA_PORT}"
KAFKA_CONTROLLER_PORT = 9093  # 127.0.0.1 only
KAFKA_USER = "todo"

GATEWAY_PORT = 8000
GATEWAY_PING_PORT = 8081  # 127.0.0.1 only: the gateway's own health
GATEWAY_URL = f"http://127.0.0.1:{GATEWAY_PORT}"
GATEWAY_CLASS = "traefik"  # the GatewayClass and the IngressClass
GATEWAY = "web"
GATEWAY_NAMESPACE = "traefik"

NAMESPACE = "todo"
DAPR_NAMESPACE = "dapr-system"
PIPELINE_ACCOUNT = "pipeline"

# --- images -------------------------------------------------------------------------------------
# Imported into containerd, never pulled. A name under localhost/ cannot be pulled by mistake.
PAUSE_IMAGE = "localhost/pause:1"
COREDNS_IMAGE = f"localhost/coredns:{versions.COREDNS}"
TRAEFIK_IMAGE = f"localhost/traefik:{versions.TRAEFIK}"
DAPR_REGISTRY = "docker.io/daprio"  # the name Dapr publishes under, which its chart asks for

# Served by the lab's registry under the names that Docker Hub uses.
PYTHON_BASE = "library/python:3.13-slim-trixie"
NODE_BASE = "library/node:24-trixie-slim"
GO_BASE = "library/golang:1.26-trixie"
