import type { DefinitionRow } from '../../store/definition.ts'
import type { Upstream, UpstreamCatalog } from '../upstream/upstream.ts'
import type { NamesAround } from './flags/flag-definition.ts'

/** Tool names of an upstream, and those of the others: signed ones, and those that people agreed to. */
export function namesAround(
  { id, label }: Pick<Upstream, 'id' | 'label'>,
  { tools }: Pick<UpstreamCatalog, 'tools'>,
  signed: ReadonlyMap<string, string>,
  rows: readonly DefinitionRow[],
): NamesAround {
  const agreed = rows.filter(
    ({ upstreamId, kind, approvedDigest, absentSince }) =>
      upstreamId !== id && kind === 'tool' && approvedDigest !== undefined && absentSince === undefined,
  )
  return {
    own: new Set(tools.map(({ name }) => name)),
    others: new Map([
      ...[...signed].filter(([, owner]) => owner !== label),
      ...agreed.map((row): [string, string] => [row.name, row.label]),
    ]),
  }
}
