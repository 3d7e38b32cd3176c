import { z } from 'zod'
import { cronIssue, timeZoneIssue } from './cron.ts'
import { isHostEvent } from './host-events.ts'
import { HIDDEN_CHARACTERS, localizedText } from './text.ts'

const reason = localizedText(300).describe('Why the plugin needs this, in words an admin understands.')
const configField = z
  .string()
  .regex(/^[a-z][a-zA-Z0-9]{0,39}$/)
  .describe('Name of a field of `config`; what the admin writes there is what is granted.')

const hostLabel = '[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?'
/**
 * `name` or `name:port`; the first label may be `*` when at least two more follow. Bare `*` and IP literals are refused,
 * also those that URLs read as numbers: a last label of digits or of `0x` and hexadecimal digits.
 */
const HOST = new RegExp(
  `^(\\*\\.(?=[^.]+\\.))?(${hostLabel}\\.)*(?=[a-z0-9-]*[a-z])(?!0x[0-9a-f]*(?::|$))${hostLabel}(:(?:[1-9][0-9]{0,3}|[1-5][0-9]{4}|6[0-4][0-9]{3}|65[0-4][0-9]{2}|655[0-2][0-9]|6553[0-5]))?$`,
)

/** HTTP methods a network permission may name. */
export const HTTP_METHODS = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'] as const

const methods = z.array(z.enum(HTTP_METHODS)).min(1).max(7)

/** Reach a host over HTTPS (or the named port), with the listed methods only. */
export const networkPermission = z.union([
  z.strictObject({
    host: z
      .string()
      .max(260)
      .regex(
        HOST,
        'Expected a host name such as `api.example.com` or `api.example.com:8443`, not an IP address or `*`.',
      ),
    methods,
    reason,
  }),
  z.strictObject({ fromConfig: configField, methods, reason }),
])

/** Read or write below a symbolic root: `$data` (private to the installation) or `$workspace` (given by the operator). */
export const filesPermission = z.strictObject({
  root: z.enum(['$data', '$workspace']),
  path: z
    .string()
    .max(200)
    .regex(
      // oxlint-disable-next-line no-control-regex -- control characters are exactly what is refused
      /^(?!\/)(?!.*(^|\/)\.\.?(\/|$))[^\\\u0000-\u001f\u007f-\u009f]*$/,
      'Expected a relative path without `.` or `..` segments and control characters.',
    )
    .refine((path) => !HIDDEN_CHARACTERS.test(path), 'Expected a path of visible characters.')
    .default(''),
  access: z.enum(['read', 'read-write']),
  reason,
})

/**
 * Use a secret that the admin chose in the config field of this name. `use`: the broker puts it into a header or an
 * environment variable and the plugin never sees it. `read`: the plugin gets the plain value.
 */
export const secretPermission = z.strictObject({ name: configField, access: z.enum(['use', 'read']), reason })

/** Call a tool of another plugin as the same caller: `publisher/plugin:tool`, the tool may be `*`. */
export const toolPermission = z.strictObject({
  tool: z.string().regex(/^[a-z0-9-]{1,39}\/[a-z0-9-]{1,64}:(\*|[a-zA-Z0-9_-]{1,64})$/),
  reason,
})

const folders = {
  readFromConfig: configField.optional().describe('Config field with folders of the host that the process may read.'),
  writeFromConfig: configField
    .optional()
    .describe('Config field with folders of the host that the process may change.'),
}

const processNetwork = {
  network: z
    .enum(['none', 'proxy', 'host'])
    .default('none')
    .describe(
      'What the process reaches: nothing; the hosts of `permissions.network`, through the proxy of the host; or whatever the machine reaches, unfiltered.',
    ),
  hostNetworkFromConfig: configField
    .optional()
    .describe('Boolean config field; where the admin sets it, the process reaches the network unfiltered.'),
}

/**
 * Let the host start a process: one named command, or what the admin wrote in a config field. The process sees the
 * system's programs, its own package and the folders the admin named, where the machine offers containment.
 */
export const processPermission = z.union([
  z.strictObject({ command: z.string().regex(/^[a-zA-Z0-9._-]{1,64}$/), ...folders, ...processNetwork, reason }),
  z.strictObject({ fromConfig: configField, ...folders, ...processNetwork, reason }),
])

/** Show a panel that the manifest contributes. */
export const panelPermission = z.strictObject({ panel: z.string().regex(/^[a-z][a-z0-9-]{0,39}$/), reason })

/**
 * Hear an event of the host (see `hostEvents`) or of another plugin of the workspace, or send one of its own. The name
 * of a plugin's event is its id with a dot, and a word: `acme.site-watch.changed`.
 */
export const eventPermission = z.strictObject({
  event: z
    .string()
    .max(160)
    .regex(/^[a-z0-9-]{1,64}(\.[a-z0-9-]{1,64}){1,4}$/)
    .refine((event) => event.split('.').length > 2 || isHostEvent(event), {
      message: "Expected an event of the host, or a plugin's event such as `acme.site-watch.changed`.",
    }),
  direction: z.enum(['subscribe', 'emit']),
  reason,
})

/**
 * Run by itself at these times, without anybody calling. `cron` has five fields and therefore at least a minute between
 * two runs; in UTC unless `timeZone` says otherwise. A run that was missed is not made up for.
 */
export const schedulePermission = z.strictObject({
  name: z.string().regex(/^[a-z][a-z0-9-]{0,39}$/),
  cron: z
    .string()
    .max(100)
    .superRefine((cron, context) => {
      const issue = cronIssue(cron)
      if (issue !== undefined) context.addIssue({ code: 'custom', message: issue })
    })
    .describe('Minute, hour, day of the month, month, day of the week, for example `0 6 * * 1-5`.'),
  timeZone: z
    .string()
    .max(60)
    .superRefine((timeZone, context) => {
      const issue = timeZoneIssue(timeZone)
      if (issue !== undefined) context.addIssue({ code: 'custom', message: issue })
    })
    .exactOptional()
    .describe('IANA time zone, for example `Europe/Berlin`; default UTC.'),
  reason,
})

/** What a plugin may ask the client of a call for. Source: MCP elicitation, sampling and roots. */
export const CLIENT_ASKS = ['elicitation', 'sampling', 'roots'] as const

/**
 * Ask the client within a call: `elicitation` a person for input, `sampling` the client's model for text at the caller's
 * expense, `roots` which folders the client works in.
 */
export const clientPermission = z.strictObject({ ask: z.enum(CLIENT_ASKS), reason })

/**
 * The permission families, in the order in which people see them everywhere. Built once as data: the manifest schema,
 * the consent screen and the grants all follow this table.
 */
export const permissionFamilies = {
  network: z.array(networkPermission).max(64),
  files: z.array(filesPermission).max(16),
  secrets: z.array(secretPermission).max(32),
  tools: z.array(toolPermission).max(64),
  processes: z.array(processPermission).max(16),
  panels: z.array(panelPermission).max(16),
  events: z.array(eventPermission).max(32),
  schedules: z.array(schedulePermission).max(8),
  client: z.array(clientPermission).max(3),
} as const

/** Name of a permission family. */
export type PermissionFamily = keyof typeof permissionFamilies

/** The family names in their fixed order. */
// oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the keys of a table written above
export const PERMISSION_FAMILIES = Object.keys(permissionFamilies) as readonly PermissionFamily[]

/** What a manifest asks for, by family. An absent family is not asked for. */
export const permissionsSchema = z.strictObject(permissionFamilies).partial()

/** What a manifest asks for, by family. */
export type Permissions = z.infer<typeof permissionsSchema>
/** A host, named in the manifest or by a config field, and the methods asked for. */
export type NetworkPermission = z.infer<typeof networkPermission>
/** A place below a symbolic root and whether it may be changed. */
export type FilesPermission = z.infer<typeof filesPermission>
/** A secret and whether the plugin uses it unseen or reads it. */
export type SecretPermission = z.infer<typeof secretPermission>
/** A tool of another plugin. */
export type ToolPermission = z.infer<typeof toolPermission>
/** A process that the host may start, and the folders it may see. */
export type ProcessPermission = z.infer<typeof processPermission>
/** A panel that may be shown. */
export type PanelPermission = z.infer<typeof panelPermission>
/** An event and its direction. */
export type EventPermission = z.infer<typeof eventPermission>
/** A job that the host runs by the clock. */
export type SchedulePermission = z.infer<typeof schedulePermission>
/** Something the client of a call may be asked for. */
export type ClientPermission = z.infer<typeof clientPermission>
/** `elicitation`, `sampling` or `roots`. */
export type ClientAsk = (typeof CLIENT_ASKS)[number]
