import { CreateAccounts1795219210000 } from './accounts.ts'
import { CreateNamespaces1795219215000 } from './namespaces.ts'
import { CreateRegistry1795219200000 } from './create-registry.ts'
import { CreateLog1795219240000 } from './log.ts'
import { CreatePackages1795219220000 } from './packages.ts'
import { CreateAdvisories1795219260000 } from './advisories.ts'
import { CreateReviews1795219270000 } from './reviews.ts'
import { CreateServers1795219300000 } from './servers.ts'
import { CreateRollouts1795219330000 } from './rollouts.ts'
import { CreateScans1795219320000 } from './scans.ts'
import { CreateStatistics1795219280000 } from './statistics.ts'
import { CreateIdentities1795219310000 } from './identities.ts'
import { CreateTuf1795219250000 } from './tuf.ts'
import { CreateWebhooks1795219290000 } from './webhooks.ts'

/** Every change of the database's shape, oldest first. One that was released is never changed. */
export const migrations = [
  CreateRegistry1795219200000,
  CreateAccounts1795219210000,
  CreateNamespaces1795219215000,
  CreatePackages1795219220000,
  CreateLog1795219240000,
  CreateTuf1795219250000,
  CreateAdvisories1795219260000,
  CreateReviews1795219270000,
  CreateStatistics1795219280000,
  CreateWebhooks1795219290000,
  CreateServers1795219300000,
  CreateIdentities1795219310000,
  CreateScans1795219320000,
  CreateRollouts1795219330000,
]
