import { MAX_URL_QUESTION_CHARACTERS } from './limits.ts'

const parts = [
  'href',
  'protocol',
  'username',
  'password',
  'host',
  'hostname',
  'port',
  'pathname',
  'search',
  'hash',
] as const

/** Answers the guest's URL class: parse `url` against `base`, or set one part. '' means "not a URL". */
export function answerUrl(text: string): string {
  if (text.length > MAX_URL_QUESTION_CHARACTERS) return ''
  const question: unknown = JSON.parse(text)
  if (typeof question !== 'object' || question === null) return ''
  const { url, base, part, value }: { url?: unknown; base?: unknown; part?: unknown; value?: unknown } = question
  if (typeof url !== 'string' || !(base === undefined || typeof base === 'string') || !URL.canParse(url, base))
    return ''
  const parsed = new URL(url, base)
  const known = parts.find((name) => name === part)
  if (known !== undefined && typeof value === 'string') {
    if (known === 'href' && !URL.canParse(value)) return ''
    parsed[known] = value
  }
  return JSON.stringify({ origin: parsed.origin, ...Object.fromEntries(parts.map((name) => [name, parsed[name]])) })
}
