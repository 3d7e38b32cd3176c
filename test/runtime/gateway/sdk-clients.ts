// oxlint-disable typescript/no-unsafe-type-assertion, typescript/no-unnecessary-type-assertion -- the SDK's types do not fit exactOptionalPropertyTypes
import { Client as ModernClient, StreamableHTTPClientTransport as ModernTransport } from '@modelcontextprotocol/client'
import { Client as LegacyClient } from '@modelcontextprotocol/sdk/client/index.js'
import { StreamableHTTPClientTransport } from '@modelcontextprotocol/sdk/client/streamableHttp.js'

const INFO = { name: 'test-client', version: '1.0.0' }

function requestInit(token: string): RequestInit {
  return { headers: { authorization: `Bearer ${token}` } }
}

/** The official SDK v1 client: sessions. */
export async function connectLegacy(
  url: string,
  token = 'alice',
  capabilities: Record<string, object> = {},
): Promise<LegacyClient> {
  const client = new LegacyClient(INFO, { capabilities })
  // The SDK's own types disagree with exactOptionalPropertyTypes.
  await client.connect(new StreamableHTTPClientTransport(new URL(url), { requestInit: requestInit(token) }) as never)
  return client
}

/** The official SDK v2 client, pinned to the modern revision. */
export async function connectModern(
  url: string,
  token = 'alice',
  capabilities: Record<string, object> = {},
): Promise<ModernClient> {
  const client = new ModernClient(INFO, { capabilities, versionNegotiation: { mode: { pin: '2026-07-28' } } })
  await client.connect(new ModernTransport(new URL(url), { requestInit: requestInit(token) }))
  return client
}

/** Text of the first content block. */
export function textOf(result: unknown): string {
  const { content } = result as { readonly content: readonly { readonly text?: string }[] }
  return content[0]?.text ?? ''
}
