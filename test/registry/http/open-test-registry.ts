import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type RegistryOptions, openRegistry } from '@nexus/registry'
import { generateKeyPair } from '@nexus/registry/signing'

export const ADMIN_TOKEN = 'test-admin-token-of-at-least-32-characters'

export interface Answer {
  readonly status: number
  readonly headers: Headers
  readonly body: unknown
}

/** A real registry on a free port with its data in a temporary folder, and a publisher `acme` that may publish. */
export async function openTestRegistry(databaseUrl?: string, change: Partial<RegistryOptions> = {}) {
  const dataDir = await mkdtemp(join(tmpdir(), 'nexus-registry-'))
  const open = () =>
    openRegistry({
      ...change,
      dataDir,
      adminToken: ADMIN_TOKEN,
      ...(databaseUrl === undefined ? {} : { databaseUrl }),
    })
  let registry = await open()
  const key = generateKeyPair()
  const send = async (
    method: string,
    path: string,
    options: { token?: string; json?: unknown; bytes?: Uint8Array; headers?: Record<string, string> } = {},
  ): Promise<Answer> => {
    const response = await fetch(registry.url + path, {
      method,
      headers: {
        ...(options.token === undefined ? {} : { authorization: `Bearer ${options.token}` }),
        ...(options.json === undefined ? {} : { 'content-type': 'application/json' }),
        ...(options.bytes === undefined ? {} : { 'content-type': 'application/gzip' }),
        ...options.headers,
      },
      ...(options.json === undefined ? {} : { body: JSON.stringify(options.json) }),
      ...(options.bytes === undefined ? {} : { body: Buffer.from(options.bytes) }),
    })
    const text = await response.text()
    const isJson = (response.headers.get('content-type') ?? '').includes('json')
    return { status: response.status, headers: response.headers, body: isJson && text !== '' ? JSON.parse(text) : text }
  }
  const createPublisher = async (id: string, publicKey: string, scopes: readonly string[] = ['publish', 'yank']) => {
    await send('POST', '/api/v1/publishers', {
      token: ADMIN_TOKEN,
      json: { id, displayName: id.toUpperCase(), keys: [publicKey] },
    })
    const created = await send('POST', `/api/v1/publishers/${id}/tokens`, {
      token: ADMIN_TOKEN,
      json: { name: 'test', scopes },
    })
    return String(Object(created.body).token)
  }
  const token = await createPublisher('acme', key.publicKey)
  return {
    dataDir,
    key,
    token,
    send,
    createPublisher,
    url: () => registry.url,
    async upload(bundle: Uint8Array, as = token) {
      const { body } = await send('POST', '/api/v1/uploads', { token: as, bytes: bundle })
      return String(Object(body).uploadId)
    },
    async publish(
      plugin: { bundle: Uint8Array; signature: unknown; manifest: { id: string } },
      as = token,
    ): Promise<Answer> {
      const uploadId = await this.upload(plugin.bundle, as)
      return send('POST', `/api/v1/plugins/${plugin.manifest.id}/versions`, {
        token: as,
        json: { uploadId, signature: plugin.signature },
      })
    },
    async restart() {
      await registry.close()
      registry = await open()
    },
    async [Symbol.asyncDispose]() {
      await registry.close()
      await rm(dataDir, { recursive: true, force: true })
    },
  }
}
