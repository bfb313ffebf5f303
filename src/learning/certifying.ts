import type { Audit } from '../audit/index.ts'
import { type Caller, type Clock, type Did, dayOf, endOfMonths, newId } from '../core/index.ts'
import type { Credentials } from '../credentials/index.ts'
import type { PublicJwk } from '../jose/index.ts'
import type { Parties, Party } from '../parties/index.ts'
import { change, IsNull, LessThan, rows, type Store, type Tx } from '../store/index.ts'
import type { Course } from './courses.ts'
import { attemptTable, type CertificateRow, certificateTable } from './tables.ts'

export interface CertifyingDeps {
  readonly store: Store
  readonly clock: Clock
  readonly audit: Audit
  readonly parties: Parties
  readonly credentials: Credentials
  /** The public half of a key of ours, and of the one a DID of ours signs with. */
  readonly publicKey: (kid: string) => Promise<PublicJwk>
  readonly publicKeyOf: (did: Did) => Promise<PublicJwk>
  /** A certificate ends soon; in the transaction that notes that it was said. */
  readonly announce: (tx: Tx, certificate: CertificateRow) => Promise<void>
}

/** Who is certified, with what the organisation says in it of itself. */
export interface Prepared {
  readonly person: Party
  readonly organisation: Party
  readonly name: string
  readonly holderKey: PublicJwk
}

const TYPE = 'training-certificate'
const REMIND_BEFORE_MS = 30 * 86_400_000
const AT_ONCE = 100

/** Certificates: a credential she holds, signed by her organisation, and a row that says until when it counts. */
export class Certifying {
  readonly #deps: CertifyingDeps

  constructor(deps: CertifyingDeps) {
    this.#deps = deps
  }

  current(tx: Tx, personId: string, course: string): Promise<CertificateRow | null> {
    return tx.findOneBy(certificateTable, { personId, course, state: 'current' })
  }

  /** Those she has or had, newest first. */
  of(personId: string): Promise<CertificateRow[]> {
    return this.#deps.store.reader.find(certificateTable, { where: { personId }, order: { id: 'DESC' } })
  }

  /** Certificates that are the newest of their course, of everybody. */
  all(): Promise<CertificateRow[]> {
    return this.#deps.store.reader.findBy(certificateTable, { state: 'current' })
  }

  async prepare(personId: string): Promise<Prepared> {
    const { parties, publicKey, publicKeyOf } = this.#deps
    const [person, organisation] = await Promise.all([parties.require(personId), parties.organisation()])
    const { name } = await parties.profile(organisation.id)
    const { presentationKid, did } = person
    return {
      ...{ person, organisation, name },
      holderKey: await (presentationKid ? publicKey(presentationKid) : publicKeyOf(did)),
    }
  }

  /** Issues her certificate; the one she had of this course is revoked and gives way. */
  async give(tx: Tx, by: Caller, prepared: Prepared, course: Course): Promise<CertificateRow> {
    const { credentials, parties, clock, audit } = this.#deps
    const { person, organisation, name, holderKey } = prepared
    const now = clock.now()
    const before = await this.current(tx, person.id, course.id)
    const replaces = before && (await credentials.findByLineage(tx, before.lineageId))
    const issued = await credentials.issue(tx, {
      issuer: parties.issuerOf(organisation),
      type: TYPE,
      subject: person.did,
      holderKey,
      claims: {
        course: { id: course.id, version: course.version, digest: course.digest, title: course.title.nl },
        passed_on: dayOf(now),
        employer: { did: organisation.did, name },
      },
      expiresAt: endOfMonths(now, course.validity_months),
    })
    if (before) {
      await credentials.revoke(tx, before.credentialId)
      await change(tx, certificateTable, { id: before.id, state: 'current' }, { state: 'renewed' })
    }
    const held = await credentials.hold(tx, {
      compact: issued.compact,
      holderParty: person.id,
      bindingKey: person.presentationKid ?? person.did,
      ...(replaces && { replaces }),
    })
    const row: CertificateRow = {
      ...{ id: newId(), personId: person.id, course: course.id, version: course.version },
      ...{ credentialId: issued.id, lineageId: held.lineageId, passedAt: now, expiresAt: issued.expiresAt },
      ...{ state: 'current', remindedAt: null },
    }
    await tx.insert(certificateTable, row)
    await audit.record(tx, by, 'training.certified', {
      ...{ party: person.id, course: course.id, credential: issued.id },
    })
    return row
  }

  /** Says once of each certificate that it ends within a month. @returns how many */
  async remind(): Promise<number> {
    const { store, clock, announce } = this.#deps
    const now = clock.now()
    return store.transact(async (tx) => {
      const due = await tx.find(certificateTable, {
        where: { state: 'current', remindedAt: IsNull(), expiresAt: LessThan(now + REMIND_BEFORE_MS) },
        take: AT_ONCE,
      })
      for (const row of due) {
        const mine = await rows(
          tx,
          'UPDATE training_certificate SET reminded_at = ? WHERE id = ? AND reminded_at IS NULL RETURNING id',
          [now, row.id],
        )
        if (mine.length === 1) await announce(tx, row)
      }
      return due.length
    })
  }

  /** She is erased: what she answered is gone with her key, and that she tried goes too. */
  async forget(tx: Tx, personId: string): Promise<void> {
    await tx.delete(attemptTable, { personId })
    await tx.delete(certificateTable, { personId })
  }
}
