"""Oracle's cloud as `--env oke` meets it, on the lab: what the lab itself has in a simpler way.

A registry, a Kafka and a PostgreSQL whose certificates are checked, each by an authority of its
own; a gateway of https that infra/oke/gateway.sh installs; a machine that knows the gateway's name.
"""

ADDRESS = "10.255.0.1"
"""Of the lab's node, and of nothing outside of this machine."""
HOST = f"todo.{ADDRESS}.sslip.io"
"""A name without a domain of one's own, as docs/oke-deployment.md has it."""
URL = f"https://{HOST}"
