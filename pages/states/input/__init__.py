"""Pictures from files, from typed numbers, and as code."""
