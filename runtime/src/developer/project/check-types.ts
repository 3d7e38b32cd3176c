import { execFile } from 'node:child_process'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { promisify } from 'node:util'

/** What the compiler says of a project; `undefined` when there is no compiler here. */
export interface TypeCheck {
  readonly ok: boolean
  /** Its lines, as it writes them. */
  readonly output: string
}

/** Checks the types of a project with its own TypeScript, else with the one beside this Nexus. */
export async function checkTypes(folder: string): Promise<TypeCheck | undefined> {
  const compiler = findCompiler(join(folder, 'package.json')) ?? findCompiler(import.meta.url)
  if (compiler === undefined) return undefined
  try {
    const { stdout } = await promisify(execFile)(process.execPath, [compiler, '-p', folder, '--pretty', 'false'], {
      cwd: folder,
    })
    return { ok: true, output: stdout.trim() }
  } catch (error) {
    if (error instanceof Error && 'stdout' in error) return { ok: false, output: String(error.stdout).trim() }
    throw error
  }
}

function findCompiler(from: string): string | undefined {
  try {
    return join(dirname(createRequire(from).resolve('typescript/package.json')), 'bin', 'tsc')
  } catch {
    // None there: the next place, or no check at all.
    return undefined
  }
}
