"""Every image the pipeline runs its tools in, and where a tool is inside it.

A version is raised here first. Where a tool stands in another file as well, such as the lab's
`versions.py` or a Dockerfile, infra/scripts/tests/test_tool_versions.py names that file.
"""

# renovate: datasource=docker depName=python
PYTHON = "python:3.13-slim-trixie"

# renovate: datasource=docker depName=node
NODE = "node:24-trixie-slim"

# renovate: datasource=docker depName=golang
GO = "golang:1.26-trixie"

# renovate: datasource=docker depName=alpine/helm
HELM = "alpine/helm:4.2.4"
HELM_BINARY = "/usr/bin/helm"

# renovate: datasource=docker depName=registry.k8s.io/kubectl
KUBECTL = "registry.k8s.io/kubectl:v1.36.3"
KUBECTL_BINARY = "/bin/kubectl"

# renovate: datasource=docker depName=gcr.io/go-containerregistry/crane
CRANE = "gcr.io/go-containerregistry/crane:v0.22.1"
CRANE_BINARY = "/ko-app/crane"

# renovate: datasource=docker depName=ghcr.io/sigstore/cosign/cosign
COSIGN = "ghcr.io/sigstore/cosign/cosign:v3.1.3"
COSIGN_BINARY = "/ko-app/cosign"

# renovate: datasource=docker depName=rhysd/actionlint
ACTIONLINT = "rhysd/actionlint:1.7.12"
ACTIONLINT_BINARY = "/usr/local/bin/actionlint"

# renovate: datasource=pypi depName=uv
UV_VERSION = "0.13.9"
