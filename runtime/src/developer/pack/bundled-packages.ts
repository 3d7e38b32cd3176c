import { dirname, join } from 'node:path'
import { z } from 'zod'
import { readOptional } from './read-file.ts'

/** An npm package of which code went into a bundle. */
export interface BundledPackage {
  readonly name: string
  readonly version: string
  /** What its `package.json` says; absent when it says nothing. */
  readonly license: string | undefined
  /** `name@version` of the packages that its bundled modules import. */
  readonly dependsOn: readonly string[]
}

/** The packages in a bundle, and which of them the plugin's own code imports. */
export interface BundledPackages {
  readonly packages: readonly BundledPackage[]
  readonly direct: readonly string[]
}

/** What the bundler read, and what of it went into the bundle. */
export interface ModuleGraph {
  /** What each module imports, by absolute path. */
  readonly imports: ReadonlyMap<string, readonly string[]>
  readonly bundled: ReadonlySet<string>
}

interface Described {
  readonly key: string
  readonly name: string
  readonly version: string
  readonly license: string | undefined
}

const packageJsonSchema = z.object({
  name: z.string().min(1),
  version: z.string().min(1),
  license: z.union([z.string(), z.object({ type: z.string() })]).optional(),
})

/** Finds the package of every module of a bundle. Modules below `folder` that are no package are the plugin's own. */
export async function findPackages(graph: ModuleGraph, folder: string): Promise<BundledPackages> {
  const described = new Map<string, Promise<Described | undefined>>()
  const packageOf = (module: string) => describe(dirname(module), folder, described)
  const found = new Map<string, Described & { readonly dependsOn: Set<string> }>()
  for (const module of graph.bundled) {
    const owner = await packageOf(module)
    if (owner !== undefined && !found.has(owner.key)) found.set(owner.key, { ...owner, dependsOn: new Set() })
  }
  const direct = new Set<string>()
  // A module that only passes on what others export is not in the bundle, but it is the way from one package to another.
  for (const [module, imports] of graph.imports) {
    const owner = await packageOf(module)
    const dependsOn = owner === undefined ? direct : found.get(owner.key)?.dependsOn
    for (const imported of imports) {
      const target = await packageOf(imported)
      if (target !== undefined && target.key !== owner?.key && found.has(target.key)) dependsOn?.add(target.key)
    }
  }
  const packages = [...found.values()].toSorted((left, right) => (left.key < right.key ? -1 : 1))
  return {
    packages: packages.map(({ name, version, license, dependsOn }) => ({
      name,
      version,
      license,
      dependsOn: [...dependsOn].toSorted(),
    })),
    direct: [...direct].toSorted(),
  }
}

/** The package that a folder belongs to: the nearest `package.json` with a name. `undefined` is the plugin itself. */
function describe(
  at: string,
  folder: string,
  known: Map<string, Promise<Described | undefined>>,
): Promise<Described | undefined> {
  const before = known.get(at)
  if (before !== undefined) return before
  const answer = at === folder || dirname(at) === at ? Promise.resolve(undefined) : readDescription(at, folder, known)
  known.set(at, answer)
  return answer
}

async function readDescription(
  at: string,
  folder: string,
  known: Map<string, Promise<Described | undefined>>,
): Promise<Described | undefined> {
  const bytes = await readOptional(join(at, 'package.json'))
  const parsed = bytes === undefined ? undefined : packageJsonSchema.safeParse(readJson(bytes))
  // A `package.json` that only says `"type": "module"` names no package; the one above it does.
  if (parsed?.success !== true) return describe(dirname(at), folder, known)
  const { name, version, license } = parsed.data
  return { key: `${name}@${version}`, name, version, license: typeof license === 'object' ? license.type : license }
}

function readJson(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(Buffer.from(bytes).toString('utf8'))
  } catch {
    return undefined // what is no JSON describes no package
  }
}
