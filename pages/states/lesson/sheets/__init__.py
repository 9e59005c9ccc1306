"""What stands on each lesson's page beside its player."""
