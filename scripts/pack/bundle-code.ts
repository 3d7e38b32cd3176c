import { rolldown } from 'rolldown'
import { packError } from './errors.ts'

/**
 * Bundles a plugin's entry into one ECMAScript module. Nothing may be imported when it runs: an isolate has no modules
 * besides this one. Fails with `PACK_IMPORT`.
 */
export async function bundleCode(entry: string): Promise<string> {
  const unresolved: string[] = []
  const bundle = await rolldown({
    input: entry,
    platform: 'neutral',
    external: /^node:/,
    onLog: (_level, log) => {
      if (log.code === 'UNRESOLVED_IMPORT') unresolved.push(log.message)
    },
  })
  try {
    const { output } = await bundle.generate({
      format: 'esm',
      codeSplitting: false,
      comments: { legal: true, annotation: false, jsdoc: false },
    })
    if (unresolved.length > 0)
      throw packError('PACK_IMPORT', `Expected every import to be found, found: ${unresolved.join('\n')}`)
    const [chunk, ...others] = output
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
    return withoutRegionPaths(chunk.code)
  } finally {
    await bundle.close()
  }
}

/** The bundler's region comments name folders of the machine; the same sources must give the same bytes everywhere. */
function withoutRegionPaths(code: string): string {
  return code.replace(/^\/\/#(?:region|endregion).*\n?/gm, '')
}
