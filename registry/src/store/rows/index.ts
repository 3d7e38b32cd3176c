import { keys, publishers, tokens } from './publisher-rows.ts'
import { downloads, plugins, releases } from './release-rows.ts'

/** Every table of the registry. */
export const entities = [publishers, keys, tokens, plugins, releases, downloads]
