import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { generateKeyPair } from '@nexus/registry/signing'

const MAIN = fileURLToPath(new URL('../../registry/src/main.ts', import.meta.url))
const ADMIN_TOKEN = 'a-token-of-the-admin-with-at-least-32-characters'

/** An answer of the registry, as far as these tools look at it. */
export interface RegistryAnswer {
  readonly status: number
  // oxlint-disable-next-line typescript/no-explicit-any -- only ever looked at, and compared by tests
  readonly body: any
}

/** The registry as a process of its own on a data folder, to be loaded, watched and killed. */
export interface RegistryProcess extends AsyncDisposable {
  readonly url: string
  readonly pid: number
  readonly child: ChildProcess
  send(
    method: string,
    path: string,
    options?: { token?: string; json?: unknown; bytes?: Uint8Array },
  ): Promise<RegistryAnswer>
  /** Makes the publisher `acme` with a new key. Gives a token that may publish. */
  createPublisher(): Promise<{ readonly key: ReturnType<typeof generateKeyPair>; readonly token: string }>
  /** Resident memory in bytes; 0 where the system does not tell. */
  memory(): Promise<number>
  /** Ends it at once, as a power cut would. */
  kill(): Promise<void>
}

/** Starts a registry. Fails with what it wrote when it does not come up. */
export async function startRegistry(dataDir: string): Promise<RegistryProcess> {
  const child = spawn(process.execPath, [MAIN], {
    env: { NEXUS_REGISTRY_DATA: dataDir, NEXUS_REGISTRY_PORT: '0', NEXUS_REGISTRY_ADMIN_TOKEN: ADMIN_TOKEN },
    stdio: ['ignore', 'ignore', 'pipe'],
  })
  const closed = once(child, 'close')
  const url = await addressOf(child)
  const send: RegistryProcess['send'] = async (method, path, options = {}) => {
    const isJson = options.json !== undefined
    const body = isJson
      ? JSON.stringify(options.json)
      : options.bytes === undefined
        ? undefined
        : Buffer.from(options.bytes.buffer, options.bytes.byteOffset, options.bytes.length)
    const type = isJson
      ? { 'content-type': 'application/json' }
      : body === undefined
        ? {}
        : { 'content-type': 'application/gzip' }
    const headers = { ...type, ...(options.token === undefined ? {} : { authorization: `Bearer ${options.token}` }) }
    const response = await fetch(url + path, { method, headers, ...(body === undefined ? {} : { body }) })
    const text = await response.text()
    return { status: response.status, body: text.startsWith('{') ? JSON.parse(text) : text }
  }
  const kill = async () => {
    child.kill('SIGKILL')
    await closed
  }
  return {
    url,
    pid: child.pid ?? 0,
    child,
    send,
    async createPublisher() {
      const key = generateKeyPair()
      const publisher = { id: 'acme', displayName: 'Acme', keys: [key.publicKey] }
      await send('POST', '/api/v1/publishers', { token: ADMIN_TOKEN, json: publisher })
      const asked = { name: 'tool', scopes: ['publish'] }
      const { body } = await send('POST', '/api/v1/publishers/acme/tokens', { token: ADMIN_TOKEN, json: asked })
      return { key, token: String(body.token) }
    },
    async memory() {
      const status = await readFile(join('/proc', String(child.pid), 'status'), 'utf8').catch(() => '')
      return Number(/VmRSS:\s+(\d+)/.exec(status)?.[1] ?? 0) * 1024
    },
    kill,
    [Symbol.asyncDispose]: kill,
  }
}

async function addressOf(child: ChildProcess): Promise<string> {
  const { promise, resolve, reject } = Promise.withResolvers<string>()
  let written = ''
  child.stderr?.on('data', (chunk: Buffer) => {
    written += chunk.toString()
    const url = /"url":"([^"]+)"/.exec(written)?.[1]
    if (url !== undefined) resolve(url)
  })
  child.once('close', () => reject(new Error(`Expected a registry that listens, found: ${written.slice(0, 2000)}`)))
  return promise
}
