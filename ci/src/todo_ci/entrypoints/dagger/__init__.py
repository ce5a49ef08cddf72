"""The Dagger module: arguments and results as engine types."""
