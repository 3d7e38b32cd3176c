import { errorCode } from '@nexus/plugin-api'
import type { Egress } from '../../broker/index.ts'
import type { CallUse, CapabilityPort, Sandbox, SandboxHost, SandboxObserver } from '../../sandbox/sandbox.ts'
import type { Scheduler } from '../../schedule/index.ts'
import type { PluginTaps } from '../../start/open-plugins.ts'
import type { Outcome } from './events.ts'
import type { Site, Sites } from './site.ts'
import { targetOf } from './target-of.ts'

export interface TapOptions {
  /** Schedules do not run by the machine's clock. */
  readonly byHand: boolean
  /** Where compiled code is kept. */
  readonly cacheDir: string
}

/** Stands between the rooms of the workbench: looks at what passes, and lets the author play the world. */
export function createTaps(sites: Sites, { byHand, cacheDir }: TapOptions): PluginTaps {
  return {
    sandboxes: (inner) => tapSandboxes(inner, sites),
    egress: (inner) => tapEgress(inner, sites),
    callTool: (inner) => (call) => (sites.serving.getStore()?.world.callTool ?? inner)(call),
    emit: (inner) => (event) => {
      sites.byInstallation.get(event.installationId)?.world.emit?.(event)
      inner(event)
    },
    ...(byHand && { scheduler: HAND_SCHEDULER }),
    // Authors want to see what they wrote last, not what worked before.
    kernel: { probationMs: 0 },
    cacheDir,
  }
}

function tapSandboxes(inner: SandboxHost, sites: Sites): SandboxHost {
  return {
    async open(spec, port, signal) {
      const site = sites.byInstallation.get(spec.installationId)
      if (site === undefined) return await inner.open(spec, port, signal)
      const { clockMs } = site.world
      const watched = {
        ...spec,
        ...(clockMs !== undefined && { clockMs }),
        observer: watchLimits(spec.observer, site),
      }
      const sandbox = tapSandbox(await inner.open(watched, tapPort(port, site, sites), signal), site)
      site.sandbox = sandbox
      return sandbox
    },
    [Symbol.asyncDispose]: () => inner[Symbol.asyncDispose](),
  }
}

function watchLimits(inner: SandboxObserver | undefined, { listener }: Site): SandboxObserver {
  return {
    ...inner,
    breached(breach) {
      inner?.breached?.(breach)
      listener({ event: 'limit', code: breach.code, limit: breach.limit, value: breach.value })
    },
  }
}

function tapSandbox(inner: Sandbox, { listener, onTheWay }: Site): Sandbox {
  return {
    id: inner.id,
    tier: inner.tier,
    get registrations() {
      return inner.registrations
    },
    get awake() {
      return inner.awake ?? 1
    },
    get inspector() {
      return inner.inspector
    },
    exited: inner.exited,
    usage: () => inner.usage(),
    advance: async (ms) => await inner.advance?.(ms),
    async invoke(invocation) {
      let use: CallUse | undefined
      const onUse = (found: CallUse): void => {
        use = found
        invocation.onUse?.(found)
      }
      const { handler, name, requestId } = invocation
      const answer = inner.invoke({ ...invocation, onUse })
      onTheWay.delete(requestId)
      return await timed(answer, (outcome) =>
        listener({ event: 'call', handler, name, requestId, ...outcome, ...readUse(use) }),
      )
    },
    [Symbol.asyncDispose]: () => inner[Symbol.asyncDispose](),
  }
}

function readUse(use: CallUse | undefined) {
  if (use === undefined) return {}
  const { cpuMicroseconds, heapBytes, capabilityCalls } = use
  return {
    ...(cpuMicroseconds !== undefined && { cpuMs: cpuMicroseconds / 1000 }),
    ...(heapBytes !== undefined && { heapBytes }),
    capabilityCalls,
  }
}

function tapPort(inner: CapabilityPort, site: Site, { serving }: Sites): CapabilityPort {
  return {
    async call(capability, argumentsJson, call) {
      const answer = serving.run(site, () => inner.call(capability, argumentsJson, call))
      // What it logs is shown as a line of its log.
      if (capability === 'log.write') return await answer
      return await timed(answer, (outcome) =>
        site.listener({
          event: 'capability',
          capability,
          target: targetOf(argumentsJson),
          requestId: call.requestId,
          ...outcome,
        }),
      )
    },
  }
}

function tapEgress(inner: Egress, { serving }: Sites): Egress {
  return {
    request: (request) => (serving.getStore()?.world.network ?? inner).request(request),
    stream: (request) => inner.stream(request),
    [Symbol.asyncDispose]: () => inner[Symbol.asyncDispose](),
  }
}

/** Runs nothing by itself: tests run schedules by hand, or by moving the clock. */
const HAND_SCHEDULER: Scheduler = {
  attach: () => ({ [Symbol.dispose]: () => undefined }),
  readings: () => Promise.resolve(new Map()),
}

async function timed<Value>(work: Promise<Value>, tell: (outcome: Outcome) => void): Promise<Value> {
  const began = performance.now()
  try {
    const value = await work
    tell({ ms: performance.now() - began })
    return value
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error)
    tell({ ms: performance.now() - began, failure: { code: errorCode(error) ?? 'UNKNOWN', message } })
    throw error
  }
}
