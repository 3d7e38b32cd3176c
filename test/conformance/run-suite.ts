import { execFile } from 'node:child_process'
import { resolve } from 'node:path'
import type { Checks } from './expected.ts'

const SUITE = resolve(import.meta.dirname, '../../node_modules/@modelcontextprotocol/conformance/dist/index.js')

export type Requirements = '2025-11-25' | '2026-07-28'

/** What the suite said. */
export interface Verdict {
  /** 0 when every required scenario passed. */
  readonly status: number
  readonly scenarios: Readonly<Record<string, Checks>>
  /** For whoever has to find out why. */
  readonly output: string
}

const LINE = /^[✓✗] ([a-z0-9-]+): (\d+) passed, (\d+) failed/gm

/** Runs the official suite against a server. */
export function runSuite(url: string, requirements: Requirements): Promise<Verdict> {
  return new Promise((done) => {
    const args = [SUITE, 'server', '--url', url, '--requirements', requirements]
    execFile(process.execPath, args, { maxBuffer: 32 * 1024 * 1024 }, (error, stdout, stderr) => {
      const status = error === null ? 0 : typeof error.code === 'number' ? error.code : 1
      const scenarios: Record<string, Checks> = {}
      for (const [, name = '', passed, failed] of stdout.matchAll(LINE))
        scenarios[name] = [Number(passed), Number(failed)]
      done({ status, scenarios, output: `${stdout}${stderr}` })
    })
  })
}
