import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createBroker, createEgress, createPluginFiles } from '../../../runtime/src/broker/index.ts'
import type { BrokerPorts, BrokerUsage, WorkspaceRoot } from '../../../runtime/src/broker/index.ts'
import { type Grants, NO_GRANTS } from '../../../runtime/src/grants/grant.ts'
import type { AuditEvent } from '../../../runtime/src/audit/audit.ts'
import type { SandboxLimits } from '../../../runtime/src/sandbox/profile.ts'
import type { SandboxBreach } from '../../../runtime/src/sandbox/sandbox.ts'
import { openStore } from '../../../runtime/src/store/open-store.ts'
import type { Store } from '../../../runtime/src/store/store.ts'
import { limits } from '../../escape/arena.ts'
import { addInstallation, addWorkspace } from '../store/rows.ts'

/** The door of one installation over a real store, real files and a real way out. */
export interface OpenPort extends AsyncDisposable {
  readonly folder: string
  readonly store: Store
  readonly installationId: string
  readonly events: readonly AuditEvent[]
  readonly breaches: readonly SandboxBreach[]
  readonly roots: WorkspaceRoot[]
  /** The answer, parsed; `undefined` when there is none. */
  call(name: string, argument: unknown, requestId?: string): Promise<unknown>
  callText(name: string, argument: string): Promise<string>
  usage(): BrokerUsage
}

export interface PortOptions {
  readonly grants?: Partial<Grants>
  readonly limits?: Partial<SandboxLimits>
  readonly egress?: BrokerPorts['egress']
}

export async function openPort(options: PortOptions = {}): Promise<OpenPort> {
  await using stack = new AsyncDisposableStack()
  const folder = await mkdtemp(join(tmpdir(), 'nexus-broker-'))
  stack.defer(() => rm(folder, { recursive: true, force: true }))
  const store = stack.use(await openStore({ url: `sqlite:${join(folder, 'store.db')}` }))
  const workspace = await addWorkspace(store)
  const { id } = await addInstallation(store, workspace.id)
  const events: AuditEvent[] = []
  const breaches: SandboxBreach[] = []
  const roots: WorkspaceRoot[] = []
  const broker = createBroker({
    callTool: async () => ({ content: [] }),
    emit: () => undefined,
    egress: options.egress ?? stack.use(createEgress()),
    storage: store.pluginStorage,
    files: createPluginFiles({ folder: join(folder, 'files'), roots: async () => roots }),
    audit: { record: (event) => void events.push(event) },
    reveal: async (_workspace, name) => `value of ${name}`,
    log: () => undefined,
  })
  const port = broker.portFor(
    {
      id,
      workspaceId: workspace.id,
      pluginId: 'acme/notes',
      grants: { ...NO_GRANTS, ...options.grants },
      limits: { ...limits, ...options.limits },
      config: { token: 'my-token' },
      observer: { breached: (breach) => void breaches.push(breach) },
    },
    { stdio: () => undefined, http: () => undefined, defineTool: () => undefined },
  )
  const signal = new AbortController().signal
  const callText = (name: string, argument: string, requestId: string | undefined = 'r1') =>
    port.call(name, argument, { requestId, signal })
  const owned = stack.move()
  return {
    folder,
    store,
    installationId: id,
    events,
    breaches,
    roots,
    callText,
    async call(name, argument, requestId) {
      const text = await callText(name, JSON.stringify(argument), requestId)
      const answer: unknown = text === '' ? undefined : JSON.parse(text)
      return answer
    },
    usage: () => broker.usage(id),
    [Symbol.asyncDispose]: () => owned.disposeAsync(),
  }
}
