import { Problem, checkBody, fetchAbout, fetchReport } from "./client.js";
import { criteria } from "./criteria.js";
import { make } from "./dom.js";
import { readText, save } from "./files.js";
import { freedoms, missing, nearest, summary, thresholds } from "./tables.js";
import { text } from "./text.js";
import { downloads, facts, verdict } from "./verdict.js";
import { View } from "./view.js";
import { isLanguage, languageOf, wordsOf } from "./words.js";

const page = Object.fromEntries(
  ["form", "text", "check", "open", "clear", "file", "status", "error", "result", "about"].map((id) => [
    id,
    document.getElementById(id),
  ]),
);
const MAX_NAME = 200;

let language = "en";
let word = wordsOf(language);
/** What the server says of itself. */
let about = null;
/** A file that was opened, as it is and as the text area shows it: there all line ends are LF. */
let opened = null;
/** The text that was checked, the body that asked for it, and the report as value and as the server wrote it. */
let checked = null;
let isBusy = false;
/** What the live regions say, so that a change of language can say it anew. */
const said = { status: null, error: null };

function say(region, name, values = {}) {
  said[region] = name && [name, values];
  page[region].textContent = name ? sentence(name, values) : "";
  page.error.hidden = !said.error;
}

function sentence(name, values) {
  const known = word(name, { limit: about ? about.max_bytes.toLocaleString("en-US") : "", ...values });
  return known ?? word("error-internal-error");
}

function showLanguage() {
  language = languageOf(location.hash, navigator.language);
  word = wordsOf(language);
  document.documentElement.lang = language === "zh" ? "zh-Hans" : "en";
  document.title = `osdlint: ${word("title")}`;
  for (const element of document.querySelectorAll("[data-word]")) element.textContent = word(element.dataset.word);
  for (const link of document.querySelectorAll("#languages a")) {
    if (link.hash === `#${language}`) link.setAttribute("aria-current", "true");
    else link.removeAttribute("aria-current");
  }
  for (const region of ["status", "error"]) if (said[region]) say(region, said[region][0], translated(said[region][1]));
  if (checked) showReport();
}

function translated(values) {
  return values.verdict && checked ? { verdict: word(`verdict-${checked.report.verdict}`) } : values;
}

function showReport() {
  const view = new View(checked.report, about, language);
  const findings = [criteria, missing, thresholds, nearest, summary, freedoms].map((show) => show(view));
  page.result.replaceChildren(
    verdict(view),
    downloads(view, download),
    make(
      "div",
      { class: "columns" },
      make("div", {}, findings.filter(Boolean), facts(view)),
      text(view, checked.text),
    ),
  );
  page.result.hidden = false;
}

/** Do one thing at a time, and say in words what went wrong. */
async function exclusively(doing, action) {
  if (isBusy) return;
  isBusy = true;
  page.check.setAttribute("aria-disabled", "true");
  say("error", null);
  say("status", doing);
  try {
    await action();
  } catch (error) {
    if (!(error instanceof Problem)) throw error;
    say("status", null);
    say("error", `error-${error.code}`);
  } finally {
    isBusy = false;
    page.check.removeAttribute("aria-disabled");
  }
}

async function check() {
  const isUnchanged = opened && opened.shown === page.text.value;
  const source = (isUnchanged ? opened.text : page.text.value).toWellFormed();
  if (!source.trim()) {
    page.text.focus();
    throw new Problem("empty");
  }
  about ??= await fetchAbout();
  const body = checkBody(source, isUnchanged ? opened.name : null);
  if (body.size > about.max_bytes) throw new Problem("input-too-large");
  const json = await fetchReport(body, "json");
  checked = { text: source, body, json, report: JSON.parse(json) };
  showReport();
  showAbout();
  say("status", "done", { verdict: word(`verdict-${checked.report.verdict}`) });
  page.result.scrollIntoView({ block: "start" });
}

function download(format) {
  return exclusively("preparing", async () => {
    const content = format.id === "json" ? checked.json : await fetchReport(checked.body, format.id);
    save(content, format.media_type, `osdlint-report.${format.extension}`);
    say("status", "saved");
  });
}

async function openFile(file) {
  about ??= await fetchAbout();
  if (file.size > about.max_bytes) throw new Problem("input-too-large");
  const found = await readText(file).catch(() => undefined);
  if (found === undefined || found === null) {
    say("status", null);
    say("error", found === null ? "error-not-text" : "error-unreadable", { name: file.name });
    return;
  }
  page.text.value = found;
  opened = { text: found, shown: page.text.value, name: file.name.toWellFormed().slice(0, MAX_NAME) };
  say("status", "opened", { name: file.name, count: [...found].length.toLocaleString("en-US") });
}

function clear() {
  page.text.value = "";
  page.result.replaceChildren();
  page.result.hidden = true;
  opened = checked = null;
  say("status", null);
  say("error", null);
  page.text.focus();
}

function showAbout() {
  page.about.textContent = `osdlint ${about.version} · ${about.model}`;
}

/** Follow a link within the page by moving the focus: the address keeps the language. */
function follow(event) {
  const link = event.target.closest?.('a[href^="#"]');
  const id = link?.hash.slice(1);
  if (!link || isLanguage(id)) return;
  event.preventDefault();
  const target = document.getElementById(id);
  target?.scrollIntoView({ block: "center" });
  target?.focus({ preventScroll: true });
}

function takeDrop(event) {
  const [file] = event.dataTransfer?.files ?? [];
  if (!file) return;
  event.preventDefault();
  exclusively(null, () => openFile(file));
}

/** A text of several megabytes would keep a text area busy for long, only to be refused then. */
function refuseLongPaste(event) {
  const pasted = event.clipboardData?.getData("text/plain") ?? "";
  if (!about || pasted.length <= about.max_bytes) return;
  event.preventDefault();
  say("status", null);
  say("error", "error-input-too-large");
}

page.form.addEventListener("submit", (event) => {
  event.preventDefault();
  exclusively("checking", check);
});
page.open.addEventListener("click", () => page.file.click());
page.file.addEventListener("change", () => {
  const [file] = page.file.files;
  if (file) exclusively(null, () => openFile(file));
  page.file.value = "";
});
page.text.addEventListener("paste", refuseLongPaste);
page.clear.addEventListener("click", clear);
document.addEventListener("click", follow);
document.addEventListener("dragover", (event) => {
  if (event.dataTransfer?.types.includes("Files")) event.preventDefault();
});
document.addEventListener("drop", takeDrop);
window.addEventListener("hashchange", showLanguage);

showLanguage();
fetchAbout().then(
  (found) => {
    about = found;
    showAbout();
  },
  (error) => say("error", `error-${error.code}`),
);
