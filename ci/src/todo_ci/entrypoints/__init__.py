"""The two front ends: todo-ci and the Dagger module."""
