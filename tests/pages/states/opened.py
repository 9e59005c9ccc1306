"""What a link opens, in short: settings and places as they are, arrays as their shape and a digest."""
