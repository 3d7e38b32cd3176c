import { createHash } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type PluginManifest, parseManifest } from '@nexus/plugin-api'
import { type Learnt, createLearnt } from '../../runtime/src/admission/learnt.ts'
import type { AuditEvent } from '../../runtime/src/audit/audit.ts'
import {
  type Broker,
  type PluginLogLine,
  type WorkspaceRoot,
  createBroker,
  createEgress,
  createPluginFiles,
} from '../../runtime/src/broker/index.ts'
import type { ResolveHost } from '../../runtime/src/broker/egress/pinned-client.ts'
import { type Grants, NO_GRANTS } from '../../runtime/src/grants/grant.ts'
import { systemPrincipal } from '../../runtime/src/identity/principal.ts'
import { type IsolateHost, openIsolateHost } from '../../runtime/src/sandbox/isolate/open-isolate-host.ts'
import type { SandboxLimits, SandboxProfile } from '../../runtime/src/sandbox/profile.ts'
import type { Sandbox } from '../../runtime/src/sandbox/sandbox.ts'
import { openStore } from '../../runtime/src/store/index.ts'
import type { Store } from '../../runtime/src/store/store.ts'
import { addInstallation } from '../runtime/store/rows.ts'

/** Small limits, so that attacks end soon. */
export const limits: SandboxLimits = {
  memoryMb: 24,
  cpuMsPerCall: 150,
  cpuMsPerMinute: 10_000,
  wallMsPerCall: 2_500,
  startMs: 2_500,
  concurrentCalls: 8,
  payloadBytes: 524_288,
  outstandingCapabilityCalls: 16,
  capabilityCallsPerCall: 100,
  storageBytes: 1_048_576,
  egressBytesPerCall: 262_144,
  egressBytesPerMinute: 4_194_304,
  networkRequestsPerMinute: 1_000,
  fileBytes: 1_048_576,
  eventsPerMinute: 100,
  logBytesPerMinute: 65_536,
  clockResolutionMs: 1,
}

export const bystanderCode =
  "export default { activate(c) { c.tools.handle('attack', async () => { await c.storage.get('k'); return 'here' }) } }"

export interface PluginOptions {
  readonly installationId: string
  readonly grants?: Partial<Grants>
  readonly limits?: Partial<SandboxLimits>
  readonly config?: Readonly<Record<string, string>>
  /** Members of the manifest that differ from an ordinary connector with the tool `attack`. */
  readonly manifest?: Readonly<Record<string, unknown>>
  /** Sandboxes of one profile share a cell; a name of its own is a cell of its own. Default `arena`. */
  readonly profileName?: string
  /** What the profile gives back of the language. Default: nothing. */
  readonly features?: SandboxProfile['features']
}

/** A real host with a real broker, store and cells. */
export interface Arena extends AsyncDisposable {
  readonly host: IsolateHost
  readonly broker: Broker
  readonly logs: PluginLogLine[]
  readonly denials: AuditEvent[]
  readonly secrets: Map<string, string>
  readonly cacheDir: string
  /** Tools of other plugins that were called: `request tool principal`. */
  readonly nested: string[]
  /** Events that were sent: `installation event`. */
  readonly emitted: string[]
  /** Names of the tools that an installation defined at run time. */
  defined(installationId: string): readonly string[]
  open(code: string, options: PluginOptions): Promise<Sandbox>
}

export interface ArenaOptions {
  readonly resolve?: ResolveHost
  readonly strength?: 'strongest' | 'permission'
  /** Folders behind `$workspace`. */
  readonly roots?: readonly WorkspaceRoot[]
}

export async function openArena(options: ArenaOptions = {}): Promise<Arena> {
  const folder = await mkdtemp(join(tmpdir(), 'nexus-escape-'))
  const logs: PluginLogLine[] = []
  const denials: AuditEvent[] = []
  const secrets = new Map<string, string>()
  const nested: string[] = []
  const emitted: string[] = []
  const learnt = new Map<string, Learnt>()
  await using stack = new AsyncDisposableStack()
  stack.defer(() => rm(folder, { recursive: true }))
  const store: Store = stack.use(await openStore({ url: `sqlite:${join(folder, 'store.db')}` }))
  await store.workspaces.insert({ id: 'w1', name: 'main', title: 'Main', createdAt: new Date() })
  const host = stack.use(
    await openIsolateHost({
      cacheDir: join(folder, 'cache'),
      logger: { warn: () => undefined },
      strength: options.strength ?? 'strongest',
    }),
  )
  const egress = stack.use(createEgress(options.resolve === undefined ? {} : { resolve: options.resolve }))
  const broker = createBroker({
    async callTool({ pluginId, tool, requestId, origin }) {
      nested.push(`${requestId} ${pluginId}:${tool} ${origin.principal.id}`)
      return { content: [{ type: 'text', text: 'called' }] }
    },
    emit: ({ installationId, name }) => void emitted.push(`${installationId} ${name}`),
    egress,
    storage: store.pluginStorage,
    files: createPluginFiles({ folder: join(folder, 'files'), roots: async () => options.roots ?? [] }),
    audit: { record: (event) => void denials.push(event) },
    log: (line) => void logs.push(line),
    reveal: async (_workspace, name) => secrets.get(name) ?? '',
  })
  const owned = stack.move()
  return {
    host,
    broker,
    logs,
    denials,
    secrets,
    nested,
    emitted,
    cacheDir: join(folder, 'cache'),
    defined: (installationId) => (learnt.get(installationId)?.list().tools ?? []).map(({ name }) => name),
    async open(code, plugin) {
      const manifest = attackManifest(plugin.manifest)
      const { installationId } = plugin
      const learning = createLearnt(manifest)
      learnt.set(installationId, learning)
      if ((await store.installations.get(installationId)) === undefined)
        await addInstallation(store, 'w1', { id: installationId, label: installationId })
      const held = { ...limits, ...plugin.limits }
      const grants = { ...NO_GRANTS, ...plugin.grants }
      const port = broker.portFor(
        {
          id: plugin.installationId,
          workspaceId: 'w1',
          pluginId: manifest.id,
          grants,
          limits: held,
          config: plugin.config ?? {},
        },
        { stdio: () => undefined, http: () => undefined, resourceChanged: () => undefined, ...learning },
      )
      const spec = {
        installationId: plugin.installationId,
        workspaceId: 'w1',
        manifest,
        code,
        codeDigest: `sha256:${createHash('sha256').update(code).digest('hex')}`,
        config: plugin.config ?? {},
        profile: {
          name: plugin.profileName ?? 'arena',
          title: 'Arena',
          description: 'Small limits.',
          tier: 'isolate' as const,
          limits: held,
          lifecycle: { start: 'eager' as const, idleStopMs: 0, instances: 1 },
          features: plugin.features ?? { webAssembly: false, sharedArrayBuffer: false },
        },
        limits: held,
      }
      return host.open(spec, port, new AbortController().signal)
    },
    [Symbol.asyncDispose]: () => owned.disposeAsync(),
  }
}

/** An ordinary connector with one tool, `attack`, and what is to be different about it. */
export function parseAttackManifest(members: Readonly<Record<string, unknown>> = {}): ReturnType<typeof parseManifest> {
  return parseManifest({
    manifestVersion: 1,
    id: 'acme/attack',
    version: '1.0.0',
    displayName: 'Attack',
    description: 'Tries to get out.',
    license: 'MIT',
    engines: { nexus: '>=0.1.0' },
    kind: 'connector',
    contributes: { tools: [{ name: 'attack', description: 'Attacks.', inputSchema: { type: 'object' } }] },
    ...members,
  })
}

function attackManifest(members: PluginOptions['manifest']): PluginManifest {
  const parsed = parseAttackManifest(members)
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.issues))
  return parsed.manifest
}

/** A module whose tool runs `body` with `args`, `call` and `context`. */
export function moduleOf(body: string): string {
  return `export default { activate(context) { context.tools.handle('attack', async (args, call) => { ${body} }) } }`
}

/** Calls the tool and answers the text of its result. */
export async function callTool(
  sandbox: Sandbox,
  payload = '{}',
  signal: AbortSignal = new AbortController().signal,
  requestId = 'request-1',
): Promise<string> {
  const text = await sandbox.invoke({
    handler: 'tool',
    name: 'attack',
    payload,
    requestId,
    principal: { id: 'user:1', displayName: 'Ada' },
    origin: { principal: { ...systemPrincipal('w1'), id: 'user:1' }, depth: 0, chain: [] },
    signal,
  })
  const result: unknown = JSON.parse(text)
  if (typeof result !== 'object' || result === null || !('content' in result) || !Array.isArray(result.content))
    return text
  const [block]: readonly unknown[] = result.content
  return typeof block === 'object' && block !== null && 'text' in block ? String(block.text) : text
}
