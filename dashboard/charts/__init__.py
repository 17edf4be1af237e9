"""Pure builders of the charts: figures in, Plotly figures out."""
