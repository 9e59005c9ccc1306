"""Pictures and numbers to begin with: drawn, bundled, read from data sets and folders."""
