/** Style and script of the stand-alone chart. Plain text in the page, so that it works from a file without a server. */

export const chartStyle = `
:root{color-scheme:light dark;--ink:#1c2430;--soft:#667085;--line:#d8dde6;--front:#0f766e;--base:#b45309;--paper:#fff}
@media (prefers-color-scheme:dark){:root{--ink:#e6e9ef;--soft:#98a2b3;--line:#344054;--front:#2dd4bf;--base:#fbbf24;--paper:#10151d}}
body{font:15px/1.5 system-ui,sans-serif;color:var(--ink);background:var(--paper);max-width:60rem;margin:2rem auto;padding:0 1rem}
h1{font-size:1.4rem;margin:0;overflow-wrap:anywhere}p{color:var(--soft);overflow-wrap:anywhere}
svg{width:100%;height:auto;border:1px solid var(--line);border-radius:8px}
svg text{fill:var(--soft);font-size:12px}svg .grid{stroke:var(--line)}svg .bar{stroke:var(--soft);opacity:.5}
svg circle{fill:none;stroke:var(--soft);stroke-width:2}svg circle.front{fill:var(--front);stroke:var(--front)}
svg circle.baseline{stroke:var(--base);stroke-width:3}
.dot{display:inline-block;width:.7em;height:.7em;border-radius:50%;border:2px solid var(--soft);margin-left:1em}
.dot.front{background:var(--front);border-color:var(--front)}.dot.baseline{border-color:var(--base)}
select{font:inherit}table{border-collapse:collapse;width:100%;font-variant-numeric:tabular-nums}.wide{overflow-x:auto}
caption{text-align:left;color:var(--soft);padding:.5rem 0}th,td{border-bottom:1px solid var(--line);padding:.3rem .6rem;text-align:left;white-space:nowrap}
tbody th{font-weight:500}tr.front th{color:var(--front)}
`;

export const chartScript = `
"use strict";
const { axes, points } = JSON.parse(document.getElementById("data").textContent);
const chart = document.getElementById("chart");
const selects = ["x", "y"].map((id) => document.getElementById(id));
for (const select of selects) {
  for (const axis of axes) {
    const option = document.createElement("option");
    option.value = axis.key;
    option.textContent = axis.label;
    select.append(option);
  }
  select.addEventListener("change", draw);
}
selects[0].value = "model_size_gb";
selects[1].value = "accuracy";
const area = { left: 70, right: 700, top: 20, bottom: 370 };
function add(name, attributes, text) {
  const node = document.createElementNS("http://www.w3.org/2000/svg", name);
  for (const [key, value] of Object.entries(attributes)) node.setAttribute(key, value);
  if (text !== undefined) node.textContent = text;
  chart.append(node);
  return node;
}
function scaleOf(key, from, to) {
  const values = points.flatMap((point) => point.values[key]);
  let low = Math.min(...values), high = Math.max(...values);
  const margin = (high - low) * 0.06 || Math.abs(high) * 0.1 || 1;
  low -= margin;
  high += margin;
  return { low, high, at: (value) => from + ((value - low) / (high - low)) * (to - from) };
}
function draw() {
  chart.replaceChildren();
  if (points.length === 0) {
    add("text", { x: 300, y: 200 }, "Nothing is measured yet.");
    return;
  }
  const [xAxis, yAxis] = selects.map((select) => axes.find((axis) => axis.key === select.value));
  const x = scaleOf(xAxis.key, area.left, area.right), y = scaleOf(yAxis.key, area.bottom, area.top);
  for (let i = 0; i <= 4; i++) {
    const vx = x.low + ((x.high - x.low) * i) / 4, vy = y.low + ((y.high - y.low) * i) / 4;
    add("line", { class: "grid", x1: x.at(vx), x2: x.at(vx), y1: area.top, y2: area.bottom });
    add("line", { class: "grid", x1: area.left, x2: area.right, y1: y.at(vy), y2: y.at(vy) });
    add("text", { x: x.at(vx), y: area.bottom + 16, "text-anchor": "middle" }, Number(vx.toPrecision(3)));
    add("text", { x: area.left - 6, y: y.at(vy) + 4, "text-anchor": "end" }, Number(vy.toPrecision(3)));
  }
  const name = (axis) => axis.label + (axis.unit ? " (" + axis.unit + ")" : "");
  add("text", { x: (area.left + area.right) / 2, y: 408, "text-anchor": "middle" }, name(xAxis));
  add("text", { x: 16, y: 200, transform: "rotate(-90 16 200)", "text-anchor": "middle" }, name(yAxis));
  for (const point of points) {
    const [vx, lowX, highX] = point.values[xAxis.key], [vy, lowY, highY] = point.values[yAxis.key];
    add("line", { class: "bar", x1: x.at(lowX), x2: x.at(highX), y1: y.at(vy), y2: y.at(vy) });
    add("line", { class: "bar", x1: x.at(vx), x2: x.at(vx), y1: y.at(lowY), y2: y.at(highY) });
    const kind = (point.front ? "front " : "") + (point.baseline ? "baseline" : "");
    const dot = add("circle", { cx: x.at(vx), cy: y.at(vy), r: 6, class: kind });
    const title = document.createElementNS("http://www.w3.org/2000/svg", "title");
    title.textContent = point.number + ": " + point.label;
    dot.append(title);
  }
}
draw();
`;
