"""Run `python3 -m todo_lab`."""

from todo_lab.cli import main

raise SystemExit(main())
