import { accessSync, constants, realpathSync, statSync } from 'node:fs'
import { delimiter, isAbsolute, join } from 'node:path'
import { sandboxError } from '../errors.ts'

/** Where commands are looked for: fixed, so that the environment the host was started with does not decide. */
export const SYSTEM_PATH =
  process.platform === 'win32'
    ? 'C:\\Windows\\System32;C:\\Windows'
    : ['/usr/local/sbin', '/usr/local/bin', '/usr/sbin', '/usr/bin', '/sbin', '/bin', '/opt/homebrew/bin'].join(
        delimiter,
      )

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK)
    return statSync(path).isFile()
  } catch {
    // Not there or not ours to run: both mean "look further".
    return false
  }
}

/** Absolute path of a command without links, or `PROCESS_START_FAILED`. */
export function resolveCommand(command: string): string {
  const candidates = isAbsolute(command)
    ? [command]
    : SYSTEM_PATH.split(delimiter).map((folder) => join(folder, command))
  const hit =
    command === '' || (!isAbsolute(command) && /[\\/]/.test(command)) ? undefined : candidates.find(isExecutable)
  if (hit !== undefined) return realpathSync(hit)
  throw sandboxError(
    'PROCESS_START_FAILED',
    `Expected an absolute path or a command in ${SYSTEM_PATH}, found \`${command}\`. Install the command or correct its name.`,
    { details: { command } },
  )
}
