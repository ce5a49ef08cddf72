"""The machine below the lab: packages, network, cgroups, mounts, kernel settings."""
