"""Steps as containers of a Dagger engine."""
