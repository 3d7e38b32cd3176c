import { MessagePort } from 'node:worker_threads'
import type { ClosedHead } from '../../cell/cell-limits.ts'
import { createCpuMeter } from '../../cell/cpu-meter.ts'
import { MAX_MESSAGE_CHARACTERS } from '../../cell/limits.ts'
import type { Send } from '../../cell/tenant-state.ts'
import { createWatch } from '../../cell/watch.ts'
import { frameKinds } from '../../channel/frame.ts'
import type { ThreadHello } from '../words.ts'
import { createCalls } from './calls.ts'
import { type CapabilityNumbers, createCapabilityNumbers } from './capability-numbers.ts'
import { createHeapSampler } from './heap-sampler.ts'
import { type PoolParts, deathOf, startPool } from './start-pool.ts'
import { Thread } from './thread.ts'

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
  const meter = createCpuMeter(open.limits.cpuMsPerCall, open.limits.cpuMsPerMinute, Date.now)
  const threads: Thread[] = []
  const numbers = createCapabilityNumbers()
  const heap = createHeapSampler()
  let ready = 0
  let ended = false

  const end = (why: ClosedHead): void => {
    if (ended) return
    ended = true
    for (const { state } of threads) state.ended = true
    send(frameKinds.closed, 0, closedText(why))
  }
  const failed = (error: unknown): void => end(deathOf(error, open.limits.memoryMb))
  const watch = createWatch((now) => {
    for (const thread of threads) if (thread.watch.look(now)) watch.touch()
  })
  const pool = startPool(parts)
  const calls = createCalls(pool, failed)
  pool.on('error', failed)
  pool.on('message', ({ threadId, link }: ThreadHello) => {
    const worker = pool.threads.find((other) => other.threadId === threadId)
    if (!(link instanceof MessagePort) || worker === undefined) return
    const isOpen = (): boolean => {
      ready += 1
      // Asked for now, so that the first answer to a heartbeat knows it.
      heap.bytes([worker])
      return ready === parts.threads
    }
    const sendOf = sendFor(() => thread, { send: (...frame) => void (ended || send(...frame)), numbers, isOpen })
    const { wasCancelled } = calls
    const { touch } = watch
    const thread: Thread = new Thread({ worker, link, open, meter, send: sendOf, wasCancelled, end, touch })
    threads.push(thread)
    touch()
  })
  return {
    call(id, head, payload) {
      watch.touch()
      calls.run([id, head, payload])
    },
    cancel(id) {
      if (!threads.some((thread) => thread.cancel(id))) calls.cancelEarly(id)
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
      const runningMs = longestBusy(threads, now)
      // A thread may be busy without having been entered: the host's heartbeat brings the watch back to it.
      if (runningMs > 0) watch.touch()
      const cpuMicroseconds = Math.round(meter.totalMicroseconds())
      return { cpuMicroseconds, heapBytes: heap.bytes(pool.threads), runningMs }
    },
  }
}

function closedText(why: ClosedHead): string {
  return JSON.stringify({ ...why, message: why.message.slice(0, MAX_MESSAGE_CHARACTERS) })
}

interface Saying {
  readonly send: Send
  readonly numbers: CapabilityNumbers
  /** Notes that one more thread is; true when all are. */
  readonly isOpen: () => boolean
}

/** What one thread says, as the host hears it: capability calls by the installation's numbers, `opened` once. */
function sendFor(thread: () => Thread, { send, numbers, isOpen }: Saying): Send {
  return (kind, id, head, body) => {
    if (kind === frameKinds.capability) send(kind, numbers.give(thread(), id), head, body)
    else if (kind !== frameKinds.opened || isOpen()) send(kind, id, head, body)
  }
}

function longestBusy(threads: readonly Thread[], now: number): number {
  const busy = threads.map(({ watch }) => (watch.look(now) ? watch.busyMs(now) : 0))
  return Math.max(0, ...busy.map(Math.round))
}
