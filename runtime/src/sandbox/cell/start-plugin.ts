import { refuseImport } from './load-guest.ts'
import { type TenantCore, endTenant, runEntry } from './tenant-core.ts'

/** Loads the plugin into its room and activates it; the host hears `opened`, `failed` or `closed`. */
export function startPlugin(core: TenantCore): void {
  runEntry(core, {
    call: 0,
    invoke: (timeout) => evaluatePlugin(core, timeout),
    failed: (message) => endTenant(core, { code: 'SANDBOX_START_FAILED', message }),
    done: (outbox) => core.onOutbox(outbox),
  })
}

async function evaluatePlugin({ parts }: TenantCore, timeout: number): Promise<unknown> {
  const { code, open, room, compiled } = parts
  const plugin = await room.isolate.compileModule(code, {
    filename: `${open.pluginId}.js`,
    ...(compiled === undefined ? {} : { cachedData: compiled }),
  })
  compiled?.release()
  await plugin.instantiate(room.context, refuseImport)
  await plugin.evaluate({ timeout })
  const definition = await plugin.namespace.get('default', { reference: true })
  return room.guest.open.apply(undefined, [open.boot, definition.derefInto()], { timeout, result: { copy: true } })
}
