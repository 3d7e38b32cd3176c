import type { PluginContext, Registration } from './context.ts'

/** A plugin's code: one function that registers what the manifest contributes. */
export interface PluginDefinition {
  /**
   * Called once when the plugin starts. Must return within the profile's start time (default 5 s). A returned
   * registration is disposed when the plugin stops.
   */
  activate(context: PluginContext): Promise<Registration | void> | Registration | void
}

/**
 * Marks a plugin's entry: the default export of its main module.
 *
 * @example
 * export default definePlugin({
 *   activate(context) {
 *     context.tools.handle('hello', (args) => `Hello, ${args.name}!`)
 *   },
 * })
 */
export function definePlugin(definition: PluginDefinition): PluginDefinition {
  return definition
}
