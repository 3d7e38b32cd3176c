import { expectText } from '../guest-error.ts'
import type { Disposer } from '../handlers.ts'
import { freeze } from '../primordials.ts'
import { type ContextParts, tellHost } from './parts.ts'

/** `context.upstreams` */
export function createUpstreams(parts: ContextParts): object {
  return freeze({
    stdio: async (name: unknown, spec: unknown) => openUpstream(parts, 'stdio', name, spec),
    http: async (name: unknown, spec: unknown) => openUpstream(parts, 'http', name, spec),
  })
}

async function openUpstream(
  parts: ContextParts,
  transport: 'stdio' | 'http',
  name: unknown,
  spec: unknown,
): Promise<Disposer> {
  const text = expectText(name, 'the upstream name')
  await parts.bridge.ask('upstreams.open', { name: text, transport, spec })
  return parts.handlers.onStop(() => tellHost(parts, 'upstreams.close', text))
}
