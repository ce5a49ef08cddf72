"""The adapters behind the ports: subprocesses of this machine, or containers of an engine."""
