import type { z } from 'zod'
import type { VirtualServerDefinition } from '../../store/virtual-server-row.ts'
import { gatewayError } from '../errors.ts'
import { ALL_OF_IT } from '../router/selection.ts'

/** Something wrong with a definition, and where. */
export interface DefinitionFault {
  readonly path: readonly PropertyKey[]
  readonly message: string
}

/** What a schema found wrong, one entry for each unknown member. */
export function faultsOf(issues: readonly z.core.$ZodIssue[]): readonly DefinitionFault[] {
  return issues.flatMap((issue): DefinitionFault[] =>
    issue.code === 'unrecognized_keys'
      ? issue.keys.map((key) => ({ path: [...issue.path, key], message: 'Not a known member.' }))
      : [{ path: issue.path, message: issue.message }],
  )
}

function invalid(faults: readonly DefinitionFault[]) {
  const errors = faults.map(({ path, message }) => ({ path: path.map(String).join('.'), message }))
  const where = errors.map(({ path, message }) => `${path || 'the whole'} (${message})`).join(', ')
  return gatewayError('VIRTUAL_SERVER_INVALID', `Expected a valid virtual server, found trouble in: ${where}`, {
    details: { errors },
  })
}

/** Reads what an admin asked for. */
export function parseRequest<Schema extends z.ZodType>(schema: Schema, value: unknown): z.output<Schema> {
  const parsed = schema.safeParse(value)
  if (parsed.success) return parsed.data
  throw invalid(faultsOf(parsed.error.issues))
}

type Picks = Pick<VirtualServerDefinition, 'tools' | 'prompts' | 'resources' | 'resourceTemplates'>

/** One entry that was chosen by name. */
interface NamedChoice {
  readonly list: keyof Picks
  readonly index: number
  readonly choice: string
  readonly as: string | undefined
}

function picksOf({ tools, prompts, resources, resourceTemplates }: Picks): readonly NamedChoice[] {
  return [
    ...tools.map(({ upstream, tool, as }, index): NamedChoice => ({
      list: 'tools',
      index,
      choice: `${upstream}: ${tool}`,
      as,
    })),
    ...prompts.map(({ upstream, prompt, as }, index): NamedChoice => ({
      list: 'prompts',
      index,
      choice: `${upstream}: ${prompt}`,
      as,
    })),
    ...resources.map(({ upstream, uri }, index): NamedChoice => ({
      list: 'resources',
      index,
      choice: `${upstream}: ${uri}`,
      as: undefined,
    })),
    ...resourceTemplates.map(({ upstream, uriTemplate }, index): NamedChoice => ({
      list: 'resourceTemplates',
      index,
      choice: `${upstream}: ${uriTemplate}`,
      as: undefined,
    })),
  ]
}

/** What no single field can say: each entry once, each name once, and nothing of a whole upstream shown in other words. */
export function pickFaults(picks: Picks): readonly DefinitionFault[] {
  const chosen = new Set<string>()
  const names = new Set<string>()
  const twice = picksOf(picks).flatMap(({ list, index, choice, as }): DefinitionFault[] => {
    const found: DefinitionFault[] = []
    if (chosen.has(`${list} ${choice}`)) found.push({ path: [list, index], message: `Found ${choice} twice.` })
    chosen.add(`${list} ${choice}`)
    if (as !== undefined && names.has(`${list} ${as}`)) {
      found.push({ path: [list, index, 'as'], message: `Found the name \`${as}\` twice.` })
    }
    names.add(`${list} ${as}`)
    return found
  })
  const whole = picks.tools.flatMap((pick, index): DefinitionFault[] => {
    if (pick.tool !== ALL_OF_IT) return []
    const worded = Object.keys(pick).filter((member) => member !== 'upstream' && member !== 'tool')
    return worded.map((member) => ({
      path: ['tools', index, member],
      message: `Found \`${member}\` for all tools of ${pick.upstream} at once.`,
    }))
  })
  return [...twice, ...whole]
}

/** Fails with `VIRTUAL_SERVER_INVALID`. */
export function checkPicks(picks: Picks): void {
  const faults = pickFaults(picks)
  if (faults.length > 0) throw invalid(faults)
}
