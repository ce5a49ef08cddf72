"""What the double answers whatever was done before."""

from typing import Any

from state import TENANCY

AVAILABILITY_DOMAINS = ("abcd:EU-TEST-1-AD-1", "abcd:EU-TEST-1-AD-2")
FIXED: dict[str, Any] = {
    "availabilityDomains": [
        {"name": name, "id": f"ocid1.availabilitydomain.oc1..{name[-1]}", "compartmentId": TENANCY}
        for name in AVAILABILITY_DOMAINS
    ],
    "services": [
        {
            "id": "ocid1.service.oc1..objects",
            "cidrBlock": "oci-tst-objectstorage",
            "name": "Objects",
        },
        {
            "id": "ocid1.service.oc1..all",
            "cidrBlock": "all-tst-services-in-oracle-services-network",
            "name": "All TST Services In Oracle Services Network",
        },
    ],
    "clusterOptions/all": {"kubernetesVersions": ["v1.33.1", "v1.34.1"]},
    "nodePoolOptions/all": {
        "sources": [
            {"sourceType": "IMAGE", "sourceName": name, "imageId": f"ocid1.image.oc1..{number}"}
            for number, name in enumerate(
                (
                    "Oracle-Linux-8.10-2025.09.16-0-OKE-1.34.1-1191",
                    "Oracle-Linux-8.10-aarch64-2025.05.19-0-OKE-1.33.1-971",
                    "Oracle-Linux-8.10-aarch64-2025.09.16-0-OKE-1.34.1-1191",
                    "Oracle-Linux-8.10-Gen2-GPU-2025.09.16-0-OKE-1.34.1-1191",
                )
            )
        ]
    },
}
REGIONS = [
    {"regionKey": key, "regionName": name, "status": "READY", "isHomeRegion": home}
    for key, name, home in (("FRA", "eu-frankfurt-1", False), ("AMS", "eu-amsterdam-1", True))
]
KUBECONFIG = """\
apiVersion: v1
kind: Config
current-context: context-tests
clusters: [{name: cluster-tests, cluster: {server: "https://192.0.2.1:6443"}}]
contexts: [{name: context-tests, context: {cluster: cluster-tests, user: user-tests}}]
users:
- name: user-tests
  user:
    exec:
      apiVersion: client.authentication.k8s.io/v1beta1
      command: oci
      args: [ce, cluster, generate-token, --cluster-id, CLUSTER, --region, eu-frankfurt-1]
      env: []
"""
