import { codedError, expectText, own } from '../guest-error.ts'
import type { Disposer, LearntKind } from '../handlers.ts'
import { isArray } from '../primordials.ts'
import { type ContextParts, tellHost } from './parts.ts'

const allowedBy = { tool: 'toolsDynamic', resource: 'resourcesDynamic', prompt: 'promptsDynamic' } as const

/** The name under which the values of one argument or variable are asked for. */
export const completionName = (kind: 'prompt' | 'resource', name: unknown, of: unknown): string =>
  `${kind}:${expectText(name, 'the name')}:${expectText(of, 'what is completed')}`

/** Something that an adapter learnt at run time: a handler here, a definition for the host. */
export function learn(parts: ContextParts, kind: LearntKind, definition: unknown, handler: unknown): Disposer {
  const allowed = allowedBy[kind]
  if (!parts.boot[allowed]) {
    throw codedError(
      `${kind.toUpperCase()}_NOT_DECLARED`,
      `Expected \`${allowed}\` in the manifest of an adapter that defines ${kind}s at run time.`,
    )
  }
  const name = expectText(own(definition, 'name'), `the name of the ${kind}`)
  const completions = completionsOf(kind, name, own(definition, 'completions'))
  const withdraw = (): void => tellHost(parts, `${kind}s.withdraw`, name)
  const registration = parts.handlers.define(kind, name, handler, completions, withdraw)
  parts.during(parts.bridge.ask(`${kind}s.define`, { [kind]: definition }))
  return registration
}

function completionsOf(kind: LearntKind, name: string, listed: unknown): readonly string[] {
  if (kind === 'tool' || !isArray(listed)) return []
  const names: string[] = []
  for (let at = 0; at < listed.length; at += 1) names[at] = completionName(kind, name, listed[at])
  return names
}
