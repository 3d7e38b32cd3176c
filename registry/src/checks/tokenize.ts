/** One token of JavaScript. Comments and white space are left out. */
export interface Token {
  readonly type: 'name' | 'text' | 'number' | 'regex' | 'sign'
  /** Of a text: what is between its quotes, as written. */
  readonly value: string
  /** Offset of its first character. */
  readonly at: number
}

const SPACE_OR_COMMENT = /(?:\s|\/\/[^\n]*|\/\*[^]*?(?:\*\/|$))+/y
const NAME =
  /(?:[\p{ID_Start}$_#]|\\u(?:[0-9a-fA-F]{4}|\{[0-9a-fA-F]+\}))(?:[\p{ID_Continue}$]|\\u(?:[0-9a-fA-F]{4}|\{[0-9a-fA-F]+\}))*/uy
const NUMBER = /\.?[0-9](?:[\w.]|(?<=[eE])[+-])*/y
const QUOTED = /'(?:[^'\\\n]|\\[^])*'?|"(?:[^"\\\n]|\\[^])*"?/y
const TEMPLATE_PART = /(?:[^`\\$]|\\[^]|\$(?!\{))*(?:`|\$\{|$)/y
const REGEX = /\/(?:[^/\\[\n]|\\.|\[(?:[^\]\\\n]|\\.)*\])+\/[a-z]*/y
const SIGN = /\?\.(?![0-9])|=>|[^]/uy

/** After these words a slash begins a regular expression, after any other name it divides. */
const BEFORE_EXPRESSION =
  /^(?:return|typeof|case|in|of|delete|void|throw|new|else|do|await|yield|instanceof|default|extends)$/
const WITH_CONDITION = /^(?:if|while|for|with)$/

/**
 * Splits JavaScript into tokens without parsing it: good enough to see what code names, calls and says. Never fails; code
 * that is no JavaScript gives tokens that mean nothing.
 */
export function* tokenize(code: string): Generator<Token, void> {
  // For each open bracket: what it was opened by, so that its end is known for what it is.
  const open: ('template' | 'condition' | 'other')[] = []
  let last: Token | undefined
  let dividesNext = false
  let at = 0
  const match = (expression: RegExp) => {
    expression.lastIndex = at
    return expression.exec(code)?.[0]
  }
  for (;;) {
    at += match(SPACE_OR_COMMENT)?.length ?? 0
    if (at >= code.length) return
    const begun = at
    const closesTemplate = code[at] === '}' && open.at(-1) === 'template'
    if (code[at] === '`' || closesTemplate) {
      if (closesTemplate) open.pop()
      at += 1
      const part = match(TEMPLATE_PART) ?? ''
      at += part.length
      if (part.endsWith('${')) open.push('template')
      last = { type: 'text', value: part.replace(/(?:`|\$\{)$/, ''), at: begun }
      dividesNext = !part.endsWith('${')
      yield last
      continue
    }
    last = readToken(match, dividesNext, begun, last, open)
    dividesNext = divides(last, open)
    if (last.value === ')' || last.value === '}' || last.value === ']') open.pop()
    at += last.type === 'text' ? Math.max(match(QUOTED)?.length ?? 0, 1) : last.value.length
    yield last
  }
}

function readToken(
  match: (expression: RegExp) => string | undefined,
  dividesNext: boolean,
  at: number,
  last: Token | undefined,
  open: ('template' | 'condition' | 'other')[],
): Token {
  const name = match(NAME)
  if (name !== undefined) return { type: 'name', value: name, at }
  const number = match(NUMBER)
  if (number !== undefined) return { type: 'number', value: number, at }
  const quoted = match(QUOTED)
  if (quoted !== undefined) return { type: 'text', value: quoted.slice(1).replace(/['"]$/, ''), at }
  const regex = dividesNext ? undefined : match(REGEX)
  if (regex !== undefined) return { type: 'regex', value: regex, at }
  const value = match(SIGN) ?? ''
  if (value === '(') open.push(last?.type === 'name' && WITH_CONDITION.test(last.value) ? 'condition' : 'other')
  if (value === '{' || value === '[') open.push('other')
  return { type: 'sign', value, at }
}

/** Whether a slash after this token divides. */
function divides({ type, value }: Token, open: readonly string[]): boolean {
  if (type === 'name') return !BEFORE_EXPRESSION.test(value)
  if (type === 'sign') return (value === ')' && open.at(-1) !== 'condition') || value === ']' || value === '}'
  return true
}
