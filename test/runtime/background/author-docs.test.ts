import { readFile } from 'node:fs/promises'
import { stripTypeScriptTypes } from 'node:module'
import { join } from 'node:path'
import { parseJson, permissionsSchema } from '@nexus/plugin-api'
import { describe, expect, it } from 'vitest'
import { pluginPrincipal } from '../../../runtime/src/identity/principal.ts'
import { openTown, textOf, until } from './town.ts'

const ID = 'acme/status-watch'

/** The plugin as the page for authors prints it. */
async function printedPlugin() {
  const page = await readFile(join(import.meta.dirname, '../../../plugin-api/README.md'), 'utf8')
  const code = /```ts\n\/\/ src\/index\.ts of acme\/status-watch\n([^`]*)```/.exec(page)?.[1] ?? ''
  const json = /```json\n"permissions": ([^`]*)```/.exec(page)?.[1] ?? ''
  const script = stripTypeScriptTypes(code).replace(/import .*\n/, 'const definePlugin = (plugin) => plugin\n')
  return { code: script, permissions: permissionsSchema.parse(parseJson(json)) }
}

describe('the plugin that the page for authors shows [H5]', () => {
  it('looks through another plugin’s tool, and tells a third when something changed', async () => {
    await using town = await openTown()
    await town.add({
      id: 'nexus/web',
      tools: ['fetch_page'],
      code: `let page = 0; c.tools.handle('fetch_page', (args) => args.url + ' version ' + page++)`,
    })
    await using ear = await town.add({
      id: 'acme/ear',
      tools: ['heard'],
      permissions: { events: [{ event: 'acme.status-watch.changed', direction: 'subscribe', reason: 'For tests.' }] },
      code: `const heard = []
        c.events.on('acme.status-watch.changed', ({ payload, source }) => { heard.push([source, payload]) })
        c.tools.handle('heard', () => JSON.stringify(heard))`,
    })
    await using watch = await town.add({ id: ID, ...(await printedPlugin()) })
    expect(watch.sandbox.registrations.schedules).toEqual(['look'])
    const principal = pluginPrincipal('w1', ID)
    for (const run of ['first', 'second']) {
      await watch.sandbox.invoke({
        handler: 'schedule',
        name: 'look',
        payload: JSON.stringify({ name: 'look', scheduledAt: new Date().toISOString() }),
        requestId: run,
        principal,
        origin: { principal, depth: 0, chain: [] },
        signal: new AbortController().signal,
      })
    }
    await until(async () => textOf(await ear.call('heard')) !== '[]')
    expect(JSON.parse(textOf(await ear.call('heard')))).toEqual([[ID, { url: 'https://example.com/status' }]])
  })
})
