import type ivm from 'isolated-vm'
import { entries } from '../guest/wire.ts'
import { PRELUDE_MS } from './limits.ts'
import { type Guest, refuseImport } from './load-guest.ts'
import type { PostHandler } from './tenant-posts.ts'
import { type TenantCore, type TenantParts, endTenant, enterGuest, runEntry } from './tenant-core.ts'

/** Loads prelude and plugin into the isolate, then activates the plugin; the host hears `opened` or `closed`. */
export function startPlugin(core: TenantCore, post: PostHandler): void {
  const { parts, isolate } = core
  const failed = (message: string): void => endTenant(core, 'SANDBOX_START_FAILED', message)
  runEntry(core, {
    call: 0,
    async invoke(timeout) {
      const context = await isolate.createContext()
      const guest = await parts.guest.load(isolate, context)
      core.guest = guest
      await guest.boot.apply(undefined, [new parts.ivm.Callback(post), parts.open.boot], { timeout: PRELUDE_MS })
      await evaluatePlugin(parts, isolate, context, guest, timeout)
    },
    failed,
    done: () => enterGuest(core, 0, { kind: entries.start, id: 0 }, { failed }),
  })
}

async function evaluatePlugin(
  parts: TenantParts,
  isolate: ivm.Isolate,
  context: ivm.Context,
  guest: Guest,
  timeout: number,
): Promise<void> {
  const { cachedData } = parts
  const cached = cachedData === undefined ? undefined : new parts.ivm.ExternalCopy(new Uint8Array(cachedData).buffer)
  const plugin = await isolate.compileModule(parts.code, {
    filename: `${parts.open.pluginId}.js`,
    ...(cached === undefined ? {} : { cachedData: cached }),
  })
  cached?.release()
  await plugin.instantiate(context, refuseImport)
  await plugin.evaluate({ timeout })
  const definition = await plugin.namespace.get('default', { reference: true })
  await guest.adopt.apply(undefined, [definition.derefInto()], { timeout })
}
