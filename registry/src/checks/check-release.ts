import type { BundleContents } from '../bundle/contents.ts'
import { checkCapabilities } from './check-capabilities.ts'
import { checkCode } from './check-code.ts'
import { checkContributions } from './check-contributions.ts'
import { checkSecrets } from './check-secrets.ts'
import { checkSize } from './check-size.ts'
import { checkTexts } from './check-texts.ts'
import { readFacts } from './code-facts.ts'
import { type Finding, finding } from './finding.ts'
import { MAX_SCANNED_BYTES } from './limits.ts'

const CODE = /\.[cm]?js$/i
const TEXT = /\.(?:[cm]?[jt]sx?|json|map|html?|css|md|txt|ya?ml|toml|env|ini|pem|key|crt)$|(?:^|\/)\.[\w.]+$/i

/**
 * The static checks of a release that the strict reader accepted. They judge, they do not prove: code that wants to hide
 * can; the sandbox is what holds it. Takes about as long as reading the text once; `scanBundle` runs it in a worker.
 */
export function checkRelease({ files, manifest }: Pick<BundleContents, 'files' | 'manifest'>): readonly Finding[] {
  const found: Finding[] = [...checkTexts(manifest), ...checkSize(files, manifest)]
  let scanned = 0
  for (const [file, bytes] of files) {
    if (!TEXT.test(file)) continue
    scanned += bytes.length
    if (scanned > MAX_SCANNED_BYTES) {
      const message = `Expected text of at most ${MAX_SCANNED_BYTES} bytes in all, found more: from here on nobody scanned.`
      return [...found, finding('CODE_NOT_SCANNED', { file }, message)]
    }
    const text = new TextDecoder().decode(bytes)
    found.push(...checkSecrets(file, text))
    if (!CODE.test(file)) continue
    const facts = readFacts(text)
    found.push(...checkCode(file, text, facts))
    if (file !== manifest.main) continue
    found.push(...checkCapabilities(text, facts, manifest), ...checkContributions(text, facts, manifest))
  }
  return found
}
