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
  VirtualServerRow,
  VirtualTool,
  WorkspaceRow,
} from './store.ts'
