export { bundleCode, type BundledCode } from './bundle-code.ts'
export { packPlugin, type PackedPlugin } from './pack-plugin.ts'
export { pluginApiFolder, pluginApiModules } from './plugin-api.ts'
export { readProject, type PluginProject } from './read-project.ts'
