import { bundleError } from './errors.ts'
import { MAX_JSON_DEPTH } from './limits.ts'

const TOKENS = /"(?:[^"\\]|\\.)*"|[{}[\],]/gs

/**
 * Parses JSON and refuses what two parsers could read differently: duplicate keys, the key `__proto__`, a byte
 * order mark, bytes that are not UTF-8; and nesting that could exhaust a recursive reader.
 */
export function parseStrictJson(bytes: Uint8Array, file: string): unknown {
  try {
    const text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes)
    checkKeys(text, file)
    return JSON.parse(text)
  } catch (error) {
    if (error instanceof SyntaxError || error instanceof TypeError) {
      throw bundleError('BUNDLE_JSON', `Expected JSON in UTF-8 in \`${file}\`, found something else.`)
    }
    throw error
  }
}

function checkKeys(text: string, file: string): void {
  // One entry per open bracket: the keys of an object, or `undefined` for an array.
  const open: (Set<string> | undefined)[] = []
  let expectKey = false
  for (const [token] of text.matchAll(TOKENS)) {
    const keys = open.at(-1)
    if (token === '{' || token === '[') {
      open.push(token === '{' ? new Set() : undefined)
      if (open.length > MAX_JSON_DEPTH) throw refusal(file, `nesting deeper than ${MAX_JSON_DEPTH}`)
      expectKey = token === '{'
    } else if (token === '}' || token === ']') {
      open.pop()
      expectKey = false
    } else if (token === ',') {
      expectKey = keys !== undefined
    } else if (expectKey && keys !== undefined) {
      const key = String(JSON.parse(token))
      if (keys.has(key)) throw refusal(file, 'the same key twice in one object')
      if (key === '__proto__') throw refusal(file, 'the key `__proto__`')
      keys.add(key)
      expectKey = false
    }
  }
}

function refusal(file: string, found: string) {
  return bundleError('BUNDLE_JSON', `Expected unambiguous JSON in \`${file}\`, found ${found}.`)
}
