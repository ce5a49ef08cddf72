"""What some apps have and others have not: each knows one thing, and the core none of them."""

from todo_ci.plugins.kafka import tidied as tidied
