// Draws, switches and saves what `#data` holds. Vega-Embed and tables.js come before it.
const packed = Uint8Array.from(atob(document.getElementById("data").textContent), (letter) => letter.charCodeAt(0));
const data = await new Response(new Blob([packed]).stream().pipeThrough(new DecompressionStream("gzip"))).json();
const root = document.documentElement;
const shown = { shown_arms: data.arms.map((arm) => arm.shown), shown_modes: [...data.modes] };
const views = new Map(); // figure: the Vega view in it

// ---- light and dark: the system's choice until the button is used
const system = matchMedia("(prefers-color-scheme: dark)");
const button = document.getElementById("theme");
function dress(theme) {
  root.dataset.theme = theme;
  button.textContent = theme === "dark" ? "Light" : "Dark";
}
dress(system.matches ? "dark" : "light");
system.addEventListener("change", () => dress(system.matches ? "dark" : "light"));
button.addEventListener("click", () => dress(root.dataset.theme === "dark" ? "light" : "dark"));

// ---- links: what is folded opens for a target
function unfold() {
  const target = document.getElementById(decodeURIComponent(location.hash.slice(1)));
  for (let at = target; at; at = at.parentElement) if (at.tagName === "DETAILS") at.open = true;
  target?.scrollIntoView({ block: "center" });
}
document.addEventListener("click", (event) => {
  if (event.target.closest?.('a[href^="#"]')) setTimeout(unfold);
});
addEventListener("hashchange", unfold);

// ---- the matrix
for (const radio of document.getElementsByName("colours"))
  radio.addEventListener("change", () => (root.dataset.colours = radio.value));

// ---- plots
function element(name, properties, ...children) {
  const created = Object.assign(document.createElement(name), properties);
  created.append(...children);
  return created;
}
const within = (unit) => [...(unit.hconcat ?? []), ...(unit.layer ?? []), ...(unit.spec ? [unit.spec] : [])];
const scaled = new Set(["drawn", "ratio", "speed_up", "low", "whole_seconds", "ms"]); // fields whose axis can be either
function rescaled(spec, type) {
  // The same specification on another axis. A bar has no beginning on a log axis, so it becomes a point.
  const copy = structuredClone(spec);
  const change = (unit) => {
    within(unit).forEach(change);
    for (const channel of [unit.encoding?.x, unit.encoding?.y]) {
      if (!scaled.has(channel?.field) || !channel.scale) continue;
      channel.scale = type === "log" ? { type: "log", nice: false } : { zero: false, nice: true };
      if (channel.axis) channel.axis = { title: channel.axis.title.replace(", log scale", ""), grid: true, format: "~g", tickCount: 8 };
      if (channel.axis && type === "log") channel.axis.title += ", log scale";
      if (channel.field === "drawn") channel.field = "time";
    }
    if (unit.mark?.type === "bar" && type === "log" && !unit.encoding.x2) unit.mark = { type: "point", filled: true, size: 45, opacity: 1 };
  };
  change(copy);
  if (JSON.stringify(spec).includes('"beyond"')) dropCut(copy);
  return copy;
}
function dropCut(spec) {
  // On an axis with room for all nothing is cut, so the notes and pale bars go.
  for (const panel of spec.hconcat ?? []) {
    panel.layer = panel.layer.filter((layer) => layer.encoding?.text?.field !== "beyond");
    for (const layer of panel.layer) delete layer.encoding?.opacity;
    for (const row of panel.data?.values ?? []) row.beyond = null;
  }
}
function bare(spec) {
  // The checkboxes above the plot are its legend.
  const copy = structuredClone(spec);
  const strip = (unit) => {
    within(unit).forEach(strip);
    if (unit.encoding?.color?.field === "arm") unit.encoding.color.legend = null;
  };
  strip(copy);
  return copy;
}
function fitted(spec, room) {
  // On a phone panels are stacked, each with its labels, and as wide as the screen allows.
  const axis = 120; // the width of the cases' labels
  for (const panel of spec.hconcat ?? [spec.spec ?? spec])
    if (typeof panel.width === "number") panel.width = Math.max(160, Math.min(panel.width, room - axis));
  if (spec.columns && room <= 700) return { ...spec, columns: 1 };
  if (!spec.hconcat || room > 700) return spec;
  for (const panel of spec.hconcat)
    for (const layer of panel.layer) delete layer.encoding?.y?.axis?.labelExpr;
  const { hconcat, ...rest } = spec;
  return { ...rest, vconcat: hconcat };
}
async function draw(figure, type) {
  const name = figure.dataset.picture;
  const spec = bare(name === "raw" ? { ...data.raw, data: { values: values() } } : data.pictures[name]);
  for (const param of spec.params) param.value = shown[param.name];
  const options = { renderer: "svg", actions: false, ast: true, tooltip: { disableDefaultStyle: false } };
  const fitting = fitted(type ? rescaled(spec, type) : spec, figure.clientWidth);
  const { view } = await vegaEmbed(figure.querySelector(".plot"), fitting, options);
  views.get(figure)?.finalize();
  views.set(figure, view);
  figure.dataset.drawn = type ?? "as in the report";
}
function boxes(title, param, entries) {
  const labels = entries.map(([value, colour]) => {
    const box = element("input", { type: "checkbox", checked: true, value });
    box.dataset.param = param;
    const swatch = element("span", { className: "swatch" });
    swatch.style.background = colour;
    return element("label", {}, box, ...(colour ? [swatch] : []), value);
  });
  return element("fieldset", {}, element("legend", { textContent: title }), ...labels);
}
function scales(figure) {
  const name = `scale-${figure.dataset.picture}`;
  const labels = [["as in the report", undefined], ["linear", "linear"], ["log", "log"]].map(([label, type], number) => {
    const radio = element("input", { type: "radio", name, checked: number === 0 });
    radio.addEventListener("change", () => draw(figure, type));
    return element("label", {}, radio, label);
  });
  return element("fieldset", {}, element("legend", { textContent: "Axis" }), ...labels);
}
for (const figure of document.querySelectorAll("figure[data-picture]")) {
  const text = JSON.stringify(figure.dataset.picture === "raw" ? data.raw : data.pictures[figure.dataset.picture]);
  const tools = figure.querySelector(".tools");
  if (text.includes("datum.arm")) tools.append(boxes("Arms", "shown_arms", data.arms.map((arm) => [arm.shown, arm.colour])));
  if (text.includes("datum.mode")) tools.append(boxes("Modes", "shown_modes", data.modes.map((mode) => [mode, ""])));
  tools.append(scales(figure));
}
document.addEventListener("change", ({ target }) => {
  const param = target.dataset?.param;
  if (!param) return;
  shown[param] = shown[param].filter((value) => value !== target.value).concat(target.checked ? [target.value] : []);
  for (const box of document.querySelectorAll(`input[data-param="${param}"]`)) box.checked = shown[param].includes(box.value);
  for (const view of views.values()) if (param in view.getState().signals) view.signal(param, shown[param]).runAsync();
});
// A page may have hundreds of plots: each is drawn when it comes into sight, or before printing.
const sight = new IntersectionObserver((entries) => {
  for (const { target, isIntersecting } of entries) {
    if (!isIntersecting) continue;
    sight.unobserve(target);
    draw(target);
  }
}, { rootMargin: "600px" });
document.querySelectorAll("figure[data-picture]").forEach((figure) => sight.observe(figure));
addEventListener("beforeprint", () => document.querySelectorAll("figure:not([data-drawn])").forEach((figure) => draw(figure)));

// ---- data: columns, some of them as numbers of words
function column(packed) {
  if (Array.isArray(packed)) return packed;
  return packed.at ? packed.at.map((place) => packed.words[place]) : Array(packed.count).fill(packed.words[0]);
}
function rows(file) {
  const names = Object.keys(data.files[file]);
  const columns = names.map((name) => column(data.files[file][name]));
  return columns[0].map((_, at) => Object.fromEntries(names.map((name, number) => [name, columns[number][at]])));
}
const select = document.getElementById("case");
function values() {
  const chosen = data.cases[select.value];
  const places = new Map(data.arms.map((arm, number) => [arm.label, number]));
  const chosenRows = rows("trials.csv").filter((row) =>
    ["workload", "mode", "workers"].every((name) => row[name] === chosen[name])
    && row.purpose === "time" && row.block > 0 && row.whole_seconds !== null && places.has(row.arm));
  const trials = new Set();
  for (const row of chosenRows) {
    row.kind = data.kinds[row.marked ? 1 : 0];
    row.at = row.block + 0.7 * ((places.get(row.arm) + 0.5) / places.size - 0.5);
    row.arm = data.arms[places.get(row.arm)].shown;
    trials.add(`${row.order}/${row.attempt}`);
  }
  document.getElementById("counted").textContent = `${chosenRows.length} values of ${trials.size} trials`;
  return chosenRows;
}
select?.addEventListener("change", () => draw(document.querySelector('[data-picture="raw"]')));

// ---- downloads
function quoted(cell) {
  const text = cell === null ? "" : String(cell);
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
function csv(file) {
  const names = Object.keys(data.files[file]);
  return [names, ...rows(file).map((row) => names.map((name) => row[name]))].map((cells) => cells.map(quoted).join(",")).join("\n") + "\n";
}
for (const save of document.querySelectorAll("button[data-save]"))
  save.addEventListener("click", () => {
    const name = save.dataset.save;
    const json = () => JSON.stringify({ trials: rows("trials.csv"), contrasts: rows("contrasts.csv") });
    const url = URL.createObjectURL(new Blob([name.endsWith("csv") ? csv(name) : json()]));
    element("a", { href: url, download: name }).click();
    setTimeout(() => URL.revokeObjectURL(url), 10_000);
  });
root.dataset.ready = "yes";
