// oxlint-disable typescript/no-unsafe-type-assertion -- a listening TCP server has an AddressInfo
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { NexusError } from '@nexus/plugin-api'
import type { AuditEvent } from '../../../../runtime/src/audit/audit.ts'
import { type Gateway, openGateway } from '../../../../runtime/src/gateway/gateway.ts'
import type { Waits } from '../../../../runtime/src/gateway/approvals/gate-context.ts'
import { type Principal, ROLE_PERMISSIONS, type Role } from '../../../../runtime/src/identity/principal.ts'
import { openPolicy } from '../../../../runtime/src/policy/open-policy.ts'
import type { Policy } from '../../../../runtime/src/policy/policy.ts'
import type { RuleRequest } from '../../../../runtime/src/policy/rules.ts'
import { openStore } from '../../../../runtime/src/store/open-store.ts'
import type { Store } from '../../../../runtime/src/store/store.ts'
import { processUpstream, WILD, WORKSPACE } from '../harness.ts'
import { modern } from '../wire.ts'

export type Json = Record<string, unknown>

function person(id: string, role: Role, token = id): Principal {
  return {
    id: `token:${token}`,
    userId: id,
    tokenId: token,
    displayName: id,
    workspaceId: WORKSPACE,
    roles: [role],
    permissions: new Set(ROLE_PERMISSIONS[role]),
  }
}

export const PEOPLE = {
  alice: person('alice', 'member'),
  'alice-2': person('alice', 'member', 'alice-2'),
  carol: person('carol', 'member'),
  bob: person('bob', 'admin'),
} as const

export interface Node extends AsyncDisposable {
  readonly gateway: Gateway
  readonly policy: Policy
  readonly events: AuditEvent[]
  readonly url: string
  fetch(path: string, init?: RequestInit & { readonly token?: string }): Promise<Response>
}

/** What every node of a host shares. */
export interface Shared {
  readonly store: Store
  readonly stateKey: Buffer
}

export async function openShared(): Promise<Shared> {
  const store = await openStore({ url: 'sqlite::memory:' })
  await store.workspaces.insert({ id: WORKSPACE, name: 'one', title: 'One', createdAt: new Date() })
  return { store, stateKey: Buffer.alloc(32, 7) }
}

/** Short enough for tests, long enough for a loaded machine to decide in between. */
const WAITS: Waits = { holdMs: 150, queueMs: 300, queueWithProgressMs: 20_000, progressMs: 30 }

/** One node: real policy, real store, a real process behind it, a real port. */
export async function startNode({ store, stateKey }: Shared, waits: Partial<Waits> = {}): Promise<Node> {
  await using opened = new AsyncDisposableStack()
  const events: AuditEvent[] = []
  const audit = { accepting: true, record: (event: AuditEvent) => void events.push(event) }
  const policy = await openPolicy({ store, audit })
  let origin = 'http://127.0.0.1'
  const gateway = opened.use(
    openGateway({
      store,
      policy,
      audit,
      publicUrl: () => origin,
      stateKey,
      approvalWaits: { ...WAITS, ...waits },
      authenticate(headers) {
        const name = (headers.authorization ?? '').replace(/^Bearer /, '')
        const found = Object.entries(PEOPLE).find(([token]) => token === name)
        if (found !== undefined) return Promise.resolve(found[1])
        return Promise.reject(new NexusError('TOKEN_INVALID', 'Expected a token.', { status: 401, fault: 'caller' }))
      },
    }),
  )
  const wild = opened.use(processUpstream('wild', WILD))
  const registration = gateway.upstreams.add(wild)
  opened.defer(() => registration[Symbol.dispose]())
  const server = createServer((asked, response) => {
    void gateway.handle(asked, response).then((mine) => mine || response.writeHead(404).end())
  })
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done))
  opened.defer(async () => {
    server.closeAllConnections()
    await new Promise((done) => server.close(done))
  })
  origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  const kept = opened.move()
  return {
    gateway,
    policy,
    events,
    url: origin,
    fetch(path, { token = 'alice', ...init } = {}) {
      const headers = new Headers(init.headers)
      headers.set('authorization', `Bearer ${token}`)
      return fetch(`${origin}${path}`, { ...init, headers })
    },
    [Symbol.asyncDispose]: () => kept.disposeAsync(),
  }
}

export const ADMINS = { roles: ['admin'], users: [] } as const

/** Adds a rule that asks; by default about every tool, admins approve. */
export function askAbout(node: Node, change: Partial<RuleRequest> = {}, self = false) {
  const approval = { approvers: ADMINS, expiresSeconds: 600, selfApproval: self }
  const rule: RuleRequest = { role: '*', plugin: '*', tool: '*', effect: 'ask', approval, ...change }
  return node.policy.rules.create(PEOPLE.bob, rule, 'r')
}

interface Told {
  readonly result?: Json
  readonly error?: { readonly code: number; readonly message: string; readonly data: Json }
}

/** One modern request and its answer, whether it came as JSON or as a stream. */
export async function request(
  node: Node,
  method: string,
  params: Json,
  options: { readonly token?: string; readonly elicitation?: Json } = {},
): Promise<Told> {
  const capabilities = options.elicitation === undefined ? {} : { elicitation: options.elicitation }
  const meta = {
    'io.modelcontextprotocol/protocolVersion': '2026-07-28',
    'io.modelcontextprotocol/clientCapabilities': capabilities,
    ...(params['_meta'] as Json | undefined),
  }
  // The helper wants a running gateway of the shared harness and uses nothing but its `fetch`.
  const answer = await modern(node as never, method, { ...params, _meta: meta }, { token: options.token ?? 'alice' })
  const text = await answer.text()
  const data = text.split('\n').findLast((line) => line.startsWith('data: '))
  return JSON.parse(data === undefined ? text : data.slice(6)) as Told
}

export const calls = (node: Node) =>
  node.events.filter(({ action, outcome }) => action === 'tool.called' && outcome === 'ok')

/** The only approval that waits, as an approver sees it. */
export async function pending(node: Node, who: Principal = PEOPLE.bob) {
  const rows = await node.gateway.approvals.list(who)
  const waiting = rows.filter(({ state }) => state === 'pending')
  if (waiting[0] === undefined || waiting.length > 1)
    throw new Error(`Expected one that waits, found ${waiting.length}.`)
  return waiting[0]
}

/** Resolves once something waits for the approver. */
export async function untilPending(node: Node, who: Principal = PEOPLE.bob) {
  for (;;) {
    const row = (await node.gateway.approvals.list(who)).find(({ state }) => state === 'pending')
    if (row !== undefined) return row
    await new Promise((resolve) => setTimeout(resolve, 10))
  }
}

export const approve = (node: Node, id: string, note?: string) =>
  node.gateway.approvals.decide(PEOPLE.bob, id, { verdict: 'approve', note }, 'decision')
export const deny = (node: Node, id: string, note?: string) =>
  node.gateway.approvals.decide(PEOPLE.bob, id, { verdict: 'deny', note }, 'decision')
