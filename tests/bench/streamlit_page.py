"""One indicator's figures made plainly into a page in Streamlit: `streamlit run streamlit_page.py -- figures.parquet`."""

import sys

import pandas as pd
import plotly.express as px
import streamlit as st

figures = pd.read_parquet(sys.argv[1])
quarters = figures[figures["period_kind"] == "quarter"]
newest = quarters["period"].max()
kommuner = quarters[(quarters["area_kind"] == "kommun") & (quarters["period"] == newest)].sort_values("value")
county = quarters[quarters["area_kind"] == "lan"].sort_values("period")

st.set_page_config(page_title="Täckning", layout="wide")
st.title(f"Täckning, {newest}")
st.plotly_chart(px.scatter(kommuner, x="value", y="area_name", color="status", height=900, title="Kommuner i ordning"))
st.plotly_chart(px.line(county, x="period", y="value", markers=True, title="Länet över tid"))
st.dataframe(kommuner[["area_name", "numerator", "denominator", "value", "lower", "upper", "status"]])
