import type { Sandbox } from '../../../runtime/src/sandbox/sandbox.ts'
import { callTool } from '../../escape/arena.ts'

/** Limits that no case reaches, however busy the machine is. */
export const patient = { cpuMsPerCall: 20_000, cpuMsPerMinute: 60_000, wallMsPerCall: 60_000, startMs: 60_000 }

/** Bodies of functions that run inside a sandbox, by what they show. `context`, `call` and `log` are in scope. */
export type GuestCases = Readonly<Record<string, readonly [body: string, expected: unknown]>>

/** One plugin whose tool runs the case it is asked for: a sandbox per case would cost a start per case. */
export function pluginOf(cases: GuestCases, before = ''): string {
  const members = Object.entries(cases).map(([name, [body]]) => `${JSON.stringify(name)}: async () => { ${body} }`)
  return `${before}
    let context
    const cases = { ${members.join(',\n')} }
    export default { activate(given) {
      context = given
      context.tools.handle('attack', async (args) => JSON.stringify({ result: await cases[args.name]() }))
    } }`
}

/** What the case returned, as JSON carries it. */
export async function runCase(sandbox: Sandbox, name: string): Promise<unknown> {
  const answer: unknown = JSON.parse(await callTool(sandbox, JSON.stringify({ name })))
  return typeof answer === 'object' && answer !== null && 'result' in answer ? answer.result : undefined
}
