import sqlite3 from 'sqlite3'

/** Rows per transaction: the node, which has the same database open, waits no longer than for one of these. */
const CHUNK = 25_000

/**
 * Writes grants into a node's database as if it had given them: each to another partner, of three claims, with the
 * row of the credential and its place in a status list. Some are revoked, some are over.
 * @param file the database of a node, which may be running
 */
export async function storeGrants(file: string, count: number): Promise<void> {
  const database = new sqlite3.Database(file)
  const run = (sql: string) =>
    new Promise<void>((resolve, reject) => database.exec(sql, (error) => (error ? reject(error) : resolve())))
  try {
    await run('PRAGMA busy_timeout = 10000')
    for (let stored = 0; stored < count; stored += CHUNK) {
      const some = Math.min(CHUNK, count - stored)
      await run(`BEGIN IMMEDIATE; ${grants(some)}; ${credentials}; DROP TABLE temp.given; COMMIT`)
    }
  } finally {
    await new Promise((resolve) => database.close(resolve))
  }
}

/** An id as ours are: a time, here some time in the past two years, and random bits. */
const id = `printf('%08x-%04x-7%s-a%s-%s', (now - ago) / 65536, (now - ago) % 65536,
  substr(hex, 1, 3), substr(hex, 4, 3), substr(hex, 7, 12))`

const tuples = `'[{"credentialId":"' || other || '","vct":"urn:example:company-profile","path":["email"]},'
  || '{"credentialId":"' || other || '","vct":"urn:example:company-profile","path":["iban"]},'
  || '{"credentialId":"' || other || '","vct":"urn:example:company-registration","path":["kvk_number"]}]'`

const grants = (count: number) => `
  CREATE TEMP TABLE given AS
    WITH RECURSIVE
      n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ${count}),
      facts AS MATERIALIZED (
        SELECT lower(hex(randomblob(20))) AS hex, lower(hex(randomblob(20))) AS other,
          CAST(strftime('%s', 'now') AS integer) * 1000 AS now, abs(random()) % 63000000000 AS ago FROM n)
    SELECT ${id} AS id, hex, other, now - ago AS at, ${tuples} AS tuples FROM facts;
  INSERT INTO given_grant
    SELECT id, other, (SELECT id FROM party WHERE kind = 'organisation'),
      (SELECT did FROM party WHERE kind = 'organisation'), 'did:ethr:0x7a69:0x' || hex, 'Partner ' || substr(hex, 1, 8),
      substr(other, 1, 43), tuples, '["https://w3id.org/dpv#OrderManagement"]',
      'https://w3id.org/dpv/legal/eu/gdpr#A6-1-b', '{"roles":["account_manager"]}', at, at + 31536000000,
      CASE WHEN abs(random()) % 20 = 0 THEN at + 1000 END
    FROM given`

const credentials = `
  INSERT INTO issued_credential
    SELECT id, 'urn:example:access-grant', (SELECT did FROM party WHERE kind = 'organisation'),
      (SELECT id FROM party WHERE kind = 'organisation'), 'did:ethr:0x7a69:0x' || hex, substr(other, 1, 43),
      'other', rowid + (SELECT count(*) FROM issued_credential), at, at + 31536000000, NULL
    FROM given`
