"""Run the real `oci` for many callers: it is imported once, and forked for each command.

Its import takes two seconds of processor time, the command itself a tenth. `SHIM` is the program
that the caller starts as `oci`; it hands over its files, arguments, environment and folder.
"""

import json
import os
import signal
import socket
import sys
import traceback
from typing import Any, NoReturn

SHIM = """\
#!{python} -IS
import json, os, socket, sys
with socket.socket(socket.AF_UNIX) as server:
    server.connect({path!r})
    request = json.dumps([sys.argv[1:], dict(os.environ), os.getcwd()]).encode()
    socket.send_fds(server, [len(request).to_bytes(8, "big")], [0, 1, 2])
    server.sendall(request)
    sys.exit(int(server.recv(16) or 1))
"""


def serve(path: str) -> NoReturn:
    """Answer until the parent ends."""
    from oci_cli import dynamic_loader
    from oci_cli.cli import cli

    for service in ("iam", "network", "ce", "identity-domains"):
        dynamic_loader.load_service(service)
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    with socket.socket(socket.AF_UNIX) as listening:
        listening.bind(path)
        listening.listen(16)
        print("ready", flush=True)
        while True:
            caller, _ = listening.accept()
            if os.fork() == 0:
                _answer(caller, cli)
            caller.close()


def _answer(caller: socket.socket, cli: Any) -> NoReturn:
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    head, files, _, _ = socket.recv_fds(caller, 8, 3)
    request = b""
    while len(request) < int.from_bytes(head, "big"):
        request += caller.recv(65536)
    arguments, environment, folder = json.loads(request)
    for number, file in enumerate(files):
        os.dup2(file, number)
    os.environ.clear()
    os.environ.update(environment)
    os.chdir(folder)
    sys.argv = ["oci", *arguments]
    code: Any = 1
    try:
        code = cli()
    except SystemExit as ended:
        code = ended.code
        if isinstance(code, str):  # as the interpreter does
            print(code, file=sys.stderr)
    except BaseException:
        traceback.print_exc()
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
        code = code if isinstance(code, int) else int(bool(code))
        caller.sendall(str(code).encode())
        os._exit(code)


if __name__ == "__main__":
    serve(sys.argv[1])
