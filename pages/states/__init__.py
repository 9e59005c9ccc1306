"""What pages show and how they answer, as data: no Streamlit, no Plotly, no Starlette, no torch."""
