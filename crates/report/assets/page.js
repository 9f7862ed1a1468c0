// Draws the charts, and sorts the table of settings. Works without a network; nothing is read but this page.
"use strict";

// Colours are the page's own variables, so that charts follow light, dark and print without being drawn again.
const config = {
  background: null,
  font: "system-ui, sans-serif",
  padding: 0,
  view: { stroke: null },
  axis: {
    labelColor: "var(--muted)",
    titleColor: "var(--muted)",
    titleFontWeight: "normal",
    labelFontSize: 12,
    titleFontSize: 12,
    gridColor: "var(--line)",
    domainColor: "var(--line)",
    tickColor: "var(--line)",
    labelPadding: 6,
  },
  axisY: { domain: false, ticks: false },
  legend: { labelColor: "var(--text)", labelFontSize: 12, symbolStrokeWidth: 0 },
  text: { color: "var(--text)", fontSize: 12 },
  rule: { color: "var(--muted)" },
  range: {
    category: ["var(--blue)", "var(--amber)", "var(--accent)", "var(--violet)", "var(--bad)", "var(--neutral)"],
  },
};

function draw(figure) {
  const spec = JSON.parse(figure.querySelector("script.spec").textContent);
  const place = figure.querySelector(".chart");
  // `ast` interprets expressions instead of compiling them, which the page's security policy forbids.
  return vegaEmbed(place, spec, { mode: "vega-lite", renderer: "svg", ast: true, actions: false, config });
}

// Sorts by the column with this key; a leading "-" sorts downwards.
function sort(table, order) {
  const descending = order.startsWith("-");
  const key = descending ? order.slice(1) : order;
  const headings = [...table.tHead.rows[0].cells];
  const column = headings.findIndex((heading) => heading.dataset.key === key);
  if (column < 0) return;
  const value = (row) => Number(row.cells[column].dataset.value);
  const rows = [...table.tBodies[0].rows].sort((a, b) => (descending ? value(b) - value(a) : value(a) - value(b)));
  table.tBodies[0].append(...rows);
  for (const heading of headings) heading.removeAttribute("aria-sort");
  headings[column].setAttribute("aria-sort", descending ? "descending" : "ascending");
}

// The order is kept in the address, so that a link shows the table as it was left: #sort=duration_s
function sortFromAddress(table) {
  const order = new URLSearchParams(location.hash.slice(1)).get("sort");
  if (order) sort(table, order);
}

function sortByClick(table, heading) {
  const { key } = heading.dataset;
  const order = heading.getAttribute("aria-sort") === "ascending" ? `-${key}` : key;
  sort(table, order);
  history.replaceState(null, "", `#sort=${order}`);
}

const table = document.getElementById("comparison");
for (const heading of table.tHead.rows[0].cells) {
  heading.querySelector("button").addEventListener("click", () => sortByClick(table, heading));
}
addEventListener("hashchange", () => sortFromAddress(table));
sortFromAddress(table);

for (const figure of document.querySelectorAll("figure")) {
  draw(figure).catch((error) => {
    figure.querySelector(".chart").textContent = "The chart could not be drawn; its data is in the table.";
    console.error(error);
  });
}
