import sqlite3 from 'sqlite3'

/** Rows per transaction: the node, which has the same database open, waits no longer than for one of these. */
const CHUNK = 25_000
/** Between two grants, in ms: a million in a year. */
const EVERY_MS = 31_000

/**
 * Writes grants into a node's database as if it had given them: each to another partner, of three claims, with the
 * row of the credential and its place in a status list; one in twenty revoked.
 * @param file the database of a node, which may be running
 */
export async function storeGrants(file: string, count: number): Promise<void> {
  const database = new sqlite3.Database(file)
  const run = (sql: string) =>
    new Promise<void>((resolve, reject) => database.exec(sql, (error) => (error ? reject(error) : resolve())))
  try {
    // What it acknowledges to us need not outlive a power cut.
    await run('PRAGMA busy_timeout = 10000; PRAGMA synchronous = NORMAL; PRAGMA cache_size = -200000')
    for (let left = count; left > 0; left -= CHUNK) {
      const some = Math.min(CHUNK, left)
      await run(
        `BEGIN IMMEDIATE; ${facts(left - some, some)}; ${grants}; ${credentials}; DROP TABLE facts; COMMIT`,
      )
    }
  } finally {
    await new Promise((resolve) => database.close(resolve))
  }
}

/** Oldest first, as they come; an id is a time and random bits, as ours are. */
const facts = (newer: number, count: number) => `
  CREATE TEMP TABLE facts AS
    WITH RECURSIVE
      n(i) AS (SELECT ${count} UNION ALL SELECT i - 1 FROM n WHERE i > 1),
      drawn AS MATERIALIZED (
        SELECT lower(hex(randomblob(20))) AS hex, lower(hex(randomblob(22))) AS other,
          CAST(strftime('%s', 'now') AS integer) * 1000 - (${newer} + i) * ${EVERY_MS} AS at FROM n)
    SELECT hex, other, at,
      printf('%08x-%04x-7%s-a%s-%s', at / 65536, at % 65536, substr(hex, 1, 3), substr(hex, 4, 3), substr(hex, 7, 12))
        AS id,
      printf('%s-%s-7000-a000-%s', substr(other, 1, 8), substr(other, 9, 4), substr(other, 13, 12)) AS lineage
    FROM drawn`

const tuple = (type: string, claim: string) =>
  `'{"credentialId":"' || lineage || '","vct":"urn:regie:credential:${type}:1","path":["${claim}"]}'`

const grants = `
  INSERT INTO given_grant (id, request_id, grantor_party, grantor, grantee, grantee_name, digest, tuples, purpose,
      legal_basis, recipients, starts_at, expires_at, revoked_at)
    SELECT facts.id, lineage, party.id, party.did, 'did:ethr:0x7a69:0x' || hex, 'Partner ' || substr(hex, 1, 8),
      substr(other, 1, 43),
      '[' || ${tuple('company-profile', 'email')} || ',' || ${tuple('company-profile', 'iban')} || ','
        || ${tuple('company-registration', 'kvk_number')} || ']',
      '["https://w3id.org/dpv#OrderManagement"]', 'https://w3id.org/dpv/legal/eu/gdpr#A6-1-b',
      '{"roles":["account_manager"]}', at, at + 63072000000, CASE abs(random()) % 20 WHEN 0 THEN at + 1000 END
    FROM facts, party WHERE party.kind = 'organisation'`

const credentials = `
  INSERT INTO issued_credential (id, vct, issuer, issuer_party, subject, digest, status_list_id, status_index,
      issued_at, expires_at, revoked_at)
    SELECT facts.id, 'urn:regie:credential:access-grant:1', party.did, party.id, 'did:ethr:0x7a69:0x' || hex,
      substr(other, 1, 43), 'filled', at, at, at + 63072000000, NULL
    FROM facts, party WHERE party.kind = 'organisation'`
