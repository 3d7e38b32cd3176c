// Packs the first-party plugins, or the plugin in the folder given: node scripts/pack/main.ts [folder]
import { writeFile } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { errorCode } from '@nexus/plugin-api'
import { buildPlugins } from './build-plugins.ts'
import { packPlugin } from '../../runtime/src/developer/pack/index.ts'

const [folder] = process.argv.slice(2)
if (folder === undefined) {
  for (const { file, fresh } of await buildPlugins())
    process.stdout.write(`${fresh ? 'packed   ' : 'unchanged'} ${file}\n`)
} else {
  try {
    const { tgz, manifest } = await packPlugin(resolve(folder))
    const file = join(resolve(folder), `${manifest.id.replace('/', '-')}-${manifest.version}.tgz`)
    await writeFile(file, tgz)
    process.stdout.write(`packed    ${file}\n`)
  } catch (error) {
    const code = errorCode(error)
    process.stderr.write(
      `${code === undefined ? '' : `${code}: `}${error instanceof Error ? error.message : String(error)}\n`,
    )
    process.exitCode = 1
  }
}
