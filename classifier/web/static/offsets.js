// Reports count Unicode code points; strings here count UTF-16 units, two for a character above U+FFFF.

/** Return a function from code-point offsets of a text to its UTF-16 offsets. */
export function toUnits(text) {
  const wide = [];
  let point = 0;
  for (const character of text) {
    if (character.length === 2) wide.push(point);
    point += 1;
  }
  return (offset) => offset + countBelow(wide, offset);
}

function countBelow(sorted, limit) {
  let low = 0;
  let high = sorted.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (sorted[middle] < limit) low = middle + 1;
    else high = middle;
  }
  return low;
}

// Terminal controls and characters that turn the direction of what follows: a license is hostile input.
const UNSEEN = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/g;

/** Return a text of the same length in which hidden control characters are visible. */
export function visible(text) {
  return text.replace(UNSEEN, (found) => (found === "\r" ? "\r" : "\ufffd"));
}
