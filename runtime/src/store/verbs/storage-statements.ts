// The statements of plugins' storage, as text: a get is the most frequent thing a plugin does, and a query builder costs
// ten times as much as the database. Both dialects understand all of them. Whoever writes an entry holds the lock of its
// usage row, which `COUNT_WRITE` takes.

export const READ = `SELECT value FROM storage_entry WHERE installation_id = $1 AND key = $2`

export const READ_VERSIONED = `SELECT value, version FROM storage_entry WHERE installation_id = $1 AND key = $2`

/** Locks the usage row, made when it is missing, and counts the write. */
export const COUNT_WRITE = `
  INSERT INTO storage_usage (installation_id, workspace_id, bytes, writes) VALUES ($1, $2, 0, 1)
  ON CONFLICT (installation_id) DO UPDATE SET writes = storage_usage.writes + 1
  RETURNING bytes, writes`

/** Locks the usage row if there is one. */
export const LOCK = `UPDATE storage_usage SET bytes = bytes WHERE installation_id = $1`

export const READ_SIZE = `SELECT bytes, version FROM storage_entry WHERE installation_id = $1 AND key = $2`

export const WRITE = `
  INSERT INTO storage_entry (installation_id, key, workspace_id, value, bytes, version) VALUES ($1, $2, $3, $4, $5, $6)
  ON CONFLICT (installation_id, key) DO UPDATE
  SET value = excluded.value, bytes = excluded.bytes, version = excluded.version`

export const REMOVE = `DELETE FROM storage_entry WHERE installation_id = $1 AND key = $2 RETURNING bytes`

export const WEIGH = `UPDATE storage_usage SET bytes = $2 WHERE installation_id = $1`

export const LIGHTEN = `UPDATE storage_usage SET bytes = bytes - $2 WHERE installation_id = $1`

export const REMOVE_ALL = `DELETE FROM storage_entry WHERE installation_id = $1`

export const READ_USAGE = `SELECT bytes FROM storage_usage WHERE installation_id = $1`

/**
 * Keys in code-point order, which is the order of UTF-8 bytes: SQLite's own, and that of PostgreSQL's "C". No prefix is
 * looked at here: in this order the keys of a prefix stand together, so the first foreign one ends the list.
 */
export const LIST = {
  sqlite: {
    from: `SELECT key FROM storage_entry WHERE installation_id = $1 AND key >= $2 ORDER BY key LIMIT $3`,
    after: `SELECT key FROM storage_entry WHERE installation_id = $1 AND key > $2 ORDER BY key LIMIT $3`,
  },
  postgres: {
    from: `SELECT key FROM storage_entry WHERE installation_id = $1 AND key COLLATE "C" >= $2 ORDER BY key COLLATE "C" LIMIT $3`,
    after: `SELECT key FROM storage_entry WHERE installation_id = $1 AND key COLLATE "C" > $2 ORDER BY key COLLATE "C" LIMIT $3`,
  },
} as const
