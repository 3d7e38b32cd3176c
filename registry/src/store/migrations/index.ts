import { CreateAccounts1795219210000 } from './accounts.ts'
import { CreateRegistry1795219200000 } from './create-registry.ts'
import { CreateLog1795219240000 } from './log.ts'
import { CreatePackages1795219220000 } from './packages.ts'

/** Every change of the database's shape, oldest first. One that was released is never changed. */
export const migrations = [
  CreateRegistry1795219200000,
  CreateAccounts1795219210000,
  CreatePackages1795219220000,
  CreateLog1795219240000,
]
