import { parseManifest } from '@nexus/plugin-api'
import { describe, expect, it } from 'vitest'
import { chooseLabel } from '../../../runtime/src/installations/choose-label.ts'
import { checkConfig } from '../../../runtime/src/installations/config-values.ts'
import type { InstallationRow } from '../../../runtime/src/store/store.ts'

function manifestWith(config: Record<string, unknown>) {
  const parsed = parseManifest({
    manifestVersion: 1,
    id: 'acme/thing',
    version: '1.0.0',
    kind: 'connector',
    displayName: 'Thing',
    description: 'A thing.',
    license: 'MIT',
    engines: { nexus: '^0.1.0' },
    config,
    contributes: {},
  })
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.issues))
  return parsed.manifest
}

describe('configuration of an installation [H5]', () => {
  const manifest = manifestWith({
    name: { type: 'string', title: 'Name', required: true, maxLength: 5 },
    unit: { type: 'string', title: 'Unit', enum: ['c', 'f'], default: 'c' },
    count: { type: 'number', title: 'Count', minimum: 1, maximum: 3 },
    hosts: { type: 'strings', format: 'host', title: 'Hosts', maxItems: 2 },
    key: { type: 'secret', title: 'Key' },
    env: { type: 'secrets', title: 'Env' },
  })

  it('fills in defaults and leaves out what is empty', () => {
    expect(checkConfig(manifest, { name: 'a', hosts: [], key: '' })).toEqual({
      values: { name: 'a', unit: 'c' },
      issues: [],
    })
  })

  it.each([
    [{}, 'name'],
    [{ name: 'toolong' }, 'name'],
    [{ name: 'a', unit: 'k' }, 'unit'],
    [{ name: 'a', count: 4 }, 'count'],
    [{ name: 'a', hosts: ['*'] }, 'hosts.0'],
    [{ name: 'a', hosts: ['a.test', 'b.test', 'c.test'] }, 'hosts'],
    [{ name: 'a', key: 'no spaces allowed' }, 'key'],
    [{ name: 'a', env: { 'BAD NAME': 'x' } }, 'env.BAD NAME'],
    [{ name: 'a', other: 1 }, 'other'],
  ])('refuses %j', (written, path) => {
    expect(checkConfig(manifest, written).issues.map((issue) => issue.path)).toEqual([path])
  })

  it('is not fooled by inherited members', () => {
    expect(checkConfig(manifest, { name: 'a', ['constructor']: 'x' }).issues.map((issue) => issue.path)).toEqual([
      'constructor',
    ])
  })
})

describe('label of an installation [G4]', () => {
  const installed = (...labels: readonly string[]) => labels.map((label) => ({ label }) as InstallationRow)

  it('is the name of the plugin, with a number when it is taken', () => {
    expect(chooseLabel('acme/thing', undefined, [])).toBe('thing')
    expect(chooseLabel('acme/thing', undefined, installed('thing', 'thing-2'))).toBe('thing-3')
  })

  it('refuses a wanted label that is taken', () => {
    expect(() => chooseLabel('acme/thing', 'x', installed('x'))).toThrow(
      expect.objectContaining({ code: 'INSTALLATION_LABEL' }),
    )
  })

  it('stays within its length for long names', () => {
    const label = chooseLabel(`acme/${'n'.repeat(64)}`, undefined, installed('n'.repeat(28)))
    expect(label.length).toBeLessThanOrEqual(32)
  })
})
