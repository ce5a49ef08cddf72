"""Every image the pipeline runs its tools in, and where a tool is inside it.

A version is raised here first. Where a tool stands in another file as well, such as the lab's
`versions.py` or a Dockerfile, infra/scripts/tests/test_tool_versions.py names that file.
"""

# renovate: datasource=docker depName=python
PYTHON = "python:3.13-slim-trixie@sha256:bb2988715db2cf7ace7b53f38f3cffbef7c7046a656bee66245eb0ed386e2e81"

# renovate: datasource=docker depName=node
NODE = "node:24-trixie-slim@sha256:8ec5d7557396cfe32d21c3f9c13072355ceab22b584578ca4bb28af31120cffe"

# renovate: datasource=docker depName=golang
GO = "golang:1.26-trixie@sha256:eae2aaa6add2936cbf350dd0d2628b363461542f0c4b3c0b558957e0f2997379"

# renovate: datasource=docker depName=alpine/helm
HELM = "alpine/helm:4.2.4@sha256:76c375eed56144c68d6197c55bc5a4552fb42002190b796729901cbab3ae6e51"
HELM_BINARY = "/usr/bin/helm"

# renovate: datasource=docker depName=registry.k8s.io/kubectl
KUBECTL = "registry.k8s.io/kubectl:v1.36.3@sha256:6e4fce3c83651edb91b74bc67701c5cd263dd8aa3cd4254b1798d6425a5ab789"
KUBECTL_BINARY = "/bin/kubectl"

# renovate: datasource=docker depName=gcr.io/go-containerregistry/crane
CRANE = "gcr.io/go-containerregistry/crane:v0.22.1@sha256:1f968817b95790bed063f71175aa6b8ff879fa17064020415f3e18bb6e6a36e1"
CRANE_BINARY = "/ko-app/crane"

# renovate: datasource=docker depName=ghcr.io/sigstore/cosign/cosign
COSIGN = "ghcr.io/sigstore/cosign/cosign:v3.1.3@sha256:9e5c2f2edc34351160407ca3416c61855bdf9403c3c5936e0f0be7fc261611b8"
COSIGN_BINARY = "/ko-app/cosign"

# renovate: datasource=docker depName=ghcr.io/anchore/syft
SYFT = "ghcr.io/anchore/syft:v1.54.1@sha256:3eb5379ba7b409c3f4069b686110527af0c47df993fa5c10d13e7cf34f49b1aa"
SYFT_BINARY = "/syft"

# renovate: datasource=docker depName=ghcr.io/google/osv-scanner
OSV = "ghcr.io/google/osv-scanner:v2.6.0@sha256:afd838850ac1a0fcc15ff4a041dc9ba11123c3f0d2666217a5f0fcf9222b55fa"
OSV_BINARY = "/osv-scanner"

# renovate: datasource=docker depName=rhysd/actionlint
ACTIONLINT = "rhysd/actionlint:1.7.12@sha256:b1934ee5f1c509618f2508e6eb47ee0d3520686341fec936f3b79331f9315667"
ACTIONLINT_BINARY = "/usr/local/bin/actionlint"

# renovate: datasource=pypi depName=uv
UV_VERSION = "0.13.9"
