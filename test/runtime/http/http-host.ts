import { mkdtemp, rm } from 'node:fs/promises'
import { createServer } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { openAuditTrail } from '../../../runtime/src/audit/index.ts'
import { openGateway } from '../../../runtime/src/gateway/gateway.ts'
import { createHttpApp } from '../../../runtime/src/http/app.ts'
import type { HostFacts, HttpPorts } from '../../../runtime/src/http/ports.ts'
import type { Identity } from '../../../runtime/src/identity/identity.ts'
import { openIdentity } from '../../../runtime/src/identity/open-identity.ts'
import { createSockets } from '../../../runtime/src/admission/sockets.ts'
import { createInstaller } from '../../../runtime/src/installations/installer.ts'
import { createPolicyGuards } from '../../../runtime/src/installations/policy-guards.ts'
import { createKernel } from '../../../runtime/src/kernel/kernel.ts'
import type { PluginLoader } from '../../../runtime/src/kernel/ports.ts'
import { openPolicy } from '../../../runtime/src/policy/index.ts'
import { createLocalKeyWrapper, loadKeyEncryptionKey, openSecrets } from '../../../runtime/src/secrets/index.ts'
import { sandboxProfileSchema } from '../../../runtime/src/sandbox/profile.ts'
import { openLocalOperator } from '../../../runtime/src/start/local-operator.ts'
import { openStore } from '../../../runtime/src/store/open-store.ts'
import type { Store } from '../../../runtime/src/store/store.ts'
import {
  type CallMeter,
  type PluginLog,
  createCallMeter,
  createLogger,
  createPluginLog,
} from '../../../runtime/src/telemetry/index.ts'
import { fixtureMarketplace, fixtureReleases } from './fixture-releases.ts'
import { greetUpstream } from './greet-upstream.ts'

/** What a test asks of the API. */
export interface Ask {
  readonly body?: unknown
  /** Cookie or token; `null` asks as nobody. The admin's session by default. */
  readonly as?: { readonly cookie: string } | { readonly token: string } | null
  readonly headers?: Record<string, string>
}

export interface Answer {
  readonly status: number
  readonly headers: Headers
  // oxlint-disable-next-line typescript/no-explicit-any -- tests read whatever the server answered
  readonly body: any
  readonly text: string
}

/** The HTTP face over real stores, with an admin signed in. Only registry and sandbox are played. */
export interface HttpHost extends AsyncDisposable {
  readonly url: string
  readonly dataDir: string
  readonly store: Store
  readonly identity: Identity
  readonly calls: CallMeter
  readonly log: PluginLog
  readonly setupToken: string
  readonly cookie: string
  readonly logged: readonly string[]
  ask(method: string, path: string, ask?: Ask): Promise<Answer>
  /** Installs `acme/hello` and waits for it. */
  install(): Promise<string>
  /** Signs in a new person of this role. */
  person(role: string): Promise<{ readonly cookie: string }>
  close(): void
  /** Waits until everything that happened is in the audit trail. */
  flush(): Promise<void>
}

export const ADMIN = { email: 'ada@example.com', displayName: 'Ada', password: 'correct horse battery staple' }

const profile = sandboxProfileSchema.parse({
  name: 'standard',
  title: 'Standard',
  description: 'For tests.',
  tier: 'isolate',
  limits: {
    memoryMb: 64,
    cpuMsPerCall: 1000,
    cpuMsPerMinute: 10_000,
    wallMsPerCall: 5000,
    startMs: 1000,
    concurrentCalls: 4,
    payloadBytes: 65_536,
    outstandingCapabilityCalls: 8,
    capabilityCallsPerCall: 100,
    storageBytes: 0,
    egressBytesPerCall: 0,
    egressBytesPerMinute: 0,
    networkRequestsPerMinute: 0,
    fileBytes: 0,
    eventsPerMinute: 0,
    logBytesPerMinute: 0,
    clockResolutionMs: 1,
  },
  lifecycle: { start: 'eager', idleStopMs: 0, instances: 1 },
  features: { webAssembly: false, sharedArrayBuffer: false },
})

export interface HostOptions {
  readonly facts?: Partial<HostFacts>
  readonly ports?: Partial<HttpPorts>
  /** Leaves the setup link unused. */
  readonly fresh?: boolean
}

export async function openHttpHost(options: HostOptions = {}): Promise<HttpHost> {
  const stack = new AsyncDisposableStack()
  const dataDir = await mkdtemp(join(tmpdir(), 'nexus-http-'))
  stack.defer(() => rm(dataDir, { recursive: true, force: true }))
  const store = stack.use(await openStore({ url: `sqlite:${join(dataDir, 'nexus.sqlite')}` }))
  const audit = stack.use(openAuditTrail({ store, logger: createLogger({ level: 'silent' }) }))
  const wrapper = createLocalKeyWrapper(await loadKeyEncryptionKey({ dataDir }))
  const secrets = stack.use(await openSecrets({ store, audit, wrapper }))
  const policy = await openPolicy({ store, audit })
  const identity = await openIdentity({ store, audit })
  const setupToken = (await identity.renewSetupLink())?.token ?? ''
  const log = createPluginLog()
  const calls = createCallMeter()

  const server = createServer()
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  const url = `http://127.0.0.1:${typeof address === 'object' ? address?.port : ''}`
  const gateway = stack.use(
    openGateway({
      store,
      policy,
      audit,
      authenticate: (headers, use) => identity.authenticateToken(headers.authorization, use),
      publicUrl: url,
    }),
  )
  const sockets = createSockets(gateway.upstreams)
  const loader: PluginLoader = {
    verify: async () => undefined,
    grant: async () => undefined,
    async activate(entry) {
      const row = await store.installations.get(entry.installationId)
      const upstream = greetUpstream(entry.installationId, entry.workspaceId, row?.label ?? '')
      return {
        ready: async () => {},
        plug: () => sockets.set(entry.installationId, [upstream]),
        hold: () => sockets.hold(entry.installationId),
        health: () => ({ calls: 0, failures: 0 }),
        drain: async () => {},
        crashed: new Promise(() => {}),
        [Symbol.asyncDispose]: async () => sockets.unplug(upstream),
      }
    },
    quarantine: async () => {},
  }
  const kernel = stack.use(createKernel(loader, () => {}))
  const profiles = new Map([[profile.name, profile]])
  const installer = createInstaller({
    store,
    releases: fixtureReleases,
    kernel,
    audit,
    log,
    guards: createPolicyGuards(policy),
    upstreams: gateway.upstreams,
    profiles,
    limitsFor: () => profile.limits,
    usage: () => undefined,
    hostVersion: '0.1.0',
  })

  const operator = stack.use(await openLocalOperator(dataDir, url, identity.defaultWorkspace.id, store))
  let closing = false
  const logged: string[] = []
  const app = stack.use(
    createHttpApp({
      logger: createLogger({ level: 'error', destination: { write: (line) => void logged.push(line) } }),
      host: {
        version: '0.1.0',
        publicUrl: url,
        allowedHosts: [],
        developerMode: false,
        uiFolder: undefined,
        closing: () => closing,
        health: async () => 'ok',
        ...options.facts,
      },
      identity: {
        ...identity,
        authenticateToken: async (header, use) =>
          (await operator.principal(header, use)) ?? (await identity.authenticateToken(header, use)),
      },
      secrets,
      policyRules: policy.rules,
      virtualServers: gateway.virtualServers,
      marketplace: fixtureMarketplace,
      installer,
      audit,
      upstreams: gateway.upstreams,
      clients: (workspaceId) => gateway.connections().filter((one) => one.workspaceId === workspaceId).length,
      calls,
      profiles,
      doctor: async () => [{ name: 'Node', state: 'ok', found: 'Node 26', mend: '' }],
      trust: async () => ({ registryUrl: 'http://registry.example', registryKeys: [], publishers: [] }),
      boot: () =>
        kernel.list().map(({ entry, state, startMs }) => ({
          pluginId: entry.pluginId,
          installationId: entry.installationId,
          state,
          milliseconds: startMs,
        })),
      ...options.ports,
    }),
  )
  server.on('request', app.callback)
  stack.defer(() => {
    server.closeAllConnections()
    server.close()
  })

  const send = async (method: string, path: string, ask: Ask = {}): Promise<Answer> => {
    const as = ask.as === undefined ? { cookie: host.cookie } : ask.as
    const response = await fetch(`${url}${path}`, {
      method,
      redirect: 'manual',
      headers: {
        origin: url,
        ...(as !== null && 'cookie' in as && { cookie: as.cookie }),
        ...(as !== null && 'token' in as && { authorization: `Bearer ${as.token}` }),
        ...(ask.body !== undefined && { 'content-type': 'application/json' }),
        ...ask.headers,
      },
      ...(ask.body !== undefined && { body: typeof ask.body === 'string' ? ask.body : JSON.stringify(ask.body) }),
    })
    const text = await response.text()
    const isJson = response.headers.get('content-type')?.includes('json') === true
    return {
      status: response.status,
      headers: response.headers,
      text,
      body: isJson && text !== '' ? JSON.parse(text) : undefined,
    }
  }

  const host: HttpHost = {
    url,
    dataDir,
    store,
    identity,
    calls,
    log,
    setupToken,
    cookie: '',
    logged,
    ask: send,
    async install() {
      const plan = await send('POST', '/api/v1/installations/plan', {
        body: { pluginId: 'acme/hello', config: { server: 'acme.example' } },
      })
      const { version, consentDigest } = plan.body
      const body = { pluginId: 'acme/hello', version, consentDigest, config: { server: 'acme.example' } }
      let job = (await send('POST', '/api/v1/installations', { body })).body
      while (job.state === 'running') job = (await send('GET', `/api/v1/jobs/${job.id}`)).body
      if (job.state !== 'done') throw new Error(JSON.stringify(job))
      return job.installationId
    },
    async person(role) {
      const email = `${role}-${Math.random().toString(36).slice(2)}@example.com`
      const password = 'another long enough pass phrase'
      const made = await send('POST', '/api/v1/users', { body: { email, displayName: role, password, role } })
      if (made.status !== 201) throw new Error(made.text)
      return { cookie: cookieOf(await send('POST', '/api/v1/session', { as: null, body: { email, password } })) }
    },
    flush: () => audit.flush(),
    close: () => {
      closing = true
    },
    [Symbol.asyncDispose]: () => stack.disposeAsync(),
  }
  if (options.fresh === true) return host
  const entered = await send('POST', '/api/v1/setup', { as: null, body: { ...ADMIN, token: setupToken } })
  if (entered.status !== 201) throw new Error(entered.text)
  return Object.assign(host, { cookie: cookieOf(entered) })
}

/** The cookie that an answer set, as a browser sends it back. */
export function cookieOf(answer: Answer): string {
  return (answer.headers.getSetCookie()[0] ?? '').split(';')[0] ?? ''
}
