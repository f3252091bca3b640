/** An error with the code by which the page says it in words. */
export class Problem extends Error {
  constructor(code) {
    super(code);
    this.code = code;
  }
}

/** What the server is, takes and gives. */
export async function fetchAbout() {
  return JSON.parse(await answer("/api/v1/about", {}));
}

/** The body of a request for a check. */
export function checkBody(text, name) {
  return new Blob([JSON.stringify(name ? { text, name } : { text })], { type: "application/json" });
}

/** The report of a text in a format, as the server wrote it. */
export function fetchReport(body, format) {
  return answer(`/api/v1/check?format=${encodeURIComponent(format)}`, { method: "POST", body });
}

async function answer(address, options) {
  let response;
  let content;
  try {
    response = await fetch(address, options);
    content = await response.text();
  } catch {
    throw new Problem("offline");
  }
  if (!response.ok) throw new Problem(codeOf(content));
  return content;
}

function codeOf(content) {
  try {
    return JSON.parse(content).error.code;
  } catch {
    return "internal-error";
  }
}
