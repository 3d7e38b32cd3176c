import type { ToolView, UpstreamView } from '../../contract/index.ts'
import type { RunningProcess, Upstream, UpstreamCatalog } from '../../gateway/upstream/upstream.ts'
import { upstreamPoolView } from './upstream-pool.ts'
import { CATALOG_WAIT_MS } from '../limits.ts'

/** An upstream as people see it. One that does not answer in time is shown without its lists. */
export async function upstreamView(upstream: Upstream): Promise<UpstreamView> {
  const catalog = await knownCatalog(upstream)
  const lastError = upstream.lastError()
  const running = upstream.process?.()
  const pool = upstream.pool?.()?.readings()
  return {
    id: upstream.id,
    label: upstream.label,
    kind: upstream.kind,
    state: upstream.state(),
    ...(lastError !== undefined && { lastError: { ...lastError, at: lastError.at.toISOString() } }),
    ...(running !== undefined && { process: processView(running) }),
    ...(pool !== undefined && { pool: upstreamPoolView(pool) }),
    tools: (catalog?.tools ?? []).map(toolView),
    resources: (catalog?.resources.length ?? 0) + (catalog?.resourceTemplates.length ?? 0),
    prompts: catalog?.prompts.length ?? 0,
  }
}

function processView({ containment, usage }: RunningProcess): NonNullable<UpstreamView['process']> {
  const { level, layers, missing } = containment
  return {
    containment: { level, layers: [...layers], missing: [...missing] },
    ...(usage !== undefined && {
      usage: {
        processes: usage.processes,
        residentBytes: usage.residentBytes,
        cpuMs: Math.round(usage.cpuMicroseconds / 1_000),
      },
    }),
  }
}

/** The lists of an upstream; `undefined` when they do not come in time. */
export async function knownCatalog(upstream: Upstream): Promise<UpstreamCatalog | undefined> {
  try {
    return await upstream.catalog(AbortSignal.timeout(CATALOG_WAIT_MS))
  } catch {
    // Not lost: `state` and `lastError` of the same view say why the lists are empty.
    return undefined
  }
}

/** A tool as its upstream describes it. Everything in it was written by somebody else and is only passed on as text. */
export function toolView(tool: Readonly<Record<string, unknown>> & { readonly name: string }): ToolView {
  const { name, title, description, annotations, inputSchema } = tool
  const hints = isRecord(annotations) ? annotations : {}
  const heading = typeof title === 'string' ? title : hints['title']
  return {
    name,
    ...(typeof heading === 'string' && { title: heading }),
    ...(typeof description === 'string' && { description }),
    ...(typeof hints['readOnlyHint'] === 'boolean' && { readOnly: hints['readOnlyHint'] }),
    ...(typeof hints['destructiveHint'] === 'boolean' && { destructive: hints['destructiveHint'] }),
    ...(isRecord(inputSchema) && { inputSchema }),
  }
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
