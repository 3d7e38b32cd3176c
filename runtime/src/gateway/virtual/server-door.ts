import type { Principal } from '../../identity/principal.ts'
import { type Audience, ENTRY_KINDS, type EntryKind, type VirtualServerRow } from '../../store/virtual-server-row.ts'
import type { View } from '../router/view.ts'
import { compileFilter, type EntryTest, type FilteredEntry } from './entry-filter.ts'

/** What a server's own rules say. */
export type DoorVerdict =
  | { readonly effect: 'allow' }
  | { readonly effect: 'deny'; readonly rule: string; readonly reason: string }

const ALLOWED: DoorVerdict = { effect: 'allow' }
const NONE_ALLOWS: DoorVerdict = {
  effect: 'deny',
  rule: 'server:not-allowed',
  reason: 'It is none of those that the rules of this virtual server allow.',
}

interface CompiledRule {
  readonly who: Audience
  /** Kinds of entries that it is about. */
  readonly kinds: ReadonlySet<EntryKind>
  readonly fits: EntryTest
  readonly allows: boolean
  readonly denial: DoorVerdict
}

interface CompiledDoor {
  readonly rules: readonly CompiledRule[]
  readonly excluded: readonly EntryTest[]
}

/** Rows never change: a changed server is another row. */
const compiled = new WeakMap<VirtualServerRow, CompiledDoor>()

function doorOf(server: VirtualServerRow): CompiledDoor {
  const known = compiled.get(server)
  if (known !== undefined) return known
  const door: CompiledDoor = {
    rules: server.rules.map((rule, index) => ({
      who: rule,
      kinds: new Set(rule.annotations === undefined ? (rule.kinds ?? ENTRY_KINDS) : ['tool']),
      fits: compileFilter(rule),
      allows: rule.effect === 'allow',
      denial: {
        effect: 'deny',
        rule: `server:${server.name}:${index + 1}`,
        reason: 'A rule of this virtual server denies it.',
      },
    })),
    excluded: server.exclude.map(compileFilter),
  }
  compiled.set(server, door)
  return door
}

/** Whether a principal is among those that are named; nobody named means everybody. */
export function concerns({ roles, principals }: Audience, { id, userId, roles: held }: Principal): boolean {
  if (roles === undefined && principals === undefined) return true
  if (roles?.some((role) => held.includes(role)) === true) return true
  return principals?.some((one) => one === id || (userId !== undefined && one === `user:${userId}`)) === true
}

/** Whether the principal may use the server at all. */
export function mayEnter(server: VirtualServerRow | undefined, principal: Principal): boolean {
  return server === undefined || concerns(server.access, principal)
}

/**
 * The rules of one server, read as those of the workspace are: deny wins; once an allow rule concerns the principal, of
 * the kinds it is about only what such a rule names passes. They narrow what the workspace's rules allow and never widen it.
 */
export function judgeAtDoor(
  server: VirtualServerRow | undefined,
  principal: Principal,
  entry: FilteredEntry,
): DoorVerdict {
  if (server === undefined || server.rules.length === 0) return ALLOWED
  let limited = false
  let allowed = false
  for (const rule of doorOf(server).rules) {
    if (!rule.kinds.has(entry.kind) || !concerns(rule.who, principal)) continue
    if (rule.allows) limited = true
    if (!rule.fits(entry)) continue
    if (!rule.allows) return rule.denial
    allowed = true
  }
  return limited && !allowed ? NONE_ALLOWS : ALLOWED
}

/** Whether a URI was left out, though a template or a whole upstream would reach it. */
export function isLeftOut(
  { server, leftOut }: Pick<View, 'server' | 'leftOut'>,
  uri: string,
  upstream: FilteredEntry['upstream'],
): boolean {
  if (server === undefined || server.exclude.length === 0) return false
  if (leftOut.has(uri)) return true
  const entry: FilteredEntry = { kind: 'resource', upstream, key: uri, entry: undefined }
  return doorOf(server).excluded.some((test) => test(entry))
}
