import { readFile } from 'node:fs/promises'
import { stripTypeScriptTypes } from 'node:module'
import { join } from 'node:path'
import { parseJson } from '@nexus/plugin-api'
import { expect, it } from 'vitest'
import { systemPrincipal } from '../../../runtime/src/identity/principal.ts'
import type { Invocation, Sandbox } from '../../../runtime/src/sandbox/sandbox.ts'
import { openArena } from '../../escape/arena.ts'

const API = `const definePlugin = (plugin) => plugin
class NexusError extends Error { constructor(code, message) { super(message); this.code = code } }
`

/** The plugin as the page for authors prints it. */
async function printedPlugin() {
  const page = await readFile(join(import.meta.dirname, '../../../plugin-api/README.md'), 'utf8')
  const code = /```ts\n\/\/ src\/index\.ts of acme\/notes\n([\s\S]*?)\n```/.exec(page)?.[1] ?? ''
  const json = /```json\n("permissions": \{ "client"[\s\S]*?)\n```/.exec(page)?.[1] ?? ''
  return { code: stripTypeScriptTypes(code).replace(/import .*\n/, API), manifest: parseJson(`{${json}}`) }
}

const call = async (sandbox: Sandbox, asked: Pick<Invocation, 'handler' | 'name' | 'payload'> & Partial<Invocation>) =>
  JSON.parse(
    await sandbox.invoke({
      requestId: 'r1',
      principal: { id: 'user:1', displayName: 'Ada' },
      origin: { principal: systemPrincipal('w1'), depth: 0, chain: [] },
      signal: new AbortController().signal,
      ...asked,
    }),
  )

it('the plugin with resources, prompts and questions that the page for authors shows works [H5]', async () => {
  await using arena = await openArena()
  const { code, manifest } = await printedPlugin()
  await using sandbox = await arena.open(code, {
    installationId: 'notes',
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- what the page prints is an object
    manifest: manifest as Record<string, unknown>,
    grants: { client: ['elicitation'] },
  })
  expect(sandbox.registrations).toMatchObject({
    tools: ['file_note'],
    resources: ['note'],
    prompts: ['summarize'],
    completions: ['resource:note:folder', 'prompt:summarize:folder'],
  })
  const told: unknown[] = []
  const filed = await call(sandbox, {
    handler: 'tool',
    name: 'file_note',
    payload: '{"text":"Milk"}',
    ask: async () => ({ action: 'accept', content: { folder: 'home' } }),
    onMessage: (message) => void told.push(message),
  })
  expect(filed).toEqual({ content: [{ type: 'text', text: 'Filed.' }] })
  expect(told).toEqual([{ level: 'info', data: 'Filed under home.' }])
  const read = { handler: 'resource', name: 'note', payload: '"notes://home/1"' } as const
  expect(await call(sandbox, { ...read, facts: '{"variables":{"folder":"home","id":"1"}}' })).toMatchObject({
    contents: [{ text: 'Milk' }],
  })
  await expect(call(sandbox, read)).rejects.toMatchObject({
    code: 'PLUGIN_ERROR',
    details: { pluginCode: 'RESOURCE_UNKNOWN' },
  })
  const prompt = { handler: 'prompt', name: 'summarize', payload: '{"folder":"home"}' } as const
  expect(await call(sandbox, prompt)).toMatchObject({ messages: [{ role: 'user' }] })
  const completion = { handler: 'completion', name: 'prompt:summarize:folder' } as const
  expect(await call(sandbox, { ...completion, payload: '"ho"' })).toEqual({ values: ['home'] })
  expect(await call(sandbox, { ...completion, payload: '"x"' })).toEqual({ values: [] })
})
