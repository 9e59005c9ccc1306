"""Practice: exercises that are answered blank by blank, and twenty questions."""
