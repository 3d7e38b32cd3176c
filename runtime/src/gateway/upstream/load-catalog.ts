import type { JsonObject, JsonValue } from '@nexus/plugin-api'
import { createListLifetime } from '../cache/list-lifetime.ts'
import { gatewayError, upstreamRpcError } from '../errors.ts'
import { isJsonObject } from '../json-rpc.ts'
import { MAX_CATALOG_ENTRIES, MAX_CATALOG_PAGES } from '../limits.ts'
import { RPC } from '../protocol.ts'
import type { RpcResult } from '../wire/rpc-result.ts'
import type { Hello } from './connection.ts'
import type { NamedEntry, UpstreamCatalog } from './upstream.ts'

type Ask = (method: string, params: JsonObject | undefined) => Promise<RpcResult>
type Keyed<Key extends string> = JsonObject & { readonly [K in Key]: string }

/** A name with NUL in it cannot be stored by PostgreSQL, and would keep the names of all others from being given. */
function hasKey<Key extends string>(value: JsonValue, key: Key): value is Keyed<Key> {
  return isJsonObject(value) && typeof value[key] === 'string' && value[key] !== '' && !value[key].includes('\0')
}

async function readList<Key extends string>(ask: Ask, method: string, member: string, key: Key): Promise<Keyed<Key>[]> {
  const entries: Keyed<Key>[] = []
  let cursor: string | undefined
  for (let page = 0; page < MAX_CATALOG_PAGES; page += 1) {
    const result = await ask(method, cursor === undefined ? undefined : { cursor })
    const list = result.get(member)
    if (!Array.isArray(list)) {
      throw gatewayError(
        'UPSTREAM_PROTOCOL',
        `Expected an array \`${member}\` in the answer to ${method}, found ${typeof list}.`,
      )
    }
    for (const entry of list as readonly JsonValue[]) {
      if (!hasKey(entry, key)) {
        throw gatewayError(
          'UPSTREAM_PROTOCOL',
          `Expected each entry of ${method} to have a text \`${key}\`, found one without.`,
        )
      }
      entries.push(entry)
    }
    if (entries.length > MAX_CATALOG_ENTRIES) {
      throw gatewayError(
        'UPSTREAM_PROTOCOL',
        `Expected at most ${MAX_CATALOG_ENTRIES} entries from ${method}, found more.`,
      )
    }
    const next = result.get('nextCursor')
    if (typeof next !== 'string' || next === '') return entries
    cursor = next
  }
  throw gatewayError(
    'UPSTREAM_PROTOCOL',
    `Expected ${method} to end within ${MAX_CATALOG_PAGES} pages, found a cursor after each.`,
  )
}

/** Servers that declare a capability and do not know one of its list methods are common; they have none of that kind. */
async function readOptionalList<Key extends string>(
  ask: Ask,
  method: string,
  member: string,
  key: Key,
): Promise<Keyed<Key>[]> {
  try {
    return await readList(ask, method, member, key)
  } catch (error) {
    if (upstreamRpcError(error)?.code === RPC.methodNotFound) return []
    throw error
  }
}

/** Reads all lists a server declares, page by page. */
export async function loadCatalog(hello: Hello, askUpstream: Ask): Promise<UpstreamCatalog> {
  const { capabilities } = hello
  const lifetime = createListLifetime(capabilities)
  const ask: Ask = async (method, params) => {
    const result = await askUpstream(method, params)
    lifetime.note(method, result)
    return result
  }
  const tools = isJsonObject(capabilities['tools'])
  const prompts = isJsonObject(capabilities['prompts'])
  const resources = isJsonObject(capabilities['resources'])
  const none = Promise.resolve([])
  const [toolList, promptList, resourceList, templateList] = await Promise.all([
    tools ? readOptionalList(ask, 'tools/list', 'tools', 'name') : none,
    prompts ? readOptionalList(ask, 'prompts/list', 'prompts', 'name') : none,
    resources ? readOptionalList(ask, 'resources/list', 'resources', 'uri') : none,
    resources ? readOptionalList(ask, 'resources/templates/list', 'resourceTemplates', 'uriTemplate') : none,
  ])
  const ttlMs = lifetime.ttlMs()
  return {
    serverInfo: hello.serverInfo,
    ...(hello.instructions === undefined ? {} : { instructions: hello.instructions }),
    capabilities,
    tools: toolList satisfies readonly NamedEntry[],
    prompts: promptList,
    resources: resourceList,
    resourceTemplates: templateList,
    ...(ttlMs === undefined ? {} : { ttlMs }),
  }
}
