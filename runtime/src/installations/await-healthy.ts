import { setTimeout } from 'node:timers/promises'
import { errorCode } from '@nexus/plugin-api'
import type { Upstream, UpstreamTable } from '../gateway/upstream/upstream.ts'
import { installationError } from './errors.ts'

/** How long the upstreams of a new installation may take until they show what they offer; covers a download from npm. */
const HEALTHY_TIMEOUT_MS = 240_000
/** Pause before an attempt is looked at again, milliseconds. */
const RETRY_MS = 1_000

/**
 * Waits until each upstream of an installation has shown its lists once. A first failure is the admin's to see now:
 * an installation whose server never answered is not healthy.
 */
export async function awaitHealthy(
  upstreams: Pick<UpstreamTable, 'list'>,
  workspaceId: string,
  installationId: string,
  signal: AbortSignal,
): Promise<void> {
  const limit = AbortSignal.any([signal, AbortSignal.timeout(HEALTHY_TIMEOUT_MS)])
  const own = upstreams.list(workspaceId).filter((upstream) => upstream.installationId === installationId)
  await Promise.all(own.map((upstream) => awaitCatalog(upstream, limit)))
}

async function awaitCatalog(upstream: Upstream, limit: AbortSignal): Promise<void> {
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
      throw installationError(
        'INSTALLATION_UNHEALTHY',
        `Expected the server behind \`${upstream.label}\` to answer, found ${found}`,
        { cause },
      )
    }
  }
}
