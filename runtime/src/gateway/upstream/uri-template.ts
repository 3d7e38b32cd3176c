import { MAX_URI } from '../limits.ts'

const OPERATORS: Readonly<Record<string, string>> = {
  '': '[^/?#]*',
  '+': '[^?#]*',
  '#': '(?:#.*)?',
  '.': '(?:\\.[^/?#]*)?',
  '/': '(?:/[^?#]*)?',
  ';': '(?:;[^/?#]*)?',
  '?': '(?:\\?[^#]*)?',
  '&': '(?:&[^#]*)?',
}

const compiled = new Map<string, RegExp>()

/** An RFC 6570 template as an expression that matches what it may expand to. Each part is linear, none is nested. */
function compile(template: string): RegExp {
  let source = ''
  let rest = 0
  for (const match of template.matchAll(/\{([+#./;?&]?)([^{}]*)\}/g)) {
    source += RegExp.escape(template.slice(rest, match.index)) + (OPERATORS[match[1] ?? ''] ?? '')
    rest = match.index + match[0].length
  }
  return new RegExp(`^${source}${RegExp.escape(template.slice(rest))}$`)
}

/** Whether `uri` may be an expansion of `template`. */
export function matchesUriTemplate(template: string, uri: string): boolean {
  if (uri.length > MAX_URI || template.length > MAX_URI) return false
  let expression = compiled.get(template)
  if (expression === undefined) {
    expression = compile(template)
    if (compiled.size > 10_000) compiled.clear()
    compiled.set(template, expression)
  }
  return expression.test(uri)
}
