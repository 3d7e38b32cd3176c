import type { ConfigValues, PluginManifest } from '@nexus/plugin-api'
import type { Grants } from '../grants/grant.ts'

/** When updates may be applied without anybody looking: from each time of `cron` on, for so many minutes. */
export interface UpdateWindow {
  /** Five fields, as in crontab(5). */
  readonly cron: string
  readonly minutes: number
  /** IANA name; UTC when absent. */
  readonly timeZone?: string | undefined
}

/** How an installation comes by new releases. */
export interface UpdateSettingRow {
  readonly installationId: string
  readonly workspaceId: string
  /** `channel` goes wherever the channel points; `patch` and `minor` stay within the present minor or major version. */
  readonly mode: 'off' | 'patch' | 'minor' | 'channel'
  /** The channel that is followed; `latest` when absent. */
  readonly channel: string | undefined
  /** The version does not move while this is set, by nobody's wish but the health gate's. */
  readonly pinned: boolean
  readonly window: UpdateWindow | undefined
  /** When a node last took the work of looking for a newer release. */
  readonly checkedAt: Date | undefined
  readonly updatedAt: Date
}

/** A newer release that waits: for consent, for its age, its turn or its time. At most one of an installation. */
export interface UpdateOfferRow {
  readonly installationId: string
  readonly workspaceId: string
  readonly version: string
  readonly bundleDigest: string
  /** `waiting`: for what `reasons` name. `approved`: for its time. `applying`: a node has taken it. `declined`: a person said no. */
  readonly state: 'waiting' | 'approved' | 'applying' | 'declined'
  /** Codes: what it waits for. */
  readonly reasons: readonly string[]
  /** What a person agreed to; absent before. */
  readonly consentDigest: string | undefined
  /** Settings that were changed with it. */
  readonly config: ConfigValues
  readonly approvedBy: string | undefined
  readonly approvedByName: string | undefined
  /** Not before this instant. */
  readonly notBefore: Date | undefined
  /** Why the last try failed. */
  readonly problem: string | undefined
  readonly foundAt: Date
  readonly updatedAt: Date
}

/** One side of a change: what is stored of an installation in one version. */
export interface VersionSide {
  readonly version: string
  readonly bundleDigest: string
  readonly manifest: PluginManifest
  readonly config: ConfigValues
  readonly grants: Grants
  readonly profile: string
}

/** One change of an installation's version: who, when, why, and how it ended. */
export interface VersionChangeRow {
  readonly id: string
  readonly installationId: string
  readonly workspaceId: string
  readonly version: string
  readonly bundleDigest: string
  /** What was there before; absent for the install itself. */
  readonly before: VersionSide | undefined
  readonly origin: 'install' | 'manual' | 'automatic' | 'rollback'
  /** Principal id. */
  readonly by: string
  /** Name of a person at that time. */
  readonly byName: string
  /** `probation` until it has proved healthy: a host that finds this at its start rolls back. */
  readonly outcome: 'probation' | 'kept' | 'rolled-back' | 'failed'
  readonly code: string | undefined
  readonly message: string | undefined
  readonly at: Date
  readonly endedAt: Date | undefined
}

/** What a workspace demands of updates. */
export interface UpdatePolicyRow {
  readonly workspaceId: string
  /** Updates that widen need the consent of two people. */
  readonly secondApprover: boolean
  readonly updatedAt: Date
}

export interface UpdateRows {
  setting(installationId: string): Promise<UpdateSettingRow | undefined>
  /** Of installations that look for newer releases by themselves. */
  automatic(): Promise<readonly UpdateSettingRow[]>
  putSetting(row: UpdateSettingRow): Promise<void>
  /** Takes the work of looking, unless somebody did since `before`. Of several nodes one gets it. */
  claimCheck(installationId: string, now: Date, before: Date): Promise<boolean>
  offer(installationId: string): Promise<UpdateOfferRow | undefined>
  offers(workspaceId: string): Promise<readonly UpdateOfferRow[]>
  /** Approved ones whose instant has come. */
  dueOffers(now: Date): Promise<readonly UpdateOfferRow[]>
  /** Those that a node took before `before` and never finished: it died meanwhile. */
  abandonedOffers(before: Date): Promise<readonly UpdateOfferRow[]>
  putOffer(row: UpdateOfferRow): Promise<void>
  /** Moves an offer on, if it is still of this version and state; says whether it was. */
  moveOffer(
    offer: Pick<UpdateOfferRow, 'installationId' | 'version' | 'state'>,
    change: Partial<UpdateOfferRow>,
  ): Promise<boolean>
  removeOffer(installationId: string): Promise<void>
  /** Latest first. */
  history(installationId: string, limit: number): Promise<readonly VersionChangeRow[]>
  /** Changes that never ended: the host was killed meanwhile. */
  unfinished(): Promise<readonly VersionChangeRow[]>
  begin(row: VersionChangeRow): Promise<void>
  end(id: string, change: Pick<VersionChangeRow, 'outcome' | 'code' | 'message' | 'endedAt'>): Promise<void>
  forget(ids: readonly string[]): Promise<void>
  policy(workspaceId: string): Promise<UpdatePolicyRow | undefined>
  putPolicy(row: UpdatePolicyRow): Promise<void>
}
