/**
 * Make an element. Strings among the children become text nodes: nothing is ever parsed as HTML.
 * A property that is a function becomes a listener; null and false leave an attribute out.
 */
export function make(tag, properties = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(properties)) {
    if (typeof value === "function") element.addEventListener(name, value);
    else if (value !== null && value !== false) element.setAttribute(name, value === true ? "" : value);
  }
  element.append(...children.flat(Infinity).filter((child) => child !== null && child !== ""));
  return element;
}

/** Put a separator between the items of a list. */
export function join(items, separator) {
  return items.flatMap((item, index) => (index ? [separator, item] : [item]));
}

/** Cut a text that is longer than a limit. */
export function shorten(text, limit) {
  const characters = [...text.replace(/\s+/g, " ").trim()];
  return characters.length <= limit ? characters.join("") : `${characters.slice(0, limit - 1).join("").trimEnd()}…`;
}

/**
 * Make a table that a heading names; without a head when it is null.
 *
 * The roles say again what the tags say: style lays some rows out as a grid, and browsers may then forget
 * that this is a table.
 */
export function makeTable(headingId, head, rows) {
  const cells = (head ?? []).map((name) => make("th", { scope: "col", role: "columnheader" }, name));
  return make(
    "table",
    { role: "table", "aria-labelledby": headingId },
    head ? make("thead", { role: "rowgroup" }, make("tr", { role: "row" }, cells)) : null,
    make("tbody", { role: "rowgroup" }, rows),
  );
}

/** Make a row of a table; its title is a header. */
export function makeRow(properties, title, ...cells) {
  return make(
    "tr",
    { ...properties, role: "row" },
    make("th", { scope: "row", role: "rowheader" }, title),
    cells.map((cell) => make("td", { role: "cell" }, cell)),
  );
}
