import type { Grants, NetworkGrant } from '../../runtime/src/grants/grant.ts'
import type { PluginLogLine } from '../../runtime/src/broker/index.ts'
import type { SandboxLimits, SandboxProfile } from '../../runtime/src/sandbox/profile.ts'

/** What an attempt is told about the place it runs in. */
export interface Place {
  /** Installation id of the attacker. */
  readonly attacker: string
  /** Installation id of a neighbour, whose storage holds a treasure under `treasure`. */
  readonly neighbour: string
  /** Port on loopback of a server that stands for a host that can be granted. */
  readonly granted: number
  /** Port on loopback of a server that is never granted. */
  readonly internal: number
}

/** Text, or text that needs to know the place. */
export type Told<Value> = Value | ((place: Place) => Value)

/** One request that arrived at the server that can be granted. */
export interface Hit {
  readonly method: string
  readonly url: string
  readonly headers: Readonly<Record<string, string | readonly string[] | undefined>>
  readonly body: string
}

/** What can be seen after an attack, for what `gets` and `code` cannot say. */
export interface Aftermath {
  readonly place: Place
  readonly got: string | undefined
  readonly logs: readonly PluginLogLine[]
  /** Actions of the audit records about the attacker. */
  readonly denials: readonly string[]
  /** Requests that the attacker's own grants let through. */
  readonly hits: readonly Hit[]
  /** Tools of other plugins that were called, `tool principal`, and events that were sent. */
  readonly nested: readonly string[]
  readonly emitted: readonly string[]
  /** Names of tools that the attacker was allowed to define at run time. */
  readonly defined: readonly string[]
}

/** What an attack may cost at most: its own call, its own sandbox, or the cell it shares. */
export type Cost = 'call' | 'sandbox' | 'cell'

/** One hostile plugin and what must come of it. */
export interface Attempt {
  /** A sentence: what is tried and what comes of it. */
  readonly title: string
  /** Body of the attacking handler `async (args, call, context) => { … }`. */
  readonly handler?: Told<string>
  /** Instead of a handler: the whole module. */
  readonly module?: Told<string>
  /** The handler's argument as JSON text; default `{}`. */
  readonly payload?: string
  /** Members of the manifest that differ from an ordinary connector with the tool `attack`. */
  readonly manifest?: Readonly<Record<string, unknown>>
  readonly grants?: Told<Partial<Grants>>
  readonly config?: Readonly<Record<string, string>>
  /** What the profile gives back of the language. Default: nothing. */
  readonly features?: SandboxProfile['features']
  /** Limits that differ from those of the arena. */
  readonly limits?: Partial<SandboxLimits>
  /** The handler is a policy of this stage, asked through the policy door. */
  readonly policy?: 'call' | 'result'
  /** Calls made at once; each must end in the same way. Default 1. */
  readonly calls?: number
  /** The caller gives up, or the host stops the sandbox, this many milliseconds into the call. */
  readonly cancelAfterMs?: number
  readonly stopAfterMs?: number
  /** What the attacker got: the text of its result, exactly. */
  readonly gets?: Told<string>
  /** What the caller saw instead of a result. More than one only where the machine's speed decides which comes first. */
  readonly code?: string | readonly string[]
  /** The limit that the caller is told, by name and value. */
  readonly limit?: keyof SandboxLimits
  /** What start-up answered instead of a running plugin. */
  readonly startCode?: string | readonly string[]
  /** The manifest is refused before any code runs; dotted path of the member that is wrong. */
  readonly refused?: string
  /** Default `call`: sandbox and cell live on. */
  readonly costs?: Cost
  /** Treasures that a grant of this attempt hands over anyway. */
  readonly mayHold?: readonly string[]
  /** Throws when something else is wrong. */
  readonly check?: (aftermath: Aftermath) => void
}

/** Checks the shape where an attempt is written. */
export function defineAttempt(attempt: Attempt): Attempt {
  return attempt
}

/** What an attack answers when every one of its ways out was closed. */
export const BLOCKED = 'blocked'

/** Source of a handler that tries each expression; it answers `blocked`, or what the first that worked gave. */
export const tryEach = (expressions: readonly string[]): string =>
  `const tries = [${expressions.map((expression) => `async () => (${expression})`).join(', ')}];
   for (const [index, attempt] of tries.entries()) {
     let got;
     try { got = await attempt() } catch { continue }
     return 'attempt ' + index + ' got ' + typeof got + ' ' + String(got).slice(0, 200);
   }
   return '${BLOCKED}';`

/** Source of a handler that asks for `url` and answers the body or the code of the refusal. */
export const fetchHandler = (url: string, request = '{}'): string =>
  `try { const r = await context.network.fetch(${JSON.stringify(url)}, ${request}); return 'got ' + r.body } catch (error) { return error.code ?? error.name }`

/** A grant for `host` at the port of the server that can be granted. */
export function networkGrant(place: Place, host: string, change: Partial<NetworkGrant> = {}): NetworkGrant {
  return {
    host,
    port: place.granted,
    scheme: 'http',
    methods: ['GET', 'POST'],
    allowPrivateAddresses: true,
    ...change,
  }
}

/** Grants for `api.example.com` and nothing else. */
export const apiGranted = (place: Place): Partial<Grants> => ({ network: [networkGrant(place, 'api.example.com')] })

export function told<Value>(value: Told<Value>, place: Place): Value {
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- no attempt tells a function as its value
  return typeof value === 'function' ? (value as (place: Place) => Value)(place) : value
}
