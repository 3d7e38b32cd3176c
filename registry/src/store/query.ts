// The words that queries outside this folder are written in, so that the library behind them has one home.
export {
  Between as isBetween,
  In as isOneOf,
  IsNull as isNull,
  LessThan as isBelow,
  Not as isNot,
  MoreThanOrEqual as isAtLeast,
} from 'typeorm'
export type { EntityManager as Transaction } from 'typeorm'
export type { QueryDeepPartialEntity as Insertable } from 'typeorm/query-builder/QueryPartialEntity.js'
