import type { ConfigFieldView } from '../contract/index.ts'
import { cliError } from './errors.ts'

/**
 * Turns `--config name=value` into the values that the plugin's fields want. Lists take the option several times;
 * several secrets are written `--config env.VARIABLE=secret-name`. Whether a value fits is for the host to say.
 */
export function parseConfigArguments(
  written: readonly string[],
  fields: readonly ConfigFieldView[],
): Record<string, unknown> {
  const values: Record<string, unknown> = {}
  for (const text of written) {
    const at = text.indexOf('=')
    if (at < 1) throw cliError('CLI_USAGE', `Expected --config name=value, found ${JSON.stringify(text)}.`)
    const [name, member] = split(text.slice(0, at))
    const field = fields.find((one) => one.name === name)
    if (field === undefined) {
      throw cliError(
        'CLI_USAGE',
        `Expected a setting of the plugin, found ${JSON.stringify(name)}. It has: ${fields.map((one) => one.name).join(', ') || 'none'}.`,
      )
    }
    values[name] = valueOf(field, member, text.slice(at + 1), values[name])
  }
  return values
}

function split(name: string): readonly [string, string | undefined] {
  const dot = name.indexOf('.')
  return dot === -1 ? [name, undefined] : [name.slice(0, dot), name.slice(dot + 1)]
}

function valueOf(field: ConfigFieldView, member: string | undefined, text: string, before: unknown): unknown {
  if (field.type === 'strings') return [...(Array.isArray(before) ? before : []), text]
  if (field.type === 'secrets') {
    if (member === undefined) {
      throw cliError('CLI_USAGE', `Expected --config ${field.name}.NAME=secret, found no NAME.`)
    }
    return { ...(typeof before === 'object' ? before : {}), [member]: text }
  }
  if (field.type === 'boolean' && (text === 'true' || text === 'false')) return text === 'true'
  if (field.type === 'number' && text.trim() !== '' && !Number.isNaN(Number(text))) return Number(text)
  return text
}
