import { dirname } from 'node:path'
import type { ProcessSpec } from './process-spec.ts'
import { TMP_BYTES } from './limits.ts'

/** Parts of a Linux system that programs need in order to run; nothing of the operator's own is among them. */
const systemPaths = ['/usr', '/bin', '/sbin', '/lib', '/lib32', '/lib64', '/opt']
const systemSettings = [
  'alternatives',
  'ca-certificates',
  'ca-certificates.conf',
  'host.conf',
  'hosts',
  'ld.so.cache',
  'ld.so.conf',
  'ld.so.conf.d',
  'localtime',
  'mime.types',
  'nsswitch.conf',
  'pki',
  'protocols',
  'python3',
  'resolv.conf',
  'services',
  'ssl',
  'timezone',
]

/** Home of a contained process, inside its own empty `/tmp`. */
export const CONTAINED_HOME = '/tmp/home'

/** What bubblewrap is told: the box first, then the environment. Goes through a pipe, because arguments are public. */
export function bubblewrapArguments(
  spec: ProcessSpec,
  executable: string,
  env: Readonly<Record<string, string>>,
): string[] {
  const box = ['--unshare-user', '--unshare-pid', '--unshare-ipc', '--unshare-uts', '--unshare-cgroup-try']
  if (spec.network !== 'host') box.push('--unshare-net')
  box.push('--die-with-parent', '--new-session', '--cap-drop', 'ALL', '--hostname', 'nexus')
  for (const path of systemPaths) box.push('--ro-bind-try', path, path)
  for (const name of systemSettings) box.push('--ro-bind-try', `/etc/${name}`, `/etc/${name}`)
  box.push('--proc', '/proc', '--dev', '/dev', '--size', String(TMP_BYTES), '--tmpfs', '/tmp', '--dir', CONTAINED_HOME)
  box.push('--ro-bind', dirname(process.execPath), dirname(process.execPath), '--ro-bind', executable, executable)
  for (const path of spec.readable ?? []) box.push('--ro-bind', path, path)
  for (const path of spec.writable ?? []) box.push('--bind', path, path)
  if (spec.cwd !== undefined) box.push('--bind', spec.cwd, spec.cwd)
  box.push('--chdir', spec.cwd ?? CONTAINED_HOME, '--clearenv')
  for (const [name, value] of Object.entries(env)) box.push('--setenv', name, value)
  return box
}
