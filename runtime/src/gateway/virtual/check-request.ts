import type { z } from 'zod'
import type { VirtualServerRow } from '../../store/store.ts'
import { gatewayError } from '../errors.ts'
import { ALL_OF_IT } from '../router/selection.ts'

/** Reads what an admin asked for. */
export function parseRequest<Schema extends z.ZodType>(schema: Schema, value: unknown): z.output<Schema> {
  const parsed = schema.safeParse(value)
  if (parsed.success) return parsed.data
  const errors = parsed.error.issues.map((issue) => ({ path: issue.path.join('.'), message: issue.message }))
  const where = errors.map(({ path }) => path || 'the whole').join(', ')
  throw gatewayError('VIRTUAL_SERVER_INVALID', `Expected a valid virtual server, found trouble in: ${where}.`, {
    details: { errors },
  })
}

function problemOf({ upstream, tool, as }: VirtualServerRow['tools'][number], names: Set<string>, chosen: Set<string>) {
  const choice = `${upstream}: ${tool}`
  if (tool === ALL_OF_IT && as !== undefined) return `one name for all tools of ${upstream}`
  if (chosen.has(choice)) return `${choice} twice`
  if (as !== undefined && names.has(as)) return `the name \`${as}\` twice`
  chosen.add(choice)
  if (as !== undefined) names.add(as)
  return undefined
}

/** What no single field can say: each tool once, each name once. */
export function checkTools(tools: VirtualServerRow['tools']): void {
  const names = new Set<string>()
  const chosen = new Set<string>()
  const errors = tools.flatMap((choice, index) => {
    const problem = problemOf(choice, names, chosen)
    return problem === undefined ? [] : [{ path: `tools.${index}`, message: `Found ${problem}.` }]
  })
  const [first] = errors
  if (first === undefined) return
  throw gatewayError('VIRTUAL_SERVER_INVALID', `Expected each tool and each name once: ${first.message}`, {
    details: { errors },
  })
}
