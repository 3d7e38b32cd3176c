import type { Worker } from 'node:worker_threads'

/** Heap of all threads together, as last heard. A thread that does not answer is not waited for. */
export interface HeapSampler {
  /** Asks again, unless the last question is still open; answers what is known by now. */
  bytes(workers: readonly Worker[]): number
}

export function createHeapSampler(): HeapSampler {
  const known = new Map<Worker, number>()
  const asked = new Set<Worker>()
  const ask = async (worker: Worker): Promise<void> => {
    try {
      const heap = await worker.getHeapStatistics()
      known.set(worker, heap.used_heap_size + heap.external_memory)
    } catch {
      // The thread is gone, and with it its heap; or it is not there yet.
      known.delete(worker)
    }
    asked.delete(worker)
  }
  return {
    bytes(workers) {
      for (const worker of workers) {
        if (asked.has(worker)) continue
        asked.add(worker)
        void ask(worker)
      }
      return [...known.values()].reduce((sum, bytes) => sum + bytes, 0)
    },
  }
}
