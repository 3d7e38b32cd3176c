import { sandboxError } from '../errors.ts'

/** Said wherever this tier is shown. */
export const NOT_A_BOUNDARY = 'A worker thread is not a security boundary.'

/** Refuses code of publishers that the operator did not trust with worker threads. */
export function requireTrust(pluginId: string, isTrusted: (publisher: string) => boolean): void {
  const [publisher = ''] = pluginId.split('/')
  if (isTrusted(publisher)) return
  throw sandboxError(
    'SANDBOX_TRUST_REQUIRED',
    `Expected a publisher that the operator trusts with worker threads, found \`${publisher}\`. ${NOT_A_BOUNDARY} Choose another profile, or trust the publisher: nexus publisher trust ${publisher} --workers.`,
    { details: { publisher, pluginId } },
  )
}
