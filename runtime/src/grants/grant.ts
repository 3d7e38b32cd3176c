import type { ClientAsk, FilesPermission, PermissionFamily, SchedulePermission } from '@nexus/plugin-api'

/** One granted host. Private addresses stay refused unless the admin said so for this very host. */
export interface NetworkGrant {
  /** Lower-case name, possibly with a leading `*.`. */
  readonly host: string
  /** 1 to 65535. */
  readonly port: number
  readonly scheme: 'https' | 'http'
  readonly methods: readonly string[]
  /** The admin confirmed that this host is inside the own network. Metadata addresses stay refused all the same. */
  readonly allowPrivateAddresses: boolean
}

/** One granted secret: config field and the workspace secret(s) the admin chose for it. */
export interface SecretGrant {
  readonly field: string
  readonly access: 'use' | 'read'
}

/**
 * One granted process: a command, or an npm package `name@version`, with the folders of the host it may see and how far it
 * reaches. `network` is absent in grants of releases that could not ask for it: they reach nothing.
 */
export type ProcessGrant = ({ readonly command: string } | { readonly package: string }) & {
  readonly network?: 'none' | 'proxy' | 'host'
  readonly readable: readonly string[]
  readonly writable: readonly string[]
}

/** What an admin gave to an installation: concrete, with nothing left to interpret. */
export interface Grants {
  readonly network: readonly NetworkGrant[]
  readonly files: readonly Omit<FilesPermission, 'reason'>[]
  readonly secrets: readonly SecretGrant[]
  readonly tools: readonly string[]
  readonly processes: readonly ProcessGrant[]
  readonly panels: readonly string[]
  readonly events: readonly { readonly event: string; readonly direction: 'subscribe' | 'emit' }[]
  readonly schedules: readonly Omit<SchedulePermission, 'reason'>[]
  readonly client: readonly ClientAsk[]
}

/** Nothing granted. */
export const NO_GRANTS: Grants = {
  network: [],
  files: [],
  secrets: [],
  tools: [],
  processes: [],
  panels: [],
  events: [],
  schedules: [],
  client: [],
}

/** How far a family reaches, for the capability strip: not asked, limited to what is listed, or broad. */
export type Reach = 'none' | 'scoped' | 'broad'

export type CapabilityStrip = Readonly<Record<PermissionFamily, Reach>>
