import { z } from 'zod'
import { bulkAdvisories } from '../advisories/bulk-advisories.ts'
import { MAX_BULK_PACKAGES } from '../advisories/limits.ts'
import { type BulkAdvisoryAnswer, bulkAdvisoryRequest } from '../contract/advisories.ts'
import type { RegistryStore } from '../store/open-store.ts'
import { MAX_AUDIT_BYTES, MAX_DEPTH } from './limits.ts'
import type { NpmHandler } from './npm-request.ts'
import { readJson } from './read-body.ts'

/** One package of the tree that older clients send. */
interface Node {
  readonly version?: string | undefined
  readonly dev?: boolean | undefined
  readonly dependencies?: Readonly<Record<string, Node>> | undefined
}

const node: z.ZodType<Node> = z.lazy(() =>
  z.looseObject({
    version: z.string().max(256).optional(),
    dev: z.boolean().optional(),
    dependencies: z.record(z.string().max(214), node).optional(),
  }),
)

/** Where a version was found in the tree. */
interface Finding {
  readonly version: string
  readonly paths: string[]
}

/** `npm audit` and `pnpm audit`. */
export function auditHandlers(store: RegistryStore) {
  return {
    async bulk({ request, caller }) {
      const asked = await readJson(request, bulkAdvisoryRequest, MAX_AUDIT_BYTES)
      return { body: await bulkAdvisories(store, asked, caller.publicUrl) }
    },
    /** The question of older clients: a whole tree; answered from the same advisories. */
    async tree({ request, caller }) {
      const tree = await readJson(request, node, MAX_AUDIT_BYTES)
      const found = new Map<string, Finding[]>()
      collect(tree, [], found)
      const asked = [...found].slice(0, MAX_BULK_PACKAGES)
      const versions = Object.fromEntries(
        asked.map(([name, findings]) => [name, findings.map(({ version }) => version)]),
      )
      const answer = await bulkAdvisories(store, versions, caller.publicUrl)
      return { body: describe(answer, found) }
    },
  } as const satisfies Record<string, NpmHandler>
}

function collect(parent: Node, path: readonly string[], found: Map<string, Finding[]>): void {
  if (path.length > MAX_DEPTH) return
  for (const [name, child] of Object.entries(parent.dependencies ?? {})) {
    const here = [...path, name]
    if (child.version !== undefined) {
      const findings = found.get(name) ?? []
      found.set(name, findings)
      const known = findings.find(({ version }) => version === child.version)
      if (known === undefined) findings.push({ version: child.version, paths: [here.join('>')] })
      else known.paths.push(here.join('>'))
    }
    collect(child, here, found)
  }
}

function describe(answer: BulkAdvisoryAnswer, found: ReadonlyMap<string, readonly Finding[]>) {
  const advisories = Object.entries(answer).flatMap(([name, list]) =>
    list.map((advisory) => ({
      ...advisory,
      module_name: name,
      // What is not in the range is not affected; the advisories know no more about it.
      patched_versions: '<0.0.0',
      overview: advisory.title,
      recommendation: '',
      references: advisory.url,
      findings: found.get(name) ?? [],
    })),
  )
  const vulnerabilities: Record<string, number> = { info: 0, low: 0, moderate: 0, high: 0, critical: 0 }
  for (const { severity } of advisories) vulnerabilities[severity] = (vulnerabilities[severity] ?? 0) + 1
  const dependencies = [...found.values()].reduce((sum, findings) => sum + findings.length, 0)
  return {
    actions: [],
    advisories: Object.fromEntries(advisories.map((advisory) => [advisory.id, advisory])),
    muted: [],
    metadata: {
      vulnerabilities,
      dependencies,
      devDependencies: 0,
      optionalDependencies: 0,
      totalDependencies: dependencies,
    },
  }
}
