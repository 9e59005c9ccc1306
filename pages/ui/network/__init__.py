"""A network drawn, its stack to edit, and the forward page."""
