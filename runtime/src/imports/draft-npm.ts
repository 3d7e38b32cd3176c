import type { ServerPackage } from '@nexus/registry/contract'
import { readArguments } from './argument-inputs.ts'
import type { Draft } from './draft.ts'
import { readEnvironment } from './environment-inputs.ts'
import { importError } from './errors.ts'

const EXACT = /^\d+\.\d+\.\d+(?:[-+][0-9A-Za-z.+-]{1,60})?$/
const PUBLIC = 'registry.npmjs.org'
/** Of npx: that nobody is asked. The host installs the package itself, without running its scripts. */
const HARMLESS = new Set(['-y', '--yes'])

/** An npm package for `nexus/stdio`, which installs the exact version without scripts and runs its program. */
export function draftNpm(offer: ServerPackage): Draft {
  const { identifier, version = '', transport, registryBaseUrl, runtimeArguments = [], packageArguments = [] } = offer
  if (transport.type !== 'stdio') {
    throw importError(
      'IMPORT_TRANSPORT',
      `Expected a package that speaks over standard input and output, found one with ${transport.type}.`,
    )
  }
  if (registryBaseUrl !== undefined && new URL(registryBaseUrl).hostname !== PUBLIC) {
    throw importError(
      'IMPORT_PACKAGE_REGISTRY',
      `Expected a package of the public npm registry, found one of ${new URL(registryBaseUrl).hostname}. Set npm up for that registry and install nexus/stdio by hand.`,
    )
  }
  if (!EXACT.test(version)) {
    throw importError('IMPORT_PACKAGE_VERSION', `Expected an exact version of ${identifier}, found \`${version}\`.`)
  }
  const foreign = runtimeArguments.find(
    (argument) => !HARMLESS.has((argument.type === 'named' ? argument.name : argument.value) ?? ''),
  )
  if (foreign !== undefined) {
    throw importError(
      'IMPORT_RUNTIME_ARGUMENTS',
      `Expected no arguments for ${offer.runtimeHint ?? 'a runtime'}, which is not used here, found \`${foreign.type === 'named' ? foreign.name : (foreign.value ?? '')}\`.`,
    )
  }
  const given = readArguments(packageArguments, 'arg')
  const environment = readEnvironment(offer.environmentVariables ?? [])
  return {
    title: `npm ${identifier}@${version}`,
    pluginId: 'nexus/stdio',
    notes: ['network-closed'],
    inputs: [...given.inputs, ...environment.inputs],
    configure(filled) {
      const args = given.fill(filled.values)
      return {
        package: `${identifier}@${version}`,
        ...(args.length > 0 && { args }),
        ...environment.fill(filled),
      }
    },
  }
}
