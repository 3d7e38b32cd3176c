export { storeErrors } from './errors.ts'
export { openStore, type StoreOptions } from './open-store.ts'
export type {
  ApiTokenRow,
  BudgetRow,
  DataKeyRow,
  ExposedNameRow,
  InstallationBoundsRow,
  InstallationRow,
  LimitBreachRow,
  MembershipRow,
  OneTimeLinkRow,
  PermissionUseRow,
  PolicyRuleRow,
  Rows,
  SecretRow,
  SessionRow,
  Store,
  UsageBucketRow,
  UserRow,
  WorkspaceRow,
} from './store.ts'
export type { VirtualServerRow } from './virtual-server-row.ts'
