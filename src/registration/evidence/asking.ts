import type { Audit } from '../../audit/index.ts'
import { type Clock, newId, Refusal, type UserCaller } from '../../core/index.ts'
import { insertAll, type Store, type Tx } from '../../store/index.ts'
import type { Vault } from '../../vault/index.ts'
import type { CaseFiles } from '../case/case-files.ts'
import { alreadyDecided, isClosed } from '../case/case-state.ts'
import { caseNoteTable } from '../case/case-table.ts'
import { type CaseTargets, expectedEnd } from '../case/due.ts'
import type { CaseContact } from '../case/invited.ts'
import { notePlace, scopeOf } from '../case/seals.ts'
import type { EvidenceKind } from './checklist.ts'
import type { AskedItem, HandingIn } from './handing-in.ts'

/** How the contact person of a case is written to. */
export type TellContact = (
  tx: Tx,
  message: {
    readonly caseId: string
    readonly contact: CaseContact
    readonly organisation: string
    readonly items: readonly AskedItem[]
    readonly text: string
  },
) => Promise<void>

export interface AskingDeps {
  readonly store: Store
  readonly vault: Vault
  readonly clock: Clock
  readonly audit: Audit
  readonly caseFiles: CaseFiles
  readonly targets: CaseTargets
  readonly tellContact: TellContact
  readonly handingIn: HandingIn
}

/** Asks the contact person for more; until she answers the clock of the case is hers. */
export class Asking {
  readonly #deps: AskingDeps

  constructor(deps: AskingDeps) {
    this.#deps = deps
  }

  /** @throws Refusal `registration_…`, `case_without_contact`, `case_changed_meanwhile` */
  async ask(
    caller: UserCaller,
    caseId: string,
    { kinds, text }: { readonly kinds: readonly EvidenceKind[]; readonly text: string },
  ): Promise<void> {
    const { store, vault, clock, audit, caseFiles, targets, tellContact, handingIn } = this.#deps
    const { row, invited } = await caseFiles.get(caseId)
    if (isClosed(row.state)) throw alreadyDecided(row.state)
    if (!invited) throw new Refusal('conflict', 'case_without_contact', 'this organisation came by itself')
    const { partner, contact } = invited
    const id = newId()
    const at = clock.now()
    const note = await vault.seal(scopeOf(caseId), notePlace(id), [kinds.join(', '), text].join(': '))
    // A stalled case keeps the date of its talk.
    const expectedAt = row.state === 'stalled' ? row.expectedAt : expectedEnd('accepted', at, targets)
    await store.transact(async (tx) => {
      await caseFiles.touch(tx, row, { expectedAt })
      await insertAll(tx, caseNoteTable, [{ id, caseId, byParty: caller.personId, at, text: note }])
      const items = await handingIn.ask(tx, caseId, { kinds, address: contact.email })
      await tellContact(tx, { caseId, contact, organisation: partner.name, items, text })
      await audit.record(tx, caller, 'registration.asked', { case: caseId, kinds: [...kinds] })
    })
  }
}
