import type { Audit } from '../../audit/index.ts'
import { type Caller, type Clock, newId, Refusal } from '../../core/index.ts'
import { change, In, MoreThan, type Store, type Tx } from '../../store/index.ts'
import { contactKey } from '../contacts.ts'
import type { Content } from '../import/index.ts'
import type { ImportedPerson } from '../import-rows.ts'
import { changeList } from '../partner-list.ts'
import { partnerTable } from '../partner-table.ts'
import { openContent, type SealedPartnerDeps } from '../sealed-partner.ts'
import { type CardPerson, openPerson, personMark, personScope, sealPerson } from './card-person.ts'
import { type PartnerContactRow, partnerContactTable } from './card-table.ts'
import { type CardMatch, type Known, matcherOf } from './match.ts'
import { type BadCard, type Card, readCards } from './vcard.ts'

export interface CardsDeps extends SealedPartnerDeps {
  readonly store: Store
  readonly clock: Clock
  readonly audit: Audit
  /** As for every import: who must be told where her data came from. */
  readonly inform: (persons: readonly ImportedPerson[]) => Promise<(tx: Tx, by: Caller) => Promise<void>>
}

export interface CardFile {
  readonly name: string
  readonly content: Content
  /** Whose contact persons the cards are that name no partner; nobody's: they are asked for. */
  readonly partnerId?: string
  /** Only these cards of the file. */
  readonly only?: readonly number[]
}

export type CardAction = 'added' | 'changed' | 'same' | 'erased_before' | 'asked'

export interface ReadCard {
  readonly card: Card
  readonly match: CardMatch
  readonly action: CardAction
}

interface Plan {
  readonly read: readonly ReadCard[]
  readonly writes: readonly {
    readonly row: PartnerContactRow
    readonly person: CardPerson
    readonly isNew: boolean
  }[]
  readonly inform: (tx: Tx, by: Caller) => Promise<void>
}

const PAGE = 500

/** Contact persons from vCards. A card whose partner is not clear is not kept: whoever imports says whose it is. */
export class Cards {
  readonly #deps: CardsDeps

  constructor(deps: CardsDeps) {
    this.#deps = deps
  }

  /** @throws Refusal of {@link readCards}, `partner_unknown`, `partners_busy` */
  async import(
    caller: Caller,
    file: CardFile,
  ): Promise<{ read: readonly ReadCard[]; bad: readonly BadCard[] }> {
    const { store, audit } = this.#deps
    const { cards, bad } = await readCards(file.content)
    const wanted = cards.filter(({ nr }) => file.only === undefined || file.only.includes(nr))
    const plan = await changeList(
      store,
      () => this.#plan(wanted, file),
      async (tx, plan) => {
        for (const { row, person, isNew } of plan.writes) {
          const { vault } = this.#deps
          if (isNew) await vault.createKey(tx, personScope(row.id))
          const sealed = await sealPerson(vault, row.id, person)
          if (isNew) await tx.insert(partnerContactTable, { ...row, sealed })
          else await change(tx, partnerContactTable, { id: row.id }, { sealed, updatedAt: row.updatedAt })
        }
        await plan.inform(tx, caller)
        const added = plan.writes.filter(({ isNew }) => isNew).length
        const counts = { cards: wanted.length, added, changed: plan.writes.length - added }
        await audit.record(tx, caller, 'partners.cards_imported', counts)
        return plan
      },
    )
    return { read: plan.read, bad }
  }

  /** The contact persons of a partner. */
  async of(partnerId: string): Promise<CardPerson[]> {
    const found = await this.#deps.store.reader.find(partnerContactTable, {
      where: { partnerId },
      order: { id: 'ASC' },
    })
    const persons = await Promise.all(found.map((row) => openPerson(this.#deps.vault, row)))
    return persons.filter((person) => person !== null)
  }

  /** What was of a partner that went into another is of that one; who is at both is there once. */
  async moved(tx: Tx, { stays, goes }: { readonly stays: string; readonly goes: string }): Promise<void> {
    const { vault } = this.#deps
    const key = contactKey(this.#deps)
    const [own, theirs] = [
      await tx.findBy(partnerContactTable, { partnerId: stays }),
      await tx.findBy(partnerContactTable, { partnerId: goes }),
    ]
    const marks = new Set(own.map(({ mark }) => mark))
    for (const row of theirs) {
      const person = await openPerson(vault, row)
      const mark = person ? personMark(key, stays, person) : row.mark
      if (!marks.has(mark)) {
        await change(tx, partnerContactTable, { id: row.id }, { partnerId: stays, mark })
        continue
      }
      await vault.destroyKey(tx, personScope(row.id))
      await tx.delete(partnerContactTable, { id: row.id })
    }
  }

  async #plan(cards: readonly Card[], { name, partnerId }: CardFile): Promise<Plan> {
    const { store, vault, clock, inform } = this.#deps
    const known = await this.#known()
    const names = new Map(known.map((one) => [one.id, one.name]))
    if (partnerId !== undefined && !names.has(partnerId))
      throw new Refusal('not_found', 'partner_unknown', 'there is no such partner')
    const match = matcherOf(known)
    const matched = cards.map((card) => ({ card, match: match(card) }))
    const ids = [...new Set(matched.flatMap(({ match }) => match.partnerId ?? partnerId ?? []))]
    const held = new Map<string, { row: PartnerContactRow; person: CardPerson | null }>()
    for (let at = 0; at < ids.length; at += PAGE)
      for (const row of await store.reader.findBy(partnerContactTable, {
        partnerId: In(ids.slice(at, at + PAGE)),
      }))
        held.set(row.mark, { row, person: await openPerson(vault, row) })
    const key = contactKey(this.#deps)
    const now = clock.now()
    const read: ReadCard[] = []
    const writes = new Map<string, Plan['writes'][number]>()
    const persons: ImportedPerson[] = []
    for (const { card, match } of matched) {
      const of = match.partnerId ?? partnerId
      if (of === undefined) {
        read.push({ card, match, action: 'asked' })
        continue
      }
      const mark = personMark(key, of, card)
      const before = held.get(mark)
      if (before && !before.person) {
        read.push({ card, match, action: 'erased_before' })
        continue
      }
      const person = { ...before?.person, ...personOf(card) }
      const isSame =
        before?.person && JSON.stringify(personOf(person)) === JSON.stringify(personOf(before.person))
      const row = before?.row ?? {
        id: newId(),
        partnerId: of,
        mark,
        sealed: null,
        createdAt: now,
        updatedAt: now,
      }
      held.set(mark, { row, person })
      const isNew = before === undefined || (writes.get(mark)?.isNew ?? false)
      if (!isSame) writes.set(mark, { row: { ...row, updatedAt: now }, person, isNew })
      persons.push(importedOf(row.id, person, names.get(of) ?? '', name))
      read.push({ card, match, action: isSame ? 'same' : before ? 'changed' : 'added' })
    }
    return { read, writes: [...writes.values()], inform: await inform(persons) }
  }

  /** What there is to match by. It is sealed: every row is opened. */
  async #known(): Promise<Known[]> {
    const known: Known[] = []
    for (let after = ''; ; ) {
      const found = await this.#deps.store.reader.find(partnerTable, {
        order: { id: 'ASC' },
        where: { id: MoreThan(after) },
        take: PAGE,
      })
      for (const row of found) {
        const { kind, name, details } = await openContent(this.#deps, row)
        const { email, website } = details
        if (kind === 'organisation')
          known.push({ id: row.id, name, emails: email ? [email] : [], ...(website && { website }) })
      }
      if (found.length < PAGE) return known
      after = found.at(-1)?.id ?? ''
    }
  }
}

const personOf = ({ name, email, phone }: CardPerson): CardPerson => ({
  name,
  ...(email !== undefined && { email }),
  ...(phone !== undefined && { phone }),
})

const importedOf = (
  id: string,
  { name, email, phone }: CardPerson,
  company: string,
  file: string,
): ImportedPerson => ({
  partnerId: id,
  ...{ name, company },
  ...(email !== undefined && { email }),
  kinds: [
    'name',
    'company',
    ...(email === undefined ? [] : ['email' as const]),
    ...(phone === undefined ? [] : ['phone' as const]),
  ],
  sources: [{ name: file, format: 'vcf' }],
})
