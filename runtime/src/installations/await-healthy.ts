import { awaitCatalog } from '../admission/await-catalog.ts'
import type { UpstreamTable } from '../gateway/upstream/upstream.ts'

/** How long the upstreams of a new installation may take until they show what they offer; covers a download from npm. */
const HEALTHY_TIMEOUT_MS = 240_000

/** Waits until each upstream of an installation has shown its lists once: one that never answered is not healthy. */
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
