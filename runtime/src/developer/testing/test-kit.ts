import { AsyncLocalStorage } from 'node:async_hooks'
import { type TestContext, test as nodeTest } from 'node:test'
import type { OpenPluginOptions, TestFunction, TestedPlugin } from '@nexus/plugin-api/testing'
import { nodeAssert } from './node-assert.ts'
import type { TestProcess } from './register-testing.ts'
import { createBenchHolder } from './bench-holder.ts'

/** What test files find behind `@nexus/plugin-api/testing`. */
export function createTestKit(process: TestProcess) {
  const running = new AsyncLocalStorage<TestContext>()
  const benches = createBenchHolder(process)
  const within = (run: () => Promise<void> | void) => async (context: TestContext) => {
    await running.run(context, async () => await run())
  }
  const test: TestFunction = Object.assign(
    (name: string, run: () => Promise<void> | void): void => void nodeTest(name, within(run)),
    {
      skip: (name: string, run: () => Promise<void> | void): void => void nodeTest.skip(name, within(run)),
      only: (name: string, run: () => Promise<void> | void): void => void nodeTest.only(name, within(run)),
    },
  )
  return {
    test,
    assert: nodeAssert,
    async openPlugin(options: OpenPluginOptions): Promise<TestedPlugin> {
      // Loaded only here: a file that tests plain functions needs no sandbox.
      const { openTestedPlugin } = await import('./open-tested-plugin.ts')
      const plugin = await benches.use(async (bench) => await openTestedPlugin({ ...process, bench }, options))
      running.getStore()?.after(async () => await plugin[Symbol.asyncDispose]())
      return plugin
    },
  }
}
