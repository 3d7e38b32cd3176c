// Packs the first-party plugins, or the plugin in the folder given: node scripts/pack/main.ts [folder] [--out file]
import { mkdir, writeFile } from 'node:fs/promises'
import { dirname, join, resolve } from 'node:path'
import { parseArgs } from 'node:util'
import { errorCode } from '@nexus/plugin-api'
import { digestBundle, scanBundle } from '@nexus/registry/bundle'
import { packPlugin } from '../../runtime/src/developer/pack/index.ts'
import { buildPlugins } from './build-plugins.ts'

async function packFolder(folder: string, out: string | undefined): Promise<void> {
  const { tgz, manifest } = await packPlugin(resolve(folder))
  const { scan } = await scanBundle(tgz)
  const file = resolve(out ?? join(folder, `${manifest.id.replace('/', '-')}-${manifest.version}.tgz`))
  await mkdir(dirname(file), { recursive: true })
  await writeFile(file, tgz)
  for (const { severity, code, file: where, line, message } of scan.findings) {
    process.stderr.write(`${severity.padEnd(8)} ${code} ${where}${line === undefined ? '' : `:${line}`}: ${message}\n`)
  }
  process.stdout.write(`${scan.verdict.padEnd(9)} ${file}\n${digestBundle(tgz)}\n`)
  // A registry would hold it for a person to decide.
  if (scan.verdict === 'held') process.exitCode = 2
}

try {
  const { positionals, values } = parseArgs({ allowPositionals: true, options: { out: { type: 'string' } } })
  const [folder] = positionals
  if (folder !== undefined) await packFolder(folder, values.out)
  else {
    for (const { file, fresh } of await buildPlugins())
      process.stdout.write(`${fresh ? 'packed   ' : 'unchanged'} ${file}\n`)
  }
} catch (error) {
  const code = errorCode(error)
  process.stderr.write(
    `${code === undefined ? '' : `${code}: `}${error instanceof Error ? error.message : String(error)}\n`,
  )
  process.exitCode = 1
}
