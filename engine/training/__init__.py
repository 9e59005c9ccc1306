"""Everything that needs PyTorch. Importing this package does not import torch; its modules do when used."""
