import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { beforeAll, describe, expect, test } from 'vitest'
import { type ApiFiles, generateApiFiles } from '../../scripts/api-report.ts'

const root = join(import.meta.dirname, '../..')
let files: ApiFiles

beforeAll(async () => {
  files = await generateApiFiles()
})

describe('public face of plugin-api [R1] [O10]', () => {
  test.each(['plugin-api/api.report.d.ts', 'plugin-api/manifest.schema.json'])(
    '%s is what the sources say',
    async (path) => {
      const committed = await readFile(join(root, path), 'utf8')
      expect(
        committed === files.get(path),
        `Expected ${path} to be up to date. Run \`npm run api-report\`, review the difference, and commit it.`,
      ).toBe(true)
    },
  )

  test('documents every export', () => {
    const report = files.get('plugin-api/api.report.d.ts') ?? ''
    const missing = [...report.matchAll(/\/\/ \(undocumented\)\n(.*)/g)].map((match) => match[1])
    expect(missing).toEqual([])
    expect(report.match(/^export /gm)?.length).toBeGreaterThan(60)
  })

  test('the schema for editors knows all five kinds and refuses unknown keys', () => {
    const schema: unknown = JSON.parse(files.get('plugin-api/manifest.schema.json') ?? '')
    const kinds = ['mcp-adapter', 'auth-provider', 'connector', 'policy-pack', 'ui-panel']
    expect(schema).toMatchObject({
      oneOf: kinds.map((kind) => ({ properties: { kind: { const: kind } }, additionalProperties: false })),
    })
  })
})
