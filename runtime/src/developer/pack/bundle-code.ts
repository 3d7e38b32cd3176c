import { dirname, resolve } from 'node:path'
import { type OutputOptions, type RolldownBuild, type RolldownOutput, rolldown } from 'rolldown'
import { type BundledPackages, findPackages } from './bundled-packages.ts'
import { packError } from './errors.ts'
import { pluginApiModules } from './plugin-api.ts'
import { sourceName } from './source-name.ts'

/** A plugin's code in one module, and where each part of it came from. */
export interface BundledCode {
  readonly code: string
  /** Source map, revision 3, with paths below the plugin's folder and without the sources' text. */
  readonly map: string
  /** The npm packages whose code is in it. */
  readonly packages: BundledPackages
}

/** What the bundler says of code that does not parse is for its author, places and all. */
async function generate(bundle: RolldownBuild, options: OutputOptions): Promise<RolldownOutput> {
  try {
    return await bundle.generate(options)
  } catch (cause) {
    const found = cause instanceof Error ? cause.message : String(cause)
    throw packError('PACK_CODE', `Expected code that can be bundled, found: ${found}`, { cause })
  }
}

/**
 * Bundles a plugin's entry into one ECMAScript module. Nothing may be imported when it runs: an isolate has no modules
 * besides this one. Fails with `PACK_CODE` and `PACK_IMPORT`.
 */
export async function bundleCode(entry: string): Promise<BundledCode> {
  const folder = dirname(dirname(entry))
  const unresolved: string[] = []
  const imported = new Map<string, readonly string[]>()
  const bundle = await rolldown({
    input: entry,
    platform: 'neutral',
    resolve: { alias: { ...pluginApiModules } },
    external: /^node:/,
    plugins: [
      {
        name: 'imports',
        moduleParsed: ({ id, importedIds, dynamicallyImportedIds }) =>
          void imported.set(id, [...importedIds, ...dynamicallyImportedIds]),
      },
    ],
    // Comments about regions name folders of the machine; the same sources must give the same bytes everywhere.
    experimental: { attachDebugInfo: 'none' },
    onLog: (_level, log) => {
      if (log.code === 'UNRESOLVED_IMPORT') unresolved.push(log.message)
    },
  })
  try {
    const { output } = await generate(bundle, {
      format: 'esm',
      codeSplitting: false,
      sourcemap: 'hidden',
      sourcemapExcludeSources: true,
      // The bundle is never written, so paths arrive relative to a `dist` folder of the working directory.
      sourcemapPathTransform: (source) => sourceName(resolve('dist', source), folder),
      comments: { legal: true, annotation: false, jsdoc: false },
    })
    if (unresolved.length > 0)
      throw packError('PACK_IMPORT', `Expected every import to be found, found: ${unresolved.join('\n')}`)
    const [chunk, ...beside] = output
    const others = beside.filter(({ fileName }) => fileName !== chunk.sourcemapFileName)
    const imports = [...chunk.imports, ...chunk.dynamicImports]
    if (imports.length > 0) {
      throw packError(
        'PACK_IMPORT',
        `Expected no import at run time, found ${imports.map((name) => `\`${name}\``).join(', ')}. A plugin uses its context instead of Node.`,
      )
    }
    if (others.length > 0) {
      throw packError(
        'PACK_IMPORT',
        `Expected one module, found ${others.map((other) => `\`${other.fileName}\``).join(', ')} beside it.`,
      )
    }
    if (!chunk.exports.includes('default')) {
      throw packError(
        'PACK_IMPORT',
        `Expected \`export default definePlugin(…)\` in ${entry}, found no default export.`,
      )
    }
    if (chunk.map === null) throw packError('PACK_IMPORT', 'Expected a source map of the bundle, found none.')
    const graph = { imports: imported, bundled: new Set(chunk.moduleIds) }
    return { code: chunk.code, map: `${chunk.map.toString()}\n`, packages: await findPackages(graph, folder) }
  } finally {
    await bundle.close()
  }
}
