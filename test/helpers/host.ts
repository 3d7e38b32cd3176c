import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { createInterface } from 'node:readline'

const root = resolve(import.meta.dirname, '../..')

/** What the host says once it runs. */
interface Ready {
  readonly event: 'ready'
  readonly url: string
  readonly mcpUrl: string
  readonly registryUrl: string
  readonly setupUrl?: string
}

/** A real host in a process of its own, with an admin signed in. */
export interface RunningHost extends AsyncDisposable {
  readonly dataDir: string
  readonly ready: Ready
  readonly child: ChildProcess
  readonly stderr: () => string
  /** Calls the admin API as the admin. */
  api(method: string, path: string, body?: unknown): Promise<ApiAnswer>
  /** Installs a plugin with the consent its plan asks for and waits until the job is over. */
  install(
    pluginId: string,
    config?: Record<string, unknown>,
    allowPrivateAddresses?: readonly string[],
  ): Promise<string>
  /** A token for MCP clients. */
  token(options?: Record<string, unknown>): Promise<string>
  /** Ends the process and leaves the data folder. */
  stop(signal?: NodeJS.Signals): Promise<number | null>
}

export interface ApiAnswer {
  readonly status: number
  readonly headers: Headers
  // oxlint-disable-next-line typescript/no-explicit-any -- tests read whatever the server answered
  readonly body: any
}

const ADMIN = { email: 'admin@example.com', displayName: 'Ada Admin', password: 'correct horse battery staple' }

export interface HostOptions {
  readonly dataDir?: string
  readonly env?: Record<string, string>
}

/** Starts `runtime/src/main.ts` on free ports and signs in (first start: creates the admin). */
export async function startTestHost(options: HostOptions = {}): Promise<RunningHost> {
  const dataDir = options.dataDir ?? (await mkdtemp(join(tmpdir(), 'nexus-host-')))
  const { child, stderr } = spawnHost(dataDir, options.env ?? {})
  const ready = await waitUntilReady(child, stderr)
  const cookie = await signIn(ready)
  const api = createApi(ready.url, cookie)
  const stop = async (signal: NodeJS.Signals = 'SIGTERM'): Promise<number | null> => {
    if (child.exitCode !== null || child.signalCode !== null) return child.exitCode
    const exited = once(child, 'exit')
    child.kill(signal)
    await exited
    return child.exitCode
  }
  return {
    dataDir,
    ready,
    child,
    stderr,
    api,
    install: (pluginId, config = {}, allowPrivateAddresses = []) =>
      install(api, pluginId, config, allowPrivateAddresses),
    async token(body = {}) {
      const answer = await api('POST', '/api/v1/tokens', {
        name: 'test',
        scopes: ['tools:call'],
        expiresInDays: 1,
        ...body,
      })
      if (answer.status !== 201) throw new Error(`No token: ${JSON.stringify(answer.body)}`)
      return answer.body.token
    },
    stop,
    async [Symbol.asyncDispose]() {
      await stop()
      if (options.dataDir === undefined) await rm(dataDir, { recursive: true, force: true })
    },
  }
}

/** Starts the host without waiting for anything; for starts that are meant to fail. */
export function spawnHost(dataDir: string, env: Record<string, string>): { child: ChildProcess; stderr: () => string } {
  const child = spawn(process.execPath, [join(root, 'runtime/src/main.ts')], {
    cwd: root,
    stdio: ['ignore', 'pipe', 'pipe'],
    env: {
      // npm may need what this machine says about its way out.
      ...process.env,
      NEXUS_DATA: dataDir,
      NEXUS_PORT: '0',
      NEXUS_REGISTRY_PORT: '0',
      NEXUS_JSON: '1',
      ...env,
    },
  })
  let text = ''
  child.stderr?.setEncoding('utf8').on('data', (chunk: string) => {
    text += chunk
  })
  return { child, stderr: () => text }
}

async function waitUntilReady(child: ChildProcess, stderr: () => string): Promise<Ready> {
  if (child.stdout === null) throw new Error('Expected a pipe.')
  const { promise, resolve: found, reject } = Promise.withResolvers<Ready>()
  createInterface(child.stdout).on('line', (line) => {
    const message: { event?: string } = JSON.parse(line)
    if (message.event === 'ready') found(message as Ready)
  })
  child.on('exit', (code) => reject(new Error(`The host ended with ${code}: ${stderr()}`)))
  return await promise
}

async function signIn(ready: Ready): Promise<string> {
  const setupToken = ready.setupUrl?.split('#token=')[1]
  const [path, body] =
    setupToken === undefined
      ? ['/api/v1/session', { email: ADMIN.email, password: ADMIN.password }]
      : ['/api/v1/setup', { ...ADMIN, token: setupToken }]
  const answer = await fetch(`${ready.url}${path}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', origin: ready.url },
    body: JSON.stringify(body),
  })
  if (answer.status !== 201) throw new Error(`Cannot sign in: ${await answer.text()}`)
  return (answer.headers.getSetCookie()[0] ?? '').split(';')[0] ?? ''
}

function createApi(url: string, cookie: string) {
  return async (method: string, path: string, body?: unknown): Promise<ApiAnswer> => {
    const answer = await fetch(`${url}${path}`, {
      method,
      headers: { cookie, origin: url, ...(body === undefined ? {} : { 'content-type': 'application/json' }) },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    })
    const text = await answer.text()
    return { status: answer.status, headers: answer.headers, body: text === '' ? undefined : JSON.parse(text) }
  }
}

async function install(
  api: RunningHost['api'],
  pluginId: string,
  config: Record<string, unknown>,
  allowPrivateAddresses: readonly string[],
): Promise<string> {
  const plan = await api('POST', '/api/v1/installations/plan', { pluginId, config })
  if (plan.status !== 200) throw new Error(`No plan: ${JSON.stringify(plan.body)}`)
  const { version, consentDigest } = plan.body
  const started = await api('POST', '/api/v1/installations', {
    pluginId,
    version,
    consentDigest,
    config,
    allowPrivateAddresses,
  })
  if (started.status !== 202) throw new Error(`No job: ${JSON.stringify(started.body)}`)
  for (;;) {
    const job = await api('GET', `/api/v1/jobs/${started.body.id}`)
    if (job.body.state === 'done') return job.body.installationId
    if (job.body.state === 'failed') throw new Error(`Install failed: ${JSON.stringify(job.body.problem)}`)
    await new Promise((resume) => setTimeout(resume, 50))
  }
}
