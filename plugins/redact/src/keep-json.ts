/** A number that was masked where JSON wants a value: after `:`, `,` or `[`, before `,`, `]`, `}` or the end. */
const BARE_MASK = /([:,[]\s{0,40})(\[[A-Za-z -]{1,40} removed\])(?=\s{0,40}[,\]}])/g

/** Masks a text so that one that holds JSON still does: a masked number becomes a JSON string. */
export function keepJson(mask: (text: string) => string): (text: string) => string {
  return (text) => {
    const masked = mask(text)
    if (masked === text || !/^\s*[[{]/.test(text) || !isJson(text) || isJson(masked)) return masked
    return masked.replace(BARE_MASK, '$1"$2"')
  }
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text)
    return true
  } catch {
    // The answer to the question asked, not a failure.
    return false
  }
}
