import { make, shorten } from "./dom.js";
import { visible } from "./offsets.js";
import { wordsOf } from "./words.js";

const QUOTE = 160;
const RANK = ["deviates", "unclear", "advisory"];

/**
 * A report and the words to show it in one language.
 *
 * `about` is what the server says of itself: titles, reasons and suggestions in both languages.
 */
export class View {
  constructor(report, about, language) {
    this.report = report;
    this.language = language;
    this.word = wordsOf(language);
    this.criteria = about.criteria;
    this.formats = about.formats;
    const titled = [...about.labels, ...about.missing, ...about.freedoms];
    this.titles = new Map(titled.map((named) => [named.id, named.title[language]]));
    this.sentences = new Map(
      about.sentences.flatMap((said) => [said.en, said.zh].map((sentence) => [sentence, said[language]])),
    );
  }

  /** Title of a label, a lack or a freedom; a label of somebody's own model has none but its id. */
  title(id) {
    return this.titles.get(id) ?? id;
  }

  /** A reason or suggestion in the language of the page; reports give it in that of the text. */
  say(sentence) {
    return this.sentences.get(sentence) ?? sentence;
  }

  /** The same, or nothing where it is not in the language of the page: a sentence with names filled in. */
  sayIfKnown(sentence) {
    const spoken = this.report.source.language === "zh" ? "zh" : "en";
    return this.sentences.get(sentence) ?? (spoken === this.language ? sentence : "");
  }

  /** A status in words with its colour; never the colour alone. */
  badge(status, extra = "") {
    return make("span", { class: `badge ${status}` }, this.word(`status-${status}`) + extra);
  }

  /** A link to a clause in the text, by its number. */
  clauseLink(index) {
    return make("a", { href: `#clause-${index}`, "aria-label": this.word("clause", { number: index }) }, String(index));
  }

  /** A link to a clause in the text, and its first words. */
  quote(index) {
    const quote = visible(shorten(this.report.clauses[index].text, QUOTE));
    return [make("a", { href: `#clause-${index}` }, this.word("clause", { number: index })), ` “${quote}”`];
  }

  /** Quotes of clauses in a list; beyond the first few they are folded away. */
  quotes(indexes, shown = 3) {
    if (!indexes.length) return [];
    const items = indexes.map((index) => make("li", {}, this.quote(index)));
    const rest = items.splice(shown);
    const list = make("ul", { class: "quotes" }, items);
    if (!rest.length) return [list];
    const summary = make("summary", {}, this.word("more", { count: rest.length }));
    return [list, make("details", {}, summary, make("ul", { class: "quotes" }, rest))];
  }

  /** A number as people write it in the language of the page. */
  number(value) {
    return value.toLocaleString(this.language === "zh" ? "zh-CN" : "en-US");
  }
}

/** The gravest status among findings, or null where there is none. */
export function gravest(findings) {
  return RANK.find((status) => findings.some((finding) => finding.status === status)) ?? null;
}

/** A section with its heading. */
export function section(id, title, ...content) {
  const heading = make("h2", { id: `${id}-title` }, title);
  return make("section", { id, tabindex: "-1", "aria-labelledby": `${id}-title` }, heading, content);
}

/** A section whose table has a badge in each row, with all else below. */
export function blocks(id, title, ...content) {
  const found = section(id, title, ...content);
  found.classList.add("blocks");
  return found;
}
