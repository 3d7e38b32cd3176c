import { setTimeout as sleep } from 'node:timers/promises'
import { NexusError } from '@nexus/plugin-api'
import type { InstallJob, JobStep } from '../contract/index.ts'
import type { ApiClient } from './api-client.ts'
import type { Console, Output } from './console.ts'
import { cliError } from './errors.ts'
import { JOB_POLL_MS } from './limits.ts'

const MARKS = { waiting: '·', running: '…', done: '✓', failed: '✗' } as const

/** Watches a job to its end and resolves to the installation it made; rejects with the job's own error. */
export async function followJob(client: ApiClient, job: InstallJob, console: Console, output: Output): Promise<string> {
  const show = output.json ? () => {} : console.stderr.isTTY === true ? liveList(console) : plainLines(console)
  let seen = job
  show(seen.steps)
  while (seen.state === 'running') {
    await sleep(JOB_POLL_MS)
    seen = await client.call('job', { params: { id: job.id } })
    show(seen.steps)
  }
  if (seen.state === 'done' && seen.installationId !== undefined) return seen.installationId
  if (seen.problem === undefined)
    throw cliError('CLI_ANSWER', 'Expected a finished job to say what it made, found nothing.')
  const { code, detail, status, title, requestId } = seen.problem
  throw new NexusError(code, detail, { status, title, details: { requestId } })
}

/** Rewrites the same lines in place. */
function liveList({ stderr }: Console): (steps: readonly JobStep[]) => void {
  let drawn = false
  return (steps) => {
    if (drawn) stderr.write(`\u001b[${steps.length}A`)
    drawn = true
    for (const { name, state } of steps) stderr.write(`\u001b[2K  ${MARKS[state]} ${name}\n`)
  }
}

/** One line whenever a step ends: readable in a log. */
function plainLines({ stderr }: Console): (steps: readonly JobStep[]) => void {
  const said = new Set<string>()
  return (steps) => {
    for (const { name, state } of steps) {
      if ((state !== 'done' && state !== 'failed') || said.has(name)) continue
      said.add(name)
      stderr.write(`${MARKS[state]} ${name}\n`)
    }
  }
}
