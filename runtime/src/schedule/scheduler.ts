import { randomUUIDv7 } from 'node:crypto'
import { errorCode } from '@nexus/plugin-api'
import type { AuditTrail } from '../audit/audit.ts'
import type { Grants } from '../grants/grant.ts'
import { pluginPrincipal } from '../identity/principal.ts'
import type { Sandbox } from '../sandbox/sandbox.ts'
import type { Store } from '../store/store.ts'
import { type Job, startJob } from './job.ts'
import { LEASE_MARGIN_MS } from './limits.ts'
import type { GrantedSchedule } from './times.ts'

/** A running plugin with schedules. */
export interface Scheduled {
  readonly installationId: string
  readonly workspaceId: string
  readonly pluginId: string
  readonly schedules: Grants['schedules']
  /** The sandbox's limit of one call; a run has no other. */
  readonly wallMsPerCall: number
  /** Asked for each run; a hibernated sandbox wakes. */
  readonly sandbox: Pick<Sandbox, 'invoke'>
}

/** What is known of one schedule, for people. */
export interface ScheduleReading {
  /** `undefined` while the plugin does not run, or when no time comes any more. */
  readonly nextRunAt: Date | undefined
  readonly running: boolean
  /** The last run that ended. */
  readonly lastRun:
    | { readonly at: Date; readonly outcome: 'ok' | 'failed'; readonly code: string | undefined }
    | undefined
  readonly runs: number
  readonly failures: number
}

export interface SchedulerPorts {
  readonly store: Pick<Store, 'schedules'>
  readonly audit: Pick<AuditTrail, 'record'>
  log(installationId: string, level: 'warn', message: string): void
  readonly now?: () => Date
}

/** Runs plugins by the clock. */
export interface Scheduler {
  /** Runs the schedules until disposed; a run under way is left to end. */
  attach(plugin: Scheduled): Disposable
  /** By the schedule's name; those that never ran are in it too while the plugin runs. */
  readings(installationId: string): Promise<ReadonlyMap<string, ScheduleReading>>
}

export function createScheduler(ports: SchedulerPorts): Scheduler {
  const now = ports.now ?? (() => new Date())
  const attached = new Map<string, ReadonlyMap<string, Job>>()
  return {
    attach(plugin) {
      const { installationId } = plugin
      const jobs = new Map(
        plugin.schedules.map((schedule) => [
          schedule.name,
          startJob({
            installationId,
            schedule,
            now,
            run: (slot) => runOnce(ports, plugin, schedule, slot, now),
            leftOut: (slot) =>
              ports.log(
                installationId,
                'warn',
                `The run of ${schedule.name} at ${slot.toISOString()} was left out: the one before is not done.`,
              ),
          }),
        ]),
      )
      attached.set(installationId, jobs)
      return {
        [Symbol.dispose]() {
          for (const job of jobs.values()) job[Symbol.dispose]()
          if (attached.get(installationId) === jobs) attached.delete(installationId)
        },
      }
    },
    async readings(installationId) {
      const rows = new Map((await ports.store.schedules.ofInstallation(installationId)).map((row) => [row.name, row]))
      const jobs = attached.get(installationId) ?? new Map<string, Job>()
      return new Map(
        [...new Set([...jobs.keys(), ...rows.keys()])].map((name) => {
          const row = rows.get(name)
          const { finishedAt, outcome, code } = row ?? {}
          const reading: ScheduleReading = {
            nextRunAt: jobs.get(name)?.dueAt(),
            running: row?.leaseUntil !== undefined && row.leaseUntil > now(),
            lastRun: finishedAt === undefined || outcome === undefined ? undefined : { at: finishedAt, outcome, code },
            runs: row?.runs ?? 0,
            failures: row?.failures ?? 0,
          }
          return [name, reading]
        }),
      )
    },
  }
}

/** Nobody waits for a run and nobody cancels it: the sandbox's own limits end it. */
const NEVER = new AbortController().signal

/** Takes the run, unless another host has it, does it, and writes down how it ended. Never rejects. */
async function runOnce(
  { store, audit, log }: SchedulerPorts,
  { installationId, workspaceId, pluginId, wallMsPerCall, sandbox }: Scheduled,
  { name }: GrantedSchedule,
  slot: Date,
  now: () => Date,
): Promise<void> {
  const startedAt = now()
  const requestId = randomUUIDv7()
  const run = { workspaceId, installationId, name, slot }
  try {
    const leaseUntil = new Date(startedAt.getTime() + wallMsPerCall + LEASE_MARGIN_MS)
    if (!(await store.schedules.claim({ ...run, now: startedAt, leaseUntil }))) return
    const failure = await invoke(sandbox, workspaceId, pluginId, name, slot, requestId)
    const code = failure === undefined ? undefined : (errorCode(failure) ?? 'UNKNOWN')
    const outcome = code === undefined ? 'ok' : 'failed'
    const finishedAt = now()
    audit.record({
      workspaceId,
      actor: `plugin:${pluginId}`,
      action: 'schedule.ran',
      target: `${pluginId}:${name}`,
      outcome,
      requestId,
      details: {
        installation: installationId,
        durationMs: finishedAt.getTime() - startedAt.getTime(),
        ...(code === undefined ? {} : { code }),
      },
    })
    if (failure !== undefined)
      log(installationId, 'warn', `The scheduled run ${name} failed: ${code}: ${failure.message}`)
    await store.schedules.finish({ ...run, finishedAt, outcome, code })
  } catch (error) {
    // The database is away: the run is not claimed or its lease runs out. The next time is tried all the same.
    const reason = error instanceof Error ? error.message : String(error)
    log(installationId, 'warn', `The scheduled run ${name} could not be written down: ${reason}`)
  }
}

async function invoke(
  sandbox: Scheduled['sandbox'],
  workspaceId: string,
  pluginId: string,
  name: string,
  slot: Date,
  requestId: string,
): Promise<Error | undefined> {
  const principal = pluginPrincipal(workspaceId, pluginId)
  try {
    await sandbox.invoke({
      handler: 'schedule',
      name,
      payload: JSON.stringify({ name, scheduledAt: slot.toISOString() }),
      requestId,
      principal: { id: principal.id, displayName: principal.displayName },
      origin: { principal, depth: 0, chain: [] },
      signal: NEVER,
    })
    return undefined
  } catch (error) {
    return error instanceof Error ? error : new Error(String(error))
  }
}
