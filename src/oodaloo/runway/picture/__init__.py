"""Gathers the one dated cash picture that every calculator takes."""
