import { registerHooks } from 'node:module'
import { pathToFileURL } from 'node:url'
import { pluginApiModules } from '../pack/index.ts'
import { createTestKit } from './test-kit.ts'

/** What a process that runs a test file is told. */
export interface TestProcess {
  /** Folder of the plugin. */
  readonly folder: string
  /** The test file of this process. */
  readonly file: string
  /** Ask the real network and write its answers down. */
  readonly record: boolean
  readonly environment: Readonly<Record<string, string | undefined>>
}

/**
 * Puts in place what `@nexus/plugin-api/testing` stands on, and lets test files import it, whether or not their project
 * has an install. Call it before any of them is loaded.
 */
export function registerTesting(process: TestProcess): void {
  registerHooks({
    resolve(specifier, context, next) {
      const path = pluginApiModules[specifier]
      return path === undefined ? next(specifier, context) : { url: pathToFileURL(path).href, shortCircuit: true }
    },
  })
  Reflect.set(globalThis, Symbol.for('nexus.testing'), createTestKit(process))
}
