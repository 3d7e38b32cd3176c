// oxlint-disable typescript/no-unsafe-type-assertion -- a listening TCP server has an AddressInfo
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { resolve } from 'node:path'
import { type JsonObject, NexusError } from '@nexus/plugin-api'
import type { AuditEvent } from '../../../runtime/src/audit/audit.ts'
import { DefinitionReview } from '../../../runtime/src/gateway/drift/index.ts'
import { type Gateway, openGateway } from '../../../runtime/src/gateway/gateway.ts'
import type { EdgeLog } from '../../../runtime/src/gateway/edge/edge-log.ts'
import { openProcessUpstream } from '../../../runtime/src/gateway/upstream/open-process-upstream.ts'
import { openRemoteUpstream } from '../../../runtime/src/gateway/upstream/open-remote-upstream.ts'
import type { UpstreamIdentity } from '../../../runtime/src/gateway/upstream/reconnecting-upstream.ts'
import type { HttpEgress } from '../../../runtime/src/gateway/upstream/remote/http-egress.ts'
import type { Upstream } from '../../../runtime/src/gateway/upstream/upstream.ts'
import { type Permission, type Principal, PERMISSIONS } from '../../../runtime/src/identity/principal.ts'
import type { PolicyCall, PolicyPort } from '../../../runtime/src/policy/decide.ts'
import { startProcess } from '../../../runtime/src/sandbox/process/start-process.ts'
import { openStore } from '../../../runtime/src/store/open-store.ts'
import type { Store } from '../../../runtime/src/store/store.ts'
import { createEgress } from '../../../runtime/src/broker/egress/create-egress.ts'

export const WORKSPACE = 'workspace-1'
const root = resolve(import.meta.dirname, '../../..')

export function principal(
  id: string,
  workspaceId = WORKSPACE,
  permissions: readonly Permission[] = PERMISSIONS,
): Principal {
  return {
    id,
    userId: undefined,
    tokenId: id,
    displayName: id,
    workspaceId,
    roles: ['member'],
    permissions: new Set(permissions),
  }
}

/** What each token stands for; `bound` names the only virtual server it is for. */
const TOKENS: Readonly<Record<string, { readonly who: Principal; readonly bound?: string }>> = {
  alice: { who: principal('token:alice') },
  bob: { who: principal('token:bob') },
  other: { who: principal('token:other', 'workspace-2') },
  reader: { who: principal('token:reader', WORKSPACE, ['servers:read']) },
  bound: { who: principal('token:bound'), bound: 'small' },
}

export interface RunningGateway extends AsyncDisposable {
  readonly gateway: Gateway
  /** When asked for. */
  readonly review: DefinitionReview | undefined
  readonly store: Store
  readonly url: string
  readonly events: AuditEvent[]
  /** Tools that policy denies, and results that it replaces. */
  readonly policy: {
    readonly denied: Set<string>
    readonly hidden: Set<string>
    review: string | undefined
    /** What it makes of results. */
    rewrite: ((result: JsonObject) => JsonObject) | undefined
    broken: boolean
    /** What it was asked. */
    readonly asked: PolicyCall[]
  }
  /** Tokens that are good no more. */
  readonly revoked: Set<string>
  add(upstream: Upstream): Upstream
  /** One raw HTTP request to the gateway. */
  fetch(path: string, init?: RequestInit & { readonly token?: string }): Promise<Response>
}

export interface GatewayStart {
  /** Of another node of the same host; its owner closes it. */
  readonly store?: Store
  /** A free one unless told. */
  readonly port?: number
  readonly log?: EdgeLog
  /** Of its own unless told: nodes of one host share it. */
  readonly stateKey?: Buffer
  /** Holds back definitions that nobody agreed to, as the host does. */
  readonly reviews?: boolean
}

async function openWorkspaces(): Promise<Store> {
  const store = await openStore({ url: 'sqlite::memory:' })
  await store.workspaces.insert({ id: WORKSPACE, name: 'one', title: 'One', createdAt: new Date() })
  await store.workspaces.insert({ id: 'workspace-2', name: 'two', title: 'Two', createdAt: new Date() })
  return store
}

/** A gateway on a real store and a real port. Policy and audit are ports: here a literal table and an array. */
export async function startGateway(options: GatewayStart = {}): Promise<RunningGateway> {
  const store = options.store ?? (await openWorkspaces())
  const events: AuditEvent[] = []
  const rules: RunningGateway['policy'] = {
    denied: new Set(),
    hidden: new Set(),
    review: undefined,
    rewrite: undefined,
    broken: false,
    asked: [],
  }
  const revoked = new Set<string>()
  const policy: PolicyPort = {
    decide(call) {
      rules.asked.push(call)
      if (rules.broken) return Promise.reject(new Error('broken'))
      return Promise.resolve(
        rules.denied.has(call.tool)
          ? { effect: 'deny', rule: 'rule-1', reason: 'not today' }
          : { effect: 'allow', rule: 'default' },
      )
    },
    isVisible: (_principal, _plugin, tool) => !rules.hidden.has(tool),
    inspectsResults: () => rules.review !== undefined || rules.rewrite !== undefined,
    review: (_call, result) =>
      Promise.resolve(rules.rewrite?.(result) ?? { content: [{ type: 'text', text: rules.review ?? '' }] }),
  }
  let origin = 'http://127.0.0.1'
  const audit = { record: (event: AuditEvent) => void events.push(event) }
  const review = options.reviews === true ? new DefinitionReview({ store, audit, marksMs: 20 }) : undefined
  const gateway = openGateway({
    store,
    ...(review === undefined ? {} : { review }),
    policy,
    audit,
    publicUrl: () => origin,
    ...(options.log === undefined ? {} : { log: options.log }),
    ...(options.stateKey === undefined ? {} : { stateKey: options.stateKey }),
    authenticate(headers, { virtualServer }) {
      const given = (headers.authorization ?? '').replace(/^Bearer /, '')
      const token = TOKENS[given]
      if (token === undefined || revoked.has(given))
        return Promise.reject(new NexusError('TOKEN_INVALID', 'Expected a token.', { status: 401, fault: 'caller' }))
      if (token.bound !== undefined && token.bound !== virtualServer) {
        return Promise.reject(
          new NexusError('TOKEN_WRONG_SERVER', 'Expected another server.', { status: 403, fault: 'caller' }),
        )
      }
      return Promise.resolve(token.who)
    },
  })
  const server = createServer((request, response) => {
    void gateway.handle(request, response).then((mine) => mine || response.writeHead(404).end())
  })
  await new Promise<void>((done) => server.listen(options.port ?? 0, '127.0.0.1', done))
  origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  await using opened = new AsyncDisposableStack()
  if (options.store === undefined) opened.use(store)
  opened.defer(async () => {
    server.closeAllConnections()
    await new Promise((done) => server.close(done))
  })
  if (review !== undefined) opened.use(review)
  opened.use(gateway)
  const kept = opened.move()
  return {
    gateway,
    review,
    store,
    url: origin,
    events,
    policy: rules,
    revoked,
    add(upstream) {
      const registration = gateway.upstreams.add(upstream)
      kept.defer(async () => {
        registration[Symbol.dispose]()
        await upstream[Symbol.asyncDispose]()
      })
      return upstream
    },
    fetch(path, { token = 'alice', ...init } = {}) {
      const headers = new Headers(init.headers)
      if (token !== '') headers.set('authorization', `Bearer ${token}`)
      return fetch(`${origin}${path}`, { ...init, headers })
    },
    [Symbol.asyncDispose]: () => kept.disposeAsync(),
  }
}

export function identity(label: string, workspaceId = WORKSPACE): UpstreamIdentity {
  return {
    id: `installation-${label}`,
    installationId: `installation-${label}`,
    pluginId: `nexus/${label}`,
    workspaceId,
    label,
  }
}

/** A stdio upstream that runs a script of this repository in a contained process. */
export function processUpstream(
  label: string,
  script: string,
  args: readonly string[] = [],
  started: number[] = [],
  workspaceId = WORKSPACE,
): Upstream {
  return openProcessUpstream({
    identity: identity(label, workspaceId),
    start() {
      const child = startProcess({
        command: process.execPath,
        args: [resolve(root, script), ...args],
        env: {},
        readable: [root],
      })
      if (child.pid !== undefined) started.push(child.pid)
      return Promise.resolve(child)
    },
  })
}

export const WILD = 'test/fixtures/mcp/wild-stdio.ts'

const egress = createEgress()
const METHODS = ['GET', 'POST', 'DELETE']

/** The real way out, granted to whatever is asked for. */
export const openEgress: HttpEgress = {
  request({ url, ...request }) {
    const { hostname: host, port } = new URL(url)
    const grant = { scheme: 'http', host, port: Number(port), methods: METHODS, allowPrivateAddresses: true } as const
    return egress.stream({ url, ...request, grants: [grant], timeoutMs: 60_000, maxBytes: 64 * 1024 * 1024 })
  },
}

export function remoteUpstream(label: string, url: string): Upstream {
  return openRemoteUpstream({ identity: identity(label), url, egress: openEgress, headers: () => Promise.resolve({}) })
}
