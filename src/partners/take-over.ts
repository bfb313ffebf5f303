import type { Audit } from '../audit/index.ts'
import { type Caller, type Clock, type Did, Refusal } from '../core/index.ts'
import { change, type Store } from '../store/index.ts'
import { agedSince } from './merge-content.ts'
import { comparable, ownFieldOf, ownValues, withOwnValue } from './own-fields.ts'
import type { OwnField, PartnerContent, Taken } from './partner.ts'
import { changeList } from './partner-list.ts'
import { type PartnerRow, partnerTable } from './partner-table.ts'
import { openContent, type SealedPartnerDeps, sealContent } from './sealed-partner.ts'
import type { SharedValue } from './shared-values.ts'

export interface TakeOverDeps extends SealedPartnerDeps {
  readonly store: Store
  readonly clock: Clock
  readonly audit: Audit
}

/** What we take over: a value the caller may see. */
type Shown = Pick<SharedValue, 'claim' | 'subject' | 'value' | 'state' | 'source' | 'asOf' | 'grantId'>

/** Puts what a partner lets us see into our own copy of it, and remembers where it came from. */
export class TakeOver {
  readonly #deps: TakeOverDeps

  constructor(deps: TakeOverDeps) {
    this.#deps = deps
  }

  /**
   * @param id of the partner
   * @param shared what the caller may see of it
   * @throws Refusal `claim_not_shared`, `value_outdated`, `not_in_own_copy`, `partners_busy`
   */
  async take(caller: Caller, id: string, claim: string, shared: readonly Shown[]): Promise<void> {
    const { store, audit, clock } = this.#deps
    const field = ownFieldOf(claim)
    if (field === undefined) throw notOurs()
    await changeList(
      store,
      () => this.#plan(id, field, claim, shared),
      async (tx, plan) => {
        if (!plan) return
        const { updatedAt, ...seen } = plan.row
        const set = { ...plan.columns, updatedAt: clock.now() }
        if ((await change(tx, partnerTable, { id: seen.id, updatedAt }, set)) === 0) return
        await audit.record(tx, caller, 'partner.taken_over', {
          partner: id,
          field,
          claim,
          grant: plan.grantId,
        })
      },
    )
  }

  /** Null when our copy says so already. */
  async #plan(id: string, field: OwnField, claim: string, shared: readonly Shown[]) {
    const { store, clock } = this.#deps
    const row = await store.reader.findOneBy(partnerTable, { id })
    if (!row) throw new Refusal('not_found', 'partner_unknown', 'there is no such partner')
    const shown = latestOf(claim, row.did, shared)
    const content = await openContent(this.#deps, row)
    const before = ownValues(content)[field]
    const was = before === undefined ? null : (comparable(field, before) ?? null)
    if (was !== null && comparable(field, shown.value) === was) return null
    const after = withOwnValue(content, field, shown.value)
    if (!after) throw notOurs()
    const taken = takenAfter(content, row, field, {
      ...{ claim, grantId: shown.grantId, source: shown.source.did, asOf: shown.asOf, at: clock.now() },
      // What the books say is what another import is held against, not what was taken over before.
      was: content.taken?.fields[field]?.was ?? was,
    })
    const columns = await sealContent(this.#deps, id, { ...after, taken })
    return { row, columns, grantId: shown.grantId }
  }
}

function takenAfter(
  content: PartnerContent,
  row: PartnerRow,
  field: OwnField,
  value: NonNullable<Taken['fields'][OwnField]>,
): Taken {
  return {
    importedAt: content.taken?.importedAt ?? agedSince(row, content, field),
    fields: { ...content.taken?.fields, [field]: value },
  }
}

/** @throws Refusal `claim_not_shared`, `value_outdated` */
function latestOf(
  claim: string,
  partner: Did | null,
  shared: readonly Shown[],
): Shown & { readonly grantId: string } {
  const [latest] = shared
    .flatMap((one) => (one.grantId === null ? [] : [{ ...one, grantId: one.grantId }]))
    .filter((one) => one.claim === claim && one.subject === partner && one.value !== null)
    .sort((a, b) => b.asOf - a.asOf)
  if (!latest) throw new Refusal('not_found', 'claim_not_shared', 'this partner does not let you see that')
  if (latest.state !== 'current')
    throw new Refusal(
      'conflict',
      'value_outdated',
      'the partner says it is no longer so: read it again first',
    )
  return latest
}

const notOurs = () =>
  new Refusal('unprocessable', 'not_in_own_copy', 'our own copy of a partner cannot hold this value')
