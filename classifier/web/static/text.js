import { make } from "./dom.js";
import { toUnits, visible } from "./offsets.js";
import { section } from "./view.js";

const LANGUAGES = { en: "en", zh: "zh-Hans" };

/** The text with every clause in place; those with findings or changes are marked and carry a note. */
export function text(view, source) {
  const { word, report } = view;
  const pane = make(
    "div",
    {
      class: "pane",
      role: "region",
      tabindex: "0",
      "aria-label": word("text-pane"),
      lang: LANGUAGES[report.source.language] ?? null,
      dir: "auto",
    },
    pieces(view, source),
  );
  return section("text-section", word("text"), make("p", { class: "note" }, word("legend")), pane);
}

function pieces(view, source) {
  const units = toUnits(source);
  const notes = notesByClause(view);
  const found = [];
  let at = 0;
  for (const clause of view.report.clauses) {
    const start = Math.max(at, units(clause.start));
    const end = Math.max(start, units(clause.end));
    found.push(visible(source.slice(at, start)), clauseOf(clause.index, source.slice(start, end), notes.get(clause.index)));
    at = end;
  }
  found.push(visible(source.slice(at)));
  return found;
}

function clauseOf(index, words, notes) {
  const place = { id: `clause-${index}`, tabindex: "-1" };
  if (!notes) return make("span", place, visible(words));
  return [make("mark", { ...place, class: notes[0].kind }, visible(words)), notes.map((note) => note.element)];
}

/** Return the notes of clauses by index, gravest first: one for each status, one for a change. */
function notesByClause(view) {
  const notes = new Map();
  const add = (index, kind, element) => notes.set(index, [...(notes.get(index) ?? []), { kind, element }]);
  for (const status of ["deviates", "unclear", "advisory"]) {
    for (const [index, criteria] of criteriaByClause(view.report, status)) {
      add(index, status, statusNote(view, status, criteria));
    }
  }
  for (const change of ["added", "altered"]) {
    for (const index of view.report.nearest?.[change] ?? []) {
      add(index, change, make("a", { href: "#nearest", class: `tag ${change}` }, view.word(change)));
    }
  }
  return notes;
}

function criteriaByClause(report, status) {
  const found = new Map();
  for (const finding of report.findings) {
    if (finding.status !== status) continue;
    for (const index of finding.clauses) {
      found.set(index, new Set([...(found.get(index) ?? []), finding.criterion ?? "beside"]));
    }
  }
  return found;
}

function statusNote(view, status, criteria) {
  const ordered = [...criteria].sort((a, b) => Number(a) - Number(b));
  const numbers = ordered.filter((criterion) => criterion !== "beside");
  const says = numbers.length ? `${view.word(`status-${status}`)}: ${numbers.join(view.word("comma"))}` : view.word(`status-${status}`);
  return make("a", { href: `#osd-${ordered[0]}`, class: `tag ${status}` }, says);
}
