import { setImmediate } from 'node:timers/promises'
import { NexusError } from '@nexus/plugin-api'
import { describe, expect, it } from 'vitest'
import { createJobTable } from '../../../runtime/src/http/jobs.ts'
import { createLogger } from '../../../runtime/src/telemetry/index.ts'

const lines: string[] = []
const logger = createLogger({ level: 'error', destination: { write: (line) => void lines.push(line) } })
const openTable = () => createJobTable(logger)

const states = (job: { readonly steps: readonly { readonly state: string }[] } | undefined) =>
  job?.steps.map(({ state }) => state).join(' ')

async function settled(jobs: ReturnType<typeof createJobTable>, id: string) {
  while (jobs.get('w', id)?.state === 'running') await setImmediate()
  return jobs.get('w', id)
}

describe('install jobs [H7]', () => {
  it('shows the step it is at and ends with the installation', async () => {
    await using jobs = openTable()
    const gate = Promise.withResolvers<void>()
    const { id } = jobs.start('w', 'r1', async (onStep) => {
      onStep('verify')
      await gate.promise
      return 'i1'
    })
    expect(states(jobs.get('w', id))).toBe('done running waiting waiting waiting waiting')
    gate.resolve()
    expect(await settled(jobs, id)).toMatchObject({ state: 'done', installationId: 'i1' })
    expect(states(jobs.get('w', id))).toBe('done done done done done done')
  })

  it('marks the step that failed and tells the problem', async () => {
    await using jobs = openTable()
    const { id } = jobs.start('w', 'r1', async (onStep) => {
      onStep('unpack')
      throw new NexusError('BUNDLE_BAD', 'Expected a bundle, found soup.', { status: 422, title: 'Bad' })
    })
    const job = await settled(jobs, id)
    expect(states(job)).toBe('done done failed waiting waiting waiting')
    expect(job?.problem).toMatchObject({
      code: 'BUNDLE_BAD',
      requestId: 'r1',
      detail: 'Expected a bundle, found soup.',
    })
  })

  it('tells nothing of an unexpected error but that it happened', async () => {
    await using jobs = openTable()
    const { id } = jobs.start('w', 'r1', async () => {
      throw new Error('password=hunter2')
    })
    const job = await settled(jobs, id)
    expect(job?.problem?.code).toBe('INTERNAL')
    expect(JSON.stringify(job)).not.toContain('hunter2')
    // What it says about the log is true.
    expect(lines.at(-1)).toContain('"requestId":"r1"')
  })

  it('is invisible from another workspace', async () => {
    await using jobs = openTable()
    const { id } = jobs.start('w', 'r1', async () => 'i1')
    expect(jobs.get('other', id)).toBeUndefined()
  })

  it('refuses a fifth running job, and says when to come back', async () => {
    await using jobs = openTable()
    const gate = Promise.withResolvers<string>()
    for (let one = 0; one < 4; one += 1) jobs.start('w', 'r', () => gate.promise)
    expect(() => jobs.start('w', 'r', () => gate.promise)).toThrow(
      expect.objectContaining({ code: 'HTTP_JOBS_BUSY', status: 429, details: { retryAfterSeconds: 5 } }),
    )
    expect(jobs.start('other', 'r', () => gate.promise).state).toBe('running')
    gate.resolve('i')
  })

  it('remembers fifty jobs of a workspace', async () => {
    await using jobs = openTable()
    const ids: string[] = []
    for (let one = 0; one < 51; one += 1) {
      const { id } = jobs.start('w', 'r', async () => 'i')
      ids.push(id)
      await settled(jobs, id)
    }
    expect(jobs.get('w', ids[0] ?? '')).toBeUndefined()
    expect(jobs.get('w', ids[1] ?? '')).toBeDefined()
  })

  it('aborts what runs when it is closed, and waits for it', async () => {
    const jobs = openTable()
    const { id } = jobs.start('w', 'r', async (_onStep, signal) => {
      await new Promise((_resolve, reject) => signal.addEventListener('abort', () => reject(signal.reason)))
      return 'never'
    })
    await jobs[Symbol.asyncDispose]()
    expect(jobs.get('w', id)).toMatchObject({ state: 'failed', problem: { code: 'HTTP_CLOSING' } })
  })
})
