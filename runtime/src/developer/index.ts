export {
  displayNameOf,
  isProjectKind,
  kindWords,
  kinds,
  readId,
  readKind,
  type ProjectAnswers,
} from './init/answers.ts'
export { writeProject } from './init/write-project.ts'
export { checkBundle, packChecked, type CheckedPlugin } from './pack/pack-checked.ts'
export { readProject } from './pack/index.ts'
export { checkTypes } from './project/check-types.ts'
export { writeTypes } from './project/write-types.ts'
export type { Scan } from '@nexus/registry/bundle'
export { comparePlugins, type PluginComparison } from './inspect/compare-plugins.ts'
export { describePlugin, type PluginDescription } from './inspect/describe-plugin.ts'
export type { DevEvent } from './dev/dev-events.ts'
export { type DevSession, openDev } from './dev/open-dev.ts'
