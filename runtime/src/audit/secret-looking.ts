/** Names whose value is nobody's business, however it came here. */
const SECRET_NAME = /passw|secret|token|authorization|cookie|credential|api[-_]?key|private[-_]?key/i
/** Values that are secrets by their form: own tokens, bearer headers, PEM keys, JSON Web Tokens. */
const SECRET_VALUE = /nxs_[\w-]{10}|bearer\s+\S|-----BEGIN|\beyJ[\w-]{8,}\.[\w-]+\./i

export const REDACTED = '[redacted]'

export function isSecretName(name: string): boolean {
  return SECRET_NAME.test(name)
}

export function isSecretValue(value: string): boolean {
  return SECRET_VALUE.test(value)
}
