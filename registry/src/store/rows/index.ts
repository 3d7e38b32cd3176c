import { accounts, invites, members, packageMembers, recoveryCodes, usedCodes, webLogins } from './account-rows.ts'
import { namespaceProofs, publisherPolicies, reservedNames, trusts, usedIdentities } from './namespace-rows.ts'
import { distTags, packageVersions, packages, stagedVersions, stars } from './package-rows.ts'
import { identities } from './identity-rows.ts'
import { keys, publishers } from './publisher-rows.ts'
import { logEntries, logHeads } from './log-rows.ts'
import { downloads, plugins, releases } from './release-rows.ts'
import { rollouts } from './rollout-rows.ts'
import { tokens } from './token-rows.ts'
import { advisories } from './advisory-rows.ts'
import { hosts, moderations, reports, reviewVotes, reviews } from './review-rows.ts'
import { servers } from './server-rows.ts'
import { activeInstallations, reporterSalts, reporters } from './statistic-rows.ts'
import { tufFiles, tufStates } from './tuf-rows.ts'
import { deliveries, followers, webhooks } from './webhook-rows.ts'

/** Every table of the registry. */
export const entities = [
  publishers,
  keys,
  identities,
  plugins,
  releases,
  downloads,
  rollouts,
  accounts,
  recoveryCodes,
  usedCodes,
  webLogins,
  invites,
  members,
  packageMembers,
  tokens,
  publisherPolicies,
  namespaceProofs,
  reservedNames,
  trusts,
  usedIdentities,
  packages,
  packageVersions,
  distTags,
  stagedVersions,
  stars,
  logEntries,
  logHeads,
  tufFiles,
  tufStates,
  advisories,
  hosts,
  reviews,
  reviewVotes,
  reports,
  moderations,
  activeInstallations,
  reporters,
  reporterSalts,
  webhooks,
  deliveries,
  followers,
  servers,
]
