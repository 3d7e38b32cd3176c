import type { MigrationInterface, QueryRunner } from 'typeorm'

/** Asking a call's client is a family of permissions: grants that were given before hold none. */
export class AddClientGrants1795219200070 implements MigrationInterface {
  readonly name = 'AddClientGrants1795219200070'

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(
      runner.dataSource.options.type === 'postgres'
        ? `UPDATE installation SET grants = (grants::jsonb || '{"client":[]}'::jsonb)::text
           WHERE NOT jsonb_exists(grants::jsonb, 'client')`
        : `UPDATE installation SET grants = json_set(grants, '$.client', json('[]'))
           WHERE json_type(grants, '$.client') IS NULL`,
    )
  }

  /** Nothing to undo: a release that does not know the family does not look for it. */
  down(): Promise<void> {
    return Promise.resolve()
  }
}
