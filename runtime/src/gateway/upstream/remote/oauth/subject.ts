/** Whose authorization is meant, and where it counts. */
export interface Subject {
  readonly upstreamId: string
  readonly workspaceId: string
  /** The upstream, as people know it. */
  readonly label: string
  /** The protected resource. A token never follows an installation to another address. */
  readonly url: string
  /** The person, where users have their own; absent where the workspace shares one. */
  readonly owner: string | undefined
}

export function tokenKey({ upstreamId, owner, url }: Subject): string {
  return JSON.stringify([upstreamId, owner ?? null, url])
}

/** The host is registered once for all users of an upstream, at each authorization server. */
export function clientKey({ upstreamId, url }: Subject, issuer: string): string {
  return JSON.stringify([upstreamId, url, issuer])
}
