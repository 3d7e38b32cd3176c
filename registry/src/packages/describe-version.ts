import type { VersionFacts } from './version-facts.ts'

/** What the client says about itself; everything else is read out of the bundle. */
export interface ClientFacts {
  readonly gitHead?: string
  readonly nodeVersion?: string
  readonly npmVersion?: string
}

const INSTALL_SCRIPTS = ['preinstall', 'install', 'postinstall']
/** Members that only the registry may say, or that would change what clients do with the rest. */
const NEVER = new Set(['dist', 'deprecated', 'readme', 'readmeFilename', 'maintainers', '_attachments', '__proto__'])

/**
 * A version as the packument shows it, without `dist`. Made of the bundle's own package.json, never of what the client
 * sent beside it: a packument that says something else than the bundle is an attack with a name, manifest confusion.
 */
export function describeVersion(facts: VersionFacts, client: ClientFacts = {}): string {
  const { packageJson } = facts
  const own = Object.fromEntries(Object.entries(packageJson).filter(([key]) => !NEVER.has(key) && !key.startsWith('_')))
  return JSON.stringify({
    ...own,
    ...normalizeBin(packageJson, facts.name),
    ...normalizeBundled(packageJson),
    ...normalizePerson(packageJson),
    ...normalizeRepository(packageJson),
    _id: `${facts.name}@${facts.version}`,
    ...(hasInstallScript(facts) ? { hasInstallScript: true } : {}),
    ...(facts.files.includes('npm-shrinkwrap.json') ? { _hasShrinkwrap: true } : {}),
    ...(client.gitHead === undefined ? {} : { gitHead: client.gitHead }),
    ...(client.nodeVersion === undefined ? {} : { _nodeVersion: client.nodeVersion }),
    ...(client.npmVersion === undefined ? {} : { _npmVersion: client.npmVersion }),
  })
}

/** npm builds native code by itself when it finds `binding.gyp`. */
function hasInstallScript({ packageJson, files }: VersionFacts): boolean {
  const scripts = Object.keys({ ...Object(packageJson['scripts']) })
  return INSTALL_SCRIPTS.some((name) => scripts.includes(name)) || files.includes('binding.gyp')
}

function normalizeBin({ bin }: VersionFacts['packageJson'], name: string) {
  return typeof bin === 'string' ? { bin: { [name.slice(name.indexOf('/') + 1)]: bin } } : {}
}

/** Clients read the one spelling only, and a list. */
function normalizeBundled(packageJson: VersionFacts['packageJson']) {
  const bundled = packageJson['bundleDependencies'] ?? packageJson['bundledDependencies']
  if (bundled === true) return { bundleDependencies: Object.keys({ ...Object(packageJson['dependencies']) }) }
  return Array.isArray(bundled) ? { bundleDependencies: bundled } : {}
}

function normalizePerson({ author }: VersionFacts['packageJson']) {
  if (typeof author !== 'string') return {}
  const [, name = '', email, url] = /^([^<(]*)(?:<([^>]*)>)?\s*(?:\(([^)]*)\))?/.exec(author.slice(0, 300)) ?? []
  return { author: { name: name.trim(), ...(email && { email }), ...(url && { url }) } }
}

function normalizeRepository({ repository }: VersionFacts['packageJson']) {
  return typeof repository === 'string' ? { repository: { type: 'git', url: repository } } : {}
}
