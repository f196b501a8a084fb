// Tables with class "sorted": a click on a heading sorts, a field above a longer table filters.
// Rows that do not match are hidden, not removed, so that every link keeps its target.
const SHORT = 4; // rows that can be read without a filter
const NEXT = { none: "ascending", ascending: "descending", descending: "none" };
const collator = new Intl.Collator("en", { numeric: true });
const filters = [];

function element(name, properties, ...children) {
  const created = Object.assign(document.createElement(name), properties);
  created.append(...children);
  return created;
}

// ---- sorting
function sortKey(row, column) {
  const { dataset, textContent } = row.cells[column];
  if (dataset.order === undefined) return textContent.trim();
  return dataset.order === "" ? null : Number(dataset.order);
}
function compareKeys(first, second) {
  return typeof first === "number" && typeof second === "number" ? first - second : collator.compare(first, second);
}
function sortedRows(rows, column, direction) {
  if (direction === "none") return rows;
  const sign = direction === "ascending" ? 1 : -1;
  const keyed = rows.map((row) => ({ row, key: sortKey(row, column) }));
  keyed.sort((first, second) => {
    const missing = (first.key === null) - (second.key === null); // last in both directions
    return missing || (first.key === null ? 0 : sign * compareKeys(first.key, second.key));
  });
  return keyed.map(({ row }) => row);
}
function makeSortable(table) {
  const body = table.tBodies[0];
  const rows = [...body.rows]; // in the order of the report, which the third click restores
  const heads = [...table.tHead.rows[0].cells];
  heads.forEach((head, column) => {
    const button = element("button", { type: "button", className: "sort" }, ...head.childNodes);
    button.append(element("span", { className: "arrow", ariaHidden: "true" }));
    head.append(button);
    head.ariaSort = "none";
    button.addEventListener("click", () => {
      const direction = NEXT[head.ariaSort];
      for (const other of heads) other.ariaSort = "none";
      head.ariaSort = direction;
      body.append(...sortedRows(rows, column, direction));
    });
  });
}

// ---- filtering
function words(text) {
  return text.toLowerCase().replace(/\s+/g, " ").trim();
}
function makeFilterable(table) {
  const rows = [...table.tBodies[0].rows];
  if (rows.length <= SHORT) return;
  const texts = new Map();
  const field = element("input", { type: "search" });
  const count = element("span", { className: "count", role: "status" });
  field.addEventListener("input", () => {
    const wanted = words(field.value);
    let matches = 0;
    for (const row of rows) {
      if (!texts.has(row)) texts.set(row, words([...row.cells].map((cell) => cell.textContent).join(" ")));
      row.hidden = !texts.get(row).includes(wanted);
      matches += !row.hidden;
    }
    count.textContent = wanted ? `${matches} of ${rows.length} rows` : "";
  });
  filters.push(field);
  table.before(element("div", { className: "filter" }, element("label", {}, "Filter ", field), count));
}
function clearFilters() {
  for (const field of filters.filter(({ value }) => value)) {
    field.value = "";
    field.dispatchEvent(new Event("input"));
  }
}
document.addEventListener("click", (event) => {
  if (event.target.closest?.('a[href^="#"]')) clearFilters(); // its target may be in a hidden row
});

for (const table of document.querySelectorAll("table.sorted")) {
  makeSortable(table);
  makeFilterable(table);
}
