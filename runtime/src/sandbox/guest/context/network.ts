import type { Bridge } from '../bridge.ts'
import { expectText, own } from '../guest-error.ts'
import { freeze, toText } from '../primordials.ts'

const members = ['method', 'headers', 'secretHeaders', 'body', 'timeoutMs'] as const

/** `context.network` */
export function createNetwork(bridge: Bridge): object {
  return freeze({ fetch: async (url: unknown, request?: unknown) => askFetch(bridge, url, request) })
}

async function askFetch(bridge: Bridge, url: unknown, request: unknown): Promise<unknown> {
  const text = typeof url === 'object' && url !== null ? toText(url) : expectText(url, 'the URL')
  const asked: Record<string, unknown> = { url: text }
  for (const name of members) {
    const value = own(request, name)
    if (value !== undefined) asked[name] = value
  }
  return bridge.ask('network.fetch', asked)
}
