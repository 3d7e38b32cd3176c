import { createHash } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { type PluginManifest, parseManifest } from '@nexus/plugin-api'
import { createBroker, createEgress, createPluginFiles } from '../../../runtime/src/broker/index.ts'
import { NO_GRANTS } from '../../../runtime/src/grants/grant.ts'
import { type IsolateHost, openIsolateHost } from '../../../runtime/src/sandbox/isolate/open-isolate-host.ts'
import { createLifecycleHost } from '../../../runtime/src/sandbox/lifecycle/create-lifecycle-host.ts'
import { loadProfiles } from '../../../runtime/src/sandbox/load-profiles.ts'
import type { CapabilityPort, Sandbox, SandboxSpec } from '../../../runtime/src/sandbox/sandbox.ts'
import { openStore } from '../../../runtime/src/store/index.ts'
import type { Store } from '../../../runtime/src/store/store.ts'
import { type Contender, textOf } from './contender.ts'

const CODE = `export default { activate(context) {
  context.tools.handle('echo', async (args) => args.text)
  context.tools.handle('get', async () => JSON.stringify(await context.storage.get('k')))
} }`

/** The real isolate tier with the real broker on a real store. */
export interface NexusCells extends AsyncDisposable {
  readonly host: IsolateHost
  readonly port: CapabilityPort
  /** Everything that is written goes in here. */
  readonly folder: string
  /** One more cell with a plugin in it, in a host of its own; the compiled code is there already. */
  startCell(): Promise<AsyncDisposable>
  /** An installation that was never called since the host started. */
  openAsleep(installationId: string): Promise<Sandbox>
  /** A spec with `extraBytes` of code besides the handlers. */
  spec(installationId: string, extraBytes?: number): SandboxSpec
}

export async function openNexusCells(): Promise<NexusCells> {
  await using stack = new AsyncDisposableStack()
  const folder = await mkdtemp(join(tmpdir(), 'nexus-bench-'))
  stack.defer(() => rm(folder, { recursive: true, force: true }))
  const profiles = await loadProfiles(fileURLToPath(new URL('../../../sandbox-profiles', import.meta.url)))
  const profile = profiles.get('standard')
  // A benchmark is busier than any installation may be.
  const limits = { ...profile.limits, cpuMsPerMinute: 6_000_000, payloadBytes: 4 * 1_048_576, concurrentCalls: 256 }
  const store = stack.use(await openStore({ url: `sqlite:${join(folder, 'store.db')}` }))
  await addInstallation(store)
  const broker = createBroker({
    callTool: () => Promise.reject(new Error('There is no gateway here.')),
    emit: () => undefined,
    egress: stack.use(createEgress()),
    storage: store.pluginStorage,
    files: createPluginFiles({ folder: join(folder, 'files'), roots: async () => [] }),
    audit: { record: () => undefined },
    log: () => undefined,
    reveal: async () => '',
  })
  const openHost = () => openIsolateHost({ cacheDir: join(folder, 'cache'), logger: { warn: () => undefined } })
  const host = stack.use(await openHost())
  const managed = createLifecycleHost(host)
  const port = broker.portFor(
    { id: 'bench', workspaceId: 'w', pluginId: 'acme/bench', grants: NO_GRANTS, limits, config: {} },
    { stdio: () => undefined, http: () => undefined, defineTool: () => undefined },
  )
  await port.call('storage.set', '{"key":"k","value":"42"}', {
    requestId: undefined,
    signal: new AbortController().signal,
  })
  const never = new AbortController().signal
  const spec = (installationId: string, extraBytes = 0): SandboxSpec => {
    const code = `${CODE}\n${filler(extraBytes)}`
    const codeDigest = `sha256:${createHash('sha256').update(code).digest('hex')}`
    const workspaceId = 'w'
    return { installationId, workspaceId, manifest: manifest(), code, codeDigest, config: {}, profile, limits }
  }
  const owned = stack.move()
  return {
    host,
    port,
    folder,
    spec,
    async startCell() {
      const other = await openHost()
      await other.open(spec('bench'), port, never)
      return other
    },
    openAsleep(installationId) {
      const { code, ...rest } = spec(installationId)
      return managed.open({ ...rest, code: '', reload: async () => code, lazy: true }, port, never)
    },
    [Symbol.asyncDispose]: () => owned.disposeAsync(),
  }
}

async function addInstallation(store: Store): Promise<void> {
  await store.workspaces.insert({ id: 'w', name: 'main', title: 'Main', createdAt: new Date() })
  const now = new Date()
  await store.installations.insert({
    id: 'bench',
    workspaceId: 'w',
    pluginId: 'acme/bench',
    version: '1.0.0',
    bundleDigest: `sha256:${'0'.repeat(64)}`,
    manifest: manifest(),
    config: {},
    grants: NO_GRANTS,
    profile: 'standard',
    enabled: true,
    label: 'bench',
    quarantine: undefined,
    installedBy: 'user:bench',
    createdAt: now,
    updatedAt: now,
  })
}

/** Code as bundles hold it: functions that exist and are not called at start. */
function filler(bytes: number): string {
  const parts: string[] = []
  for (let size = 0, index = 0; size < bytes; index += 1) {
    const part = `function helper${index}(list) { return list.filter((entry) => entry.id > ${index}).map((entry) => ({ ...entry, name: \`\${entry.name}-${index}\` })) }`
    parts.push(part)
    size += part.length
  }
  return parts.join('\n')
}

function manifest(): PluginManifest {
  const parsed = parseManifest({
    manifestVersion: 1,
    id: 'acme/bench',
    version: '1.0.0',
    displayName: 'Bench',
    description: 'Echoes.',
    kind: 'connector',
    license: 'MIT',
    main: 'index.js',
    engines: { nexus: '^0.1.0' },
    contributes: {
      tools: ['echo', 'get'].map((name) => ({ name, description: name, inputSchema: { type: 'object' } })),
    },
  })
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.issues))
  return parsed.manifest
}

const principal = { id: 'user:bench', displayName: 'Bench' }

export function callSandbox(sandbox: Sandbox, name: string, payload: string): Promise<string> {
  const { signal } = new AbortController()
  return sandbox.invoke({ handler: 'tool', name, payload, requestId: 'r', principal, signal })
}

/** Name of the row that is ours. */
export const NEXUS = 'nexus: isolate in a cell'

/** Host → cell → host. */
export async function openNexusContender(cells: NexusCells): Promise<Contender> {
  const sandbox = await cells.host.open(cells.spec('bench'), cells.port, new AbortController().signal)
  return {
    name: NEXUS,
    echo: async (text) => textOf(await callSandbox(sandbox, 'echo', JSON.stringify({ text }))),
    capability: async () => textOf(await callSandbox(sandbox, 'get', '{}')),
    processes: () => cells.host.cells(),
    [Symbol.asyncDispose]: () => sandbox[Symbol.asyncDispose](),
  }
}
