import { type NetworkResponse, type PluginContext, type ToolResult, errorCode } from '@nexus/plugin-api'
import { FETCH_TIMEOUT_MS, MAX_EXCERPT } from './limits.ts'

/** A page that was fetched, or the result that tells the caller why there is none. */
export type Fetched = { readonly page: NetworkResponse } | { readonly failure: ToolResult }

/** Fetches a page. What the caller can do something about becomes a failed result; anything else is thrown on. */
export async function fetchHtml(
  context: Pick<PluginContext, 'network'>,
  url: string,
  hosts: readonly string[],
): Promise<Fetched> {
  try {
    const page = await context.network.fetch(url, {
      headers: { accept: 'text/html, application/xhtml+xml, text/plain;q=0.8, */*;q=0.1' },
      timeoutMs: FETCH_TIMEOUT_MS,
    })
    if (page.status < 400) return { page }
    return { failure: failed(`Expected a page at ${page.url}, found status ${page.status}.${excerpt(page)}`) }
  } catch (error) {
    const message = explain(errorCode(error), url, hosts)
    if (message === undefined) throw error
    return { failure: failed(message) }
  }
}

function explain(code: string | undefined, url: string, hosts: readonly string[]): string | undefined {
  switch (code ?? '') {
    case 'NETWORK_DENIED':
      return `Expected an address on an allowed host, found ${url} (or a redirect from it to another host). Allowed hosts: ${hosts.join(', ')}. An administrator can add a host in the settings of this plugin.`
    case 'NETWORK_NOT_TEXT':
      return `Expected a text at ${url}, found something else, such as an image or a PDF file.`
    case 'NETWORK_TIMEOUT':
      return `Expected an answer from ${url} within ${FETCH_TIMEOUT_MS / 1000} seconds, found none. Try again later.`
    case 'NETWORK_TOO_LARGE':
      return `Expected a page of ordinary size at ${url}, found one that is too large to read.`
    case 'NETWORK_FAILED':
      return `Expected an answer from ${url}, found that the host does not answer. Check the address.`
    default:
      return undefined
  }
}

function excerpt(page: NetworkResponse): string {
  const isPlain = /^text\/plain|json/.test(page.headers['content-type'] ?? '')
  return isPlain && page.body.trim() !== '' ? `\n\n${page.body.trim().slice(0, MAX_EXCERPT).toWellFormed()}` : ''
}

function failed(text: string): ToolResult {
  return { content: [{ type: 'text', text }], isError: true }
}

/** Is the answer a page in HTML? Answers without a type are looked at. */
export function isHtml(page: NetworkResponse): boolean {
  const type = page.headers['content-type']
  return type === undefined
    ? /^\s*<(!doctype|html)/i.test(page.body)
    : /^(text\/html|application\/xhtml\+xml)/i.test(type)
}
