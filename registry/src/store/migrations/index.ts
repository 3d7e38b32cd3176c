import { CreateRegistry1795219200000 } from './create-registry.ts'

/** Every change of the database's shape, oldest first. One that was released is never changed. */
export const migrations = [CreateRegistry1795219200000]
