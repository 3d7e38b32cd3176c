import type { ChildProcess } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { Server } from 'node:net'
import { join } from 'node:path'
import type { Program } from './launch-plan.ts'

let launcher: string | undefined

/** The launcher as a command; it runs inside the box, where this file is not to be seen. */
export function launcherCommand(): readonly string[] {
  launcher ??= readFileSync(join(import.meta.dirname, 'inside', 'launcher.ts'), 'utf8')
  return [process.execPath, '--no-warnings', '--input-type=module', '--eval', launcher]
}

/**
 * Receives the door from the launcher and tells it which program to become. Until then nothing of the program runs, so
 * that what arrives here is the launcher's word. A launcher that dies is reported by the child's exit.
 */
export function receiveDoor(child: ChildProcess, program: Program, serve: (door: Server) => void): void {
  child.once('message', (_hello, door) => {
    if (!(door instanceof Server)) {
      child.kill('SIGKILL')
      return
    }
    // A door that outlives its process answers nobody.
    child.once('exit', () => door.close())
    door.on('error', () => door.close())
    serve(door)
    child.send({ file: program.file, args: program.args, env: program.env }, ignoreLostChannel)
  })
}

// The launcher is gone, which the child's exit reports.
function ignoreLostChannel(): void {
  return undefined
}
