import type ivm from 'isolated-vm'
import type { Shape } from '../guest/wire.ts'
import { PRELUDE_MS } from './limits.ts'

/** The prelude's functions inside one isolate. */
export interface Guest {
  readonly open: ivm.Reference
  readonly enter: ivm.Reference
}

/** Loads the prelude into isolates of this cell. The compile cache is made before any plugin code runs in the cell. */
export interface GuestLoader {
  load(
    isolate: ivm.Isolate,
    context: ivm.Context,
    callback: ivm.Callback<(...post: unknown[]) => string>,
    shape: Shape,
  ): Promise<Guest>
}

export function createGuestLoader(code: string): GuestLoader {
  let cached: ivm.ExternalCopy<ArrayBuffer> | undefined
  return {
    async load(isolate, context, callback, shape) {
      const prelude = await isolate.compileModule(code, {
        filename: 'nexus:guest',
        ...(cached === undefined ? { produceCachedData: true } : { cachedData: cached }),
      })
      cached ??= cachedDataOf(prelude)
      await prelude.instantiate(context, refuseImport)
      await prelude.evaluate({ timeout: PRELUDE_MS })
      const take = (name: string): Promise<ivm.Reference> => prelude.namespace.get(name, { reference: true })
      const [prepare, open, enter] = await Promise.all([take('prepare'), take('open'), take('enter')])
      await prepare.apply(undefined, [callback, JSON.stringify(shape)], { timeout: PRELUDE_MS })
      prepare.release()
      prelude.release()
      return { open, enter }
    },
  }
}

export function refuseImport(): never {
  throw new Error('Expected one bundled module without imports.')
}

/** What `produceCachedData` left on a module; the type declarations of the package do not name it. */
export function cachedDataOf(
  module: ivm.Module & { readonly cachedData?: ivm.ExternalCopy<ArrayBuffer> },
): ivm.ExternalCopy<ArrayBuffer> | undefined {
  return module.cachedData
}
