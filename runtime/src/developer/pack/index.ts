export { bundleCode } from './bundle-code.ts'
export { packPlugin } from './pack-plugin.ts'
export { pluginApiFolder, pluginApiModules } from './plugin-api.ts'
export { readProject } from './read-project.ts'
