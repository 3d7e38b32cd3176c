import { setTimeout } from 'node:timers/promises'
import { errorCode } from '@nexus/plugin-api'
import type { Upstream } from '../gateway/upstream/upstream.ts'
import { admissionError } from './errors.ts'

/** Pause before an attempt is looked at again, milliseconds. */
const RETRY_MS = 1_000

/** Waits until an upstream has shown its lists once. A first failure is the admin's to see now. */
export async function awaitCatalog(upstream: Upstream, limit: AbortSignal): Promise<void> {
  for (;;) {
    try {
      await upstream.catalog(limit)
      return
    } catch (cause) {
      // One attempt to connect is shorter than a first download of the server's package, which goes on meanwhile.
      if (upstream.kind === 'process' && upstream.lastError()?.code === 'UPSTREAM_TIMEOUT' && !limit.aborted) {
        await setTimeout(RETRY_MS, undefined, { signal: limit })
        continue
      }
      const found = cause instanceof Error ? `${errorCode(cause) ?? 'error'}: ${cause.message}` : String(cause)
      throw admissionError(
        'INSTALLATION_UNHEALTHY',
        `Expected the server behind \`${upstream.label}\` to answer, found ${found}`,
        { cause },
      )
    }
  }
}
