// Charts: drawn when they come near the window, in the colours of the scheme in use, and saved as pictures.
// window.uppfoljning.Diagram is a React component; page.js puts it where the server's tree says "diagram".
(function () {
  "use strict";
  const React = window.React;
  const own = (window.uppfoljning = window.uppfoljning || {});
  const shown = new Map(); // the box of each chart on the page -> { props, plot }
  const CHARACTER_PX = 7.2;
  const GAP_PX = 6;
  let library = null;

  function plotly() {
    library = library || new Promise((resolve, reject) => {
      const script = document.createElement("script");
      script.src = own.settings.charts;
      script.onload = () => { window.Plotly.register(own.settings.locale); resolve(window.Plotly); };
      script.onerror = () => { library = null; reject(new Error(script.src)); };
      document.head.append(script);
    });
    return library;
  }

  // A figure carries the light scheme's colours; each is swapped for what its token is now.
  function coloured(value, colours) {
    if (typeof value === "string") return value.replace(/#[0-9a-f]{6}\b/g, (light) => colours[light] || light);
    if (Array.isArray(value)) return value.map((each) => coloured(each, colours));
    if (value === null || typeof value !== "object") return value;
    return Object.fromEntries(Object.entries(value).map(([key, each]) => [key, coloured(each, colours)]));
  }

  function coloursNow() {
    const style = getComputedStyle(document.documentElement);
    return Object.fromEntries(Object.entries(own.settings.colours).map(([light, token]) => [light, style.getPropertyValue(token).trim()]));
  }

  own.Diagram = function (props) {
    const box = React.useRef(null);
    const [lost, setLost] = React.useState(false);
    React.useEffect(() => {
      const node = box.current;
      let gone = false;
      const plot = async (colours) => {
        try {
          const Plotly = await plotly();
          if (gone) return;
          const { data, layout } = coloured(props.figure, colours || coloursNow());
          const height = node.clientHeight || props.height; // the style sheet may keep it lower in a narrow window
          await Plotly.react(node, data, { ...roomy(layout, node.clientWidth), height }, own.settings.config);
          scalable(node);
        } catch (error) {
          setLost(true);
        }
      };
      const watch = new IntersectionObserver((entries) => {
        if (!entries.some((entry) => entry.isIntersecting)) return;
        watch.disconnect();
        plot();
      }, { rootMargin: "400px" });
      watch.observe(node);
      shown.set(node, { props, plot });
      return () => { gone = true; watch.disconnect(); shown.delete(node); };
    }, [JSON.stringify(props.figure)]);
    React.useEffect(() => {
      const node = box.current;
      return () => window.Plotly && window.Plotly.purge(node);
    }, []);
    const frame = { className: "diagram", role: "img", "aria-label": props.label, id: props.id, style: { height: props.height + "px" } };
    if (!lost) return React.createElement("div", { ...frame, ref: box });
    return React.createElement("p", { className: "lost" }, "Diagrammet gick inte att visa. Siffrorna finns i tabellen under.");
  };

  // With a viewBox a chart shrinks with its column when the page is printed.
  function scalable(node) {
    for (const svg of node.querySelectorAll("svg.main-svg")) {
      svg.setAttribute("viewBox", `0 0 ${svg.getAttribute("width")} ${svg.getAttribute("height")}`);
    }
  }

  // Words along the bottom keep apart: in a narrow window every second or third of them is left out.
  function roomy(layout, width) {
    const { ticktext, tickvals } = layout.xaxis || {};
    if (!ticktext) return layout;
    const longest = Math.max(...ticktext.map((text) => text.length)) * CHARACTER_PX + GAP_PX;
    const every = Math.ceil((ticktext.length * longest) / Math.max(width - layout.margin.l - layout.margin.r, longest));
    const kept = (_, number) => number % every === 0;
    return { ...layout, xaxis: { ...layout.xaxis, ticktext: ticktext.filter(kept), tickvals: tickvals.filter(kept) } };
  }

  const replot = (colours) => shown.forEach((each) => each.plot(colours));
  window.matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => replot());
  window.addEventListener("beforeprint", () => replot({}));
  window.addEventListener("afterprint", () => replot());

  // --- a chart as a picture: always in the light scheme, with its heading, its source and its font ------------------

  own.savePicture = async function (id, format) {
    const node = document.getElementById(id);
    const { figure, picture, height } = shown.get(node).props;
    const margin = figure.layout.margin;
    const size = { width: Math.max(node.clientWidth, 640), height: height + picture.above + picture.below };
    const layout = {
      ...figure.layout,
      ...size,
      title: picture.title,
      margin: { ...margin, t: margin.t + picture.above, b: margin.b + picture.below },
      paper_bgcolor: picture.background,
      annotations: [...(figure.layout.annotations || []), { ...picture.source, xshift: 12 - margin.l, yshift: -6 - margin.b }],
    };
    const Plotly = await plotly();
    const drawn = await Plotly.toImage({ data: figure.data, layout, config: own.settings.config }, { format: "svg", ...size });
    const face = await fontFace();
    const svg = decodeURIComponent(drawn.replace(/^data:[^,]*,/, "")).replace(/<svg[^>]*>/, (start) => start + face);
    save(format === "svg" ? new Blob([svg], { type: "image/svg+xml" }) : await bitmap(svg, size), `${picture.name}.${format}`);
  };

  async function fontFace() {
    const bytes = new Uint8Array(await (await fetch(own.settings.font)).arrayBuffer());
    const base64 = btoa(Array.from(bytes, (byte) => String.fromCharCode(byte)).join(""));
    return `<style>@font-face{font-family:"Source Sans 3";font-weight:200 900;src:url(data:font/woff2;base64,${base64})}` +
      `.annotation-text{paint-order:stroke;stroke:#fff;stroke-width:4px;stroke-linejoin:round}</style>`;
  }

  async function bitmap(svg, size) {
    const image = new Image();
    image.src = "data:image/svg+xml;charset=utf-8," + encodeURIComponent(svg);
    await image.decode();
    const canvas = Object.assign(document.createElement("canvas"), { width: 2 * size.width, height: 2 * size.height });
    canvas.getContext("2d").drawImage(image, 0, 0, canvas.width, canvas.height);
    return new Promise((resolve) => canvas.toBlob(resolve, "image/png"));
  }

  function save(blob, name) {
    const link = Object.assign(document.createElement("a"), { href: URL.createObjectURL(blob), download: name });
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), 1000);
  }
})();
