import { type ConfigValues, configSecretNames } from '@nexus/plugin-api'
import { stdioError } from './errors.ts'

const NAME = /^[A-Za-z_][A-Za-z0-9_]{0,127}$/

function requireName(name: string, field: string): void {
  if (NAME.test(name)) return
  throw stdioError(
    'STDIO_ENVIRONMENT',
    `Expected a variable name of letters, digits and \`_\` in \`${field}\`, found \`${name.slice(0, 40)}\`. Write NAME=value.`,
  )
}

/** Environment variables from lines of `NAME=value`. The value may hold `=` and may be empty. */
export function readEnvironment(lines: readonly string[]): Readonly<Record<string, string>> {
  const entries = new Map<string, string>()
  for (const [index, line] of lines.entries()) {
    if (line.trim() === '') continue
    const split = line.indexOf('=')
    if (split < 1) {
      // The line itself is not shown: what was pasted without a name is often a password.
      throw stdioError(
        'STDIO_ENVIRONMENT',
        `Expected NAME=value in line ${index + 1} of \`env\`, found a line without a name.`,
      )
    }
    const name = line.slice(0, split).trim()
    requireName(name, 'env')
    if (entries.has(name)) {
      throw stdioError(
        'STDIO_ENVIRONMENT',
        `Expected each variable once in \`env\`, found \`${name}\` twice. Remove one.`,
      )
    }
    entries.set(name, line.slice(split + 1))
  }
  return Object.fromEntries(entries)
}

/** Environment variables whose value is a secret, in the form that `StdioUpstream.secretEnv` asks for. */
export function readSecretEnvironment(
  config: ConfigValues,
  env: Readonly<Record<string, string>>,
): Readonly<Record<string, string>> {
  const names = configSecretNames(config, 'secretEnv')
  for (const name of names) {
    requireName(name, 'secretEnv')
    if (Object.hasOwn(env, name)) {
      throw stdioError(
        'STDIO_ENVIRONMENT',
        `Expected \`${name}\` in \`env\` or in \`secretEnv\`, found it in both. Remove it from \`env\`.`,
      )
    }
  }
  return Object.fromEntries(names.map((name) => [name, `secretEnv.${name}`]))
}
