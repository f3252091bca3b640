import { join, make, makeRow, makeTable } from "./dom.js";
import { blocks, section } from "./view.js";

const GROUPS = ["permission", "condition", "limitation", "restriction", "use"];
const LINKS = 8;

/** Numbers, dates and places in the clauses; null where there are none. Addresses are no thresholds. */
export function thresholds(view) {
  const found = view.report.clauses.flatMap((clause) =>
    clause.parameters.filter((parameter) => parameter.kind !== "url").map((parameter) => [parameter, clause.index]),
  );
  if (!found.length) return null;
  const { word } = view;
  const head = ["column-kind", "column-written", "column-read", "column-clause"];
  const rows = found.map(([parameter, index]) =>
    makeRow(
      {},
      word(`kind-${parameter.kind}`) ?? parameter.kind,
      `“${parameter.text}”`,
      readAs(view, parameter),
      view.clauseLink(index),
    ),
  );
  return section("thresholds", word("thresholds"), makeTable("thresholds-title", head.map((name) => word(name)), rows));
}

function readAs(view, parameter) {
  const value = typeof parameter.value === "number" ? view.number(parameter.value) : parameter.value;
  const quantity = [parameter.comparator, value, parameter.currency, parameter.unit].filter((part) => part != null);
  const more = [
    parameter.window && view.word("window", { value: parameter.window }),
    parameter.date_anchor && view.word("anchor", { value: parameter.date_anchor }),
  ].filter(Boolean);
  return [quantity.join(" "), more.map((line) => make("div", { class: "note" }, line))];
}

/** What is granted, demanded, disclaimed and barred, with the clauses that say so. */
export function summary(view) {
  const rows = GROUPS.map((group) => makeRow({}, view.word(`group-${group}`), cellOf(view, group)));
  return section("summary", view.word("summary"), makeTable("summary-title", null, rows));
}

function cellOf(view, group) {
  const where = new Map();
  for (const clause of view.report.clauses) {
    for (const { label } of clause.labels) {
      if (label.startsWith(`${group}.`)) where.set(label, [...(where.get(label) ?? []), clause.index]);
    }
  }
  if (!where.size) return make("span", { class: "note" }, view.word("nothing"));
  const items = [...where].map(([label, indexes]) => make("li", {}, `${view.title(label)} `, linksOf(view, indexes)));
  return make("ul", { class: "labels" }, items);
}

function linksOf(view, indexes) {
  const links = indexes.slice(0, LINKS).map((index) => view.clauseLink(index));
  return make("span", { class: "links" }, join(links, " "), indexes.length > LINKS ? " …" : "");
}

/** What the text lacks, and what an open text says there; null where nothing is missed. */
export function missing(view) {
  const found = (view.report.missing ?? []).map((lack) =>
    make(
      "div",
      { class: `evidence ${lack.status}` },
      make("p", { class: "finding" }, view.badge(lack.status), make("b", {}, view.title(lack.kind))),
      make("p", {}, view.say(lack.reason)),
      make("p", {}, view.word("open-text"), make("i", {}, view.say(lack.suggestion))),
      view.quotes(lack.clauses),
    ),
  );
  return found.length ? section("missing", view.word("missing"), found) : null;
}

/** The freedoms of the Open Source AI Definition, as far as a text alone can give them. */
export function freedoms(view) {
  const rows = (view.report.freedoms ?? []).map((freedom) =>
    makeRow({}, view.title(freedom.name), make("span", { class: `badge ${freedom.grant}` }, view.word(`grant-${freedom.grant}`)), [
      view.sayIfKnown(freedom.reason),
      " ",
      linksOf(view, freedom.clauses),
    ]),
  );
  if (!rows.length) return null;
  const note = make("p", { class: "note" }, view.word("freedoms-note"));
  return blocks("freedoms", view.word("freedoms"), makeTable("freedoms-title", null, rows), note);
}

/** The known license that the text comes from and what was changed; null where the report does not say. */
export function nearest(view) {
  const { report, word } = view;
  if (report.nearest === undefined) return null;
  const content = report.nearest ? changes(view, report.nearest) : [make("p", { class: "note" }, word("nearest-none"))];
  return section("nearest", word("nearest"), content, incorporated(view));
}

function changes(view, near) {
  const name = `${near.name} (${near.id})`;
  // Not rounded up: only the same words are 100 %.
  const percent = Math.floor(near.similarity * 100);
  const says = near.similarity >= 1 ? ["nearest-same", { name }] : ["nearest-near", { name, percent }];
  const parts = ["added", "altered"]
    .filter((change) => near[change].length)
    .map((change) => [make("h3", {}, `${view.word(change)} (${near[change].length})`), view.quotes(near[change], 5)]);
  return [make("p", {}, view.word(...says)), parts, near.removed.length ? removed(view, near) : null];
}

function removed(view, near) {
  const items = near.removed.map((clause) => {
    const titles = clause.labels.map((label) => view.title(label)).join(view.word("comma"));
    return make("li", {}, `${near.id}, ${view.word("clause", { number: clause.index })}: ${titles || view.word("unlabelled")}`);
  });
  return [
    make("h3", {}, `${view.word("removed")} (${items.length})`),
    make("p", { class: "note" }, view.word("removed-note")),
    make("ul", { class: "labels" }, items),
  ];
}

function incorporated(view) {
  const items = (view.report.incorporated ?? []).map((taken) =>
    make("li", {}, `${view.word("incorporated", { name: taken.id })} `, view.clauseLink(taken.clause)),
  );
  return items.length ? make("ul", { class: "labels" }, items) : null;
}
