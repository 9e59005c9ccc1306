"""How Streamlit draws the pages."""
