import { codedError, expectText } from './guest-error.ts'
import { HostMap, HostSet, HostTypeError, apply, create, freeze } from './primordials.ts'
import type { Boot } from './wire.ts'

export type HandlerKind = 'tool' | 'resource' | 'prompt' | 'policy' | 'event' | 'schedule' | 'completion'
/** Kinds that an adapter may learn at run time. */
export type LearntKind = 'tool' | 'resource' | 'prompt'
export type Handler = (argument: unknown, call: unknown) => unknown
export interface Disposer {
  readonly dispose: () => void
}

/** What a handler kind is called among the registrations, and where the manifest declares it. */
const kinds = [
  { kind: 'tool', plural: 'tools', declared: 'contributes.tools' },
  { kind: 'resource', plural: 'resources', declared: 'contributes.resources' },
  { kind: 'prompt', plural: 'prompts', declared: 'contributes.prompts' },
  { kind: 'policy', plural: 'policies', declared: 'contributes.policies' },
  { kind: 'event', plural: 'events', declared: 'permissions.events' },
  { kind: 'schedule', plural: 'schedules', declared: 'permissions.schedules' },
  { kind: 'completion', plural: 'completions', declared: 'completions' },
] as const

/** What the plugin registered, and how to undo it in reverse. */
export interface Handlers {
  add(kind: HandlerKind, name: string, handler: unknown): Disposer
  /** Something that the manifest does not hold, known by its own definition, and the `completions` that come with it. */
  define(kind: LearntKind, name: string, handler: unknown, completions: readonly string[], undo: () => void): Disposer
  get(kind: string, name: string): Handler | undefined
  names(): Record<string, readonly string[]>
  onStop(dispose: () => void): Disposer
  disposeAll(report: (error: unknown) => void): void
  /** The plugin is being stopped: the host takes back everything by itself. */
  isStopping(): boolean
}

export function createHandlers(boot: Boot): Handlers {
  const tables: Record<string, Map<string, Handler>> = create(null)
  for (const { kind } of kinds) tables[kind] = new HostMap()
  const learnt = new HostSet<string>()
  const { onStop, ...disposing } = createDisposers()
  const put = (kind: HandlerKind, name: string, handler: unknown, undo?: () => void): Disposer => {
    const table = tables[kind]
    if (typeof handler !== 'function') throw new HostTypeError(`Expected a function that handles ${kind} \`${name}\`.`)
    if (table === undefined || table.has(name))
      throw codedError('HANDLER_EXISTS', `Expected one handler for ${kind} \`${name}\`, found a second.`)
    table.set(name, (argument, call) => apply(handler, undefined, [argument, call]))
    return onStop(() => {
      table.delete(name)
      undo?.()
    })
  }
  return {
    add(kind, name, handler) {
      expectText(name, 'the name')
      if (!boot.names[kind].includes(name) && !(kind === 'completion' && learnt.has(name))) {
        throw codedError(
          `${kind.toUpperCase()}_NOT_DECLARED`,
          `Expected a name from \`${kinds.find((known) => known.kind === kind)?.declared}\` of the manifest, found \`${name}\`.`,
        )
      }
      return put(kind, name, handler)
    },
    define(kind, name, handler, completions, undo) {
      const registration = put(kind, name, handler, () => {
        for (const completion of completions) learnt.delete(completion)
        undo()
      })
      for (const completion of completions) learnt.add(completion)
      return registration
    },
    get: (kind, name) => tables[kind]?.get(name),
    names: () => Object.fromEntries(kinds.map(({ kind, plural }) => [plural, [...(tables[kind]?.keys() ?? [])]])),
    onStop,
    ...disposing,
  }
}

/** What is to be undone when the plugin stops. */
function createDisposers(): Pick<Handlers, 'onStop' | 'disposeAll' | 'isStopping'> {
  const disposers: (() => void)[] = []
  let stopping = false
  return {
    onStop(dispose) {
      let done = false
      const once = (): void => {
        if (done) return
        done = true
        disposers.splice(disposers.indexOf(once), 1)
        dispose()
      }
      disposers.push(once)
      return freeze({ dispose: once })
    },
    isStopping: () => stopping,
    disposeAll(report) {
      stopping = true
      for (const dispose of disposers.toReversed()) {
        try {
          dispose()
        } catch (error) {
          report(error)
        }
      }
    },
  }
}
