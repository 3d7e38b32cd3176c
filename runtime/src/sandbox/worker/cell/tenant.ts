import { MessagePort } from 'node:worker_threads'
import type { ClosedHead } from '../../cell/cell-limits.ts'
import { createCpuMeter } from '../../cell/cpu-meter.ts'
import { MAX_MESSAGE_CHARACTERS } from '../../cell/limits.ts'
import type { Send } from '../../cell/tenant-state.ts'
import { createWatch } from '../../cell/watch.ts'
import { frameKinds } from '../../channel/frame.ts'
import type { CallTask, ThreadHello } from '../words.ts'
import { createCapabilityNumbers } from './capability-numbers.ts'
import { createHeapSampler } from './heap-sampler.ts'
import { type PoolParts, deathOf, startPool } from './start-pool.ts'
import { type Thread, createThread } from './thread.ts'

/** The one installation of a worker cell. */
export interface WorkerTenant {
  call(id: number, head: string, payload: string): void
  cancel(id: number): void
  settle(number: number, failed: boolean, text: string): void
  /** Lets the plugin dispose what it registered in each thread, then ends. */
  close(): Promise<void>
  usage(now: number): { readonly cpuMicroseconds: number; readonly heapBytes: number; readonly runningMs: number }
}

/**
 * Starts the pool. All threads start at once, each evaluates and activates the plugin, and the sandbox is open when the
 * last one is. Whatever goes wrong ends the tenant; the host then kills the cell, threads that would never end included.
 */
export function openWorkerTenant(parts: PoolParts & { readonly send: Send }): WorkerTenant {
  const { open, send } = parts
  const { limits } = open
  const meter = createCpuMeter(limits.cpuMsPerCall, limits.cpuMsPerMinute, Date.now)
  const threads: Thread[] = []
  const numbers = createCapabilityNumbers()
  const heap = createHeapSampler()
  const calls = new Set<number>()
  const cancelled = new Set<number>()
  let ready = 0
  let ended = false

  const end = (why: ClosedHead): void => {
    if (ended) return
    ended = true
    for (const { state } of threads) state.ended = true
    send(frameKinds.closed, 0, JSON.stringify({ ...why, message: why.message.slice(0, MAX_MESSAGE_CHARACTERS) }))
  }
  const failed = (error: unknown): void => end(deathOf(error, limits.memoryMb))
  const watch = createWatch((now) => {
    for (const thread of threads) if (thread.watch.look(now)) watch.touch()
  })
  const pool = startPool(parts)
  pool.on('error', failed)
  pool.on('message', ({ threadId, link }: ThreadHello) => {
    const worker = pool.threads.find((other) => other.threadId === threadId)
    if (!(link instanceof MessagePort) || worker === undefined) return
    const sendOf: Send = (kind, id, head, body) => {
      if (ended) return
      if (kind === frameKinds.opened) {
        ready += 1
        // Asked for now, so that the first answer to a heartbeat knows it.
        heap.bytes([worker])
      }
      if (kind === frameKinds.capability) send(kind, numbers.give(thread, id), head, body)
      else if (kind !== frameKinds.opened || ready === parts.threads) send(kind, id, head, body)
    }
    const wasCancelled = (call: number): boolean => cancelled.delete(call)
    const { touch } = watch
    const thread = createThread({ worker, link, open, meter, send: sendOf, wasCancelled, end, touch })
    threads.push(thread)
    touch()
  })
  const run = async (task: CallTask): Promise<void> => {
    const [id] = task
    calls.add(id)
    try {
      await pool.run(task)
    } catch (error) {
      failed(error)
    }
    calls.delete(id)
    cancelled.delete(id)
  }
  return {
    call(id, head, payload) {
      watch.touch()
      void run([id, head, payload])
    },
    cancel(id) {
      const isRunning = threads.some((thread) => thread.cancel(id))
      if (!isRunning && calls.has(id)) cancelled.add(id)
    },
    settle(number, isFailed, text) {
      const asked = numbers.take(number)
      asked?.thread.settle(asked.id, isFailed, text)
    },
    async close() {
      await Promise.all(threads.map((thread) => thread.stop()))
      end({ code: 'SANDBOX_CLOSED', message: 'The sandbox was stopped.' })
    },
    usage(now) {
      // A thread may be busy without having been entered: the host's heartbeat brings the watch back to it.
      const busy = threads.map(({ watch: of }) => (of.look(now) ? of.busyMs(now) : 0))
      const runningMs = Math.max(0, ...busy)
      if (runningMs > 0) watch.touch()
      return {
        cpuMicroseconds: Math.round(meter.totalMicroseconds()),
        heapBytes: heap.bytes(pool.threads),
        runningMs: Math.round(runningMs),
      }
    },
  }
}
