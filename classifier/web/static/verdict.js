import { join, make } from "./dom.js";

const NAMES = { markdown: "Markdown", text: "Text", cyclonedx: "CycloneDX" };

/** The verdict, what it means, and what the report is about. */
export function verdict(view) {
  const { report, word } = view;
  const facts = [...criteriaOf(view), report.verdict === "not-a-license" ? "" : scoreOf(view)].filter(Boolean);
  return make(
    "section",
    { class: `verdict ${report.verdict}`, "aria-labelledby": "verdict-title" },
    make("h2", { id: "verdict-title", tabindex: "-1" }, word(`verdict-${report.verdict}`)),
    facts.length ? make("p", { class: "key" }, join(facts, " · ")) : null,
    make("p", {}, word(`about-${report.verdict}`)),
    report.source.language === "und" ? make("p", {}, word("other-language")) : null,
  );
}

function criteriaOf({ report, word }) {
  const deviating = report.findings.filter((finding) => finding.status === "deviates" && finding.criterion);
  const numbers = [...new Set(deviating.map((finding) => finding.criterion))].sort((a, b) => a - b);
  if (!numbers.length) return [];
  return [word(numbers.length > 1 ? "criteria" : "criterion", { numbers: numbers.join(word("comma")) })];
}

function scoreOf({ report, word }) {
  return word("score", { score: report.score.toFixed(2) });
}

/** Buttons for the formats that the server has. */
export function downloads(view, download) {
  const buttons = view.formats.map((format) =>
    make(
      "button",
      { type: "button", "aria-label": `${view.word("download")}: ${nameOf(format)}`, click: () => download(format) },
      nameOf(format),
    ),
  );
  const label = make("span", { id: "downloads" }, view.word("download"));
  return make("div", { class: "actions", role: "group", "aria-labelledby": "downloads" }, label, buttons);
}

function nameOf(format) {
  return NAMES[format.id] ?? format.id.toUpperCase();
}

/** What the report is about: text, hash, model. */
export function facts(view) {
  const { report, word } = view;
  const rows = [
    [word("name"), report.source.name],
    [word("language"), word(`language-${report.source.language}`)],
    [word("clauses"), view.number(report.clauses.length)],
    [word("characters"), view.number(report.source.characters)],
    ["SHA-256", report.source.sha256],
    [word("model"), `${report.model.name} ${report.model.version}`],
  ];
  const list = make("dl", {}, rows.map(([name, value]) => [make("dt", {}, name), make("dd", {}, value)]));
  return make("details", { class: "facts" }, make("summary", {}, word("facts")), list);
}
