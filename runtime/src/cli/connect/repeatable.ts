import type { RpcMessage } from '../../gateway/json-rpc.ts'

/** Requests that change nothing: they may be sent again when nobody knows whether they arrived. */
const READS: ReadonlySet<string> = new Set([
  'ping',
  'server/discover',
  'tools/list',
  'prompts/list',
  'prompts/get',
  'resources/list',
  'resources/templates/list',
  'resources/read',
  'completion/complete',
])

export function isRepeatable(message: RpcMessage): boolean {
  return message.kind === 'request' && READS.has(message.request.method)
}
