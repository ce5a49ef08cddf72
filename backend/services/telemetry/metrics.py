"""Metrics for Prometheus: values of this process, except where one says otherwise.

What is counted in the database is counted when Prometheus asks; NaN where it cannot be.
"""

from prometheus_client import Counter, Gauge, Histogram

DATABASE_UP = Gauge("todo_database_up", "Whether the database answers: 1, or 0.")
OUTBOX_PENDING = Gauge(
    "todo_outbox_pending", "Events of all replicas that wait to be published, counted to 100000."
)
OUTBOX_OLDEST_SECONDS = Gauge(
    "todo_outbox_oldest_seconds", "Age of the oldest of them; 0 when none waits."
)
OUTBOX_QUARANTINED = Gauge(
    "todo_outbox_quarantined", "Events of all replicas that were refused and wait for a person."
)
OUTBOX_PUBLISHED = Counter("todo_outbox_published", "Events published by this process.")
EVENTS_CONSUMED = Counter(
    "todo_events_consumed", "Events received, by what became of them.", ["topic", "outcome"]
)
DEAD_LETTERS = Counter(
    "todo_dead_letters", "Events stored because they could not be handled.", ["topic"]
)
STREAM_CLIENTS = Gauge("todo_stream_clients", "Live streams that are open in this process.")
REMINDERS_DUE = Gauge(
    "todo_reminders_due", "Reminders of all tasks that are due and not given yet."
)
REMINDERS_FIRED = Counter(
    "todo_reminders_fired", "Reminders given by this process, by what woke it.", ["woken_by"]
)
REMINDER_LATE_SECONDS = Histogram(
    "todo_reminder_late_seconds",
    "How long after its moment, or after it was set to a past one, a reminder was given.",
    buckets=(1, 2, 5, 10, 30, 60, 300, 3600),
)
TOOL_CALLS = Counter(
    "todo_assistant_tool_calls",
    "Calls of the assistant's tools, by how they ended.",
    ["tool", "outcome"],
)
UNREAD = Counter(
    "todo_assistant_unread",
    "Messages that were not read to their end: slow, busy or long.",
    ["reason"],
)
REPLIES = Counter(
    "todo_assistant_replies", "Replies of the assistant, by how they ended.", ["engine", "outcome"]
)
REPLY_SECONDS = Histogram(
    "todo_assistant_reply_seconds",
    "Seconds from a message to the end of its reply.",
    ["engine"],
    # Rules take milliseconds, a language model with its tools up to minutes.
    buckets=(0.01, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 20, 40, 80),
)
