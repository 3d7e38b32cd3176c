// Builds the console (Vite) and packs the first-party plugins. Both are also what a release of Nexus ships.
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { buildPlugins } from './pack/build-plugins.ts'

const root = dirname(dirname(fileURLToPath(import.meta.url)))

async function buildConsole(): Promise<void> {
  const vite = spawn(
    process.execPath,
    [join(root, 'node_modules', 'vite', 'bin', 'vite.js'), 'build', '--logLevel', 'warn'],
    {
      cwd: join(root, 'marketplace-ui'),
      stdio: 'inherit',
    },
  )
  await once(vite, 'exit')
  if (vite.exitCode !== 0)
    throw new Error(`Expected the console to build, found exit code ${vite.exitCode ?? 'of a signal'} from vite.`)
}

await Promise.all([buildConsole(), buildPlugins()])
