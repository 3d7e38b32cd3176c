import type { JsonObject } from '@nexus/plugin-api'
import { webError } from './errors.ts'
import { MAX_URL } from './limits.ts'

/** The `url` argument. */
export function readUrl(args: JsonObject): string {
  const { url } = args
  if (typeof url !== 'string' || url.length > MAX_URL || !/^https?:\/\/[^\s/]/i.test(url)) {
    throw webError(
      'WEB_ARGUMENT',
      `Expected \`url\` to be an address such as \`https://docs.example.com/start\`, found ${typeof url === 'string' ? `\`${url.slice(0, 100)}\`` : 'none'}.`,
    )
  }
  return url
}

/** A whole number within bounds, or `fallback` when the argument is absent. */
export function readInteger(
  args: JsonObject,
  name: string,
  bounds: { readonly min: number; readonly max: number; readonly fallback: number },
): number {
  const value = args[name] ?? bounds.fallback
  if (typeof value === 'number' && Number.isInteger(value) && value >= bounds.min && value <= bounds.max) return value
  throw webError(
    'WEB_ARGUMENT',
    `Expected \`${name}\` to be a whole number from ${bounds.min} to ${bounds.max}, found ${JSON.stringify(value).slice(0, 40)}.`,
  )
}

/** The `format` argument. */
export function readFormat(args: JsonObject): 'markdown' | 'text' {
  const format = args['format'] ?? 'markdown'
  if (format === 'markdown' || format === 'text') return format
  throw webError(
    'WEB_ARGUMENT',
    `Expected \`format\` to be markdown or text, found ${JSON.stringify(format).slice(0, 40)}.`,
  )
}
