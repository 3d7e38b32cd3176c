import * as fc from 'fast-check'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { readServerYaml, writeServerYaml } from '../../../../runtime/src/gateway/virtual/server-yaml.ts'
import { type RunningGateway, startGateway, WORKSPACE } from '../harness.ts'
import { definitions } from './definitions.ts'
import { echoUpstream, tickets } from './echo-upstream.ts'

const faults = (yaml: string) => {
  try {
    readServerYaml(yaml)
  } catch (error) {
    return error
  }
  return undefined
}

describe('a virtual server as YAML [G4]', () => {
  it('reads back as what it was, whatever it is', () => {
    fc.assert(
      fc.property(definitions, (definition) => {
        expect(readServerYaml(writeServerYaml(definition))).toEqual(definition)
      }),
      { numRuns: 300 },
    )
  })

  it('is written for people: nothing that is empty', () => {
    const yaml = writeServerYaml(
      readServerYaml('version: 1\nname: desk\ntitle: Desk\ntools:\n  - {upstream: tickets, tool: search_issues}\n'),
    )
    expect(yaml).toBe(
      'version: 1\nname: desk\ntitle: Desk\nprefixMode: conditional\ntools:\n  - upstream: tickets\n    tool: search_issues\n',
    )
  })

  it.each([
    ['an unknown member', 'version: 1\nname: desk\ntitle: Desk\ntool: []\n', [{ line: 4, path: 'tool' }]],
    [
      'an unknown member deep inside',
      'version: 1\nname: desk\ntitle: Desk\ntools:\n  - upstream: a\n    tool: b\n    rename: c\n',
      [{ line: 7, path: 'tools.0.rename' }],
    ],
    [
      'several faults at once',
      'version: 1\nname: Desk\ntitle: Desk\nrate:\n  total: 0\n',
      [
        { line: 2, path: 'name' },
        { line: 5, path: 'rate.total' },
      ],
    ],
    ['a missing member', 'version: 1\ntitle: Desk\n', [{ line: 1, path: 'name' }]],
    ['a file of another form', 'version: 2\nname: desk\ntitle: Desk\n', [{ line: 1, path: 'version' }]],
    ['a member twice', 'version: 1\nname: desk\nname: other\ntitle: Desk\n', [{ line: 3 }]],
    [
      'one name for two tools',
      'version: 1\nname: desk\ntitle: Desk\ntools:\n  - {upstream: a, tool: b, as: x}\n  - {upstream: a, tool: c, as: x}\n',
      [{ line: 6, path: 'tools.1.as' }],
    ],
    ['what is not YAML', 'version: 1\nname: [desk\n', [{ line: expect.any(Number) }]],
    ['a tag that means nothing here', 'version: 1\nname: !!js/function desk\ntitle: Desk\n', [{ line: 2 }]],
    ['two documents', 'version: 1\nname: desk\ntitle: Desk\n---\nversion: 1\n', [{ line: 4 }]],
  ])('refuses %s, and says on which line', (_what, yaml, errors) => {
    expect(faults(yaml)).toMatchObject({ code: 'VIRTUAL_SERVER_YAML', details: { errors } })
  })

  it('refuses aliases before they grow', () => {
    const layers = Array.from(
      { length: 12 },
      (_, index) => `a${index + 1}: &a${index + 1} [${`*a${index},`.repeat(9)}]`,
    )
    expect(faults(`a0: &a0 x\n${layers.join('\n')}\n`)).toMatchObject({ code: 'VIRTUAL_SERVER_YAML' })
  })
})

describe('importing a virtual server [G4]', () => {
  let nexus: RunningGateway
  beforeEach(async () => {
    nexus = await startGateway()
    nexus.add(echoUpstream('tickets', tickets))
  })
  afterEach(() => nexus[Symbol.asyncDispose]())

  const yaml =
    'version: 1\nname: desk\ntitle: Desk\ntools:\n  - {upstream: tickets, tool: "*"}\n  - {upstream: jira, tool: x}\n'

  it('tells which upstreams are missing, and makes the server all the same', async () => {
    const { row, created, missing } = await nexus.gateway.virtualServers.import(WORKSPACE, { yaml })
    expect({ created, missing }).toEqual({ created: true, missing: ['jira'] })
    expect((await nexus.gateway.virtualServers.preview(row)).effective).toHaveLength(3)
  })

  it('changes a server that is there only when asked to, and under another name makes another', async () => {
    const { virtualServers } = nexus.gateway
    await virtualServers.import(WORKSPACE, { yaml })
    await expect(virtualServers.import(WORKSPACE, { yaml })).rejects.toMatchObject({ code: 'VIRTUAL_SERVER_TAKEN' })
    const changed = await virtualServers.import(WORKSPACE, { yaml: yaml.replace('Desk', 'New desk'), replace: true })
    expect(changed).toMatchObject({ created: false, row: { title: 'New desk', revision: 2 } })
    const other = await virtualServers.import(WORKSPACE, { yaml, name: 'other' })
    expect(other).toMatchObject({ created: true, row: { name: 'other' } })
    expect(virtualServers.export(other.row)).toBe(
      virtualServers.export(changed.row).replace('New desk', 'Desk').replace('name: desk', 'name: other'),
    )
  })

  it('never changes a server of another workspace', async () => {
    const { virtualServers } = nexus.gateway
    await virtualServers.import('workspace-2', { yaml })
    await expect(virtualServers.import(WORKSPACE, { yaml, replace: true })).rejects.toMatchObject({
      code: 'VIRTUAL_SERVER_TAKEN',
    })
  })
})
