// By code and not by expression: isolates freeze the built-in prototypes, and a frozen `RegExp.prototype` costs the
// engine its fast path, which shows where every character of a page is looked at.

/** Is this the code of a character that HTML treats as white space? */
export function isSpace(code: number): boolean {
  return code === 32 || code === 9 || code === 10 || code === 12 || code === 13
}

/** The text with every run of white space as one space. */
export function collapseSpaces(text: string): string {
  let result = ''
  let kept = 0
  for (let position = 0; position < text.length; position++) {
    if (!isSpace(text.charCodeAt(position))) continue
    let end = position + 1
    while (isSpace(text.charCodeAt(end))) end++
    if (end - position > 1 || text.charCodeAt(position) !== 32) {
      result += `${text.slice(kept, position)} `
      kept = end
    }
    position = end - 1
  }
  return kept === 0 ? text : result + text.slice(kept)
}
