"""Say what went wrong together with what to do next."""


class LabError(Exception):
    """Stop a command with a reason and the next step for the person who typed it."""

    def __init__(self, what: str, fix: str = "") -> None:
        super().__init__(what)
        self.what = what
        self.fix = fix

    def text(self) -> str:
        """Return the message as it is shown."""
        return f"{self.what}\n  next: {self.fix}" if self.fix else self.what
