import type { ImportInput } from '../contract/index.ts'
import { importError } from './errors.ts'
import type { Given } from './draft.ts'

/** Checks what was given against what was asked for, and fills in defaults. */
export function fillInputs(inputs: readonly ImportInput[], given: Given): Given {
  const values: Record<string, string> = {}
  const secrets: Record<string, string> = {}
  for (const input of inputs) {
    if (input.secret) {
      const name = given.secrets[input.key] ?? ''
      if (name !== '') secrets[input.key] = name
      else if (input.required) throw missing(input, 'the name of a secret')
      continue
    }
    const value = given.values[input.key] ?? input.default ?? ''
    if (value === '') {
      if (input.required) throw missing(input, 'a value')
      continue
    }
    checkValue(input, value)
    values[input.key] = value
  }
  const known = new Set(inputs.map(({ key }) => key))
  const unknown = [...Object.keys(given.values), ...Object.keys(given.secrets)].find((key) => !known.has(key))
  if (unknown !== undefined)
    throw importError('IMPORT_INPUT', `Expected inputs that the server asks for, found \`${unknown}\`.`)
  return { values, secrets }
}

function checkValue({ key, title, kind, choices }: ImportInput, value: string): void {
  const fits =
    kind === 'number'
      ? /^-?\d+(\.\d+)?$/.test(value)
      : kind === 'boolean'
        ? value === 'true' || value === 'false'
        : kind === 'choice'
          ? (choices ?? []).includes(value)
          : kind === 'path'
            ? /^(\/|[A-Za-z]:[\\/])/.test(value) && !/(^|[\\/])\.\.([\\/]|$)/.test(value)
            : true
  if (fits && !/[\0\n\r]/.test(value)) return
  const wanted = {
    number: 'a number',
    boolean: '`true` or `false`',
    choice: `one of ${(choices ?? []).join(', ')}`,
    path: 'an absolute path',
    text: 'one line of text',
  }[kind]
  throw importError('IMPORT_INPUT', `Expected ${wanted} for ${title}, found something else.`, {
    details: { input: key },
  })
}

function missing({ key, title }: ImportInput, what: string): Error {
  return importError('IMPORT_INPUT', `Expected ${what} for ${title}, found none.`, { details: { input: key } })
}
