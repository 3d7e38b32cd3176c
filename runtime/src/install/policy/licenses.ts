const TOKENS = /[()]|[A-Za-z0-9.+:-]+/g
const SHAPE = /^[A-Za-z0-9.+:()\s-]{1,500}$/

/**
 * Does a list of licences satisfy an SPDX expression? `OR` needs one side, `AND` both, `WITH` adds an exception and is
 * judged by its licence; `MIT+` is MIT. What cannot be read is not satisfied. Source: SPDX specification, annex D.
 */
export function satisfiesLicenses(expression: string, allowed: readonly string[]): boolean {
  if (!SHAPE.test(expression)) return false
  const tokens = expression.match(TOKENS) ?? []
  const known = new Set(allowed.map((license) => license.toLowerCase()))
  let at = 0
  const next = (): string | undefined => tokens[at]?.toUpperCase()

  /** `undefined` once something is not as the grammar says. */
  const any = (): boolean | undefined => {
    let result = all()
    while (result !== undefined && next() === 'OR') {
      at += 1
      const right = all()
      result = right === undefined ? undefined : result || right
    }
    return result
  }
  const all = (): boolean | undefined => {
    let result = one()
    while (result !== undefined && next() === 'AND') {
      at += 1
      const right = one()
      result = right === undefined ? undefined : result && right
    }
    return result
  }
  const one = (): boolean | undefined => {
    const token = tokens[at]
    at += 1
    if (token === undefined || /^(?:AND|OR|WITH|\))$/i.test(token)) return undefined
    if (token === '(') {
      const inner = any()
      if (tokens[at] !== ')') return undefined
      at += 1
      return inner
    }
    if (next() === 'WITH') at += 2
    return known.has(token.toLowerCase().replace(/\+$/, '')) || known.has(token.toLowerCase())
  }
  const satisfied = any()
  return satisfied === true && at === tokens.length
}
