import { mkdtemp, rm } from 'node:fs/promises'
import { createServer } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { openAuditTrail } from '../../../runtime/src/audit/index.ts'
import { createEventHub } from '../../../runtime/src/events/index.ts'
import { createScheduler } from '../../../runtime/src/schedule/index.ts'
import { createCacheDesk } from '../../../runtime/src/gateway/cache/index.ts'
import { DefinitionReview, createDefinitionDesk } from '../../../runtime/src/gateway/drift/index.ts'
import { openGateway } from '../../../runtime/src/gateway/gateway.ts'
import { createHttpApp } from '../../../runtime/src/http/app.ts'
import type { HostFacts, HttpPorts } from '../../../runtime/src/http/ports.ts'
import type { Identity } from '../../../runtime/src/identity/identity.ts'
import { openIdentity } from '../../../runtime/src/identity/open-identity.ts'
import { createSockets } from '../../../runtime/src/admission/sockets.ts'
import { createInstaller } from '../../../runtime/src/installations/installer.ts'
import { createPolicyGuards } from '../../../runtime/src/installations/policy-guards.ts'
import { type Kernel, createKernel } from '../../../runtime/src/kernel/kernel.ts'
import type { PluginLoader } from '../../../runtime/src/kernel/ports.ts'
import { openPolicy } from '../../../runtime/src/policy/index.ts'
import { createLocalKeyWrapper, loadKeyEncryptionKey, openSecrets } from '../../../runtime/src/secrets/index.ts'
import { type SandboxLimits, sandboxProfileSchema } from '../../../runtime/src/sandbox/profile.ts'
import { type Metering, createOversight, installationUsage, openMetering } from '../../../runtime/src/metering/index.ts'
import { limitsFor } from '../../../runtime/src/sandbox/limits-for.ts'
import { openLocalOperator } from '../../../runtime/src/start/local-operator.ts'
import { openStore } from '../../../runtime/src/store/open-store.ts'
import { type BrokerUsage, createWorkspaceRoots } from '../../../runtime/src/broker/index.ts'
import type { InstallationRow, Store } from '../../../runtime/src/store/store.ts'
import {
  type CallMeter,
  type PluginLog,
  createCallMeter,
  createLogger,
  createPluginLog,
} from '../../../runtime/src/telemetry/index.ts'
import { fixtureMarketplace, fixtureReleases } from './fixture-releases.ts'
import { offlinePeople } from './offline-people.ts'
import { greetUpstream } from './greet-upstream.ts'
import { openTestTrustDesk } from './trust-desk.ts'

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
  readonly metering: Metering
  /** Of the profile that every plugin runs with. */
  readonly limits: SandboxLimits
  readonly kernel: Kernel
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
  /** What the broker has counted of an installation. */
  readonly brokerUsage?: (installationId: string) => BrokerUsage | undefined
  /** Runs whenever a plugin starts, with the grants that are left to it; may throw. */
  readonly onStart?: (row: InstallationRow) => void
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
  // A busy machine may pause for longer than idle connections are kept by default.
  server.keepAliveTimeout = 60_000
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  const url = `http://127.0.0.1:${typeof address === 'object' ? address?.port : ''}`
  const review = stack.use(new DefinitionReview({ store, audit }))
  const gateway = stack.use(
    openGateway({
      store,
      review,
      policy,
      audit,
      authenticate: (headers, use) => identity.authenticateToken(headers.authorization, use),
      publicUrl: url,
    }),
  )
  const sockets = createSockets(gateway.upstreams)
  const metering = stack.use(
    await openMetering({
      store,
      audit,
      logger: createLogger({ level: 'silent' }),
      upstreams: gateway.upstreams,
      log: (installationId, level, message) => log.write(installationId, level, message),
      brokerUsage: (installationId) => options.brokerUsage?.(installationId),
      quarantine: async (installationId, reason) => await kernel.quarantine(installationId, reason),
    }),
  )
  const loader: PluginLoader = {
    verify: async () => undefined,
    grant: async () => undefined,
    async activate(entry) {
      const row = await store.installations.get(entry.installationId)
      const greet = greetUpstream(entry.installationId, entry.workspaceId, row?.label ?? '')
      const upstream = row === undefined ? greet : metering.upstream(greet, row)
      if (row !== undefined) metering.observer(row, profile.limits)
      if (row !== undefined) options.onStart?.(metering.narrowed(row))
      return {
        ready: async () => {},
        plug: () => sockets.set(entry.installationId, [upstream]),
        hold: () => sockets.hold(entry.installationId),
        health: () => ({ calls: 0, failures: 0, deaths: 0 }),
        drain: async () => {},
        crashed: new Promise(() => {}),
        [Symbol.asyncDispose]: async () => sockets.unplug(upstream),
      }
    },
    async quarantine({ installationId }, reason) {
      await store.installations.update(installationId, { quarantine: reason.message })
    },
  }
  const kernel: Kernel = stack.use(createKernel(loader, (change) => metering.stateChanged(change)))
  const workerProfile: typeof profile = { ...profile, name: 'worker', tier: 'worker' }
  const profiles = new Map([profile, workerProfile].map((known) => [known.name, known]))
  const workerPublishers = new Set<string>()
  const installer = createInstaller({
    store,
    releases: fixtureReleases,
    registry: { plugin: async () => undefined, release: async () => undefined },
    hostId: 'test',
    minimumAgeMs: () => 0,
    now: () => new Date(),
    kernel,
    audit,
    log,
    guards: createPolicyGuards(policy),
    upstreams: gateway.upstreams,
    profiles,
    trustsWorkers: (publisher) => workerPublishers.has(publisher),
    limitsFor: (given, manifest, installationId) =>
      limitsFor(given, manifest.sandbox.limits, metering.bounds.limits(installationId)),
    forget: (installationId) => metering.forget(installationId),
    usage: (installationId) => installationUsage(undefined, metering.usage.find(installationId)?.totals.counters),
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
      ...(await offlinePeople(dataDir, secrets, stack)),
      workspaceRoots: createWorkspaceRoots({ rows: store.workspaceRoots, audit, dataDir }),
      policyRules: policy.rules,
      approvals: gateway.approvals,
      authorizations: gateway.authorizations,
      definitions: createDefinitionDesk({ store, audit, review }),
      cache: {
        ...createCacheDesk({ store, audit, upstreams: gateway.upstreams, cache: gateway.cache }),
        readings: (workspaceId) => gateway.cache.readings(workspaceId),
      },
      virtualServers: gateway.virtualServers,
      finder: gateway.finder,
      marketplace: fixtureMarketplace,
      installer,
      oversight: createOversight({ metering, store, profiles, audit, kernel }),
      background: {
        schedules: (installationId) => createScheduler({ store, audit, log: () => undefined }).readings(installationId),
        events: (installationId) => createEventHub(() => undefined).readings(installationId),
      },
      audit,
      upstreams: gateway.upstreams,
      clients: (workspaceId) => gateway.connections().filter((one) => one.workspaceId === workspaceId).length,
      calls,
      profiles,
      doctor: async () => [{ name: 'Node', state: 'ok', found: 'Node 26', mend: '' }],
      trust: async () => ({
        registryUrl: 'http://registry.example',
        registryKeys: [],
        publishers: [
          { id: 'acme', keys: [], pinnedAt: new Date(0).toISOString(), workers: workerPublishers.has('acme') },
        ],
      }),
      trustWorkers: async (_principal, publisher, workers) =>
        void (workers ? workerPublishers.add(publisher) : workerPublishers.delete(publisher)),
      trustDesk: await openTestTrustDesk(dataDir),
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
    metering,
    limits: profile.limits,
    kernel,
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
