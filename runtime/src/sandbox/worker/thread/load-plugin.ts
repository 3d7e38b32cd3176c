import { registerHooks } from 'node:module'

/**
 * Evaluates the plugin's module and answers its default export. From here on nothing can be imported in this thread,
 * whoever asks: the plugin is one module, and everything else is loaded already.
 */
export async function loadPlugin(pluginId: string, code: string): Promise<unknown> {
  const url = `nexus:${pluginId}.js`
  let source: string | undefined = code
  const refuse = (): never => {
    throw new Error('Expected one bundled module without imports.')
  }
  registerHooks({
    resolve: (specifier) =>
      source !== undefined && specifier === url ? { url, format: 'module', shortCircuit: true } : refuse(),
    load(asked) {
      if (source === undefined || asked !== url) return refuse()
      const given = { format: 'module', source, shortCircuit: true } as const
      source = undefined
      return given
    },
  })
  const module: unknown = await import(url)
  return typeof module === 'object' && module !== null ? Reflect.get(module, 'default') : undefined
}
