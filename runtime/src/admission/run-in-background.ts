import type { EventHub } from '../events/index.ts'
import type { Scheduler } from '../schedule/index.ts'
import type { Sandbox } from '../sandbox/sandbox.ts'
import type { AdmissionMetering, PluginFacts } from './activate-plugin.ts'

/** Where a plugin is called without anybody calling it. */
export interface BackgroundPorts {
  readonly events: Pick<EventHub, 'subscribe'>
  readonly scheduler: Pick<Scheduler, 'attach'>
}

/** Lets a side that serves hear its events and run its schedules, as far as it was granted, until disposed. */
export function runInBackground(
  { row, limits }: Pick<PluginFacts, 'row' | 'limits'>,
  sandbox: Sandbox,
  {
    background,
    metering,
  }: { readonly background: BackgroundPorts; readonly metering: Pick<AdmissionMetering, 'granted'> },
): Disposable {
  const { id: installationId, workspaceId, pluginId, grants } = row
  const counted: Pick<Sandbox, 'invoke'> = {
    invoke(invocation) {
      const { name } = invocation
      const isRun = invocation.handler === 'schedule'
      metering.granted(
        row,
        isRun ? { family: 'schedules', name, verb: 'run' } : { family: 'events', name, verb: 'subscribe' },
      )
      return sandbox.invoke(invocation)
    },
  }
  const owner = { installationId, workspaceId, pluginId, sandbox: counted }
  const heard = grants.events.filter(({ direction }) => direction === 'subscribe').map(({ event }) => event)
  using stack = new DisposableStack()
  if (heard.length > 0) stack.use(background.events.subscribe({ ...owner, events: new Set(heard) }))
  if (grants.schedules.length > 0) {
    const { wallMsPerCall } = limits
    stack.use(background.scheduler.attach({ ...owner, schedules: grants.schedules, wallMsPerCall }))
  }
  return stack.move()
}
