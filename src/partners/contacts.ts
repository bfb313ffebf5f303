import type { Audit } from '../audit/index.ts'
import { type Caller, type Clock, Refusal } from '../core/index.ts'
import { change, In, IsNull, LessThan, Not, type Reader, rows, type Store, type Tx } from '../store/index.ts'
import { openPerson, personScope } from './cards/card-person.ts'
import { type PartnerContactRow, partnerContactTable } from './cards/card-table.ts'
import {
  contactMark,
  erasedKey,
  type KeptOfPerson,
  keptOf,
  keptUntil,
  namedIn,
  withoutPerson,
} from './contact.ts'
import { type ContactMarkRow, contactMarkTable } from './contact-table.ts'
import { ImportFiles } from './import-files.ts'
import type { PartnerContent } from './partner.ts'
import {
  type PartnerRow,
  partnerImportBeforeTable,
  partnerImportTable,
  partnerTable,
} from './partner-table.ts'
import { personIn } from './person-in.ts'
import { openContent, type SealedPartnerDeps, sealContent } from './sealed-partner.ts'

export interface ContactsDeps extends SealedPartnerDeps {
  readonly store: Store
  readonly clock: Clock
  readonly audit: Audit
}

/** A person in a partner's row, or one of its contact persons who came by a card. */
export interface Contact {
  /** Of the partner whose row names her; of herself where she came by a card. */
  readonly partnerId: string
  readonly mark: string
  readonly name: string
  readonly email: string | null
  readonly phone: string | null
  readonly partnerName: string
  readonly isPartner: boolean
  readonly row: PartnerRow
  readonly content: PartnerContent
}

/** What is done about a row when the person in it is erased. */
export interface ErasedContact {
  readonly kept: KeptOfPerson | null
  readonly keptUntil: number | null
}

const PAGE = 500
const keptScope = (partnerId: string) => `kept:${partnerId}`
const keptPlace = (id: string) => `contact_mark:${id}:kept`

/** The persons in the directory of partners, and their rights. */
export class Contacts {
  readonly #deps: ContactsDeps
  readonly #key: Buffer

  constructor(deps: ContactsDeps) {
    this.#deps = deps
    this.#key = contactKey(deps)
  }

  /** @throws Refusal `partner_unknown`, `contact_unknown` where the row names nobody */
  async require(partnerId: string): Promise<Contact> {
    const card = await this.#cardPerson(partnerId)
    if (card) return card
    const row = await this.#deps.store.current().findOneBy(partnerTable, { id: partnerId })
    if (!row) throw new Refusal('not_found', 'partner_unknown', 'there is no such partner')
    const contact = await this.#contactIn(row)
    if (!contact) throw new Refusal('not_found', 'contact_unknown', 'no person is named at this partner')
    return contact
  }

  /** @param partnerId of the partner whose row names her, or of herself where she came by a card */
  async find(partnerId: string): Promise<Contact | null> {
    const card = await this.#cardPerson(partnerId)
    if (card) return card
    const row = await this.#deps.store.current().findOneBy(partnerTable, { id: partnerId })
    return row && this.#contactIn(row)
  }

  /** The persons with this e-mail address. What is sealed cannot be searched: every row is opened. */
  async byEmail(email: string): Promise<Contact[]> {
    const wanted = email.trim().toLowerCase()
    if (wanted === '') return []
    const found: Contact[] = (await this.#cardPersons()).filter(
      (contact) => contact.email?.toLowerCase() === wanted,
    )
    for (let after = ''; ; ) {
      const page = await rows<{ id: string }>(
        this.#deps.store.current(),
        `SELECT id FROM partner WHERE id > ? ORDER BY id LIMIT ${PAGE}`,
        [after],
      )
      const ids = page.map(({ id }) => id)
      for (const row of await this.#deps.store.current().findBy(partnerTable, { id: In(ids) })) {
        const contact = await this.#contactIn(row)
        if (contact?.email?.trim().toLowerCase() === wanted) found.push(contact)
      }
      if (ids.length < PAGE) return found
      after = ids.at(-1) ?? ''
    }
  }

  async noMarketing(tx: Tx, contact: Pick<Contact, 'partnerId' | 'mark'>, at: number): Promise<void> {
    await this.#set(tx, contact, { noMarketingAt: at })
  }

  /** @param at null: no longer */
  async restrict(tx: Tx, contact: Pick<Contact, 'partnerId' | 'mark'>, at: number | null): Promise<void> {
    await this.#set(tx, contact, { restrictedAt: at })
  }

  /** What erasing her would leave in the books. */
  keeps({ content }: Contact, isRealEstate: boolean): ErasedContact {
    const kept = keptOf(content)
    return { kept, keptUntil: kept && keptUntil(content, isRealEstate) }
  }

  /** Values by which she is found in free text and in what was read of files. */
  valuesOf({ name, email, phone, isPartner, content }: Contact): string[] {
    const { iban = null } = isPartner ? content.details : {}
    return [name, email, phone, iban].filter((value) => value !== null && value !== '') as string[]
  }

  /**
   * Takes a person out of the directory. What the books must keep is sealed apart, where nobody sees it, under a key
   * that is destroyed when its time is over; imports that were read and hold her name are thrown away.
   */
  async erase(tx: Tx, caller: Caller, contact: Contact, isRealEstate: boolean): Promise<ErasedContact> {
    const { clock, audit } = this.#deps
    const { partnerId, row, content } = contact
    if (partnerId !== row.id) return this.#eraseCardPerson(tx, caller, contact)
    const kept = this.keeps(contact, isRealEstate)
    const bare = withoutPerson(content)
    const columns = await sealContent(this.#deps, partnerId, bare)
    const set = {
      ...columns,
      ...(contact.isPartner && { naturalKey: erasedKey(this.#key, row.naturalKey) }),
      informDueAt: null,
      updatedAt: clock.now(),
    }
    await change(tx, partnerTable, { id: partnerId }, set)
    await rows(tx, "UPDATE partner_list SET version = version + 1 WHERE id = 'list' RETURNING id")
    await this.#set(tx, contact, { erasedAt: clock.now() })
    if (kept.kept) await this.#keep(tx, contact, kept)
    await this.#forgetImports(tx, this.valuesOf(contact))
    await audit.record(tx, caller, 'contact.erased', { partner: partnerId })
    return kept
  }

  /** She came by a card: nothing is booked of her. That there was somebody stays, so that no card brings her back. */
  async #eraseCardPerson(tx: Tx, caller: Caller, contact: Contact): Promise<ErasedContact> {
    const { vault, audit, clock } = this.#deps
    const { partnerId: id } = contact
    await change(tx, partnerContactTable, { id }, { sealed: null, updatedAt: clock.now() })
    await vault.destroyKey(tx, personScope(id))
    await this.#set(tx, contact, { erasedAt: clock.now() })
    await audit.record(tx, caller, 'contact.erased', { partner: contact.row.id })
    return { kept: null, keptUntil: null }
  }

  async #cardPersons(): Promise<Contact[]> {
    const found = await this.#deps.store.current().findBy(partnerContactTable, { sealed: Not(IsNull()) })
    const persons = await Promise.all(found.map((row) => this.#cardPersonIn(row)))
    return persons.filter((person) => person !== null)
  }

  async #cardPerson(id: string): Promise<Contact | null> {
    const row = await this.#deps.store.current().findOneBy(partnerContactTable, { id })
    return row && this.#cardPersonIn(row)
  }

  async #cardPersonIn(found: PartnerContactRow): Promise<Contact | null> {
    const person = await openPerson(this.#deps.vault, found)
    const row = await this.#deps.store.current().findOneBy(partnerTable, { id: found.partnerId })
    if (!person || !row) return null
    const { name, email = null, phone = null } = person
    const company = await openContent(this.#deps, row)
    const details = { contact: name, ...(email && { email }), ...(phone && { phone }) }
    return {
      ...{ partnerId: found.id, mark: contactMark(this.#key, found.id, name), name, email, phone },
      ...{ partnerName: company.name, isPartner: false },
      row: { ...row, createdAt: found.createdAt },
      content: {
        kind: 'organisation',
        name: company.name,
        roles: [],
        books: { activity: 'unknown' },
        details,
      },
    }
  }

  /** Destroys what the books had to keep, once they need not any more. */
  async sweep(): Promise<void> {
    const { store, clock, vault, audit } = this.#deps
    const over = { kept: Not(IsNull()), keptUntil: LessThan(clock.now()) }
    for (const { id, partnerId } of await store.reader.findBy(contactMarkTable, over))
      await store.transact(async (tx) => {
        if ((await change(tx, contactMarkTable, { id, ...over }, { kept: null })) === 0) return
        await vault.destroyKey(tx, keptScope(partnerId))
        await audit.record(tx, 'system', 'contact.kept_destroyed', { partner: partnerId })
      })
  }

  async #keep(tx: Tx, { partnerId, mark }: Contact, { kept, keptUntil }: ErasedContact): Promise<void> {
    const { vault } = this.#deps
    const id = markId(partnerId, mark)
    await vault.createKey(tx, keptScope(partnerId))
    const sealed = await vault.seal(keptScope(partnerId), keptPlace(id), JSON.stringify(kept))
    await change(tx, contactMarkTable, { id }, { kept: sealed, keptUntil })
  }

  async #forgetImports(tx: Tx, values: readonly string[]): Promise<void> {
    const files = new ImportFiles(this.#deps)
    // What was there before an import may name her as well: none of those is undone any more.
    await tx.delete(partnerImportBeforeTable, { importId: Not('') })
    const imports = await tx.findBy(partnerImportTable, { state: Not('expired') })
    for (const { id } of imports) {
      if (!(await files.mention(id, values))) continue
      await files.deleteAll(tx, id)
      await change(tx, partnerImportTable, { id, state: 'open' }, { state: 'expired' })
    }
  }

  async #contactIn(row: PartnerRow): Promise<Contact | null> {
    const content = await openContent(this.#deps, row)
    const name = namedIn(content)
    if (name === null) return null
    const { email = null, phone = null } = content.details
    return {
      partnerId: row.id,
      mark: contactMark(this.#key, row.id, name),
      ...{ name, email, phone, row, content },
      partnerName: content.name,
      isPartner: personIn(content)?.company === null,
    }
  }

  async #set(
    tx: Tx,
    { partnerId, mark }: Pick<Contact, 'partnerId' | 'mark'>,
    set: Partial<ContactMarkRow>,
  ): Promise<void> {
    const id = markId(partnerId, mark)
    await rows(
      tx,
      `INSERT INTO contact_mark (id, partner_id, mark) VALUES (?, ?, ?) ON CONFLICT (id) DO NOTHING RETURNING id`,
      [id, partnerId, mark],
    )
    await change(tx, contactMarkTable, { id }, set)
  }
}

export const contactKey = ({ vault }: Pick<SealedPartnerDeps, 'vault'>): Buffer =>
  vault.deriveKey('regie contact mark')

const markId = (partnerId: string, mark: string) => `${partnerId} ${mark}`

/** What is marked of the persons that these partners name, or named. */
export async function marksOf(reader: Reader, partnerIds: readonly string[]): Promise<ContactMarkRow[]> {
  return partnerIds.length === 0 ? [] : reader.findBy(contactMarkTable, { partnerId: In([...partnerIds]) })
}
