/** `[name, labels, value]` rows. */
export const addCounters = `INSERT INTO metric_counters (name, labels, value)
  SELECT value->>0, value->>1, value->>2 FROM json_each(?1) WHERE true
  ON CONFLICT (name, labels) DO UPDATE SET value = metric_counters.value + excluded.value`;

/** Tenant, time, cell: takes the first free database, or none. */
export const claimDatabase = `UPDATE pool_databases SET tenant_id = ?1, claimed_at = ?2 WHERE binding = (
  SELECT binding FROM pool_databases WHERE tenant_id IS NULL AND cell_id = ?3 ORDER BY binding LIMIT 1) RETURNING binding`;

/** Runs in the transaction of {@link claimDatabase}: without a database there is no tenant. */
export const insertTenantWithDatabase = `INSERT INTO tenants
  (id, slug, name, language, status, cell_id, wrapped_key, limits, created_at, updated_at)
  SELECT ?1, ?2, ?3, ?4, 'creating', ?5, ?6, ?7, ?8, ?8 WHERE EXISTS (SELECT 1 FROM pool_databases WHERE tenant_id = ?1)`;

/** Names of bindings, cell. */
export const registerDatabases = `INSERT OR IGNORE INTO pool_databases (binding, cell_id)
  SELECT value, ?2 FROM json_each(?1)`;

/** Channel, tenant, route, version, time. A channel never moves to another tenant, nor back to an older version. */
export const upsertRoute = `INSERT INTO channel_routes (channel_id, tenant_id, route, version, updated_at)
  VALUES (?1, ?2, ?3, ?4, ?5) ON CONFLICT (channel_id) DO UPDATE
  SET route = excluded.route, version = excluded.version, updated_at = excluded.updated_at
  WHERE channel_routes.tenant_id = excluded.tenant_id AND excluded.version >= channel_routes.version`;

/** Scope, key, request hash, now, expiry, abandoned before. Takes over what has expired or was left unanswered for too long. */
export const beginIdempotency = `INSERT INTO idempotency_keys (scope, key, request_hash, created_at, expires_at)
  VALUES (?1, ?2, ?3, ?4, ?5) ON CONFLICT (scope, key) DO UPDATE
  SET request_hash = excluded.request_hash, status = NULL, sealed_answer = NULL,
    created_at = excluded.created_at, expires_at = excluded.expires_at
  WHERE idempotency_keys.expires_at <= ?4
    OR (idempotency_keys.status IS NULL AND idempotency_keys.created_at <= ?6 AND idempotency_keys.request_hash = ?3)`;

/**
 * Addresses, channel, tenant, now, abandoned before. The first who claims an address has it; a claim whose channel never
 * came to be lapses.
 */
export const claimAddresses = `INSERT INTO channel_addresses (address, channel_id, tenant_id, claimed_at)
  SELECT value, ?2, ?3, ?4 FROM json_each(?1) WHERE true
  ON CONFLICT (address) DO UPDATE
  SET channel_id = excluded.channel_id, tenant_id = excluded.tenant_id, claimed_at = excluded.claimed_at
  WHERE channel_addresses.claimed_at < ?5
    AND NOT EXISTS (SELECT 1 FROM channel_routes WHERE channel_routes.channel_id = channel_addresses.channel_id)`;

/** Channel, the addresses it keeps. */
export const releaseAddresses = `DELETE FROM channel_addresses
  WHERE channel_id = ?1 AND address NOT IN (SELECT value FROM json_each(?2)) RETURNING address`;
