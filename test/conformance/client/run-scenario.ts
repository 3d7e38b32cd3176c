import { execFile } from 'node:child_process'
import { resolve } from 'node:path'
import type { Requirements } from '../run-suite.ts'

const root = resolve(import.meta.dirname, '../../..')
const SUITE = resolve(root, 'node_modules/@modelcontextprotocol/conformance/dist/index.js')
const DRIVER = resolve(import.meta.dirname, 'driver.ts')
/** The suite's own patience is for machines with nothing else to do. */
const PATIENCE_MS = 240_000

/** What the suite said of one scenario. */
interface Verdict {
  readonly status: number
  readonly passed: number
  readonly failed: number
  readonly output: string
}

/** Runs one scenario of the official client suite against the host's upstream client. */
export async function runScenario(scenario: string, revision: Requirements): Promise<Verdict> {
  const command = `"${process.execPath}" "${DRIVER}"`
  const which = ['--scenario', scenario, '--spec-version', revision]
  const { status, output } = await run(['client', '--command', command, '--timeout', String(PATIENCE_MS), ...which])
  const [, passed = '0', failed = '0'] = /Passed: (\d+)\/\d+, (\d+) failed/.exec(output) ?? []
  return { status, passed: Number(passed), failed: Number(failed), output }
}

/** The client scenarios that a revision requires, as the suite lists them. */
export async function listRequired(revision: Requirements): Promise<readonly string[]> {
  const { output } = await run(['list', '--requirements', revision])
  const [, section = ''] = /Client scenarios[^\n]*\n((?: {2}- [^\n]*\n)*)/.exec(output) ?? []
  return [...section.matchAll(/- (\S+)/g)].map(([, name = '']) => name)
}

function run(args: readonly string[]): Promise<{ readonly status: number; readonly output: string }> {
  return new Promise((done) => {
    execFile(process.execPath, [SUITE, ...args], { cwd: root, maxBuffer: 32 * 1024 * 1024 }, (error, out, err) => {
      const status = error === null ? 0 : typeof error.code === 'number' ? error.code : 1
      done({ status, output: `${out}${err}` })
    })
  })
}
