"""Everything that computes with PyTorch: training, measuring, checks. Nothing else imports torch."""
