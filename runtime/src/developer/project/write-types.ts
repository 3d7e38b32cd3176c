import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { manifestJsonSchema } from '@nexus/plugin-api'
import { pluginApiFolder, pluginApiModules } from '../pack/index.ts'

/** Folder of a project that this Nexus writes and nobody commits. */
export const WORK_FOLDER = '.nexus'

/**
 * Writes what editors and compilers need to know of this Nexus into `<folder>/.nexus`: the manifest's schema, and a
 * configuration that finds the plugin API where it is installed. A project needs no install of its own for that.
 */
export async function writeTypes(folder: string): Promise<void> {
  const place = join(folder, WORK_FOLDER)
  await mkdir(place, { recursive: true })
  const schema = { title: 'Manifest of a Nexus plugin', ...manifestJsonSchema() }
  await writeFile(join(place, 'manifest.schema.json'), `${JSON.stringify(schema, undefined, 2)}\n`)
  await writeFile(join(place, 'tsconfig.json'), `${JSON.stringify(tsconfig(), undefined, 2)}\n`)
}

function tsconfig(): object {
  return {
    compilerOptions: {
      target: 'es2025',
      module: 'preserve',
      moduleResolution: 'bundler',
      // A sandbox has the language and the globals of the last `include`, no Node and no DOM.
      lib: ['es2025', 'esnext.disposable'],
      types: [],
      strict: true,
      exactOptionalPropertyTypes: true,
      noUncheckedIndexedAccess: true,
      noImplicitOverride: true,
      noFallthroughCasesInSwitch: true,
      verbatimModuleSyntax: true,
      erasableSyntaxOnly: true,
      allowImportingTsExtensions: true,
      isolatedModules: true,
      resolveJsonModule: true,
      skipLibCheck: true,
      noEmit: true,
      paths: Object.fromEntries(Object.entries(pluginApiModules).map(([name, path]) => [name, [path]])),
    },
    include: ['../src', '../test', join(pluginApiFolder, 'globals.d.ts')],
  }
}
