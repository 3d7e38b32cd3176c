import {
  type ConfigValues,
  type StdioUpstream,
  type UpstreamSharing,
  configInteger,
  configText,
  configTexts,
  configUpstreamLimits,
} from '@nexus/plugin-api'
import { stdioError } from './errors.ts'
import { readEnvironment, readSecretEnvironment } from './read-environment.ts'

// An exact version: a range or a tag would let what runs change after the admin consented to it.
const PACKAGE =
  /^(@[a-z0-9][a-z0-9._-]{0,100}\/)?[a-z0-9][a-z0-9._-]{0,200}@\d+\.\d+\.\d+(?:[-+][0-9A-Za-z.+-]{1,60})?$/
const BIN = /^[A-Za-z0-9][A-Za-z0-9._-]{0,99}$/

/** What the configuration asks to run. Fails with a code of `stdioError` that says what to write instead. */
export function readServer(config: ConfigValues): StdioUpstream {
  requireFolders(config, 'readFolders')
  requireFolders(config, 'writeFolders')
  const env = readEnvironment(configTexts(config, 'env'))
  const secretEnv = readSecretEnvironment(config, env)
  return { ...readProgram(config), args: configTexts(config, 'args'), env, secretEnv, ...readPool(config) }
}

/** How the processes are shared and bounded. */
function readPool(config: ConfigValues): Pick<StdioUpstream, 'instances' | 'sharing' | 'credentials' | 'limits'> {
  const instances = configInteger(config, 'instances', 1, 16)
  const sharing = readSharing(config, 'sharing')
  const credentials = readSharing(config, 'credentials')
  if (credentials === 'perUser' && sharing !== 'perUser') {
    throw stdioError(
      'STDIO_SHARING',
      'Expected a process for each user where each user brings their own secrets, found a shared one. Set `sharing` to `perUser`.',
    )
  }
  const limits = configUpstreamLimits(config)
  return {
    ...(instances === undefined ? {} : { instances }),
    ...(sharing === undefined ? {} : { sharing }),
    ...(credentials === undefined ? {} : { credentials }),
    ...(limits === undefined ? {} : { limits }),
  }
}

function readSharing(config: ConfigValues, field: string): UpstreamSharing | undefined {
  const value = configText(config, field)
  if (value === undefined || value === 'shared' || value === 'perUser') return value
  throw stdioError('STDIO_SHARING', `Expected \`shared\` or \`perUser\` in \`${field}\`, found \`${value}\`.`)
}

function readProgram(config: ConfigValues): Pick<StdioUpstream, 'package' | 'bin' | 'command'> {
  const packageName = configText(config, 'package')
  const command = configText(config, 'command')
  const bin = configText(config, 'bin')
  if (packageName !== undefined && command !== undefined) {
    throw stdioError('STDIO_SOURCE', 'Expected either `package` or `command`, found both. Clear one of them.')
  }
  if (packageName !== undefined) return readPackage(packageName, bin)
  if (command === undefined) {
    throw stdioError(
      'STDIO_SOURCE',
      'Expected `package` or `command`, found neither. Name an npm package or a command.',
    )
  }
  if (bin !== undefined) {
    throw stdioError('STDIO_SOURCE', 'Expected `bin` only beside `package`, found it beside `command`. Clear `bin`.')
  }
  return readCommand(command)
}

function readPackage(name: string, bin: string | undefined): Pick<StdioUpstream, 'package' | 'bin'> {
  if (!PACKAGE.test(name)) {
    throw stdioError(
      'STDIO_PACKAGE',
      `Expected an npm package with an exact version such as \`server-name@1.2.3\`, found \`${name}\`. Add the version that you have reviewed.`,
    )
  }
  if (bin === undefined) return { package: name }
  if (!BIN.test(bin)) {
    throw stdioError('STDIO_PACKAGE', `Expected the name of a program of the package, found \`${bin}\`.`)
  }
  return { package: name, bin }
}

function readCommand(command: string): Pick<StdioUpstream, 'command'> {
  if (/[\s\0]/.test(command)) {
    throw stdioError(
      'STDIO_COMMAND',
      `Expected a program without arguments, found \`${command}\`. Put each argument on a line of its own under \`args\`.`,
    )
  }
  return { command }
}

/** The host reads these fields itself, for the containment of the process; here they are only checked early. */
function requireFolders(config: ConfigValues, field: string): void {
  for (const folder of configTexts(config, field)) {
    if (/^(\/|[A-Za-z]:[\\/])/.test(folder) && !/(^|[\\/])\.\.([\\/]|$)|\0/.test(folder)) continue
    throw stdioError('STDIO_FOLDER', `Expected an absolute path without \`..\` in \`${field}\`, found \`${folder}\`.`)
  }
}
