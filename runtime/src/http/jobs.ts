import { randomUUID } from 'node:crypto'
import type { InstallJob, JobStep } from '../contract/index.ts'
import { httpError } from './errors.ts'
import { JOBS_PER_WORKSPACE, JOB_RETRY_SECONDS, RUNNING_JOBS_PER_WORKSPACE } from './limits.ts'
import type { StepReporter } from './ports.ts'
import { problemOf } from './problem.ts'
import type { Logger } from '../telemetry/index.ts'

const STEPS = [
  'download',
  'verify',
  'unpack',
  'grant',
  'start',
  'healthy',
] as const satisfies readonly JobStep['name'][]

/** The work of a job; resolves to the id of the installation it made. */
type JobWork = (onStep: StepReporter, signal: AbortSignal) => Promise<string>

/** Long work that people watch. In memory: a job dies with the host, and what it had not finished is rolled back. */
export interface JobTable extends AsyncDisposable {
  start(workspaceId: string, requestId: string, work: JobWork): InstallJob
  /** Only within the workspace that started it. */
  get(workspaceId: string, id: string): InstallJob | undefined
}

export function createJobTable(logger: Pick<Logger, 'error'>): JobTable {
  const workspaces = new Map<string, InstallJob[]>()
  const running = new Set<Promise<void>>()
  const closing = new AbortController()

  return {
    start(workspaceId, requestId, work) {
      const jobs = workspaces.get(workspaceId) ?? []
      if (jobs.filter((job) => job.state === 'running').length >= RUNNING_JOBS_PER_WORKSPACE) throw busy()
      const job: InstallJob = {
        id: randomUUID(),
        state: 'running',
        steps: STEPS.map((name) => ({ name, state: 'waiting' })),
      }
      const oldest = jobs.length < JOBS_PER_WORKSPACE ? undefined : jobs.find(({ state }) => state !== 'running')
      workspaces.set(workspaceId, [...jobs.filter((one) => one !== oldest), job])
      const ending = runJob(job, requestId, work, closing.signal, logger)
      running.add(ending)
      void ending.then(() => running.delete(ending))
      return job
    },
    get: (workspaceId, id) => workspaces.get(workspaceId)?.find((job) => job.id === id),
    async [Symbol.asyncDispose]() {
      closing.abort(httpError('HTTP_CLOSING', 'The host is shutting down.'))
      await Promise.all(running)
    },
  }
}

async function runJob(
  job: InstallJob,
  requestId: string,
  work: JobWork,
  signal: AbortSignal,
  logger: Pick<Logger, 'error'>,
): Promise<void> {
  try {
    job.installationId = await work((name) => enter(job, name), signal)
    for (const step of job.steps) step.state = 'done'
    job.state = 'done'
  } catch (error) {
    const step =
      job.steps.find(({ state }) => state === 'running') ?? job.steps.find(({ state }) => state === 'waiting')
    if (step !== undefined) step.state = 'failed'
    job.problem = problemOf(error, requestId)
    if (job.problem.status === 500) logger.error({ err: error, requestId, job: job.id }, 'A job failed')
    job.state = 'failed'
  }
}

function enter(job: InstallJob, name: JobStep['name']): void {
  const index = STEPS.indexOf(name)
  for (const [at, step] of job.steps.entries()) if (at <= index) step.state = at === index ? 'running' : 'done'
}

function busy() {
  return httpError(
    'HTTP_JOBS_BUSY',
    `Expected at most ${RUNNING_JOBS_PER_WORKSPACE} installations at once in a workspace. Wait for one to end.`,
    {
      details: { retryAfterSeconds: JOB_RETRY_SECONDS },
    },
  )
}
