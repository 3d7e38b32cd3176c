import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openClient, type PairClient } from '../runtime/gateway/bridge/pairs.ts'
import { ANSWERS, LOGGED, PROMPTS, READS } from './answers.ts'
import { type Leg, type Legs, openLegs } from './legs.ts'

// Beside the suite: several of its checks pass on any well-formed answer.

type Json = Record<string, unknown>

const LEGS: readonly Leg[] = ['plugin', 'remote', 'stdio']
const ERAS = ['legacy', 'modern'] as const

let legs: Legs
beforeAll(async () => {
  legs = await openLegs()
})
afterAll(() => legs?.[Symbol.asyncDispose]())

const open = (leg: Leg, era: 'legacy' | 'modern', capabilities?: Json): Promise<PairClient> =>
  openClient(era, { url: legs.doors[leg].url.replace(/\/mcp$/, '') }, capabilities)

/** A question as `method message`. */
function questionOf({ method, params }: Json): string {
  const { message, messages } = (params ?? {}) as { message?: string; messages?: { content: { text: string } }[] }
  const words = message ?? messages?.[0]?.content.text
  return words === undefined ? (method as string) : `${method as string} ${words}`
}

const names = (entries: unknown, key: string): readonly string[] =>
  (entries as readonly Record<string, string>[]).map((entry) => entry[key] ?? '').toSorted()

describe.each(LEGS)('the fixtures in a %s [G1, G2]', (leg) => {
  describe.each(ERAS)('for a %s client', (era) => {
    let client: PairClient
    beforeAll(async () => {
      client = await open(leg, era)
      if (era === 'legacy') await client.request('logging/setLevel', { level: 'debug' })
    })
    afterAll(() => client?.close())

    it('are listed under their own names', async () => {
      const { tools } = await client.request('tools/list', {})
      expect(names(tools, 'name')).toEqual(expect.arrayContaining(ANSWERS.map(({ tool }) => tool).toSorted()))
      const { resources } = await client.request('resources/list', {})
      expect(names(resources, 'uri')).toEqual(['test://static-binary', 'test://static-text', 'test://watched-resource'])
      const { resourceTemplates } = await client.request('resources/templates/list', {})
      expect(names(resourceTemplates, 'uriTemplate')).toEqual(['test://template/{id}/data'])
      const { prompts } = await client.request('prompts/list', {})
      expect(names(prompts, 'name')).toEqual([...Object.keys(PROMPTS), 'test_input_required_result_prompt'].toSorted())
    })

    it.each(ANSWERS)('answer exactly: $tool', async ({ tool, arguments: given = {}, content, isError, asked = [] }) => {
      const before = client.asked.length
      const result = await client.request('tools/call', { name: tool, arguments: given })
      expect(result['content']).toEqual(content)
      expect(result['isError'] ?? false).toBe(isError ?? false)
      expect(client.asked.slice(before).map(questionOf).toSorted()).toEqual([...asked].toSorted())
    })

    it('log while they run', async () => {
      const before = client.told.length
      const level = era === 'modern' ? { _meta: { 'io.modelcontextprotocol/logLevel': 'debug' } } : {}
      const result = await client.request('tools/call', { name: 'test_tool_with_logging', arguments: {}, ...level })
      expect(result['content']).toEqual([{ type: 'text', text: 'Logged three times.' }])
      const said = client.told.slice(before).map(({ method, params }) => {
        const { level: severity, data } = params as Json
        return { method, params: { level: severity, data } }
      })
      expect(said).toEqual(LOGGED)
    })

    it('report progress while they run', async () => {
      const reported: unknown[] = []
      await client.request(
        'tools/call',
        { name: 'test_tool_with_progress', arguments: {} },
        { onprogress: (said) => void reported.push(said) },
      )
      expect(reported).toMatchObject([
        { progress: 0, total: 100 },
        { progress: 50, total: 100 },
        { progress: 100, total: 100 },
      ])
    })

    it.each(Object.entries(READS))('are read exactly: %s', async (uri, contents) => {
      expect((await client.request('resources/read', { uri }))['contents']).toEqual(contents)
    })

    it('have nothing at other URIs', async () => {
      // What an upstream answered is passed on in its own words.
      const codes = era === 'modern' ? [-32602] : leg === 'plugin' ? [-32002] : [-32002, -32602]
      const error = await client.request('resources/read', { uri: 'test://nothing' }).catch((thrown: unknown) => thrown)
      expect(codes).toContain((error as { readonly code: number }).code)
    })

    it.each(Object.entries(PROMPTS))('make exact prompts: %s', async (name, { arguments: given, messages }) => {
      const params = given === undefined ? { name } : { name, arguments: given }
      expect((await client.request('prompts/get', params))['messages']).toEqual(messages)
    })

    it('ask on the way to a prompt', async () => {
      const { messages } = await client.request('prompts/get', { name: 'test_input_required_result_prompt' })
      expect(messages).toMatchObject([
        { content: { text: 'In the context of re: What context should the prompt use?.' } },
      ])
      expect(questionOf(client.asked.at(-1) ?? {})).toBe('elicitation/create What context should the prompt use?')
    })

    it('suggest values', async () => {
      const ref = { type: 'ref/prompt', name: 'test_prompt_with_arguments' }
      const { completion } = await client.request('completion/complete', {
        ref,
        argument: { name: 'arg1', value: 'pa' },
      })
      expect(completion).toEqual({ values: ['paris', 'park', 'party'], total: 3, hasMore: false })
    })

    // The old revisions have no such error.
    if (era === 'legacy') return
    it('say what a client would have to declare', async () => {
      const mute = await open(leg, era, {})
      await expect(
        mute.request('tools/call', { name: 'test_missing_capability', arguments: {} }),
      ).rejects.toMatchObject({ code: -32021, data: { requiredCapabilities: { sampling: {} } } })
      await mute.close()
    })
  })
})
