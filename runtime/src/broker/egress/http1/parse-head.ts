import { invalidResponse } from './errors.ts'
import { MAX_HEAD_LINES } from './limits.ts'

/** Headers with lower-case names; several of one name are an array. */
export type ResponseHeaders = Readonly<Record<string, string | string[] | undefined>>

/** How long a body is: so many bytes, in chunks, or until the connection ends. RFC 9112, section 6.3. */
export type Framing = number | 'chunked' | 'close'

export interface ResponseHead {
  readonly status: number
  readonly headers: ResponseHeaders
  readonly framing: Framing
  /** Whether the server keeps the connection for another request. */
  readonly keepsAlive: boolean
}

// oxlint-disable-next-line no-control-regex -- a tab is allowed, other control characters are what is looked for
const STATUS_LINE = /^HTTP\/1\.([01]) ([1-9][0-9]{2})(?: [\t\u0020-\u007e\u0080-\u00ff]*)?$/
const NAME = /^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/
// oxlint-disable-next-line no-control-regex -- see above
const VALUE = /^[\t\u0020-\u007e\u0080-\u00ff]*$/
const LENGTH = /^[0-9]{1,15}$/

/** Names as servers spell them, once checked: the same few come with every answer. */
const checkedNames = new Map<string, string>()
const MAX_CHECKED_NAMES = 512

/**
 * Reads status line and headers, without the empty line at the end, as latin1 text. Refuses what two readers could
 * understand differently: folded lines, a length beside chunks, two lengths, a control character.
 */
export function parseHead(text: string): ResponseHead {
  const statusEnd = lineEnd(text, 0)
  const status = STATUS_LINE.exec(text.slice(0, statusEnd))
  if (status === null) throw invalidResponse('another status line')
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- an object without a prototype: names come from outside
  const headers = Object.create(null) as Record<string, string | string[] | undefined>
  let lines = 0
  for (let from = statusEnd + 2; from < text.length;) {
    const end = lineEnd(text, from)
    lines += 1
    if (lines > MAX_HEAD_LINES) throw invalidResponse(`more than ${MAX_HEAD_LINES} headers`)
    readHeader(text, from, end, headers)
    from = end + 2
  }
  const code = Number(status[2])
  return { status: code, headers, framing: framingOf(code, headers), keepsAlive: keepsAlive(status[1], headers) }
}

function lineEnd(text: string, from: number): number {
  const end = text.indexOf('\r\n', from)
  return end === -1 ? text.length : end
}

function readHeader(
  text: string,
  from: number,
  end: number,
  headers: Record<string, string | string[] | undefined>,
): void {
  const colon = text.indexOf(':', from)
  if (colon === -1 || colon >= end) throw invalidResponse('a header line without a colon')
  const name = checkedName(text.slice(from, colon))
  const value = text.slice(colon + 1, end).trim()
  if (!VALUE.test(value)) throw invalidResponse('a control character in a header')
  const before = headers[name]
  if (before === undefined) headers[name] = value
  else if (typeof before === 'string') headers[name] = [before, value]
  else before.push(value)
}

function checkedName(spelled: string): string {
  const known = checkedNames.get(spelled)
  if (known !== undefined) return known
  if (!NAME.test(spelled)) throw invalidResponse('a header name that is no token')
  const name = spelled.toLowerCase()
  if (checkedNames.size < MAX_CHECKED_NAMES) checkedNames.set(spelled, name)
  return name
}

function framingOf(status: number, headers: ResponseHeaders): Framing {
  if (status === 204 || status === 304) return 0
  const { 'transfer-encoding': encoding, 'content-length': length } = headers
  if (encoding !== undefined) {
    if (length !== undefined) throw invalidResponse('a length beside a transfer coding')
    if (typeof encoding !== 'string' || encoding.toLowerCase() !== 'chunked') {
      throw invalidResponse('a transfer coding that nobody asked for')
    }
    return 'chunked'
  }
  if (length === undefined) return 'close'
  if (typeof length !== 'string' || !LENGTH.test(length)) throw invalidResponse('a length that is not one number')
  return Number(length)
}

function keepsAlive(minor: string | undefined, { connection }: ResponseHeaders): boolean {
  const said = (typeof connection === 'string' ? connection : (connection?.join(',') ?? '')).toLowerCase()
  return minor === '1' ? !said.includes('close') : said.includes('keep-alive')
}
