export { storeErrors } from './errors.ts'
export { openStore, type StoreOptions } from './open-store.ts'
export type {
  ApiTokenRow,
  DataKeyRow,
  ExposedNameRow,
  InstallationRow,
  MembershipRow,
  OneTimeLinkRow,
  PolicyRuleRow,
  Rows,
  SecretRow,
  SessionRow,
  Store,
  UserRow,
  VirtualServerRow,
  VirtualTool,
  WorkspaceRow,
} from './store.ts'
