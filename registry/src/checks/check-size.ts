import type { PluginManifest } from '@nexus/plugin-api'
import type { BundleContents } from '../bundle/contents.ts'
import { type Finding, finding } from './finding.ts'
import { LARGE_BUNDLE_BYTES, LARGE_CODE_BYTES } from './limits.ts'

const LICENSE = /^(?:licen[cs]e|copying)(?:[.-][\w.-]+)?$/i

/** Looks at the bundle as a whole: how large it is, and whether its licence is in it. */
export function checkSize(files: BundleContents['files'], manifest: PluginManifest): readonly Finding[] {
  const found: Finding[] = []
  const code = files.get(manifest.main)?.length ?? 0
  if (code > LARGE_CODE_BYTES) {
    const message = `Expected code of at most ${LARGE_CODE_BYTES} bytes, found ${code}. Check what was bundled.`
    found.push(finding('CODE_LARGE', { file: manifest.main }, message))
  }
  const total = [...files.values()].reduce((sum, { length }) => sum + length, 0)
  if (total > LARGE_BUNDLE_BYTES) {
    const message = `Expected files of at most ${LARGE_BUNDLE_BYTES} bytes in all, found ${total}. Check what was packed.`
    found.push(finding('BUNDLE_LARGE', { file: 'package.json' }, message))
  }
  if (manifest.license !== 'UNLICENSED' && ![...files.keys()].some((path) => LICENSE.test(path))) {
    const message = `Expected the text of the licence ${manifest.license.slice(0, 80)} in \`LICENSE\`, found no such file.`
    found.push(finding('LICENSE_FILE_MISSING', { file: 'package.json' }, message))
  }
  return found
}
