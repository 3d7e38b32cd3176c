import { access, mkdir, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { developerError } from '../errors.ts'
import { writeTypes } from '../project/write-types.ts'
import type { ProjectAnswers } from './answers.ts'
import { projectFiles } from './project-files.ts'

/** Writes a new project into `folder`; gives the paths written. Fails with `INIT_EXISTS`, and then writes nothing. */
export async function writeProject(folder: string, answers: ProjectAnswers): Promise<readonly string[]> {
  const files = projectFiles(answers)
  const taken: string[] = []
  for (const path of files.keys()) if (await exists(join(folder, path))) taken.push(path)
  if (taken.length > 0) {
    throw developerError(
      'INIT_EXISTS',
      `Expected none of the project's files in ${folder}, found ${taken.join(', ')}. Nothing was written; choose another folder.`,
    )
  }
  for (const [path, text] of files) {
    const file = join(folder, path)
    await mkdir(dirname(file), { recursive: true })
    // Whoever made it in the meantime keeps it.
    await writeFile(file, text, { flag: 'wx' })
  }
  await writeTypes(folder)
  return [...files.keys()]
}

async function exists(path: string): Promise<boolean> {
  try {
    await access(path)
    return true
  } catch {
    return false
  }
}
