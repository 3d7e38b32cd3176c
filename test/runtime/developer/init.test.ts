import { mkdtemp, readFile, readdir, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { packChecked } from '../../../runtime/src/developer/index.ts'
import { type Run, runNexus } from '../cli/run-nexus.ts'

let folder: string

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'nexus-init-'))
})
afterAll(() => rm(folder, { recursive: true, force: true }))

const init = (name: string, ...options: readonly string[]): Promise<Run> =>
  runNexus(['init', join(folder, name), ...options, '--json'])

describe('nexus init [R3]', () => {
  it.each([
    ['connector', []],
    ['connector', ['--network', 'api.example.com', '--api-key']],
    ['mcp-adapter', ['--api-key']],
    ['policy-pack', []],
  ])('writes a project of kind %s %j that packs, and in which the checks find nothing', async (kind, options) => {
    const name = `${kind}-${options.length}`
    const run = await init(name, '--id', `acme/${name}`, '--kind', kind, ...options)
    expect(run).toMatchObject({ code: 0, stderr: '' })
    expect(JSON.parse(run.stdout)).toMatchObject({ id: `acme/${name}`, kind })
    const { contents, scan } = await packChecked(join(folder, name))
    expect(contents.manifest).toMatchObject({ id: `acme/${name}`, kind, version: '0.1.0' })
    expect(scan).toEqual({ verdict: 'passed', findings: [] })
    expect([...contents.files.keys()]).toContain('CHANGELOG.md')
    const tsconfig = JSON.parse(await readFile(join(folder, name, '.nexus', 'tsconfig.json'), 'utf8'))
    expect(Object.keys(tsconfig.compilerOptions.paths)).toEqual(['@nexus/plugin-api/testing', '@nexus/plugin-api'])
    await expect(readFile(join(folder, name, '.nexus', 'manifest.schema.json'), 'utf8')).resolves.toContain(
      'Manifest of a Nexus plugin',
    )
  })

  it('never overwrites a file, and then writes none', async () => {
    const place = join(folder, 'taken')
    await init('taken', '--id', 'acme/taken')
    await rm(join(place, 'README.md'))
    await writeFile(join(place, 'tsconfig.json'), 'mine')
    const refused = await init('taken', '--id', 'acme/taken')
    expect(refused.code).toBe(1)
    expect(JSON.parse(refused.stderr).error).toMatchObject({ code: 'INIT_EXISTS' })
    expect(await readFile(join(place, 'tsconfig.json'), 'utf8')).toBe('mine')
    expect(await readdir(place)).not.toContain('README.md')
  })

  it.each([
    [['--id', 'acme/x', '--kind', 'ui-panel'], 1, 'INIT_KIND'],
    [['--id', 'acme/x', '--kind', 'toaster'], 1, 'INIT_ANSWER'],
    [['--id', 'Acme'], 1, 'INIT_ANSWER'],
    [[], 2, 'CLI_USAGE'],
  ])('refuses %j and writes nothing', async (options, code, expected) => {
    const refused = await init('nothing', ...options)
    expect(refused.code).toBe(code)
    expect(JSON.parse(refused.stderr).error.code).toBe(expected)
    expect(await readdir(folder)).not.toContain('nothing')
  })

  it('says what is wrong where no plugin is, in a manifest, and between two files', async () => {
    const place = join(folder, 'broken')
    await init('broken', '--id', 'acme/broken')
    const pack = async (): Promise<string> => (await runNexus(['pack', place, '--json'])).stderr
    await writeFile(join(place, 'package.json'), JSON.stringify({ name: '@acme/other', version: '0.1.0' }))
    expect(await pack()).toContain('PACK_MANIFEST')
    await rm(join(place, 'package.json'))
    await writeFile(join(place, 'src', 'index.ts'), 'export default {')
    expect(await pack()).toContain('PACK_CODE')
    await writeFile(join(place, 'nexus.plugin.json'), '{ "manifestVersion": 1 }')
    expect(await pack()).toContain('PACK_MANIFEST')
    expect((await runNexus(['pack', folder, '--json'])).stderr).toContain('PACK_FILE')
  })
})
