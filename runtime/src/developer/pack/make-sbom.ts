import type { PluginManifest } from '@nexus/plugin-api'
import { digestFile } from '@nexus/registry/bundle'
import type { BundledPackages } from './bundled-packages.ts'

/** Identifiers that CycloneDX takes as `license.id`; everything else that follows the grammar is an expression. */
const COMMON_LICENSES = new Set(
  '0BSD AFL-2.1 AGPL-3.0-only AGPL-3.0-or-later Apache-2.0 Artistic-2.0 BlueOak-1.0.0 BSD-2-Clause BSD-3-Clause BSL-1.0 CC0-1.0 CC-BY-3.0 CC-BY-4.0 EPL-2.0 GPL-2.0-only GPL-2.0-or-later GPL-3.0-only GPL-3.0-or-later ISC LGPL-2.1-only LGPL-3.0-only LGPL-3.0-or-later MIT MIT-0 MPL-2.0 Python-2.0 Unicode-3.0 Unlicense WTFPL Zlib'.split(
    ' ',
  ),
)
const SPDX_EXPRESSION = /^\(*[A-Za-z0-9.+-]+\)*(?: (?:AND|OR|WITH) \(*[A-Za-z0-9.+-]+\)*)*$/

/**
 * The bill of materials of a bundle, CycloneDX 1.6: the npm packages whose code is in it. It says nothing of time and
 * machine, so the same sources give the same bytes.
 */
export function makeSbom(manifest: PluginManifest, { packages, direct }: BundledPackages): string {
  const root = purlOf(`@${manifest.id}`, manifest.version)
  const refs = new Map(packages.map(({ name, version }) => [`${name}@${version}`, purlOf(name, version)]))
  const edges = [
    { ref: root, dependsOn: direct },
    ...packages.map(({ name, version, dependsOn }) => ({ ref: purlOf(name, version), dependsOn })),
  ]
  const content = {
    metadata: {
      tools: { components: [{ type: 'application', name: 'nexus' }] },
      component: describe('application', { name: `@${manifest.id}`, ...manifest }),
    },
    components: packages.map((one) => describe('library', one)),
    dependencies: edges.map(({ ref, dependsOn }) => ({
      ref,
      dependsOn: dependsOn.flatMap((key) => refs.get(key) ?? []),
    })),
  }
  const document = {
    $schema: 'http://cyclonedx.org/schema/bom-1.6.schema.json',
    bomFormat: 'CycloneDX',
    specVersion: '1.6',
    serialNumber: `urn:uuid:${uuidOf(JSON.stringify(content))}`,
    version: 1,
    ...content,
  }
  return `${JSON.stringify(document, undefined, 2)}\n`
}

function describe(
  type: 'application' | 'library',
  { name, version, license }: { readonly name: string; readonly version: string; readonly license: string | undefined },
) {
  const slash = name.indexOf('/')
  const purl = purlOf(name, version)
  return {
    type,
    'bom-ref': purl,
    ...(slash === -1 ? {} : { group: name.slice(0, slash) }),
    name: name.slice(slash + 1),
    version,
    ...(license === undefined ? {} : { licenses: [describeLicense(license)] }),
    purl,
  }
}

function describeLicense(license: string) {
  if (COMMON_LICENSES.has(license)) return { license: { id: license } }
  return SPDX_EXPRESSION.test(license) && license !== 'UNLICENSED'
    ? { expression: license }
    : { license: { name: license } }
}

/** Package URL of an npm package (purl-spec): the at sign of a scope is encoded. */
function purlOf(name: string, version: string): string {
  return `pkg:npm/${name.replace(/^@/, '%40')}@${encodeURIComponent(version)}`
}

/** A UUID of version 8 (RFC 9562: made of what one likes) from the content, so that it changes when that does. */
function uuidOf(content: string): string {
  const hex = digestFile(content).slice('sha256:'.length)
  const variant = '89ab'[Number.parseInt(hex[16] ?? '0', 16) % 4]
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-8${hex.slice(13, 16)}-${variant}${hex.slice(17, 20)}-${hex.slice(20, 32)}`
}
