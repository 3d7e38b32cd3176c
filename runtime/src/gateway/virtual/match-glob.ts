/**
 * A matcher for `pattern`, in which `*` stands for any run of characters, `/` among them, and nothing else is special:
 * names and URI templates are full of `?`, `{` and `[`. Reads text and pattern once from left to right, whatever they
 * are.
 */
export function compileGlob(pattern: string): (text: string) => boolean {
  const parts = pattern.split('*')
  const [first = ''] = parts
  const last = parts.at(-1) ?? ''
  if (parts.length === 1) return (text) => text === pattern
  const between = parts.slice(1, -1).filter((part) => part !== '')
  return (text) => {
    if (text.length < first.length + last.length || !text.startsWith(first) || !text.endsWith(last)) return false
    const end = text.length - last.length
    let from = first.length
    for (const part of between) {
      // The leftmost place leaves the most room for what follows: no other needs to be tried.
      const at = text.indexOf(part, from)
      if (at === -1 || at + part.length > end) return false
      from = at + part.length
    }
    return true
  }
}
