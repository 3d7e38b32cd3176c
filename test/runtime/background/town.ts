import { createHash } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type JsonObject, type Permissions, parseManifest } from '@nexus/plugin-api'
import { runInBackground } from '../../../runtime/src/admission/run-in-background.ts'
import type { AuditEvent } from '../../../runtime/src/audit/audit.ts'
import { createBroker, createEgress, createPluginFiles } from '../../../runtime/src/broker/index.ts'
import { announceAudit, createEventHub, type EventHub } from '../../../runtime/src/events/index.ts'
import { createIsolateUpstream, type Gateway, openGateway } from '../../../runtime/src/gateway/index.ts'
import { resolveGrants } from '../../../runtime/src/grants/index.ts'
import type { Grants } from '../../../runtime/src/grants/grant.ts'
import { type Principal, systemPrincipal } from '../../../runtime/src/identity/principal.ts'
import { openPolicy } from '../../../runtime/src/policy/index.ts'
import type { Policy } from '../../../runtime/src/policy/policy.ts'
import { openIsolateHost } from '../../../runtime/src/sandbox/isolate/open-isolate-host.ts'
import { createLifecycleHost } from '../../../runtime/src/sandbox/lifecycle/create-lifecycle-host.ts'
import type { SandboxLimits } from '../../../runtime/src/sandbox/profile.ts'
import type { Sandbox, SandboxObserver } from '../../../runtime/src/sandbox/sandbox.ts'
import { createScheduler, type Scheduler } from '../../../runtime/src/schedule/index.ts'
import { waysToOthers } from '../../../runtime/src/start/open-background.ts'
import { openStore } from '../../../runtime/src/store/index.ts'
import type { Store } from '../../../runtime/src/store/store.ts'
import { limits as arenaLimits } from '../../escape/arena.ts'
import { addInstallation } from '../store/rows.ts'

/** Room for a call that waits for eight others on a busy machine. */
const limits: SandboxLimits = { ...arenaLimits, cpuMsPerCall: 2_000, wallMsPerCall: 20_000, startMs: 20_000 }

export interface NewPlugin {
  /** `publisher/name`; the installation has the same id. */
  readonly id: string
  /** Body of `activate(c)`, or a whole module. */
  readonly code: string
  readonly tools?: readonly string[]
  readonly permissions?: Permissions
  readonly workspaceId?: string
  readonly limits?: Partial<SandboxLimits>
  readonly idleStopMs?: number
  /** Differs from what the manifest asks: as if an admin had taken something back. */
  readonly grants?: Partial<Grants>
  /** For a second installation of one plugin. */
  readonly label?: string
}

export interface Resident extends AsyncDisposable {
  readonly sandbox: Sandbox
  readonly hibernated: () => number
  /** What a client of the gateway does, after the edge. */
  call(tool: string, args?: JsonObject, options?: { principal?: Principal; signal?: AbortSignal }): Promise<JsonObject>
  /** Lets it no longer hear and run, as a stop does. */
  rest(): void
}

/** Several real plugins behind a real gateway, with broker, policy, events and clock. */
export interface Town extends AsyncDisposable {
  readonly store: Store
  readonly gateway: Gateway
  readonly policy: Policy
  readonly hub: EventHub
  readonly scheduler: Scheduler
  readonly audit: AuditEvent[]
  readonly logs: string[]
  add(plugin: NewPlugin): Promise<Resident>
}

export async function openTown(now?: () => Date): Promise<Town> {
  const folder = await mkdtemp(join(tmpdir(), 'nexus-town-'))
  await using stack = new AsyncDisposableStack()
  stack.defer(() => rm(folder, { recursive: true, force: true }))
  const store = stack.use(await openStore({ url: 'sqlite::memory:' }))
  for (const id of ['w1', 'w2']) await store.workspaces.insert({ id, name: id, title: id, createdAt: new Date() })
  const events: AuditEvent[] = []
  const logs: string[] = []
  const log = (_installation: string, _level: string, message: string): void => void logs.push(message)
  const hub = createEventHub(log)
  const audit = announceAudit({ accepting: true, record: (event: AuditEvent) => void events.push(event) }, hub)
  const policy = await openPolicy({ store, audit })
  const gateway = stack.use(
    openGateway({
      store,
      policy,
      audit,
      publicUrl: 'http://127.0.0.1',
      authenticate: () => Promise.reject(new Error('No.')),
    }),
  )
  const broker = createBroker({
    ...waysToOthers(gateway, hub),
    egress: stack.use(createEgress()),
    storage: store.pluginStorage,
    files: createPluginFiles({ folder: join(folder, 'files'), roots: async () => [] }),
    audit,
    reveal: () => Promise.reject(new Error('No secrets.')),
    log: ({ message }) => void logs.push(message),
  })
  const scheduler = createScheduler({ store, audit, log, ...(now === undefined ? {} : { now }) })
  const isolates = stack.use(await openIsolateHost({ cacheDir: folder, logger: { warn: () => undefined } }))
  const host = createLifecycleHost(isolates)
  const backgrounds = stack.use(new DisposableStack())
  const owned = stack.move()

  const add = async (plugin: NewPlugin): Promise<Resident> => {
    const { workspaceId = 'w1', tools = [], permissions = {}, label = plugin.id.replace('/', '-') } = plugin
    const parsed = parseManifest({
      manifestVersion: 1,
      id: plugin.id,
      version: '1.0.0',
      kind: 'connector',
      displayName: plugin.id,
      description: 'For tests.',
      license: 'MIT',
      engines: { nexus: '>=0.1.0' },
      permissions,
      contributes: { tools: tools.map((name) => ({ name, description: name, inputSchema: { type: 'object' } })) },
    })
    if (!parsed.ok) throw new Error(JSON.stringify(parsed.issues))
    const { manifest } = parsed
    const grants = { ...resolveGrants(manifest, {}, { allowPrivateAddresses: [] }), ...plugin.grants }
    const held = { ...limits, ...plugin.limits }
    const id = `${workspaceId}-${label}`
    const row = await addInstallation(store, workspaceId, {
      id,
      pluginId: plugin.id,
      label,
      manifest,
      grants,
      config: {},
    })
    let hibernated = 0
    const observer: SandboxObserver = { hibernated: () => void (hibernated += 1) }
    const port = broker.portFor(
      { id, workspaceId, pluginId: plugin.id, grants, limits: held, config: {} },
      { stdio: () => undefined, http: () => undefined, defineTool: () => undefined },
    )
    const isModule = plugin.code.includes('export default')
    const code = isModule ? plugin.code : `export default { activate(c) { ${plugin.code} } }`
    const lifecycle = { start: 'eager' as const, idleStopMs: plugin.idleStopMs ?? 0, instances: 1 }
    const features = { webAssembly: false, sharedArrayBuffer: false }
    const profile = {
      name: 'town',
      title: 'T',
      description: '',
      tier: 'isolate' as const,
      limits: held,
      lifecycle,
      features,
    }
    const codeDigest = `sha256:${createHash('sha256').update(code).digest('hex')}`
    const spec = {
      installationId: id,
      workspaceId,
      manifest,
      code,
      codeDigest,
      config: {},
      profile,
      limits: held,
      observer,
    }
    const sandbox = await host.open(spec, port, AbortSignal.timeout(30_000))
    const identity = { id, installationId: id, pluginId: plugin.id, workspaceId, label }
    const upstream = createIsolateUpstream({ identity, manifest, sandbox: async () => sandbox })
    const plugged = gateway.upstreams.add(upstream)
    const metering = { granted: () => undefined }
    const background = backgrounds.use(
      runInBackground({ row, limits: held }, sandbox, {
        background: { events: hub, scheduler },
        metering,
      }),
    )
    return {
      sandbox,
      hibernated: () => hibernated,
      call: async (tool, args = {}, options = {}) => {
        const result = await upstream.request({
          method: 'tools/call',
          params: { name: tool, arguments: args },
          requestId: 'request-1',
          principal: options.principal ?? { ...systemPrincipal(workspaceId), id: 'user:ada', roles: ['member'] },
          signal: options.signal ?? new AbortController().signal,
        })
        return result.value()
      },
      rest: () => background[Symbol.dispose](),
      async [Symbol.asyncDispose]() {
        background[Symbol.dispose]()
        plugged[Symbol.dispose]()
        await sandbox[Symbol.asyncDispose]()
        await store.installations.remove(id)
        broker.forget(id)
      },
    }
  }
  return {
    store,
    gateway,
    policy,
    hub,
    scheduler,
    audit: events,
    logs,
    add,
    [Symbol.asyncDispose]: () => owned.disposeAsync(),
  }
}

/** The text of a result's first block. */
export function textOf(result: JsonObject): string {
  const { content } = result
  const block = Array.isArray(content) ? content[0] : undefined
  return typeof block === 'object' && block !== null && 'text' in block ? String(block['text']) : JSON.stringify(result)
}

/** Waits for something that happens soon, or on a busy machine later. */
export async function until(holds: () => boolean | Promise<boolean>): Promise<void> {
  for (const end = Date.now() + 20_000; Date.now() < end; await new Promise((resolve) => setTimeout(resolve, 20)))
    if (await holds()) return
  throw new Error('Expected it to happen, it did not.')
}
