"""Home: a trained network at work on a picture, and the ways into Stride."""
