/** Triggers that let rows into `audit_event` and never change or take one out. */
export function appendOnlyStatements(dialect: string): readonly string[] {
  return dialect === 'postgres' ? postgresStatements : sqliteStatements
}

const postgresStatements = [
  `CREATE FUNCTION audit_event_refuse() RETURNS trigger LANGUAGE plpgsql AS
   $$ BEGIN RAISE EXCEPTION 'audit_event is append-only'; END $$`,
  `CREATE TRIGGER audit_event_no_change BEFORE UPDATE OR DELETE OR TRUNCATE ON audit_event
   FOR EACH STATEMENT EXECUTE FUNCTION audit_event_refuse()`,
]

// INSERT OR REPLACE takes a row out without firing a delete trigger: hence the trigger on INSERT.
const sqliteStatements = [
  `CREATE TRIGGER audit_event_no_update BEFORE UPDATE ON audit_event
   BEGIN SELECT RAISE(ABORT, 'audit_event is append-only'); END`,
  `CREATE TRIGGER audit_event_no_delete BEFORE DELETE ON audit_event
   BEGIN SELECT RAISE(ABORT, 'audit_event is append-only'); END`,
  `CREATE TRIGGER audit_event_no_replace BEFORE INSERT ON audit_event
   WHEN EXISTS (SELECT 1 FROM audit_event WHERE sequence = NEW.sequence)
   BEGIN SELECT RAISE(ABORT, 'audit_event is append-only'); END`,
]
