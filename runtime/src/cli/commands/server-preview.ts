import type { CommandContext } from '../command-context.ts'
import { table, visible } from '../console.ts'

/** `nexus server preview`. */
export async function previewServer(
  { connect, output }: CommandContext,
  name: string,
  options: { readonly role?: string; readonly user?: string },
): Promise<void> {
  const client = await connect()
  const {
    id: _id,
    url: _url,
    effective: _names,
    offers: _offers,
    problems: _problems,
    ...saved
  } = await client.call('virtualServer', { params: { name } })
  const { revision: _revision, createdAt: _made, updatedAt: _changed, ...server } = saved
  const body = {
    server,
    ...(options.role === undefined ? {} : { role: options.role }),
    ...(options.user === undefined ? {} : { user: options.user }),
  }
  const seen = await client.call('previewVirtualServer', { body })
  const lists = [
    ['tool', seen.tools],
    ['prompt', seen.prompts],
    ['resource', seen.resources],
    ['template', seen.resourceTemplates],
  ] as const
  const rows = lists.flatMap(([kind, entries]) => entries.map((entry) => [kind, nameOf(entry), wordsOf(entry)]))
  const found = seen.searched
    ? seen.sources.filter(({ kind, visible: seenByThem }) => kind === 'tool' && seenByThem)
    : []
  const search =
    found.length === 0
      ? []
      : ['', 'Found with the search:', ...table(found.map((one) => [one.exposed, `${one.upstream}: ${one.original}`]))]
  const problems = seen.problems.map(({ code, message }) => visible(`  ! ${message} (${code})`))
  const shown = rows.length === 0 ? ['Nothing.'] : table([['Kind', 'Name', 'Description'], ...rows])
  output.answer(
    seen,
    seen.access ? [...shown, ...search, ...problems] : ['May not use this virtual server at all.', ...problems],
  )
}

type Entry = Readonly<Record<string, unknown>>

function nameOf({ name, uri, uriTemplate }: Entry): string {
  return String(uri ?? uriTemplate ?? name)
}

function wordsOf({ title, description }: Entry): string {
  const words = description ?? title
  return typeof words === 'string' ? words.slice(0, 80) : ''
}
