// npm run bench:tools [-- --json]
// What a model's context pays for a list of tools, and for searching them instead.
import { parseArgs } from 'node:util'
import type { JsonObject } from '@nexus/plugin-api'
import { encode } from 'gpt-tokenizer/encoding/o200k_base'
import { expose } from '../../runtime/src/gateway/router/view.ts'
import { SEARCH_TOOLS } from '../../runtime/src/gateway/search/search-mode.ts'
import { ToolSearch } from '../../runtime/src/gateway/search/tool-search.ts'
import type { Upstream } from '../../runtime/src/gateway/upstream/upstream.ts'
import { systemPrincipal } from '../../runtime/src/identity/principal.ts'
import { formatTable } from './report.ts'

const SIZES = [10, 30, 60, 128, 1000] as const
const TASKS = 3
const HITS = 10

const THINGS =
  `issue, pull request, branch, commit, release, invoice, customer, order, payment, refund, product, calendar event, meeting, contact, mail, message, channel, thread, document, spreadsheet, slide, folder, file, image, video, table, row, query, dashboard, metric, alert, incident, server, container, deployment, secret, user, group, role, ticket`
    .split(',')
    .map((thing) => thing.trim())
const VERBS =
  `create, read, update, delete, list, search, archive, restore, share, export, import, copy, move, rename, assign, comment on, approve, reject, lock, unlock, watch, tag, merge, split, schedule`
    .split(',')
    .map((verb) => verb.trim())

interface Sample {
  readonly name: string
  /** What a person would ask for, with a slip of the finger in every fourth. */
  readonly wish: string
  readonly entry: JsonObject & { readonly name: string }
}

function sampleAt(index: number): Sample {
  const thing = THINGS[index % THINGS.length] ?? ''
  const verb = VERBS[Math.floor(index / THINGS.length) % VERBS.length] ?? ''
  const name = `${verb}_${thing}`.replaceAll(' ', '_')
  const wish = `${verb} the ${thing}`
  const text = { type: 'string' }
  return {
    name,
    wish: index % 4 === 3 ? wish.replace(thing, thing.slice(0, -2) + thing.slice(-1)) : wish,
    entry: {
      name,
      description: `${verb[0]?.toUpperCase()}${verb.slice(1)}s a ${thing} of the current workspace. Use this when somebody wants to ${verb} a ${thing}; it answers with the ${thing} as it is afterwards, or says why it could not.`,
      inputSchema: {
        type: 'object',
        properties: {
          id: { ...text, description: `Id of the ${thing}, as other tools answer it.` },
          workspace: { ...text, description: 'Workspace to look in; the current one without.' },
          fields: { type: 'array', items: text, description: `Which fields of the ${thing} to answer with.` },
          dryRun: { type: 'boolean', description: 'Only say what would happen.', default: false },
        },
        required: ['id'],
      },
      annotations: { readOnlyHint: verb === 'read' || verb === 'list' || verb === 'search' },
    },
  }
}

// oxlint-disable-next-line typescript/no-unsafe-type-assertion -- only its label is looked at here
const upstream = { label: 'office', pluginId: 'bench/office' } as unknown as Upstream
const everybody = { isVisible: () => true }
const tokens = (value: unknown): number => encode(JSON.stringify(value)).length

interface SizeReport {
  readonly tools: number
  readonly listTokens: number
  readonly searchTokens: number
  readonly listCalls: number
  readonly searchCalls: number
  /** Share of wishes whose tool is among the hits. */
  readonly found: number
  readonly searchMs: number
}

/** One conversation of three tasks, each on another tool. */
async function measure(size: number): Promise<SizeReport> {
  const samples = Array.from({ length: size }, (_, index) => sampleAt(index))
  const tools = samples.map(({ name, entry }) => expose(upstream, entry, name, {}, undefined))
  const byName = new Map(tools.map((tool) => [tool.exposed, tool]))
  const view = { server: undefined, tools }
  const search = new ToolSearch()
  const me = systemPrincipal('bench')
  await search.find(everybody, me, view, 'warm up')
  const tried = samples.filter((_, index) => index % Math.max(1, Math.floor(size / 100)) === 0)
  let found = 0
  let spent = 0
  let answers = 0
  for (const { name, wish } of tried) {
    const began = performance.now()
    const hits = await search.find(everybody, me, view, wish, HITS)
    spent += performance.now() - began
    if (hits.some(({ exposed }) => exposed === name)) found += 1
    const told = hits.map(({ exposed, entry }) => ({ name: exposed, description: entry['description'] }))
    answers += tokens({ query: wish }) + tokens(told) + tokens([name]) + tokens(byName.get(name)?.entry)
  }
  return {
    tools: size,
    listTokens: tokens(tools.map(({ entry }) => entry)),
    searchTokens: tokens(SEARCH_TOOLS.map(({ entry }) => entry)) + (TASKS * answers) / tried.length,
    listCalls: TASKS,
    searchCalls: TASKS * 3,
    found: found / tried.length,
    searchMs: spent / tried.length,
  }
}

const { values: options } = parseArgs({ options: { json: { type: 'boolean', default: false } } })
const rows: SizeReport[] = []
for (const size of SIZES) rows.push(await measure(size))
if (options.json) process.stdout.write(`${JSON.stringify(rows)}\n`)
else {
  const head = [
    'tools',
    'tokens: list',
    'tokens: search',
    'calls: list',
    'calls: search',
    'found in 10',
    'ms per search',
  ]
  const table = rows.map((row) => [
    String(row.tools),
    row.listTokens.toFixed(0),
    row.searchTokens.toFixed(0),
    String(row.listCalls),
    String(row.searchCalls),
    `${(row.found * 100).toFixed(0)} %`,
    row.searchMs.toFixed(2),
  ])
  process.stdout.write(
    `\nA conversation of ${TASKS} tasks, each with another tool; tokens as o200k_base counts them, once in the context.\n\n${formatTable([head, ...table]).join('\n')}\n`,
  )
}
