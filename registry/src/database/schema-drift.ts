import type { DataSource } from 'typeorm'

/** Statements that would bring the database to what the entities say: none when the migrations are complete. */
export async function schemaDrift(dataSource: DataSource): Promise<readonly string[]> {
  const log = await dataSource.driver.createSchemaBuilder().log()
  return log.upQueries.map(({ query }) => query)
}
