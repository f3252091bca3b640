import { make, makeRow, makeTable } from "./dom.js";
import { blocks, gravest } from "./view.js";

/** The table of the ten criteria: what was found against each, with evidence. */
export function criteria(view) {
  const { report, word } = view;
  const rows = view.criteria.map((criterion) => row(view, criterion, findingsOf(report, criterion.number)));
  const beside = findingsOf(report, null);
  if (beside.length) rows.push(row(view, null, beside));
  const head = ["column-criterion", "column-result", "column-evidence"].map((name) => word(name));
  const table = makeTable("osd-title", head, rows);
  return blocks("osd", word("osd"), table);
}

function findingsOf(report, number) {
  return report.findings.filter((finding) => finding.criterion === number);
}

function row(view, criterion, findings) {
  const { word } = view;
  const nothing = view.report.verdict === "not-a-license" ? "not-judged" : "none";
  const status = gravest(findings) ?? nothing;
  const evidence = findings.length
    ? findings.map((finding) => evidenceOf(view, finding))
    : make("span", { class: "note" }, "–");
  const title = criterion ? named(view, criterion) : word("beside");
  const place = { class: status, id: `osd-${criterion?.number ?? "beside"}`, tabindex: "-1" };
  return makeRow(place, title, view.badge(status), evidence);
}

function named(view, criterion) {
  const asks = make("summary", {}, view.word("asks"));
  return [
    `${criterion.number}. ${criterion.title[view.language]}`,
    make("details", {}, asks, make("p", {}, criterion.rationale[view.language])),
  ];
}

function evidenceOf(view, finding) {
  const score = finding.clauses.length ? ` ${finding.score.toFixed(2)}` : "";
  const head = make("p", { class: "finding" }, view.badge(finding.status, score), make("b", {}, view.title(finding.label)));
  const where = finding.clauses.length
    ? view.quotes(finding.clauses)
    : make("p", { class: "note" }, view.word("whole-text"));
  return make("div", { class: `evidence ${finding.status}` }, head, make("p", {}, view.say(finding.reason)), where);
}
