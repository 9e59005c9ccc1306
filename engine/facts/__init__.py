"""What pages say about layers and networks besides their numbers: reasons, examples, the reverse question."""
