import {
  type CallInfo,
  type JsonObject,
  type PluginContext,
  type ToolResult,
  configTexts,
  definePlugin,
  errorCode,
} from '@nexus/plugin-api'
import { convertPage, linksOf } from './convert-page.ts'
import { webError } from './errors.ts'
import { cutExcerpt, headLines } from './excerpt.ts'
import { fetchHtml, isHtml } from './fetch-html.ts'
import { DEFAULT_CHARACTERS, DEFAULT_LINKS, MAX_CHARACTERS, MAX_LINKS, MIN_CHARACTERS } from './limits.ts'
import { readFormat, readInteger, readUrl } from './read-arguments.ts'

type Context = Pick<PluginContext, 'network'>

async function fetchPage(
  context: Context,
  hosts: readonly string[],
  args: JsonObject,
  call: CallInfo,
): Promise<ToolResult> {
  const url = readUrl(args)
  const format = readFormat(args)
  const max = readInteger(args, 'maxCharacters', {
    min: MIN_CHARACTERS,
    max: MAX_CHARACTERS,
    fallback: DEFAULT_CHARACTERS,
  })
  const startAt = readInteger(args, 'startAt', { min: 0, max: Number.MAX_SAFE_INTEGER, fallback: 0 })
  const fetched = await fetchHtml(context, url, hosts)
  if ('failure' in fetched) return fetched.failure
  call.signal.throwIfAborted()
  const { page } = fetched
  const { title, text } = isHtml(page) ? convertPage(page.body, page.url, format) : { title: '', text: page.body }
  const excerpt = cutExcerpt(text, startAt, max)
  return { content: [{ type: 'text', text: `${headLines(title, page.url, excerpt)}\n\n${excerpt.text}` }] }
}

async function listLinks(context: Context, hosts: readonly string[], args: JsonObject): Promise<ToolResult> {
  const url = readUrl(args)
  const limit = readInteger(args, 'limit', { min: 1, max: MAX_LINKS, fallback: DEFAULT_LINKS })
  const fetched = await fetchHtml(context, url, hosts)
  if ('failure' in fetched) return fetched.failure
  const { page } = fetched
  const links = isHtml(page) ? linksOf(page.body, page.url) : []
  const structuredContent = {
    url: page.url,
    links: links.slice(0, limit).map((link) => ({ text: link.text, url: link.url })),
    total: links.length,
  }
  return { content: [{ type: 'text', text: JSON.stringify(structuredContent) }], structuredContent }
}

/** A wrong argument is told to the model, which can mend it; every other failure is thrown on. */
function explainArgument(error: unknown): ToolResult {
  if (errorCode(error) !== 'WEB_ARGUMENT' || !(error instanceof Error)) throw error
  return { content: [{ type: 'text', text: error.message }], isError: true }
}

export default definePlugin({
  activate(context) {
    const hosts = configTexts(context.config, 'hosts')
      .map((host) => host.trim())
      .filter((host) => host !== '')
    if (hosts.length === 0)
      throw webError(
        'WEB_CONFIG',
        'Expected at least one host under `hosts`, found none. Name a host to read pages from.',
      )
    context.tools.handle('fetch_page', (args, call) => fetchPage(context, hosts, args, call).catch(explainArgument))
    context.tools.handle('list_links', (args) => listLinks(context, hosts, args).catch(explainArgument))
  },
})
