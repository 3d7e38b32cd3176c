import { cp, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { SBOM_FILE, readBundle } from '@nexus/registry/bundle'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { z } from 'zod'
import { packPlugin } from '../../runtime/src/developer/pack/index.ts'

const purl = z.string().regex(/^pkg:npm\/(%40[\w.-]+\/)?[\w.-]+@[\w.%-]+$/)
const license = z.union([
  z.strictObject({ license: z.union([z.strictObject({ id: z.string() }), z.strictObject({ name: z.string() })]) }),
  z.strictObject({ expression: z.string() }),
])
const component = z.strictObject({
  type: z.enum(['application', 'library']),
  'bom-ref': purl,
  group: z.string().startsWith('@').optional(),
  name: z.string(),
  version: z.string(),
  licenses: z.array(license).length(1).optional(),
  purl,
})

/** What we write, member by member. Source: CycloneDX 1.6 JSON schema, of which this is a part. */
const sbom = z.strictObject({
  $schema: z.literal('http://cyclonedx.org/schema/bom-1.6.schema.json'),
  bomFormat: z.literal('CycloneDX'),
  specVersion: z.literal('1.6'),
  serialNumber: z.string().regex(/^urn:uuid:[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/),
  version: z.literal(1),
  metadata: z.strictObject({
    tools: z.strictObject({
      components: z.array(z.strictObject({ type: z.literal('application'), name: z.string() })),
    }),
    component,
  }),
  components: z.array(component),
  dependencies: z.array(z.strictObject({ ref: purl, dependsOn: z.array(purl) })),
})

let folder = ''
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'nexus-sbom-'))
})
afterAll(() => rm(folder, { recursive: true }))

async function installPackage(at: string, name: string, packageJson: object, code: string): Promise<void> {
  await mkdir(join(at, 'node_modules', name), { recursive: true })
  await writeFile(join(at, 'node_modules', name, 'package.json'), JSON.stringify({ name, ...packageJson }))
  await writeFile(join(at, 'node_modules', name, 'index.js'), code)
}

async function writePlugin(name: string): Promise<string> {
  const at = join(folder, name)
  await mkdir(join(at, 'src'), { recursive: true })
  await writeFile(
    join(at, 'nexus.plugin.json'),
    JSON.stringify({
      manifestVersion: 1,
      kind: 'connector',
      id: 'acme/hello',
      version: '1.0.0-rc.1',
      displayName: 'Hello',
      description: 'Greets.',
      license: 'MIT',
      engines: { nexus: '>=0.1.0 <1.0.0' },
      contributes: {},
    }),
  )
  await writeFile(join(at, 'README.md'), '# Hello')
  await installPackage(
    at,
    'left',
    { version: '1.0.0', license: 'MIT', type: 'module' },
    "import { deep } from 'deep'\nexport const left = () => deep()",
  )
  await installPackage(
    at,
    'deep',
    { version: '2.0.0', license: '(MIT OR Apache-2.0)', type: 'module' },
    'export const deep = () => 1',
  )
  await installPackage(
    at,
    '@some/odd',
    { version: '3.0.0', license: 'SEE LICENSE IN x', type: 'module' },
    'export const odd = () => 2',
  )
  await installPackage(at, 'unused', { version: '4.0.0', type: 'module' }, 'export const unused = () => 3')
  await writeFile(
    join(at, 'src', 'index.ts'),
    "import { left } from 'left'\nimport { odd } from '@some/odd'\nimport { unused } from 'unused'\nexport default { activate() { console.log(left(), odd()) } }",
  )
  return at
}

async function sbomOf(at: string) {
  const { files } = await readBundle((await packPlugin(at)).tgz)
  const text = Buffer.from(files.get(SBOM_FILE) ?? '').toString()
  return { text, document: sbom.parse(JSON.parse(text)) }
}

describe('bill of materials [R8]', () => {
  it('names the packages whose code is in the bundle, with versions, licences and who needs whom', async () => {
    const { document } = await sbomOf(await writePlugin('named'))
    const root = 'pkg:npm/%40acme/hello@1.0.0-rc.1'
    expect(document.metadata.component).toMatchObject({ 'bom-ref': root, group: '@acme', name: 'hello' })
    expect(document.components.map((one) => [one.purl, one.licenses?.[0]])).toEqual([
      ['pkg:npm/%40some/odd@3.0.0', { license: { name: 'SEE LICENSE IN x' } }],
      ['pkg:npm/deep@2.0.0', { expression: '(MIT OR Apache-2.0)' }],
      ['pkg:npm/left@1.0.0', { license: { id: 'MIT' } }],
    ])
    expect(document.dependencies).toEqual([
      { ref: root, dependsOn: ['pkg:npm/%40some/odd@3.0.0', 'pkg:npm/left@1.0.0'] },
      { ref: 'pkg:npm/%40some/odd@3.0.0', dependsOn: [] },
      { ref: 'pkg:npm/deep@2.0.0', dependsOn: [] },
      { ref: 'pkg:npm/left@1.0.0', dependsOn: ['pkg:npm/deep@2.0.0'] },
    ])
  })

  it('gives the same bytes for the same sources in another folder', async () => {
    const at = await writePlugin('one')
    await cp(at, join(folder, 'elsewhere'), { recursive: true })
    expect((await sbomOf(at)).text).toBe((await sbomOf(join(folder, 'elsewhere'))).text)
  })

  it.each(['openapi', 'web', 'stdio'])('says that %s is made with the plugin API', async (name) => {
    const { document } = await sbomOf(join(import.meta.dirname, '../../plugins', name))
    expect(document.components.map(({ name: part }) => part)).toEqual(['plugin-api'])
    expect(document.dependencies[0]?.dependsOn).toEqual([document.components[0]?.purl])
  })
})
