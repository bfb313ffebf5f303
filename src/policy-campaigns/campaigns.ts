import type { Audit } from '../audit/index.ts'
import { type Caller, type Clock, type Did, newId, Refusal, seconds } from '../core/index.ts'
import { acquireLease, change, placeholders, rows, type Store, type Tx } from '../store/index.ts'
import type { Policies, Policy } from '../trust/index.ts'
import { type CampaignMove, campaignMoved, movesFrom, type PartyState, partyStates } from './party-state.ts'
import type { TellPort } from './ports.ts'
import type { Suspensions } from './suspensions.ts'
import { type CampaignRow, campaignPartyTable, campaignTable } from './tables.ts'

export interface CampaignsDeps {
  readonly store: Store
  readonly clock: Clock
  readonly audit: Audit
  readonly policies: Policies
  readonly suspensions: Suspensions
  readonly tell: TellPort
  /** The trust anchor, which made the policy and is not asked. */
  readonly ownDid: () => Promise<Did>
}

/** How far a campaign is: `told` of the `parties` were told at least once. */
export interface Progress extends Readonly<Record<PartyState, number>> {
  readonly parties: number
  readonly told: number
}

const DAY = 86_400_000
/** Days before the deadline at which who still waits is reminded. */
const REMIND_DAYS = [14, 7, 1]
/** Organisations told, and parties suspended, in one transaction. */
const PAGE = 200
const SUSPEND_PAGE = 50
const GRACE_MS = 14 * DAY
const LEASE_MS = 60_000

/** The trust anchor asks everybody in the network to accept a version of the policy, and suspends who does not in time. */
export class Campaigns {
  readonly #deps: CampaignsDeps
  readonly #holder = newId()

  constructor(deps: CampaignsDeps) {
    this.#deps = deps
  }

  /**
   * Starts one: everybody is written down, and told by {@link carryOut}.
   * @param deadline milliseconds since the epoch
   * @throws Refusal `policy_version_unknown`, `campaign_deadline_past`, `campaign_exists`
   */
  async start(by: Caller, version: number, deadline: number): Promise<CampaignRow> {
    const { store, clock, audit, policies } = this.#deps
    const policy = await policies.version(version)
    if (deadline <= clock.now())
      throw new Refusal('invalid', 'campaign_deadline_past', 'the deadline of a campaign lies ahead')
    const ours = await this.#deps.ownDid()
    const id = newId()
    return store.transact(async (tx) => {
      const started = await rows(
        tx,
        `INSERT INTO policy_campaign (id, policy_version, state, deadline, started_at)
         VALUES (?, ?, 'running', ?, ?) ON CONFLICT DO NOTHING RETURNING id`,
        [id, policy.version, deadline, clock.now()],
      )
      if (started.length === 0)
        throw new Refusal('conflict', 'campaign_exists', 'there is a campaign for this version already')
      await enrol(tx, id, policy, ours)
      await audit.record(tx, by, 'policy_campaign.started', { campaign: id, version, deadline })
      return this.#require(tx, id)
    })
  }

  async stop(by: Caller, id: string): Promise<CampaignRow> {
    return this.#deps.store.transact((tx) => this.#move(tx, by, id, 'stop'))
  }

  async goOn(by: Caller, id: string): Promise<CampaignRow> {
    return this.#deps.store.transact((tx) => this.#move(tx, by, id, 'carry_on'))
  }

  list(): Promise<CampaignRow[]> {
    return this.#deps.store.reader.find(campaignTable, { order: { id: 'DESC' } })
  }

  async progress(id: string): Promise<Progress> {
    const found = await rows<{ state: PartyState; parties: string | number; told: string | number }>(
      this.#deps.store.reader,
      `SELECT state, count(*) AS parties, sum(CASE WHEN told > 0 THEN 1 ELSE 0 END) AS told
       FROM policy_campaign_party WHERE campaign = ? GROUP BY state`,
      [id],
    )
    const sum = (of: 'parties' | 'told') => found.reduce((total, row) => total + Number(row[of]), 0)
    const inState = (state: PartyState) => Number(found.find((row) => row.state === state)?.parties ?? 0)
    const states = Object.fromEntries(partyStates.map((state) => [state, inState(state)]))
    return { ...(states as Record<PartyState, number>), parties: sum('parties'), told: sum('told') }
  }

  /** @throws Refusal `campaign_unknown` */
  async get(id: string): Promise<CampaignRow> {
    return this.#require(this.#deps.store.reader, id)
  }

  /** In the transaction of an acceptance: who accepted is asked no more, and holds again. */
  async accepted(
    tx: Tx,
    { party, version }: { readonly party: Did; readonly version: number },
  ): Promise<void> {
    const from = movesFrom('accept')
    await rows(
      tx,
      `UPDATE policy_campaign_party SET state = 'accepted', settled_at = ?
       WHERE party = ? AND state IN (${placeholders(from.length)})
         AND campaign IN (SELECT id FROM policy_campaign WHERE policy_version <= ?) RETURNING party`,
      [this.#deps.clock.now(), party, ...from, version],
    )
    const [owing] = await rows(
      tx,
      `SELECT 1 FROM policy_campaign_party WHERE party = ? AND state = 'suspended' LIMIT 1`,
      [party],
    )
    const [why] = await rows<{ cause: string }>(
      tx,
      'SELECT cause FROM party_suspension WHERE party = ? AND lifted_at IS NULL',
      [party],
    )
    // Whom the servicedesk suspended for another reason does not come back by accepting: nor does its new attestation.
    if (why?.cause === 'policy_not_accepted' && !owing) await this.#deps.suspensions.lift(tx, 'system', party)
    else if (why) await this.#deps.suspensions.keep(tx, party)
  }

  /** Lets somebody hold again who did not accept. @throws Refusal `party_not_suspended` */
  async resume(by: Caller, party: Did, reason: string): Promise<void> {
    const { store, clock, suspensions } = this.#deps
    await store.transact(async (tx) => {
      await rows(
        tx,
        `UPDATE policy_campaign_party SET state = 'excused', settled_at = ?
         WHERE party = ? AND state = 'suspended' RETURNING party`,
        [clock.now(), party],
      )
      if (!(await suspensions.lift(tx, by, party, reason)))
        throw new Refusal('conflict', 'party_not_suspended', 'nobody under this DID is suspended')
    })
    await suspensions.spread()
  }

  /** Tells, reminds and suspends whoever is due, as one of several processes. Called again, it goes on where it was. */
  async carryOut(): Promise<void> {
    const { store, clock, suspensions } = this.#deps
    const lease = { name: 'policy-campaigns', holder: this.#holder, ms: LEASE_MS }
    const mayGoOn = () => acquireLease(store, clock, lease)
    if (!(await mayGoOn())) return
    for (const campaign of await store.reader.findBy(campaignTable, { state: 'running' })) {
      const policy = await this.#deps.policies.version(campaign.policyVersion)
      const ours = await this.#deps.ownDid()
      // Who joined since it began is asked as well.
      await store.transact((tx) => enrol(tx, campaign.id, policy, ours))
      while ((await mayGoOn()) && (await store.transact((tx) => this.#tellPage(tx, campaign, policy))));
      if (clock.now() < campaign.deadline) continue
      while ((await mayGoOn()) && (await store.transact((tx) => this.#suspendPage(tx, campaign))));
      await store.transact((tx) => this.#endIfDone(tx, campaign))
    }
    if (await mayGoOn()) await suspensions.spread()
  }

  /** One telling for an organisation and all of its people. @returns whether there may be more */
  async #tellPage(tx: Tx, { id, deadline }: CampaignRow, policy: Policy): Promise<boolean> {
    const now = this.#deps.clock.now()
    if (!(await isRunning(tx, id))) return false
    // After the deadline there is nothing to remind of, but who was not told yet still is.
    const reminders = REMIND_DAYS.filter((days) => now >= deadline - days * DAY).length
    const due = now < deadline ? 1 + reminders : 1
    const organisations = await rows<{ organisation: Did }>(
      tx,
      `SELECT DISTINCT organisation FROM policy_campaign_party
       WHERE campaign = ? AND state = 'waiting' AND told < ? LIMIT ?`,
      [id, due, PAGE],
    )
    const named = organisations.map(({ organisation }) => organisation)
    if (named.length === 0) return false
    const told = await rows<{ organisation: Did }>(
      tx,
      `UPDATE policy_campaign_party SET told = ?, told_at = ?
       WHERE campaign = ? AND state = 'waiting' AND told < ? AND organisation IN (${placeholders(named.length)})
       RETURNING organisation`,
      [due, now, id, due, ...named],
    )
    const { version, digest } = policy
    for (const to of new Set(told.map(({ organisation }) => organisation)))
      await this.#deps.tell(tx, to, { kind: 'policy-asked', version, digest, deadline: seconds(deadline) })
    return true
  }

  async #suspendPage(tx: Tx, { id, deadline }: CampaignRow): Promise<boolean> {
    if (!(await isRunning(tx, id))) return false
    const now = this.#deps.clock.now()
    // Nobody is suspended over what it never heard of: who was told late has time from then on.
    const late = await rows<{ party: Did; organisation: Did }>(
      tx,
      `UPDATE policy_campaign_party SET state = 'suspended', settled_at = ?
       WHERE campaign = ? AND state = 'waiting' AND party IN (
         SELECT party FROM policy_campaign_party WHERE campaign = ? AND state = 'waiting'
           AND (told_at < ? OR told_at < ?) LIMIT ?)
       RETURNING party, organisation`,
      [now, id, id, deadline, now - GRACE_MS, SUSPEND_PAGE],
    )
    for (const { party, organisation } of late)
      await this.#deps.suspensions.suspend(tx, 'system', {
        party,
        organisation,
        cause: 'policy_not_accepted',
      })
    return late.length > 0
  }

  async #endIfDone(tx: Tx, { id }: CampaignRow): Promise<void> {
    const waiting = await tx.countBy(campaignPartyTable, { campaign: id, state: 'waiting' })
    if (waiting === 0 && (await isRunning(tx, id))) await this.#move(tx, 'system', id, 'end')
  }

  async #move(tx: Tx, by: Caller | 'system', id: string, move: CampaignMove): Promise<CampaignRow> {
    const { state } = await this.#require(tx, id)
    const to = campaignMoved(state, move)
    const endedAt = to === 'ended' ? this.#deps.clock.now() : null
    if ((await change(tx, campaignTable, { id, state }, { state: to, endedAt })) !== 1)
      throw new Refusal('conflict', 'changed_meanwhile', 'somebody changed this in the meantime')
    await this.#deps.audit.record(tx, by, `policy_campaign.${to}`, { campaign: id })
    return this.#require(tx, id)
  }

  async #require(reader: Pick<Tx, 'findOneBy'>, id: string): Promise<CampaignRow> {
    const row = await reader.findOneBy(campaignTable, { id })
    if (row) return row
    throw new Refusal('not_found', 'campaign_unknown', 'there is no such campaign')
  }
}

async function isRunning(tx: Tx, id: string): Promise<boolean> {
  return (await tx.countBy(campaignTable, { id, state: 'running' })) === 1
}

/** Writes down everybody who did not accept this version, or a later one, and is not there yet. */
async function enrol(tx: Tx, campaign: string, { version }: Policy, ours: Did): Promise<void> {
  await rows(
    tx,
    `INSERT INTO policy_campaign_party (campaign, party, kind, organisation, state, told)
     SELECT CAST(? AS text), e.did, 'organisation', e.did, 'waiting', 0 FROM registry_entry e
     WHERE e.did <> ?
       AND NOT EXISTS (SELECT 1 FROM company_acceptance a WHERE a.organisation = e.did AND a.policy_version >= ?)
       AND NOT EXISTS (SELECT 1 FROM registration_case c
         WHERE c.organisation = e.did AND c.state = 'registered' AND c.policy_version >= ?)
     ON CONFLICT DO NOTHING RETURNING party`,
    [campaign, ours, version, version],
  )
  await rows(
    tx,
    `INSERT INTO policy_campaign_party (campaign, party, kind, organisation, state, told)
     SELECT CAST(? AS text), p.person, 'person', min(p.organisation), 'waiting', 0 FROM person_acceptance p
     GROUP BY p.person HAVING max(p.policy_version) < ?
     ON CONFLICT DO NOTHING RETURNING party`,
    [campaign, version],
  )
}
