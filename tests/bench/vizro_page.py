"""One indicator's figures made plainly into a page in Vizro: `vizro_page.py figures.parquet port`."""

import sys

import pandas as pd
import vizro.models as vm
import vizro.plotly.express as px
from vizro import Vizro
from vizro.tables import dash_ag_grid

figures = pd.read_parquet(sys.argv[1])
quarters = figures[figures["period_kind"] == "quarter"]
newest = quarters["period"].max()
kommuner = quarters[(quarters["area_kind"] == "kommun") & (quarters["period"] == newest)].sort_values("value")
county = quarters[quarters["area_kind"] == "lan"].sort_values("period")

page = vm.Page(
    title=f"Täckning, {newest}",
    components=[
        vm.Graph(figure=px.scatter(kommuner, x="value", y="area_name", color="status", height=900, title="Kommuner i ordning")),
        vm.Graph(figure=px.line(county, x="period", y="value", markers=True, title="Länet över tid")),
        vm.Table(figure=dash_ag_grid(kommuner[["area_name", "numerator", "denominator", "value", "lower", "upper", "status"]])),
    ],
)
# Compressed, which is not what Vizro does unless told to: without it the page weighs several times as much.
Vizro(compress=True).build(vm.Dashboard(pages=[page])).run(host="127.0.0.1", port=int(sys.argv[2]), debug=False)
